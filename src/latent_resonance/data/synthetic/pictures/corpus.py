"""A folder of synthetic pictures with a manifest that says what each is."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import ByteArray
from latent_resonance.data.synthetic.pictures.attributes import (
    JAGGED_RANGES,
    PictureAttributes,
    draw_attributes,
)
from latent_resonance.data.synthetic.pictures.captions import caption
from latent_resonance.data.synthetic.pictures.draw import draw_picture
from latent_resonance.data.synthetic.pictures.vocabulary import concepts_of

LICENCE = "CC0-1.0"
_SMALLEST, _LARGEST = 8, 2048
# Runs with neighbouring seeds share no picture.
_SEED_STEP = 1_000_003


def plan_pictures(count: int, seed: int = 0) -> list[PictureAttributes]:
    """``count`` pictures, families in turn, all else at random; the same for a seed."""
    names = list(JAGGED_RANGES)
    first = seed * _SEED_STEP
    return [draw_attributes(first + index, names[index % len(names)]) for index in range(count)]


def make_pictures(
    count: int, size: int = 128, seed: int = 0
) -> Iterator[tuple[PictureAttributes, ByteArray]]:
    """Each planned picture, uint8 ``[size, size, 3]``, with its attributes."""
    for picture in plan_pictures(count, seed):
        yield picture, draw_picture(picture, size)


def synthesize_pictures(
    folder: Path,
    count: int,
    size: int = 128,
    seed: int = 0,
    on_progress: Callable[[float, float], None] | None = None,
) -> int:
    """Write a corpus, PNG files and ``manifest.csv``, whole or not at all.

    The manifest's columns: ``file``, the attributes, ``caption``, ``concepts`` (with spaces between
    them) and ``licence``.

    Args:
        folder: a new or an empty one.
        count: how many pictures, from 1.
        size: pixels a side, 8 to 2048.
        seed: 0 or more.
        on_progress: gets how many are done, of how many.

    Returns:
        The number of pictures.

    Raises:
        InputError: a count, size or seed out of range.
        OutputError: the folder cannot be written, or holds something already.
    """
    from PIL import Image

    if count < 1:
        raise InputError("synthesize needs at least 1 picture")
    if not _SMALLEST <= size <= _LARGEST:
        raise InputError(f"a picture has {_SMALLEST} to {_LARGEST} pixels a side, not {size}")
    if seed < 0:
        raise InputError("a seed is 0 or more")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is there already: choose a new or an empty folder")
    columns = [field.name for field in fields(PictureAttributes)]
    with whole_output(folder) as partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        with (partial / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, ["file", *columns, "caption", "concepts", "licence"])
            rows.writeheader()
            for index, (picture, pixels) in enumerate(make_pictures(count, size, seed)):
                name = f"{picture.family}-{index:06d}.png"
                Image.fromarray(pixels).save(partial / name)
                words = np.random.Generator(np.random.PCG64([picture.seed, 3]))
                rows.writerow(
                    {
                        "file": name,
                        **asdict(picture),
                        "caption": caption(picture, words).text,
                        "concepts": " ".join(sorted(concepts_of(picture))),
                        "licence": LICENCE,
                    }
                )
                if on_progress:
                    on_progress(index + 1, count)
        if folder.exists():
            # Not every system renames onto an empty folder.
            folder.rmdir()
    return count
