"""Writes what ``web/`` makes its half of the protocol from, or checks it.

``python -m latent_resonance.studio.protocol`` writes ``openapi.json`` and ``wire.json`` into
``web/src/generated``; ``npm run generate`` in ``web/`` makes TypeScript of them. With ``--check``
it fails when what lies there is not what it would write.
"""

import argparse
import inspect
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from latent_resonance.contracts.files import partial_path
from latent_resonance.studio import frames, wire
from latent_resonance.studio.openapi import openapi_document, without_titles

_FOLDER = Path(__file__).resolve().parents[3] / "web" / "src" / "generated"
_CONSTANTS = ("PROTOCOL", "SAMPLE_RATE", "MOST_PULL", "MOST_OWED", "MOST_COLUMNS", "MOST_HEARD")


def wire_document() -> dict[str, Any]:
    """The playing WebSocket: JSON schemas of its messages, its binary frames, its numbers."""
    unions = {"FromPage": _members(wire.FromPage), "ToPage": _members(wire.ToPage)}
    _, schema = models_json_schema(
        [
            *((one, "validation") for one in unions["FromPage"]),
            *((one, "serialization") for one in unions["ToPage"]),
        ]
    )
    schemas = without_titles(schema["$defs"])
    for name, members in unions.items():
        schemas[name] = {"anyOf": [{"$ref": f"#/$defs/{one.__name__}"} for one in members]}
    codes = {name: code for name, code in inspect.getmembers(wire.CloseCode) if name.isupper()}
    return {
        "constants": {name: getattr(wire, name) for name in _CONSTANTS},
        "close_codes": dict(sorted(codes.items(), key=lambda pair: pair[1])),
        "header_bytes": frames.HEADER_BYTES,
        "frames": [asdict(frame) for frame in frames.FRAMES],
        "schemas": schemas,
    }


def generated() -> dict[str, str]:
    """File name to content; the same on every machine."""
    documents = {"openapi.json": openapi_document(), "wire.json": wire_document()}
    return {name: json.dumps(one, indent=1) + "\n" for name, one in documents.items()}


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written or as it should be, 1 stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    parser.add_argument("--output", type=Path, default=_FOLDER)
    given = parser.parse_args(arguments)
    stale = []
    for name, text in generated().items():
        path: Path = given.output / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not given.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = partial_path(path)
            partial.write_text(text, encoding="utf-8", newline="\n")
            partial.replace(path)
    if given.check and stale:
        sys.stderr.write(
            f"{', '.join(stale)} in {given.output} stale: "
            "run python -m latent_resonance.studio.protocol, then npm run generate in web\n"
        )
        return 1
    return 0


def _members(union: Any) -> list[type[BaseModel]]:
    return list(get_args(get_args(union)[0]))


if __name__ == "__main__":
    sys.exit(main())
