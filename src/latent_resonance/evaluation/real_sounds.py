"""Real sounds to compare with: windows cut as each family of models was trained on them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError, MediaError, in_a_line
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import held_levels, list_sounds, read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.hush import hush, loudest_at_zero
from latent_resonance.sound.partial_fit import fit_partials

Manner = Literal["note", "held", "anywhere"]
"""How windows are cut: from a note's start; from its held part; anywhere, also over the ends."""

_LABELS = ("family", "label", "instrument", "kind")
_PER_CLIP = {"note": 1, "held": 2, "anywhere": 3}
_AUDIBLE_DB = -25.0
_TRIES = 8
_CUT_SECONDS = 2.95
_FADE_SECONDS = 0.1
# Takes of one sound differ by a number, perhaps with a letter, at the end of the name.
_TAKE = re.compile(r"[\d_\-. ]+[a-z]?$")
_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class RealWindow:
    """One window of a real sound.

    Attributes:
        level_db: float16 ``[bins, columns]``, the loudest at 0 dB.
        file: where it is from.
        label: what it is, empty when nothing says.
        group: equal for takes of one sound, which must not be on both sides of a comparison.
        midi: its pitch as labelled, NaN when nothing says.
        tuned: its pitch as measured from the levels, near ``midi``.
        velocity: 0 soft .. 1 hard, NaN when nothing says.
        held_out: whether training never saw the file.
        heard: columns that belong to the sound; after them its recording was cut.
        path: the sound file.
    """

    level_db: npt.NDArray[np.float16]
    file: str
    label: str
    group: str
    midi: float
    tuned: float
    velocity: float
    held_out: bool
    heard: int
    path: Path = Path()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sounds of the folders.

    Attributes:
        label: column that says what a sound is; the first of the usual ones when empty.
        keep: column to the values taken; empty takes all.
    """

    label: str
    keep: dict[str, list[str]]


def read_real(
    folders: Sequence[Path],
    layout: SpectrogramFormat,
    manner: Manner,
    choice: Choice,
    seed: int,
    on_progress: Callable[[float], None],
    on_refused: Callable[[str, str], None] | None = None,
) -> list[RealWindow]:
    """Windows of all sounds in the folders, in the order of their manifests.

    Args:
        folders: with a manifest.csv, or just sound files in them or in folders named by kind.
        layout: of the model.
        manner: how windows are cut.
        choice: which sounds.
        seed: of the places where windows are cut.
        on_progress: gets the share that is done.
        on_refused: gets the file that cannot be read and why, and the others go on.

    Raises:
        InputError: a folder holds nothing that can be used.
        MediaError: a sound cannot be read, and there is no ``on_refused``.
    """
    rows = [(folder, row) for folder in folders for row in _rows(folder, choice)]
    windows: list[RealWindow] = []
    refused = ""
    for index, (folder, row) in enumerate(rows):
        try:
            samples = read_mono(folder / row["file"], layout.sample_rate)
        except MediaError as error:
            if on_refused is None:
                raise
            refused = in_a_line(error)
            on_refused(row["file"], refused)
            continue
        random = np.random.default_rng([seed, index])
        heard = _heard_columns(samples, layout) if manner == "note" else layout.columns
        cut = list(_cut(samples, layout, manner, random))
        if not cut and on_refused is not None:
            on_refused(row["file"], f"{row['file']} is silent, or too short for a window")
        for level in cut:
            shown = loudest_at_zero(level, layout.range_db)
            midi = float(row["midi"] or "nan")
            windows.append(
                RealWindow(
                    shown.astype(np.float16),
                    row["file"],
                    row["label"],
                    row["group"],
                    midi,
                    _tuned(shown, layout, midi, row["f0_midi"]),
                    float(np.minimum(1, float(row["velocity"] or "nan") / 127)),
                    is_held_out(row["file"]),
                    heard,
                    folder / row["file"],
                )
            )
        on_progress((index + 1) / len(rows))
    if not windows:
        where = " and ".join(map(str, folders))
        raise InputError(refused or f"{where}: every sound there is silent")
    return _apart(windows)


def faded_out(level_db: FloatArray, layout: SpectrogramFormat, heard: int) -> FloatArray:
    """Levels ``[bins, columns]`` that end as those of a recording cut after three seconds do.

    Args:
        level_db: of a sound that goes on.
        layout: of the levels.
        heard: columns until the fade begins; all of them for no fade.
    """
    fading = round(_FADE_SECONDS / layout.hop_seconds)
    left = 1 - (np.arange(level_db.shape[1]) - heard + 1) / fading
    fall = 20 * np.log10(np.clip(left, 10 ** (-layout.range_db / 20), 1))
    return np.asarray(np.maximum(level_db + fall, -layout.range_db), np.float32)


def manner_of(family: str) -> Manner:
    """How the trainer of a family of models cuts its windows."""
    return {"autoencoder": "held", "note_autoencoder": "note"}.get(family, "anywhere")  # type: ignore[return-value]


def _rows(folder: Path, choice: Choice) -> list[dict[str, str]]:
    """Rows with ``file, label, group, midi, velocity``."""
    if not (folder / "manifest.csv").is_file():
        if choice.keep:
            raise InputError(f"{folder} has no manifest.csv, so --keep cannot choose from it")
        if choice.label:
            raise InputError(
                f"{folder} has no manifest.csv, so there is no column '{choice.label}': the "
                "folders in it are its labels, leave --label out"
            )
        return _bare(folder)
    listed = read_rows(folder, "file", {})
    columns = list(listed[0])
    label = choice.label or next((name for name in _LABELS if name in columns), "file")
    return [
        {
            "file": row["file"],
            "label": row[label] if label != "file" else "",
            "group": _group(row),
            "midi": row.get("midi_pitch") or row.get("midi") or "",
            "f0_midi": row.get("f0_midi") or "",
            "velocity": row.get("velocity") or "",
        }
        for row in read_rows(folder, label, choice.keep)
    ]


def _bare(folder: Path) -> list[dict[str, str]]:
    unknown = {"midi": "", "f0_midi": "", "velocity": ""}
    return [{**row, "group": _group(row), **unknown} for row in list_sounds(folder)]


def _apart(windows: list[RealWindow]) -> list[RealWindow]:
    """Names that are only numbered make one group of everything: then each file is its own."""
    sizes = Counter(window.group for window in windows)
    if max(sizes.values()) * 4 <= len(windows):
        return windows
    return [replace(window, group=window.file) for window in windows]


def _group(row: dict[str, str]) -> str:
    name = row.get("instrument") or row.get("family")
    if name and row.get("midi_pitch"):
        return f"{name}/{row.get('source_repo', '')}/{row['midi_pitch']}"
    # Where it was taken from says more than what it is called now: pieces of one recording, and
    # takes whose names differ by numbers within.
    origin = _NO_LETTER.sub("", Path(row.get("source_path") or "").stem.lower())
    if len(origin) > 1:
        return f"{row.get('source_repo', '')}/{origin}"
    stem = row["file"].rsplit(".", 1)[0]
    return _TAKE.sub("", stem) or stem


def _cut(
    samples: FloatArray, layout: SpectrogramFormat, manner: Manner, random: np.random.Generator
) -> Iterator[FloatArray]:
    if not np.abs(samples).max(initial=0) > 1e-6:
        return
    if manner == "note":
        yield hush(fit_columns(encode(samples, layout), layout), layout.range_db)
    elif manner == "held":
        level = held_levels(samples, layout)
        fitting = level.shape[1] // layout.columns
        for k in range(min(fitting, _PER_CLIP[manner])):
            yield level[:, k * layout.columns : (k + 1) * layout.columns]
    else:
        level = encode(samples, layout)
        count = _PER_CLIP[manner] if level.shape[1] > layout.columns else 1
        for _ in range(count):
            yield _anywhere(level, layout, random)


def _heard_columns(samples: FloatArray, layout: SpectrogramFormat) -> int:
    """As the trainer of notes counts: recordings cut after three seconds faded out just before."""
    if len(samples) < _CUT_SECONDS * layout.sample_rate:
        return layout.columns
    whole = min(layout.columns, len(samples) // layout.hop + 1)
    return max(1, whole - round(_FADE_SECONDS / layout.hop_seconds))


def _tuned(level: FloatArray, layout: SpectrogramFormat, midi: float, near: str) -> float:
    """Pitch by the place of the partials; an estimate of the manifest's is where to look first."""
    if not np.isfinite(midi):
        return midi
    known = float(near or "nan")
    rough = known if abs(known - midi) < 0.6 else midi
    found, _ = fit_partials(level, layout, rough)
    # At the ends of its range the fit has taken something else for the partials.
    return found if abs(found - rough) < 0.5 else rough


def _anywhere(
    level: FloatArray, layout: SpectrogramFormat, random: np.random.Generator
) -> FloatArray:
    """A window that can be heard; it may hang over the clip's ends, by a quarter at most."""
    columns, length = layout.columns, level.shape[1]
    window = np.full((layout.bins, columns), -layout.range_db, np.float32)
    for _ in range(_TRIES):
        if length > columns:
            first = int(random.integers(-(columns // 4), length - columns + columns // 4 + 1))
        else:
            first = -int(random.integers(0, (columns - length) // 2 + 1))
        window[:] = -layout.range_db
        begin, end = max(first, 0), min(first + columns, length)
        window[:, begin - first : end - first] = level[:, begin:end]
        if window.max() > _AUDIBLE_DB:
            break
    return window
