"""Opens a bundle. Everything is checked before anything is used, and no code in it is run."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from latent_resonance.bundles.container import read_container
from latent_resonance.bundles.display import read_display
from latent_resonance.bundles.manifest import SCHEMA_VERSION, Manifest
from latent_resonance.bundles.members import BUNDLE, MANIFEST, printable
from latent_resonance.bundles.onnx_weights import check_onnx
from latent_resonance.bundles.sealed import check_members, read_manifest
from latent_resonance.bundles.space import WORDS, read_space
from latent_resonance.bundles.stored_zip import is_spelled_so
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.members import LATENT


def read_bundle(path: Path) -> Bundle:
    """A bundle from a folder or a ``.resonance`` file.

    Raises:
        BundleError: it is damaged, hostile, incomplete, or of a newer version; one line says how.
    """
    try:
        return _read(path)
    except BundleError as error:
        # Names and texts in the message may come from the file.
        raise BundleError(printable(str(error))) from error


def _read(path: Path) -> Bundle:
    members = read_container(path)
    text = members[MANIFEST]
    manifest, table = read_manifest(path, text, BUNDLE, Manifest, SCHEMA_VERSION)
    content = {name: data for name, data in members.items() if name != MANIFEST}
    check_members(path, manifest.members, content, BUNDLE)
    latent: dict[str, np.ndarray] = {}
    for name, data in content.items():
        if name.endswith(".onnx"):
            check_onnx(name, data)
        elif name.endswith(".safetensors"):
            tensors = _tensors(name, data)
            if name == LATENT:
                latent = tensors
    space = read_display(content, read_space(manifest, latent))
    if manifest.diffusion is not None:
        words = content.get(WORDS, b"")
        space = replace(space, diffusion=manifest.diffusion.layout, words=words)
    if path.is_file() and not is_spelled_so(path, members):
        raise BundleError(
            f"{path} has bytes that belong to no member: it was changed, or zipped by another "
            "program (a folder of the same files is read)"
        )
    return Bundle(
        name=manifest.name,
        kind=manifest.kind,
        family=manifest.family,
        latent_size=space.size,
        format=_format(manifest),
        space=space,
        members=content,
        facts=table,
    )


def _tensors(name: str, data: bytes) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"the member '{name}' is not a safetensors file: {error}") from error
    for key, value in tensors.items():
        if value.dtype.kind not in "fiub":
            raise BundleError(f"the member '{name}': '{key}' is of a kind that is not played")
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise BundleError(f"the member '{name}' has weights that are not finite ('{key}')")
    return tensors


def _format(manifest: Manifest) -> SpectrogramFormat | PictureFormat:
    if manifest.kind == "image" and manifest.picture is not None:
        return PictureFormat(manifest.picture.width, manifest.picture.height)
    assert manifest.codec is not None  # noqa: S101 - the manifest was checked
    return SpectrogramFormat(**manifest.codec.model_dump(exclude={"kind"}))
