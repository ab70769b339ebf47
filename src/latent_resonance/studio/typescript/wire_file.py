"""``wire.ts``: the playing WebSocket's messages, and readers of its binary frames."""

import inspect
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from latent_resonance.studio import frames, wire
from latent_resonance.studio.typescript.types import declare

_GETTERS = {
    "B": "getUint8({})",
    "H": "getUint16({}, true)",
    "I": "getUint32({}, true)",
    "f": "getFloat32({}, true)",
    "d": "getFloat64({}, true)",
}
_ARRAYS = {"float32": "Float32Array", "uint8": "Uint8Array"}
_CONSTANTS = ("PROTOCOL", "SAMPLE_RATE", "MOST_PULL", "MOST_OWED", "MOST_COLUMNS")


def wire_types() -> str:
    """The whole file."""
    page, server = _members(wire.FromPage), _members(wire.ToPage)
    _, schema = models_json_schema(
        [
            *((one, "validation") for one in page),
            *((one, "serialization") for one in server),
        ]
    )
    declared = [declare(name, one) for name, one in sorted(schema["$defs"].items())]
    blocks = [
        "// Written by python -m latent_resonance.studio.typescript from studio/wire.py.",
        "\n".join(f"export const {name} = {getattr(wire, name)};" for name in _CONSTANTS),
        _close_codes(),
        *declared,
        _union("FromPage", page),
        _union("ToPage", server),
        *map(_frame, frames.FRAMES),
        _reader(),
    ]
    return "\n\n".join(blocks) + "\n"


def _members(union: Any) -> list[type[BaseModel]]:
    return list(get_args(get_args(union)[0]))


def _union(name: str, members: list[type[BaseModel]]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {m.__name__}" for m in members) + ";"


def _close_codes() -> str:
    codes = {k: v for k, v in inspect.getmembers(wire.CloseCode) if k.isupper()}
    rows = [f"  {name}: {code}," for name, code in sorted(codes.items(), key=lambda kv: kv[1])]
    return "\n".join(["export const CloseCode = {", *rows, "} as const;"])


def _frame(frame: frames.Frame) -> str:
    name = frame.name.capitalize()
    rows = [f"/** A binary frame; its payload is {frame.layout}. */", f"export interface {name} {{"]
    rows.append(f'  kind: "{frame.name}";')
    for field in frame.fields:
        rows += [f"  /** {field.meaning} */", f"  {field.name}: number;"]
    return "\n".join([*rows, f"  payload: {_ARRAYS[frame.payload]};", "}"])


def _reader() -> str:
    rows = [
        "/** A binary frame, or null for one of a kind that this page does not know. */",
        f"export function readFrame(message: ArrayBuffer): {_names()} | null {{",
        f"  if (message.byteLength < {frames.HEADER_BYTES}) return null;",
        "  const head = new DataView(message);",
        "  switch (head.getUint8(0)) {",
    ]
    for frame in frames.FRAMES:
        rows += [f"    case {frame.tag}:", "      return {", f'        kind: "{frame.name}",']
        rows += [
            f"        {field.name}: head.{_GETTERS[field.kind].format(field.offset)},"
            for field in frame.fields
        ]
        array = _ARRAYS[frame.payload]
        rows += [f"        payload: new {array}(message, {frames.HEADER_BYTES}),", "      };"]
    return "\n".join([*rows, "    default:", "      return null;", "  }", "}"])


def _names() -> str:
    return " | ".join(frame.name.capitalize() for frame in frames.FRAMES)
