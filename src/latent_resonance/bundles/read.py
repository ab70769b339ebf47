"""Opens a bundle. Everything is checked before anything is used, and no code in it is run."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from latent_resonance.bundles.container import read_container
from latent_resonance.bundles.manifest import SCHEMA_VERSION, Codec, Manifest, seal_of
from latent_resonance.bundles.onnx_weights import check_onnx
from latent_resonance.bundles.write import MANIFEST
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.values import FloatArray, SpectrogramFormat

_LATENT = "latent.safetensors"
_ANCHOR = "anchor/"
_MOST_MANIFEST_BYTES = 1 << 20


def read_bundle(path: Path) -> Bundle:
    """A bundle from a folder or a ``.resonance`` file.

    Raises:
        BundleError: it is damaged, hostile, incomplete, or of a newer version; one line says how.
    """
    members = read_container(path)
    manifest, table = _manifest(path, members)
    content = {name: data for name, data in members.items() if name != MANIFEST}
    _check_members(path, manifest, content)
    landmarks: dict[str, FloatArray] = {}
    for name, data in content.items():
        if name.endswith(".onnx"):
            check_onnx(name, data)
        elif name.endswith(".safetensors"):
            tensors = _tensors(name, data)
            if name == _LATENT:
                landmarks = _landmarks(name, tensors, manifest.latent_size)
    return Bundle(
        name=manifest.name,
        kind=manifest.kind,
        family=manifest.family,
        latent_size=manifest.latent_size,
        format=_format(manifest.codec),
        landmarks=landmarks,
        members=content,
        facts=table,
    )


def _manifest(path: Path, members: dict[str, bytes]) -> tuple[Manifest, dict[str, Any]]:
    text = members.get(MANIFEST)
    if text is None:
        raise BundleError(f"{path} is not a bundle: it has no {MANIFEST}")
    if len(text) > _MOST_MANIFEST_BYTES:
        raise BundleError(f"{path}: {MANIFEST} is larger than 1 MiB")
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: {MANIFEST} is not JSON: {error}") from error
    version = table.get("schema_version") if isinstance(table, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise BundleError(
            f"{path} is of bundle version {version}, this program knows {SCHEMA_VERSION}: update it"
        )
    try:
        manifest = Manifest.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise BundleError(f"{path}: {MANIFEST}, '{where}': {first['msg'].lower()}") from error
    if manifest.seal != seal_of(table):
        raise BundleError(f"{path}: {MANIFEST} was changed after it was sealed")
    return manifest, table


def _check_members(path: Path, manifest: Manifest, content: dict[str, bytes]) -> None:
    for name in manifest.members.keys() - content.keys():
        raise BundleError(f"{path}: the member '{name}' is missing")
    for name in content.keys() - manifest.members.keys():
        raise BundleError(f"{path}: the member '{name}' is not listed in {MANIFEST}")
    for name, data in content.items():
        wanted = manifest.members[name]
        if len(data) != wanted.bytes or hashlib.sha256(data).hexdigest() != wanted.sha256:
            raise BundleError(f"{path}: the member '{name}' was changed (wrong sha256)")
        if data[:2] in {b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"}:
            raise BundleError(f"{path}: the member '{name}' is a pickle")


def _tensors(name: str, data: bytes) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"the member '{name}' is not a safetensors file: {error}") from error
    for key, value in tensors.items():
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise BundleError(f"the member '{name}' has weights that are not finite ('{key}')")
    return tensors


def _landmarks(name: str, tensors: dict[str, np.ndarray], size: int) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for key, value in tensors.items():
        if not key.startswith(_ANCHOR) and key not in {"w_avg", "w_std"}:
            continue
        if value.shape != (size,):
            raise BundleError(f"the member '{name}': '{key}' is {value.shape}, not ({size},)")
        found[key.removeprefix(_ANCHOR)] = value.astype(np.float32)
    return found


def _format(codec: Codec | None) -> SpectrogramFormat | None:
    if codec is None:
        return None
    return SpectrogramFormat(**codec.model_dump(exclude={"kind"}))
