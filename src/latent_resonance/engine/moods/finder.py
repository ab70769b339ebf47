"""Moods by words: at once from pictures that were seen before, or by a search of some seconds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.engine.moods.kept_tables import keep_table, read_table
from latent_resonance.engine.moods.painter import Painter
from latent_resonance.engine.moods.random_places import random_places
from latent_resonance.navigate.moods.region import Region
from latent_resonance.navigate.moods.search import Effort, Found, StoppedError, search_place
from latent_resonance.navigate.moods.table import PictureTable
from latent_resonance.navigate.prompts.judge import PictureJudge
from latent_resonance.navigate.prompts.open import open_judge

Progress = Callable[[float, float], None]
"""Gets what is done, of how much."""

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What a prompt found.

    Attributes:
        places: ``[n, latent]``, the best first, each of another look.
        fits: ``[n]``, how well each fits; 0 is usual, 2 is good.
        understood: the words or phrases that the judge knows.
        unknown: those that say nothing to it, each with a word to try in its place, or ``""``.
    """

    places: FloatArray
    fits: FloatArray
    understood: tuple[str, ...]
    unknown: Mapping[str, str]


class MoodFinder(Closing):
    """Finds places of an image bundle by prompts.

    ``find`` answers within milliseconds once ``prepare`` has drawn the table of random places
    (about a minute for ``fields`` on one core, once for each bundle and judge: it is kept on
    disk). ``search`` takes some seconds more and finds better. Not for several threads at once.

    Args:
        bundle: of pictures.
        judge: of how well pictures fit; the small tower if not given.
        effort: how much is tried; ``candidates`` is the table's size. What is searched for is
            drawn larger than the table's pictures, where the size can be chosen.
        threads: for the model.
        truncation: 0..1; below 1 random places are drawn towards the mean.

    Raises:
        InputError: the bundle makes no pictures.
        ResonanceError: its networks cannot be used.
    """

    def __init__(
        self,
        bundle: Bundle,
        judge: PictureJudge | None = None,
        effort: Effort | None = None,
        threads: int = 1,
        truncation: float = 1.0,
    ) -> None:
        self.judge = judge or open_judge()
        self.effort = effort or Effort()
        self.bundle = bundle
        self._truncation = truncation
        self._seen: tuple[PictureTable, Region] | None = None
        self._threads = threads
        self._painter = Painter(bundle, self.judge.side, threads)
        self._fine: Painter | None = None

    @property
    def ready(self) -> bool:
        """Whether the table is there, so that ``find`` answers at once."""
        return self._seen is not None

    def close(self) -> None:
        """Let go of the networks."""
        self._painter.close()
        if self._fine is not None:
            self._fine.close()

    def prepare(
        self,
        on_progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        keep: bool = True,
    ) -> None:
        """Draw the table of random places, or read the one that was kept.

        Args:
            on_progress: gets how many pictures are done, of how many.
            cancelled: asked before each 64 pictures.
            keep: read it from disk, and write it there; where that fails it is drawn each time.

        Raises:
            StoppedError: when ``cancelled`` says so; nothing is kept then.
        """
        self._look(on_progress, cancelled, keep=keep)

    def find(self, prompt: str, count: int = 8) -> Answer:
        """The places of the table that fit best; draws the table first where it is not ready.

        Args:
            prompt: what to see, such as ``peaceful soft blue``.
            count: how many places.

        Raises:
            InputError: the prompt is empty or too long, or nothing in it is known; says what to
                try.
        """
        reading = self.judge.read(prompt)
        table, _ = self._prepared()
        places, fits = table.best(reading, count)
        return Answer(places, fits, reading.parts, reading.unknown)

    def search(
        self,
        prompt: str,
        on_progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        seed: int | None = None,
    ) -> Found:
        """One place, better than all of the table.

        Args:
            prompt: what to see.
            on_progress: gets how many rounds are done, of how many.
            cancelled: asked before each round.
            seed: of this search; the effort's if not given.

        Raises:
            InputError: as ``find``.
            StoppedError: when ``cancelled`` says so.
        """
        reading = self.judge.read(prompt)
        table, region = self._prepared()
        effort = self.effort if seed is None else replace(self.effort, seed=seed)
        return search_place(
            reading, table, region, self.draw, self.judge, effort, on_progress, cancelled
        )

    def draw(self, places: FloatArray) -> ByteArray:
        """Small pictures of places ``[n, latent]``, uint8 ``[n, height, width, 3]``."""
        if self._fine is None:
            side = max(self.effort.side, self.judge.side)
            self._fine = (
                Painter(self.bundle, side, self._threads) if self.bundle.any_size else self._painter
            )
        return self._fine.draw(places)

    def _prepared(self) -> tuple[PictureTable, Region]:
        return self._seen or self._look()

    def _look(
        self,
        on_progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        keep: bool = True,
    ) -> tuple[PictureTable, Region]:
        effort = self.effort
        drawn_by = self.bundle.facts.get("seal", ""), self._painter.layout, self.judge.identity
        places, directions = random_places(
            self.bundle, effort.candidates, effort.seed, self._truncation
        )
        seen = read_table(drawn_by, places) if keep else None
        if seen is None:
            parts = []
            for begin in range(0, len(places), _BATCH):
                if cancelled():
                    raise StoppedError("the search for a mood was stopped")
                pictures = self._painter.draw(places[begin : begin + _BATCH])
                parts.append(self.judge.embed_pictures(pictures))
                on_progress(min(begin + _BATCH, len(places)), len(places))
            # Rounded as it is kept: what was read finds the same.
            seen = np.concatenate(parts).astype(np.float16).astype(np.float32)
            if keep:
                keep_table(drawn_by, places, seen)
        region = Region.of(places, directions, effort.axes)
        self._seen = PictureTable(places, seen), region
        return self._seen
