"""Sound files as training material: levels of whole clips, with what is known of each."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

import numpy as np

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.file_names import printable
from latent_resonance.contracts.files import is_hidden
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.text_files import read_csv
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.decode import decode_mono
from latent_resonance.sound.codec import encode
from latent_resonance.sound.hush import hush
from latent_resonance.sound.recordings.reader import SOUND_SUFFIXES

# Rows that a held sound needs: the attack is left out, the rest is mirrored to fill a window.
_ATTACK_SECONDS = 0.12

Kind = Literal["sounds", "pictures"]
_SUFFIXES: dict[Kind, Collection[str]] = {
    "sounds": SOUND_SUFFIXES,
    "pictures": (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"),
}


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound: float32 levels ``[bins, columns]`` (at least one window), and its facts."""

    level_db: FloatArray
    label: str
    pitch: float
    file: str
    source: str
    licence: str
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a manifest.csv, and which of its rows to take.

    Attributes:
        path: the folder.
        label: the column that names what a clip is, such as ``instrument``.
        keep: column name to the values that are taken; empty takes all.
    """

    path: Path
    label: str
    keep: dict[str, list[str]]


def read_folder(folder: Folder, layout: SpectrogramFormat) -> list[Clip]:
    """All clips of a folder that pass its filter.

    Raises:
        InputError: no manifest, no such column, or nothing passes.
    """
    taken = read_rows(folder.path, folder.label, folder.keep)
    return [
        Clip(
            held_levels(read_mono(folder.path / row["file"], layout.sample_rate), layout),
            row[folder.label],
            float(row.get("midi_pitch") or "nan"),
            row["file"],
            row.get("source_repo") or folder.path.name,
            row.get("licence") or "unknown",
            row.get("attribution") or "",
        )
        for row in taken
    ]


def read_rows(
    path: Path, label: str, keep: dict[str, list[str]], kind: Kind = "sounds"
) -> list[dict[str, str]]:
    """Rows of a folder's manifest.csv whose columns have one of the values in ``keep``.

    As ``data prepare`` reads it: rows without a file are passed over, and of several rows of one
    file the last counts. A folder without a manifest gives ``list_files``, whose label stands
    under any name.

    Args:
        path: the folder.
        label: a column that there must be.
        keep: column to the values that are taken.
        kind: what a folder without a manifest is searched for.

    Raises:
        InputError: no folder, a manifest that cannot be read, no such column, nothing passes, or
            a file that is hidden or not below the folder.
    """
    manifest = path / "manifest.csv"
    if path.is_dir() and not manifest.exists():
        if keep:
            raise InputError(f"{path} has no manifest.csv to choose from by {', '.join(keep)}")
        return [{label: row["label"], **row} for row in list_files(path, kind)]
    rows = read_csv(manifest, "manifest")
    for column in ("file", label, *keep):
        if rows and column not in rows[0]:
            raise InputError(f"{manifest} has no column '{column}'")
    # Not resolved: a link keeps the name by which it is listed.
    by_file = {os.path.normpath(row["file"]): row for row in rows if row["file"]}
    rows = list(by_file.values())
    if not rows:
        raise InputError(f"{manifest} lists no file")
    taken = [row for row in rows if all(row[column] in values for column, values in keep.items())]
    if not taken:
        raise InputError(f"{manifest}: no row passes the filter")
    for row in taken:
        _demand_inside(row["file"], path)
    return taken


def _demand_inside(file: str, folder: Path) -> None:
    try:
        inside = Path(os.path.relpath(folder / file, folder)).parts
    except ValueError:  # another drive of Windows
        inside = ("..",)
    if any(part.startswith(".") for part in inside):
        raise InputError(
            f"{folder / 'manifest.csv'} lists {file}, which is hidden or not below the folder: "
            "put it there, or leave out its row"
        )


def list_sounds(path: Path) -> list[dict[str, str]]:
    """``list_files`` of sounds."""
    return list_files(path, "sounds")


def list_files(path: Path, kind: Kind) -> list[dict[str, str]]:
    """Rows of ``file`` and ``label`` for all sounds or pictures below a folder.

    The first folder is the label.

    Raises:
        InputError: there is no such folder, or it holds none.
    """
    if not path.is_dir():
        raise InputError(f"there is no folder {path}")
    found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES[kind])
    names = [
        one.relative_to(path).as_posix()
        for one in found
        if one.is_file() and not is_hidden(one, path)
    ]
    if not names:
        raise InputError(f"{path} holds no {kind}, nor a manifest.csv")
    return [
        {"file": name, "label": printable(name.split("/")[0]) if "/" in name else ""}
        for name in names
    ]


def read_mono(path: Path, sample_rate: int) -> FloatArray:
    """A sound file as float32 ``[samples]`` at ``sample_rate``.

    Raises:
        MediaError: it cannot be read, is damaged, is longer than an hour, or has samples that are
            not finite.
    """
    try:
        sound = decode_mono(path, sample_rate)
    except MediaError as error:
        raise MediaError(f"cannot use {path}: it {error}") from error
    if sound.was_cut:
        raise MediaError(f"cannot use {path}: it is longer than an hour")
    # One NaN in a batch and every weight is NaN.
    if not np.isfinite(sound.samples).all():
        raise MediaError(
            f"cannot use {path}: it holds samples that are not numbers (NaN or infinite)"
        )
    return sound.samples


def held_levels(samples: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Levels ``[bins, columns]`` of the held part of a note, hushed, at least one window long."""
    level = encode(samples, layout)
    skip = min(round(_ATTACK_SECONDS / layout.hop_seconds), level.shape[1] // 4)
    # The last columns hold the fade of the file, not of the sound.
    level = level[:, skip : max(skip + 8, level.shape[1] - 12)]
    level = level - level.max()
    while level.shape[1] < layout.columns:
        level = np.concatenate([level, level[:, -2::-1]], axis=1)
    return hush(level, layout.range_db)


class SourceCount(TypedDict):
    """How many clips came from where."""

    source: str
    licence: str
    attribution: str
    clips: int


def count_sources(rows: Iterable[Mapping[str, str]], otherwise: str) -> list[SourceCount]:
    """How many sounds of a manifest came from which source, on which terms, by whom.

    Args:
        rows: of the manifest.
        otherwise: names the source of those that name none.
    """
    return count_owners(
        (
            row["file"],
            row.get("source_repo") or otherwise,
            row.get("licence"),
            row.get("attribution"),
        )
        for row in rows
    )


def count_owners(things: Iterable[tuple[str, str, str | None, str | None]]) -> list[SourceCount]:
    """The same of file, source, licence and attribution; several parts of a file count once."""
    files: dict[tuple[str, str, str], set[str]] = {}
    for file, source, licence, attribution in things:
        files.setdefault((source, licence or "unknown", attribution or ""), set()).add(file)
    return [
        {"source": source, "licence": licence, "attribution": attribution, "clips": len(own)}
        for (source, licence, attribution), own in sorted(files.items())
    ]


def unite_sources(rows: Iterable[SourceCount]) -> list[SourceCount]:
    """Each source once, in order of appearance; of equal ones the larger count, as sounds may be
    the same.
    """
    found: dict[tuple[str, str, str], SourceCount] = {}
    for row in rows:
        key = (row["source"], row["licence"], row["attribution"])
        known = found.setdefault(key, row)
        if row["clips"] > known["clips"]:
            found[key] = row
    return list(found.values())


def synthetic_source(count: int) -> SourceCount:
    """Of so many sounds or pictures that the project makes itself."""
    return {"source": "synthetic", "licence": "CC0-1.0", "attribution": "", "clips": count}
