"""JSON Schema to TypeScript types: as much of it as pydantic writes."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_PLAIN = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAME = re.compile(r"^[A-Za-z_$][\w$]*$")


def type_of(schema: Schema) -> str:
    """The TypeScript type of a value.

    Raises:
        ValueError: the schema uses something that this project's models do not.
    """
    if "$ref" in schema:
        return type_name(str(schema["$ref"]).rsplit("/", 1)[-1])
    choices = [json.dumps(value) for value in (*schema.get("enum", ()), *_constant(schema))]
    choices += [type_of(one) for key in ("anyOf", "oneOf") for one in schema.get(key, ())]
    if choices:
        return " | ".join(dict.fromkeys(choices))
    kind = schema.get("type")
    if kind == "array":
        return _array(schema)
    if kind == "object":
        return _inline_object(schema)
    if kind in _PLAIN:
        return _PLAIN[str(kind)]
    if not set(schema) - {"title", "description", "default"}:
        return "unknown"
    raise ValueError(f"no TypeScript for {dict(schema)}")


def type_name(name: str) -> str:
    """Of a model; where sent and given forms differ in what may be left out, the sent one says."""
    return name.replace("-Input", "Input").replace("-Output", "")


def declare(name: str, schema: Schema) -> str:
    """An exported interface or type."""
    lines = described(schema.get("description"), "")
    name = type_name(name)
    if schema.get("type") != "object" or "properties" not in schema:
        return "\n".join([*lines, f"export type {name} = {type_of(schema)};"])
    needed = set(schema.get("required", ()))
    lines.append(f"export interface {name} {{")
    for key, value in schema["properties"].items():
        lines += described(value.get("description"), "  ")
        # A discriminator has a default and is always sent.
        sure = key in needed or "const" in value
        lines.append(f"  {property_name(key)}{'' if sure else '?'}: {type_of(value)};")
    return "\n".join([*lines, "}"])


def property_name(key: str) -> str:
    """A key as TypeScript takes it: quoted where it is no name."""
    return key if _NAME.match(key) else json.dumps(key)


def _constant(schema: Schema) -> Sequence[Any]:
    return (schema["const"],) if "const" in schema else ()


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        items: Sequence[Schema] = schema["prefixItems"]
        return f"[{', '.join(map(type_of, items))}]"
    inner = type_of(schema.get("items", {}))
    return f"({inner})[]" if " | " in inner else f"{inner}[]"


def _inline_object(schema: Schema) -> str:
    # Pydantic puts constrained keys under their pattern.
    patterns = list(schema.get("patternProperties", {}).values())
    extra = patterns[0] if patterns else schema.get("additionalProperties", True)
    return f"Record<string, {'unknown' if isinstance(extra, bool) else type_of(extra)}>"


def described(text: str | None, indent: str) -> list[str]:
    """A doc comment, or nothing."""
    if not text:
        return []
    rows = [row.rstrip() for row in text.replace("``", "`").strip().splitlines()]
    if len(rows) == 1:
        return [f"{indent}/** {rows[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {row}".rstrip() for row in rows), f"{indent} */"]
