"""Which window of a sound that goes on is heard, and which comes next: no window goes round.

Each window is an event: at the performer's place, or at one of the places of the same kind that the
navigator names. The next one is asked for before the one that sounds is at its end. What is over
there, such as a hit, begins anew with the next, and is followed by what is over, too; what goes on,
such as rain, joins the next one, a closed loop, at a random column, so that its grain is another
one. In between, the window that sounds follows the performer as any window does.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.values import FloatArray, Latent, Others
from latent_resonance.render.spectral.loop import Loop

# The model has this long for what shall begin at an instant.
_LEAD_SECONDS = 0.2
PASSED_OVER = 4
"""After an event that is over, so many that go on are passed over for one that ends too."""


@dataclass(frozen=True, slots=True)
class Event:
    """One window of the course.

    Attributes:
        number: of the event, from 0.
        drawn: the how manieth of the other places it is at; 0 for the performer's own.
        turn: the playhead at which its first column is.
        after_over: whether it comes after one that is over.
    """

    number: int = 0
    drawn: int = 0
    turn: int = 0
    after_over: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Where the sound is in its events.

    Attributes:
        others: places that the next ones are drawn from.
        now: the event that sounds.
        next: the one that was asked for.
        waiting: its window, until it may begin.
        played: columns since ``now`` began; below 0 while it is blended in before its first.
        draws: how many of the other places were asked for.
        passed: how many of them since ``now`` began.
    """

    others: Others
    now: Event = Event()
    next: Event | None = None
    waiting: Loop | None = None
    played: float = 0.0
    draws: int = 0
    passed: int = 0

    @property
    def wanted(self) -> Event:
        """What the model is to make."""
        return self.next or self.now


class Events:
    """The rules of a course, for windows of one layout.

    Args:
        period: columns of a loop.
        hop_seconds: of a column.
        blend_columns: in which the next event of what is over is blended in.
        seed: of all draws.
    """

    def __init__(self, period: int, hop_seconds: float, blend_columns: int, seed: int) -> None:
        self._period, self._seed = period, seed
        self._early = min(blend_columns + 1, period)
        self._lead = min(self._early + math.ceil(_LEAD_SECONDS / hop_seconds), period)

    def follow(self, course: Course | None, latent: Latent) -> Course | None:
        """The course for where the performer is now: another kind of sound begins at its place."""
        others = latent.others
        if others is None or not len(others.over):
            return None
        if course is None:
            return Course(others)
        if others is course.others:
            return course
        now = replace(course.now, drawn=0)
        return replace(course, others=others, now=now, next=None, waiting=None)

    def take(self, course: Course, arrived: Loop, over: bool) -> tuple[Course, bool]:
        """What the model has made; gives whether it is to be heard now, in the place of ``now``.

        Args:
            course: where the sound is.
            arrived: a window that was not there before.
            over: whether the one that sounds is over at its end.
        """
        if arrived.event == course.next and not over:
            return self._begun(course, 0.0), True
        if arrived.event == course.next:
            if arrived.over or course.passed >= PASSED_OVER:
                return replace(course, waiting=arrived), False
            return self._draw(course, course.wanted.turn, over), False
        event = arrived.event
        return course, isinstance(event, Event) and event.number == course.now.number

    def due(self, course: Course) -> tuple[Course, Loop | None]:
        """The window that waited for the end of the one that sounds, where that is reached."""
        if course.waiting is None or course.played < self._period - self._early:
            return course, None
        return self._begun(course, course.played - self._period), course.waiting

    def go_on(self, course: Course, playhead: float, speed: float, over: bool) -> Course:
        """The course one step later, ``speed`` columns on; the next event is asked for in time."""
        course = replace(course, played=course.played + abs(speed))
        if course.next is not None or course.played < self._period - self._lead:
            return course
        if over:
            rest = max(0.0, self._period - course.played)
            turn = round(playhead + math.copysign(rest, speed)) % self._period
        else:
            turn = int(self._random(course.draws, 1).integers(self._period))
        return self._draw(course, turn, over)

    def place(self, course: Course, w: FloatArray) -> FloatArray:
        """Where the wanted event is, from the performer's place ``w [size]``."""
        event = course.wanted
        if not event.drawn:
            return w
        rows = course.others.over if event.after_over else course.others.going_on
        turn, number = divmod(event.drawn - 1, len(rows))
        row = self._random(turn, 0).permutation(len(rows))[number]
        return np.asarray(w + rows[row], np.float32)

    def _draw(self, course: Course, turn: int, over: bool) -> Course:
        draws = course.draws + 1
        event = Event(course.now.number + 1, draws, turn, over)
        return replace(course, next=event, waiting=None, draws=draws, passed=course.passed + 1)

    def _begun(self, course: Course, played: float) -> Course:
        now = course.wanted
        return replace(course, now=now, next=None, waiting=None, played=played, passed=0)

    def _random(self, *what: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([self._seed, *what]))
