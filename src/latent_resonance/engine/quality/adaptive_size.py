"""A model of pictures that draws smaller where it is slower than the frame rate, live.

The frame rate is never given up for size. Networks that take coordinates can be drawn at any size;
players of the smaller ones are readied in the background, while the last one draws on.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.values import Frame, Latent
from latent_resonance.engine.priority import come_second
from latent_resonance.engine.quality.levels import Levels
from latent_resonance.engine.rests import rest_of_pictures
from latent_resonance.models.engines.threads import physical_cores
from latent_resonance.render.pictures.fit import fit

_SIDES = (1.0, 0.85, 0.7, 0.55, 0.4)
_SMALLEST, _WHOLE = 64, 4
"""Pixels a side; networks of coordinates compute some of it for squares of four by four."""
_TRIES = 4
"""Pictures of a size, before anything is shown."""


def smaller_sizes(full: PictureFormat) -> list[PictureFormat]:
    """The sizes to draw at, falling from ``full``."""
    found = [full]
    for share in _SIDES[1:]:
        width, height = (
            _WHOLE * round(side * share / _WHOLE) for side in (full.width, full.height)
        )
        if min(width, height) >= _SMALLEST:
            found.append(PictureFormat(width, height))
    return found


def picture_budget(frame_seconds: float) -> float:
    """Seconds that a picture may take: the model's thread rests after each."""
    return frame_seconds / (1 + rest_of_pictures(physical_cores()))


class AdaptiveSize:
    """Model: the same pictures, drawn at the largest size that keeps up.

    Args:
        make: readies a player for a size.
        full: the size that is given, whatever is drawn.
        frame_seconds: between two frames.
        clock: seconds, for tests.
    """

    latency_seconds = 0.0

    def __init__(
        self,
        make: Callable[[PictureFormat], Model],
        full: PictureFormat,
        frame_seconds: float,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._make, self._clock = make, clock
        self._sizes = smaller_sizes(full)
        pixels = [size.width * size.height for size in self._sizes]
        self._levels = Levels([n / pixels[0] for n in pixels], picture_budget(frame_seconds))
        self._players: dict[int, Model] = {0: make(full)}
        self._lock = threading.Lock()
        self._readying: threading.Thread | None = None
        self._shown, self._fixed, self._closed, self._changes = 0, False, False, 0

    @property
    def gives(self) -> PictureFormat:
        """The size of its pictures, whatever size they are drawn at."""
        return self._sizes[0]

    @property
    def drawn(self) -> PictureFormat:
        """The size that the last picture was drawn at."""
        return self._sizes[self._shown]

    def prepare(self, spec: Any) -> None:
        """Nothing: the first player is ready."""

    def reset(self) -> None:
        """Nothing is carried from one place to the next."""

    def begin(self, latent: Latent) -> None:
        """Find the size to begin with, by some pictures that nobody sees.

        Found while it plays, each step down would cost pictures: of the size that is too slow, and
        of the time in which the smaller player is readied.

        Raises:
            AssemblyError: ``w`` has another length.
        """
        for _ in self._sizes:
            level = self._levels.level
            if level not in self._players:
                self._add(level)
            if level not in self._players:  # it draws on as it did
                return
            self._shown = level
            times = []
            for _ in range(_TRIES):
                began = self._clock()
                self._drawn_at(level, latent)
                times.append(self._clock() - began)
            # The first ones warm up, any may be disturbed.
            if self._levels.begin(min(times)) == level:
                return

    def generate(self, latent: Latent) -> Frame:
        """The picture at ``latent.w`` in the full size, drawn at the level of this moment.

        Raises:
            AssemblyError: ``w`` has another length.
        """
        self._take(self._levels.level)
        began = self._clock()
        made = self._drawn_at(self._shown, latent)
        if self._shown == self._levels.level and not self._fixed:
            self._levels.took(self._clock() - began)
        return made

    def _drawn_at(self, level: int, latent: Latent) -> Frame:
        size = self._sizes[level]
        made = self._players[level].generate(latent)
        if level:
            made = Frame(fit(made, size, self._sizes[0]), 0.0)
        assert isinstance(made, Frame)  # noqa: S101 - only bundles of pictures have any size
        return made

    def report(self) -> dict[str, Any]:
        """Where it drew last, and how often that changed."""
        size = self.drawn
        return {"drawn_at": [size.width, size.height], "size_changes": self._changes}

    def close(self) -> None:
        """Release all players; safe to call twice."""
        with self._lock:
            self._closed = True
            players, self._players = self._players, {0: self._players[0]}
        for player in players.values():
            player.close()
        if self._readying is not None:
            self._readying.join(timeout=5)

    def _take(self, level: int) -> None:
        """Draw at ``level`` from now on, if its player is ready; else ready it."""
        if level == self._shown or self._fixed:
            return
        if level in self._players:
            self._shown, self._changes = level, self._changes + 1
        elif self._readying is None or not self._readying.is_alive():
            self._readying = threading.Thread(
                target=self._ready, args=(level,), name="smaller model", daemon=True
            )
            self._readying.start()

    def _ready(self, level: int) -> None:
        come_second()
        self._add(level)

    def _add(self, level: int) -> None:
        try:
            player = self._make(self._sizes[level])
        except ResonanceError:
            self._fixed = True  # it draws on as it did
            return
        with self._lock:
            if not self._closed:
                self._players[level] = player
                return
        player.close()
