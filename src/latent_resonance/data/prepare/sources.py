"""Which sounds a folder holds, and what is known of each."""

import errno
import math
import os
import stat
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.file_names import printable, spell_name
from latent_resonance.contracts.text_files import read_csv
from latent_resonance.sound.recordings.reader import SOUND_SUFFIXES

_LISTS = {"manifest.csv"}
# Columns of manifest.csv that have a place of their own; the others travel along as text.
_KNOWN = ("file", "label", "midi_pitch", "velocity", "licence", "attribution")


@dataclass(frozen=True, slots=True)
class Source:
    """A sound file and its facts; NaN and empty where not known.

    Attributes:
        file: path inside the folder, with ``/``, spelled so that it can be printed.
        path: the same as the file system has it, which need not be text.
        size: in bytes.
        mtime_ns: when it was last written.
        facts: every other column of its manifest.csv.
    """

    file: str
    path: str
    size: int
    mtime_ns: int
    label: str = ""
    pitch: float = math.nan
    velocity: float = math.nan
    origin: str = ""
    licence: str = ""
    attribution: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gives no window, and why: a word to count by, and a sentence."""

    file: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: sounds in the order of their names, and what was passed over."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...]


def parse_keep(given: Sequence[str]) -> dict[str, frozenset[str]]:
    """``("family=reed,brass", ...)`` as column to values.

    Raises:
        InputError: not COLUMN=VALUE[,VALUE].
    """
    kept = {}
    for text in given:
        column, equals, values = text.partition("=")
        if not equals or not column.strip() or not values.strip():
            raise InputError(f"--keep {text}: write it as COLUMN=VALUE,VALUE")
        kept[column.strip()] = frozenset(value.strip() for value in values.split(","))
    return kept


def find_sources(
    folder: Path, label: str | None = None, keep: Mapping[str, frozenset[str]] | None = None
) -> Found:
    """Every sound below a folder, with what the manifest.csv nearest to it says.

    Args:
        folder: where to look; links to folders are not followed, hidden files are not seen.
        label: the manifest's column that names a class; when not given, ``label`` where there is
            one, else the first folder on the way to the file.
        keep: columns of the manifest and the values that are taken.

    Raises:
        InputError: no such folder, no such column, or no sound.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    rows: dict[Path, dict[str, str]] = {}
    paths: list[Path] = []
    skipped: list[Skipped] = []
    walked = list(_walk(folder))
    for path in walked:
        if path.name in _LISTS:
            listed, twice = _read_manifest(path)
            rows |= listed
            skipped += [
                Skipped(_inside(one, folder), "listed twice", f"the last row of {path.name} counts")
                for one in twice
            ]
        elif path.suffix.lower() in SOUND_SUFFIXES:
            paths.append(path)
        else:
            skipped.append(
                Skipped(
                    _inside(path, folder), "not audio", f"{printable(path.suffix) or 'no'} file"
                )
            )
    _check_columns(rows, label, keep or {}, folder)
    skipped += _listed_in_vain(rows, set(walked), folder)
    sources = []
    for path in paths:
        row = rows.get(path, {})
        if any(row.get(column, "") not in values for column, values in (keep or {}).items()):
            skipped.append(Skipped(_inside(path, folder), "filtered", "--keep leaves it out"))
            continue
        try:
            sources.append(_source(path, folder, row, label))
        except OSError as error:
            detail = error.strerror or str(error)
            skipped.append(Skipped(_inside(path, folder), "unreadable", detail))
    if not sources:
        raise InputError(_why_none(folder, skipped))
    return Found(
        tuple(sorted(sources, key=lambda source: source.file)),
        tuple(sorted(skipped, key=lambda one: one.file)),
    )


def _listed_in_vain(rows: Iterable[Path], walked: Container[Path], folder: Path) -> list[Skipped]:
    """Rows of manifests whose file was not come by."""
    found = []
    for path in rows:
        if not path.is_file():
            reason, detail = "missing", "manifest.csv lists it, it is not there"
        elif path not in walked:
            reason, detail = "outside", "manifest.csv lists it, hidden or not below the folder"
        else:
            continue
        found.append(Skipped(_inside(path, folder), reason, detail))
    return found


def _why_none(folder: Path, skipped: Sequence[Skipped]) -> str:
    if any(one.reason == "filtered" for one in skipped):
        return f"--keep leaves none of the sounds in {folder}"
    return f"{folder} holds no sound to prepare ({', '.join(sorted(SOUND_SUFFIXES))})"


def _walk(folder: Path) -> Iterator[Path]:
    # The outer manifest.csv comes before an inner one, which so has the last word.
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(at) / name for name in sorted(files) if not name.startswith("."))


def _inside(path: Path, folder: Path) -> str:
    return spell_name(_relative(path, folder))


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _read_manifest(path: Path) -> tuple[dict[Path, dict[str, str]], list[Path]]:
    """Rows by the file that they name, and files that several rows name."""
    rows = read_csv(path, "manifest")
    if rows and "file" not in rows[0]:
        raise InputError(f"{path} has no column 'file'")
    found: dict[Path, dict[str, str]] = {}
    twice = []
    for row in rows:
        if row["file"]:
            # Not resolved: a link keeps the name by which it is listed.
            name = Path(os.path.normpath(path.parent / row["file"]))
            twice += [name] if name in found else []
            found[name] = {key: value for key, value in row.items() if key}
    return found, twice


def _check_columns(
    rows: Mapping[Path, Mapping[str, str]],
    label: str | None,
    keep: Mapping[str, frozenset[str]],
    folder: Path,
) -> None:
    there = {column for row in rows.values() for column in row}
    for column in (*([label] if label else []), *keep):
        if column not in there:
            has = f"; there is: {', '.join(sorted(there))}" if there else ", nor a manifest.csv"
            raise InputError(f"{folder} has no column '{column}'{has}")


def _source(path: Path, folder: Path, row: Mapping[str, str], label: str | None) -> Source:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    inside = _inside(path, folder)
    named = inside.split("/")[0] if "/" in inside else ""
    return Source(
        inside,
        _relative(path, folder),
        found.st_size,
        found.st_mtime_ns,
        row.get(label, "") if label else row.get("label", named),
        _number(row.get("midi_pitch") or row.get("pitch")),
        _number(row.get("velocity")),
        row.get("source_repo") or row.get("source") or printable(folder.resolve().name),
        row.get("licence") or row.get("license") or "",
        row.get("attribution", ""),
        {column: value for column, value in row.items() if column not in _KNOWN},
    )


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
