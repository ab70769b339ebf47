"""Controls that are set by hand: ``--set mouth=0.5``, a slider, a page, a script."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

from pydantic import Field, field_validator

from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Event, FloatArray, Spec

_NAME = re.compile(r"[\w/.\-]+")


class Options(PartOptions):
    """The values, and for how long."""

    values: dict[str, float] = Field(default={}, description="control name to value")
    seconds: float | None = Field(default=None, gt=0, description="length; none goes on for ever")

    @field_validator("values")
    @classmethod
    def _named(cls, values: dict[str, float]) -> dict[str, float]:
        for name in values:
            if not _NAME.fullmatch(name):
                raise ValueError(f"'{name}': a control's name has letters, digits and _ / - . only")
        return values


class Part(Sensor):
    """Sensor: what was set last, and the events that were given, at their times.

    It offers all controls that the performance listens to; only those that were set have a value,
    so that nothing else is moved from where it rests. All of its methods may be called from any
    thread.
    """

    quick = True
    gives_events = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._offered: Mapping[str, ControlRange] = {}
        self._lock = threading.Lock()
        self.reset()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """What is listened to, and what was set beside it, which has no range of its own."""
        others = {n: v for n, v in self._now.values.items() if n not in self._offered}
        return [
            *self._offered.values(),
            *(ControlRange(n, min(v, 0), max(v, 1), v) for n, v in others.items()),
        ]

    @property
    def duration_seconds(self) -> float | None:
        return self.options.seconds

    def prepare(self, spec: Spec) -> None:
        self._offered = {control.name: control for control in spec.listens}

    def reset(self) -> None:
        """Back to the values it was made with; events that are still to come are forgotten."""
        with self._lock:
            self._now = Controls(0.0, dict(self.options.values))
            self._coming: list[tuple[float, int, Event]] = []
            self._pressed = 0
            self._read_until = 0.0

    def move(self, time_seconds: float, **values: float) -> None:
        """Set some controls from now on; the others stay."""
        with self._lock:
            now = self._now
            self._now = replace(now, time_seconds=time_seconds, values={**now.values, **values})

    def choose(self, **choices: str) -> None:
        """Choose words, such as ``instrument="cello"``; other choices stay."""
        with self._lock:
            self._now = replace(self._now, choices={**self._now.choices, **choices})

    def go_to(self, place: FloatArray | None) -> None:
        """Name a point of the latent space, ``[latent_size]``; None for none any more."""
        with self._lock:
            self._now = replace(self._now, place=place)

    def set_present(self, present: bool) -> None:
        """Say whether the performer is there."""
        with self._lock:
            self._now = replace(self._now, present=present)

    def press(self, *events: Event) -> None:
        """Give events, each to the step that covers its time.

        One whose step is over goes into the next read, as if it came then. Those of the same time,
        and those that are late, keep the order in which they were given.
        """
        with self._lock:
            for event in events:
                due = max(event.time_seconds, self._read_until)
                heappush(self._coming, (due, self._pressed, event))
                self._pressed += 1

    def forget(self) -> None:
        """Events that are still to come do not come; those that are due only wait to be read."""
        with self._lock:
            self._coming = [one for one in self._coming if one[0] <= self._read_until]
            heapify(self._coming)

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        now = self._now
        self._read_until = now_seconds
        if not self._coming:
            return now
        events = []
        with self._lock:
            while self._coming and self._coming[0][0] < now_seconds + step_seconds:
                _, _, event = heappop(self._coming)
                late = event.time_seconds < now_seconds
                events.append(replace(event, time_seconds=now_seconds) if late else event)
        return replace(now, events=tuple(events)) if events else now

    def statistics(self) -> Mapping[str, int]:
        return {"controls": len(self._now.values)}
