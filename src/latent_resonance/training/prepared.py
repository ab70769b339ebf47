"""Prepared shards (``resonance data prepare``) where a recipe names a folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import SourceCount, count_owners
from latent_resonance.data.prepare.output import SETTINGS
from latent_resonance.data.shards import Shards, open_shards
from latent_resonance.training.recipe import CorpusFolder

_FACTS = ("file", "source", "licence", "attribution", "start_seconds", "seconds")


@dataclass(frozen=True, slots=True)
class PreparedWindow:
    """One window of a shard; its levels stay on the disk until they are asked for.

    Attributes:
        shards: where it lies,
        index: and at which place.
        label: what it is; "" when nothing is known.
        pitch: MIDI; NaN when not known.
        velocity: MIDI; NaN when not known.
        seconds: of sound in it.
        row: the other facts.
        file: the sound that it is a part of.
        source: of the sound,
        licence: and on which terms,
        attribution: and by whom.
    """

    shards: Shards
    index: int
    label: str
    pitch: float
    velocity: float
    seconds: float
    row: dict[str, str]
    file: str
    source: str
    licence: str
    attribution: str

    @property
    def level_db(self) -> FloatArray:
        """Float32 ``[bins, columns]`` in ``-range_db .. 0``."""
        return self.shards[self.index]


def is_prepared(path: Path) -> bool:
    """Whether ``resonance data prepare`` made this folder."""
    return (path / SETTINGS).is_file()


def read_prepared(
    folder: CorpusFolder, layout: SpectrogramFormat, *, starts: bool = False
) -> list[PreparedWindow]:
    """The windows of a prepared folder that pass its filter.

    Args:
        folder: ``label`` names a column; the label given to ``prepare`` where there is none such.
        layout: that training needs.
        starts: only windows at the start of their sound.

    Raises:
        InputError: of another layout (says how to prepare it), no such column, or nothing passes.
    """
    shards = open_shards(folder.path)
    if shards.layout != layout:
        raise InputError(
            f"{folder.path} was prepared for another layout; this recipe needs: resonance data "
            f"prepare SOUNDS --output {folder.path}-{layout.sample_rate}-{layout.n_fft} "
            f"--sample-rate {layout.sample_rate} "
            f"--n-fft {layout.n_fft} --hop {layout.hop} --columns {layout.columns} "
            f"--range-db {layout.range_db:g}"
        )
    column = folder.label if folder.label in shards.columns else "label"
    labels = shards.facts(column)
    filters = {name: shards.facts(name) for name in folder.keep}
    instruments = shards.facts("instrument") if "instrument" in shards.columns else labels
    facts = zip(
        *(shards.facts(name) for name in _FACTS),
        strict=True,
    )
    found = []
    for index, (file, source, licence, attribution, start, seconds) in enumerate(facts):
        if starts and start > 0:
            continue
        if any(str(filters[name][index]) not in folder.keep[name] for name in folder.keep):
            continue
        found.append(
            PreparedWindow(
                shards,
                index,
                labels[index] or "",
                float(shards.pitch[index]),
                float(shards.velocity[index]),
                float(seconds),
                {"instrument": instruments[index] or ""},
                file,
                source or folder.path.name,
                licence or "unknown",
                attribution or "",
            )
        )
    if not found:
        raise InputError(f"{folder.path}: no window passes the filter")
    return found


class Owned(Protocol):
    """A part of a sound that came from somewhere."""

    @property
    def file(self) -> str:
        """The sound that it is a part of."""

    @property
    def source(self) -> str:
        """Where the sound is from."""

    @property
    def licence(self) -> str:
        """Its terms as the manifest has them, ``unknown`` where it has none."""

    @property
    def attribution(self) -> str:
        """Its authors as the manifest has them, empty where it has none."""


def count_owned(things: Iterable[Owned]) -> list[SourceCount]:
    """How many sounds came from which source on which terms, for the bundle."""
    return count_owners((one.file, one.source, one.licence, one.attribution) for one in things)
