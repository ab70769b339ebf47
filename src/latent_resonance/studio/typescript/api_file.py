"""``api.ts``: a typed function to each HTTP route, from the OpenAPI document."""

import re
from collections.abc import Mapping
from typing import Any

from latent_resonance.studio.typescript.types import (
    Schema,
    declare,
    described,
    property_name,
    type_of,
)

_REQUEST = """\
/** What the server refused; `message` is written for the player. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Sent {
  query?: Query;
  json?: unknown;
  blob?: Blob;
  signal?: AbortSignal | undefined;
}

function address(path: string, query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) words.set(key, String(value));
  }
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

async function request<T>(method: string, path: string, sent: Sent = {}): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (sent.signal) init.signal = sent.signal;
  if (sent.blob) {
    init.body = sent.blob;
    init.headers = { "Content-Type": "application/octet-stream" };
  } else if (sent.json !== undefined) {
    init.body = JSON.stringify(sent.json);
    init.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(address(path, sent.query), init);
  if (!answer.ok) {
    let text = answer.statusText;
    try {
      const told: unknown = await answer.json();
      if (told && typeof told === "object" && "detail" in told) text = String(told.detail);
    } catch {
      // No JSON: the status line has to do.
    }
    throw new ApiError(answer.status, text);
  }
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}"""


def api_client(document: Mapping[str, Any]) -> str:
    """The whole file."""
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    blocks = [
        "// Written by python -m latent_resonance.studio.typescript from studio/routes.",
        *(declare(name, schema) for name, schema in sorted(schemas.items())),
        _REQUEST,
    ]
    functions = [
        _function(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    blocks.append("\n".join(["export const api = {", *functions, "};"]))
    return "\n\n".join(blocks) + "\n"


def _function(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    inside = [p for p in parameters if p["in"] == "path"]
    asked = [p for p in parameters if p["in"] == "query"]
    route = re.sub(r"\{(\w+)\}", r"${encodeURIComponent(\1)}", path)
    quoted = f"`{route}`" if inside else f'"{route}"'
    arguments = [f"{p['name']}: {type_of(p['schema'])}" for p in inside]
    answer = _answer(operation)
    name = operation["operationId"]
    lines = described(operation.get("summary"), "  ")
    if answer is None:  # a file or a stream: the page gives its address to an element
        arguments += _query_argument(asked)
        given = f"address({quoted}, query)" if asked else quoted
        return "\n".join([*lines, f"  {name}Url: ({', '.join(arguments)}): string => {given},"])
    passed = []
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        arguments.append(f"body: {type_of(body['application/json']['schema'])}")
        passed.append("json: body")
    elif body:
        arguments.append("body: Blob")
        passed.append("blob: body")
    if asked:
        arguments += _query_argument(asked)
        passed.append("query")
    arguments.append("signal?: AbortSignal")
    passed.append("signal")
    call = f'request<{answer}>("{method.upper()}", {quoted}, {{ {", ".join(passed)} }})'
    return "\n".join([*lines, f"  {name}: ({', '.join(arguments)}) =>", f"    {call},"])


def _query_argument(asked: list[Mapping[str, Any]]) -> list[str]:
    if not asked:
        return []
    rows = [
        f"{property_name(p['name'])}{'' if p.get('required') else '?'}: {type_of(p['schema'])}"
        for p in asked
    ]
    empty = "" if any(p.get("required") for p in asked) else " = {}"
    return [f"query: {{ {'; '.join(rows)} }}{empty}"]


def _answer(operation: Mapping[str, Any]) -> str | None:
    """The type of a good answer; None for one that is no JSON."""
    status, good = next(
        (status, one) for status, one in operation["responses"].items() if status.startswith("2")
    )
    if status == "204":
        return "void"
    content = good.get("content", {}).get("application/json")
    return type_of(content["schema"]) if content else None
