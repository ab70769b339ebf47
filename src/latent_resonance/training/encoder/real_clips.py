"""Real sounds that an encoder learns from: random windows of clips, and the held-out clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import SourceCount, count_sources, read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.sound.codec import encode
from latent_resonance.sound.hush import loudest_at_zero
from latent_resonance.training.adversarial.material import cut_anywhere, random_window
from latent_resonance.training.prepared import (
    PreparedWindow,
    count_owned,
    is_prepared,
    read_prepared,
)
from latent_resonance.training.recipe import CorpusFolder


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip as levels, float16 ``[bins, columns]``, of any length, and what it is."""

    level_db: np.ndarray
    label: str


class RealClips:
    """All clips of some folders.

    Args:
        folders: with a ``manifest.csv``, or prepared shards.
        layout: of the bundle.

    Attributes:
        clips: to learn from.
        held_out: to judge by; never learned from.
        sources: where they come from.
        refused: files that cannot be used, and why not.

    Raises:
        InputError: a folder cannot be used, or nothing in it sounds.
    """

    def __init__(self, folders: Sequence[Path], layout: SpectrogramFormat) -> None:
        self.layout = layout
        self.clips: list[Heard | PreparedWindow] = []
        self.held_out: list[Heard | PreparedWindow] = []
        self.sources: list[SourceCount] = []
        self.refused: dict[str, str] = {}
        for folder in folders:
            if is_prepared(folder):
                self._add_prepared(folder)
            else:
                self._add_files(folder)
        if folders and not self.clips:
            why = next(iter(self.refused.values()), "")
            raise InputError(
                f"{', '.join(map(str, folders))}: no clip there can be heard"
                + (f"; the first: {why}" if why else "")
            )

    def __bool__(self) -> bool:
        return bool(self.clips)

    def _add_prepared(self, folder: Path) -> None:
        windows = read_prepared(CorpusFolder(path=folder, label="label"), self.layout)
        windows = [one for one in windows if self._sounds(one.level_db)]
        for window in windows:
            (self.held_out if is_held_out(window.file) else self.clips).append(window)
        self.sources += count_owned(windows)

    def _add_files(self, folder: Path) -> None:
        taken = []
        for row in read_rows(folder, "file", {}):
            path = folder / row["file"]
            try:
                samples = read_mono(path, self.layout.sample_rate)
            except MediaError as error:
                self.refused[str(path)] = str(error)
                continue
            level = encode(samples, self.layout).astype(np.float16)
            if not self._sounds(level):
                continue
            clip = Heard(level, row.get("label") or "")
            (self.held_out if is_held_out(row["file"]) else self.clips).append(clip)
            taken.append(row)
        self.sources += count_sources(taken, folder.name)

    def _sounds(self, level: np.ndarray) -> bool:
        return bool(level.size and level.max() > 1 - self.layout.range_db)

    def batch(self, count: int, random: np.random.Generator) -> FloatArray:
        """Random windows, their loudest at 0 dB, ``[count, bins, columns]`` in dB."""
        chosen = random.integers(len(self.clips), size=count)
        scaled = np.stack(
            [random_window(self.clips[i].level_db, self.layout, random) for i in chosen]
        )
        return np.asarray((scaled - 1) * np.float32(self.layout.range_db / 2), np.float32)

    def spread(self, count: int, most: int, random: np.random.Generator) -> Iterator[FloatArray]:
        """Random windows, one by one, spread over the recordings, their silence at the floor.

        ``batch`` lifts quiet windows floor and all, as training has always done. A clip that is
        longer than a window has ``most``, others one; all clips come, in random order, before any
        comes again.
        """
        longer = [one.level_db.shape[1] > self.layout.columns for one in self.clips]
        every = np.repeat(np.arange(len(self.clips)), np.where(longer, most, 1))
        given = 0
        while given < count:
            for clip in random.permutation(every)[: count - given]:
                window = cut_anywhere(self.clips[clip].level_db, self.layout, random)
                yield loudest_at_zero(window, self.layout.range_db)
                given += 1


def middle_window(level: np.ndarray, layout: SpectrogramFormat) -> FloatArray:
    """The loudest window of a clip, its top at 0 dB, float32 ``[bins, columns]``."""
    spare = max(0, layout.columns - level.shape[1])
    level = np.pad(level.astype(np.float32), ((0, 0), (0, spare)), constant_values=-layout.range_db)
    power = np.power(10.0, level / 10).sum(axis=0)
    ahead = np.cumsum(np.r_[0.0, power])
    start = int((ahead[layout.columns :] - ahead[: -layout.columns]).argmax())
    window = level[:, start : start + layout.columns]
    return np.asarray(np.clip(window - window.max(), -layout.range_db, 0), np.float32)
