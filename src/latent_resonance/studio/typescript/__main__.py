"""Writes ``web/src/generated``, or checks it: ``python -m latent_resonance.studio.typescript``."""

import argparse
import json
import sys
from pathlib import Path

from latent_resonance.contracts.files import partial_path
from latent_resonance.studio.openapi import openapi_document
from latent_resonance.studio.typescript.api_file import api_client
from latent_resonance.studio.typescript.wire_file import wire_types

_FOLDER = Path(__file__).resolve().parents[4] / "web" / "src" / "generated"


def generated() -> dict[str, str]:
    """File name to content; the same on every machine."""
    document = openapi_document()
    return {
        "wire.ts": wire_types(),
        "api.ts": api_client(document),
        "openapi.json": json.dumps(document, indent=1) + "\n",
    }


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
            "run python -m latent_resonance.studio.typescript\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
