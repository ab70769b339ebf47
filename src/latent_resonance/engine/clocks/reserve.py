"""How much sound waits in a ring: as little as the machine allows at the time."""

MOST_SECONDS = 0.08
_CALM_SECONDS = 30.0
# A card that begins takes several requests at once, and what plays is still warming up.
_BEGINNING_SECONDS = 2.0


class Reserve:
    """Grows when the ring was nearly empty, and shrinks again where that did no good for long.

    A thread that makes sound is held up by what else the machine does; sound that is kept ready
    bridges that, and delays what the performer does by as much. It is told of every request and
    counts in sound, so that the same requests give the same reserve; no clock is read.

    Args:
        rate: in Hz.
        rest_seconds: kept on a machine that keeps up.
        step: frames that are made at once.
        most_seconds: what it never exceeds, unless the rest or a request does.
        beginning_seconds: of sound, in which nothing makes it grow.

    Attributes:
        frames: to be kept ready now.
        most: the most that was.
    """

    def __init__(
        self,
        rate: int,
        rest_seconds: float,
        step: int,
        most_seconds: float = MOST_SECONDS,
        beginning_seconds: float = _BEGINNING_SECONDS,
    ) -> None:
        self._rate, self._step = rate, step
        self._rest = self.frames = self.most = max(step, round(rest_seconds * rate))
        self._limit = max(self._rest, round(most_seconds * rate))
        self._calm, self._least = 0, self._limit
        self._beginning = round(beginning_seconds * rate)

    @property
    def grown_seconds(self) -> float:
        """The most that was kept; 0 if that was never more than at rest."""
        return self.most / self._rate if self.most > self._rest else 0.0

    def took(self, asked: int, left: int, short: bool) -> None:
        """One request.

        Args:
            asked: frames of it.
            left: frames that the ring has after it.
            short: whether it had fewer than asked for.
        """
        if self._beginning > 0:
            self._beginning -= asked
        elif short:
            self._grow(self._rest, asked)
        elif left < self._step // 2:
            self._grow(self._rest // 2, asked)
        else:
            self._calm += asked
            self._least = min(self._least, left)
            if self._calm >= _CALM_SECONDS * self._rate:
                self._shrink()

    def _grow(self, by: int, asked: int) -> None:
        # A card that takes more at once than is kept would be short for ever.
        limit = max(self._limit, 2 * asked)
        self.frames = max(self.frames, min(self.frames + by, limit))
        self.most = max(self.most, self.frames)
        self._calm, self._least = 0, self._limit

    def _shrink(self) -> None:
        less = self._rest // 2
        if self._least - less >= self._step:
            self.frames = max(self._rest, self.frames - less)
        self._calm, self._least = 0, self._limit
