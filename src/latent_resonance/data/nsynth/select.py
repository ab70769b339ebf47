"""Some of NSynth's notes as a folder of the project's own: sounds and a manifest.csv."""

import csv
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.data.nsynth.examples import (
    NOTE_NAME,
    Filter,
    Note,
    find_splits,
    read_notes,
    split_of,
)

COLUMNS = (
    "file", "instrument", "family", "midi_pitch", "velocity", "articulation", "origin",
    "duration_s", "qualities", "split", "source_repo", "source_path", "licence", "attribution",
)  # fmt: skip

Link = Literal["auto", "hard", "symbolic", "copy"]

_SECONDS = 4.0
_LICENCE = "CC-BY-4.0"
_AUTHORS = "NSynth: Engel, Resnick, Roberts, Dieleman, Eck, Simonyan, Norouzi 2017; Google Inc."


@dataclass(frozen=True, slots=True)
class Selected:
    """What was written: notes in all, of each family, and those whose sound is not there."""

    notes: int
    families: Mapping[str, int]
    missing: int


def select(
    folder: Path,
    output: Path,
    wanted: Filter,
    link: Link = "auto",
    on_progress: Callable[[float, float], None] | None = None,
) -> Selected:
    """Write the notes that pass to ``output``, links or copies, and manifest.csv last.

    Args:
        folder: an unpacked split, or the folder that holds some.
        output: new, empty, or of an earlier selection, which is replaced.
        wanted: which notes.
        link: ``hard`` and ``symbolic`` links take no room; ``auto`` is hard, else a copy.
        on_progress: takes notes done and in all.

    Raises:
        InputError: no NSynth there, damaged, or nothing passes.
        OutputError: ``output`` cannot be written, or holds other things.
    """
    chosen: list[tuple[str, Note, Path]] = []
    names: set[str] = set()
    missing = 0
    for split in find_splits(folder, wanted.splits):
        for name, note in read_notes(split):
            if wanted.takes(note) and name not in names:
                if (split / "audio" / f"{name}.wav").is_file():
                    names.add(name)
                    chosen.append((name, note, split))
                else:
                    missing += 1
    if not chosen:
        lost = f" ({missing} pass, but their sounds are not there)" if missing else ""
        raise InputError(f"no note of {folder} passes the filter{lost}")
    chosen = _draw(chosen, wanted.count, wanted.seed)
    try:
        _make_room(output)
        for done, (name, _, split) in enumerate(chosen, 1):
            _place(split / "audio" / f"{name}.wav", output / f"{name}.wav", link)
            if on_progress and done % 50 == 0:
                on_progress(done, len(chosen))
        with (
            whole_output(output / "manifest.csv") as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows(_row(name, note, split) for name, note, split in chosen)
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror}") from error
    families = Counter(note.instrument_family_str for _, note, _ in chosen)
    return Selected(len(chosen), dict(sorted(families.items())), missing)


def _draw(
    notes: list[tuple[str, Note, Path]], count: int | None, seed: int
) -> list[tuple[str, Note, Path]]:
    """At most ``count``, one family after the other in turn, so that none is crowded out."""
    if count is None or count >= len(notes):
        return notes
    generator = random.Random(seed)  # noqa: S311 - no secret
    families: dict[str, list[tuple[str, Note, Path]]] = {}
    for one in notes:
        families.setdefault(one[1].instrument_family_str, []).append(one)
    for group in families.values():
        generator.shuffle(group)
    drawn: list[tuple[str, Note, Path]] = []
    while len(drawn) < count:
        for group in families.values():
            if group and len(drawn) < count:
                drawn.append(group.pop())
    return sorted(drawn, key=lambda one: one[0])


def _make_room(output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    there = [path for path in output.iterdir() if not path.name.startswith(".")]
    ours = {
        "manifest.csv",
        *(p.name for p in there if NOTE_NAME.fullmatch(p.stem) and p.suffix == ".wav"),
    }
    others = [path for path in there if path.name not in ours]
    if others:
        raise OutputError(f"{output} holds other things ({others[0].name}): choose an empty folder")
    for path in there:
        path.unlink()


def _place(source: Path, path: Path, link: Link) -> None:
    if link == "symbolic":
        path.symlink_to(source.resolve())
        return
    if link != "copy":
        try:
            os.link(source.resolve(), path)
        except OSError:  # another disk, or one that has no links
            if link == "hard":
                raise
        else:
            return
    # To a name of its own: what the wanted name links to, if anything, is never written through.
    with whole_output(path) as partial:
        shutil.copyfile(source, partial)


def _row(name: str, note: Note, split: Path) -> list[object]:
    return [
        f"{name}.wav",
        note.instrument_str,
        note.instrument_family_str,
        note.pitch,
        note.velocity,
        "held 3 s, released 1 s",
        note.instrument_source_str,
        _SECONDS,
        " ".join(note.qualities_str),
        split_of(split),
        "magenta.tensorflow.org/datasets/nsynth",
        f"nsynth-{split_of(split)}/audio/{name}.wav",
        _LICENCE,
        _AUTHORS,
    ]
