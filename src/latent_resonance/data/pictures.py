"""Prepared data as grey pictures, in the layout of StyleGAN's dataset_tool.

``00000/img00000000.png``, uncompressed 8-bit PNG, the highest frequency on top, and dataset.json:
``{"labels": [["00000/img00000000.png", 3], ...]}``, or null in place of the list. As a folder,
or as a zip that stores without compressing.
"""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import ByteArray
from latent_resonance.data.shards import Shards

_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16
_TOLD = 64


def picture(shards: Shards, index: int) -> ByteArray:
    """A window as uint8 ``[rows, columns]``, row 0 the highest frequency, 255 for 0 dB."""
    stored = shards.stored(index)
    if stored.dtype != np.uint8:
        share = stored.astype(np.float32) / np.float32(shards.options.range_db) + 1
        stored = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
    upright: ByteArray = np.ascontiguousarray(stored[::-1])
    return upright


def members(
    shards: Shards, on_progress: Callable[[float, float], None] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files, dataset.json last.

    Labels are classes in the order of ``shards.labels``; null unless every window has one.
    """
    from PIL import Image

    classes = shards.label_indices
    labels = []
    for index in range(len(shards)):
        name = f"{index:08d}"
        path = f"{name[:5]}/img{name}.png"
        file = io.BytesIO()
        Image.fromarray(picture(shards, index)).save(file, "png", compress_level=0)
        labels.append([path, int(classes[index])])
        yield path, file.getvalue()
        if on_progress and index % _TOLD == 0:
            on_progress(index + 1, len(shards))
    named = bool(len(shards)) and bool((classes >= 0).all())
    yield "dataset.json", json.dumps({"labels": labels if named else None}).encode()


def export_zip(
    shards: Shards, path: Path, on_progress: Callable[[float, float], None] | None = None
) -> Path:
    """Write a zip; the same windows give the same bytes.

    Raises:
        OutputError: it cannot be written.
    """
    with whole_output(path) as partial, zipfile.ZipFile(partial, "w") as archive:
        for name, content in members(shards, on_progress):
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = _PLAIN_FILE
            archive.writestr(info, content)
    return path


def export_folder(
    shards: Shards, path: Path, on_progress: Callable[[float, float], None] | None = None
) -> Path:
    """Write a folder; one that was there is replaced when the new one is whole.

    Raises:
        OutputError: it cannot be written, or is no folder of pictures that may be replaced.
    """
    if path.exists() and not (path / "dataset.json").is_file():
        raise OutputError(f"{path} is there and holds no pictures: move it away")
    with whole_output(path) as partial:
        for name, content in members(shards, on_progress):
            file = partial / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        if path.exists():
            shutil.rmtree(path)
    return path


def stylegan_hint(shards: Shards) -> str:
    """Why NVIDIA's training would refuse these pictures; empty when it would not."""
    rows, columns = shards.options.rows, shards.options.columns
    if rows == columns and rows & (rows - 1) == 0:
        return ""
    return (
        f"pictures are {columns} x {rows}: StyleGAN's own training takes squares of a power of two"
    )
