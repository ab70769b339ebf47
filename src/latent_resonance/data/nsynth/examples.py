"""The notes of NSynth as examples.json has them, and which of them are wanted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.text_files import first_fault, parse_json
from latent_resonance.data.nsynth.archive import EXAMPLES, SPLITS

FAMILIES = (
    "bass", "brass", "flute", "guitar", "keyboard", "mallet", "organ", "reed", "string",
    "synth_lead", "vocal",
)  # fmt: skip
SOURCES = ("acoustic", "electronic", "synthetic")
QUALITIES = (
    "bright", "dark", "distortion", "fast_decay", "long_release", "multiphonic", "nonlinear_env",
    "percussive", "reverb", "tempo-synced",
)  # fmt: skip

NOTE_NAME = re.compile(r"[a-z][a-z_]*_\d{3,4}-\d{3}-\d{3}", re.ASCII)


class Note(BaseModel):
    """An entry of examples.json; ``note`` there is a serial number, the pitch is ``pitch``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    instrument_str: str = Field(pattern=r"^[a-z_]+_\d+$")
    instrument_family_str: str
    instrument_source_str: str
    pitch: int = Field(ge=0, le=127)
    velocity: int = Field(ge=0, le=127)
    qualities_str: list[str] = []


@dataclass(frozen=True, slots=True)
class Filter:
    """Which notes are taken; empty takes all.

    Attributes:
        families: of ``FAMILIES``.
        sources: of ``SOURCES``.
        lowest, highest: MIDI pitch.
        velocities: of 25, 50, 75, 100, 127.
        without: qualities of which a note may have none.
        splits: of ``train``, ``valid``, ``test``.
        count: at most so many, drawn evenly from the families.
        seed: of the draw.
    """

    families: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 127
    velocities: tuple[int, ...] = ()
    without: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    count: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises UnknownNameError or InputError for what NSynth does not have."""
        for kind, names, known in (
            ("family", self.families, FAMILIES),
            ("source", self.sources, SOURCES),
            ("quality", self.without, QUALITIES),
            ("split", self.splits, SPLITS),
        ):
            for name in names:
                if name not in known:
                    raise UnknownNameError(kind, name, known)
        if not 0 <= self.lowest <= self.highest <= 127:
            raise InputError("pitches are LOWEST..HIGHEST, from 0 to 127")

    def takes(self, note: Note) -> bool:
        """Whether a note passes."""
        return (
            (not self.families or note.instrument_family_str in self.families)
            and (not self.sources or note.instrument_source_str in self.sources)
            and self.lowest <= note.pitch <= self.highest
            and (not self.velocities or note.velocity in self.velocities)
            and not set(self.without) & set(note.qualities_str)
        )


def find_splits(folder: Path, splits: Sequence[str] = ()) -> list[Path]:
    """The unpacked splits in or at a folder.

    Raises:
        InputError: none of those asked for.
    """
    near = [folder, *(folder / f"nsynth-{split}" for split in SPLITS)]
    found = [path for path in near if (path / EXAMPLES).is_file()]
    if splits:
        found = [path for path in found if split_of(path) in splits]
    if not found:
        wanted = splits[0] if splits else "test"
        raise InputError(
            f"{folder} holds no {' or '.join(splits) + ' split of ' if splits else ''}NSynth "
            f"(nsynth-{wanted}/{EXAMPLES} and audio/): --download {wanted} brings one"
        )
    return found


def read_notes(split: Path) -> Iterator[tuple[str, Note]]:
    """Names and facts of a split's notes, in the order of their names.

    Raises:
        InputError: examples.json is damaged, or has entries that are no notes.
    """
    path = split / EXAMPLES
    try:
        entries: Any = parse_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}") from error
    if not isinstance(entries, dict):
        raise InputError(f"{path} is not a JSON object")
    for name in sorted(entries):
        # The name becomes a file's: nothing but the form that NSynth gives its notes.
        if not NOTE_NAME.fullmatch(name):
            raise InputError(f"{path} has an entry {name[:80]!r}, which is no note of NSynth")
        try:
            yield name, Note.model_validate(entries[name])
        except ValidationError as error:
            where, reason = first_fault(error)
            raise InputError(f"{path}, {name}, '{where}': {reason}") from error


def split_of(path: Path) -> str:
    """The name of a split, ``test``, from its folder's."""
    return path.resolve().name.removeprefix("nsynth-")
