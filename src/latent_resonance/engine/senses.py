"""All sensors of a performance as one: their values side by side, their events in order."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from latent_resonance.contracts.errors import AssemblyError, ResonanceError, in_a_line
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Event, FloatArray, Spec, Tempo
from latent_resonance.engine.good_controls import good_controls


@dataclass(frozen=True, slots=True)
class Sensed:
    """What all sensors know at one moment.

    Attributes:
        controls: their values, events, choices and place together; present where any of them is.
        away: names of values whose own source has nobody in view.
        held: controls that are held at a value whatever is sensed or mapped.
        beat: what the beat is now, such as a tap; None where it goes on.
        changed_at: ``time.perf_counter`` seconds at which a value changed; None where none did.
    """

    controls: Controls
    away: frozenset[str] = frozenset()
    held: Mapping[str, float] = field(default_factory=dict)
    beat: float | None = None
    changed_at: float | None = None


class Senses:
    """Reads several sensors as one; a name that two of them give is the first one's.

    Args:
        sensors: prepared.
        readers: how many chains read them, each getting every event.
        on_error: told what a read raised, after which the last good controls stay in force;
            without it the error is raised.
    """

    def __init__(
        self,
        sensors: Sequence[Sensor],
        readers: int = 1,
        on_error: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.sensors = list(sensors)
        self._on_error = on_error
        self._pending: list[deque[Event]] = [deque() for _ in range(readers)]
        self._last: list[Controls | None] = [None] * len(self.sensors)
        self._lock = threading.Lock()
        self._now = 0.0
        self._merged: Controls | None = None
        self._away: frozenset[str] = frozenset()

    @property
    def controls(self) -> list[ControlRange]:
        """Of all sensors, the first one's where names are the same."""
        found: dict[str, ControlRange] = {}
        for sensor in self.sensors:
            given: Any = sensor.controls
            if given is None or not all(isinstance(one, ControlRange) for one in given):
                raise AssemblyError(
                    f"the sense '{_name(sensor)}' has no controls that can be mapped: "
                    "it needs a ControlRange of each"
                )
            for control in given:
                found.setdefault(control.name, control)
        return list(found.values())

    @property
    def gives_events(self) -> bool:
        """Whether any sensor can play notes."""
        return any(sensor.gives_events for sensor in self.sensors)

    @property
    def duration_seconds(self) -> float | None:
        """Of the longest recorded input; None where all are live."""
        lengths = [s.duration_seconds for s in self.sensors if s.duration_seconds is not None]
        return max(lengths, default=None)

    @property
    def latency_seconds(self) -> float:
        """The longest delay of any."""
        return max((sensor.latency_seconds for sensor in self.sensors), default=0.0)

    def reset(self) -> None:
        """Begin anew at 0 s; recorded inputs go on where they are."""
        with self._lock:
            for sensor in self.sensors:
                sensor.reset()
            self._last = [None] * len(self.sensors)
            self._now, self._merged = 0.0, None
            for queue in self._pending:
                queue.clear()

    def statistics(self) -> dict[str, Any]:
        """Of all sensors."""
        found: dict[str, Any] = {}
        for sensor in self.sensors:
            found.update(sensor.statistics())
        return found

    def read(
        self, now_seconds: float, step_seconds: float = 0.0, reader: int | None = None
    ) -> Sensed:
        """What is known at ``now_seconds``, and a reader's events before the step's end.

        Without a reader, events wait for those that have a number.
        """
        with self._lock:
            self._now = max(self._now, now_seconds)
            changed = self._read_all(self._now, step_seconds)
            assert self._merged is not None  # noqa: S101 - there is at least one sensor
            queue = self._pending[reader] if reader is not None else deque()
            events = []
            while queue and queue[0].time_seconds < now_seconds + step_seconds:
                events.append(queue.popleft())
            controls = self._merged
            if events:
                controls = replace(controls, events=tuple(events))
            return Sensed(controls, self._away, changed_at=changed)

    def _read_all(self, now: float, step: float) -> float | None:
        changed = None
        events: list[Event] = []
        for index, sensor in enumerate(self.sensors):
            try:
                controls = good_controls(sensor.read(now, step), self._last[index])
            except Exception as error:
                if self._on_error is None:
                    raise _told(sensor, error) from error
                self._on_error(error)
                continue
            events += controls.events
            before, self._last[index] = self._last[index], controls
            if controls is not before and not _alike(controls, before):
                arrived = time.perf_counter()
                changed = sensor.arrived_at if isinstance(sensor, BackgroundSensor) else arrived
        if changed is not None or self._merged is None:
            self._merge(now)
        if events:
            events.sort(key=lambda event: event.time_seconds)
            for queue in self._pending:
                queue.extend(events)
        return changed

    def _merge(self, now: float) -> None:
        if len(self.sensors) == 1 and self._last[0] is not None:
            only = self._last[0]
            self._merged = replace(only, events=()) if only.events else only
            self._away = only.gone
            return
        values: dict[str, float] = {}
        choices: dict[str, str] = {}
        away: set[str] = set()
        vectors: dict[str, FloatArray] = {}
        place = tempo = None
        present = False
        for controls in self._last:
            if controls is None:
                continue
            new = controls.values.keys() - values.keys()
            away |= new & controls.gone
            present = present or controls.present
            values.update({name: controls.values[name] for name in controls.values if name in new})
            choices = {**controls.choices, **choices}
            vectors = {**controls.vectors, **vectors}
            place = controls.place if place is None else place
            tempo = _leading(tempo, controls.tempo)
        self._merged = Controls(now, values, present, (), choices, place, tempo, vectors)
        self._away = frozenset(away)


def _name(sensor: Sensor) -> str:
    """Of its class; of its file where that is Part, as parts are called that are found by name."""
    kind = type(sensor)
    return kind.__module__.rpartition(".")[2] if kind.__name__ == "Part" else kind.__name__


def _told(sensor: Sensor, error: Exception) -> ResonanceError:
    """What a sensor of a third party may raise, in a line that names it."""
    if isinstance(error, ResonanceError):
        return error
    return AssemblyError(
        f"the sense '{_name(sensor)}' failed: {type(error).__name__}: {in_a_line(error)}"
    )


def _alike(one: Controls, other: Controls | None) -> bool:
    """Whether a new object says the same as the one before; notes are news whenever they come."""
    if other is None or one.events or one.vectors or other.vectors:
        return False
    same = (one.values, one.present, one.choices) == (other.values, other.present, other.choices)
    return same and one.away == other.away and one.place is other.place and one.tempo == other.tempo


def _leading(one: Tempo | None, other: Tempo | None) -> Tempo | None:
    """A clock before an estimate, then the more confident one, then the first."""
    if one is None or other is None:
        return one or other
    better = (other.exact, other.confidence) > (one.exact, one.confidence)
    return other if better else one


class BackgroundSensor(Sensor):
    """A slow sensor (a camera) on a thread of its own: the latest controls win, no event is lost.

    A read that fails is counted by ``on_error``; the last good controls stay in force.

    Args:
        sensor: prepared; read by this thread alone.
        clock: the performance's time now, in seconds.
        on_error: called with what a reading raised.
    """

    quick = True
    _PACE_SECONDS = 0.004
    _AFTER_ERROR_SECONDS = 0.05

    def __init__(
        self,
        sensor: Sensor,
        clock: Callable[[], float],
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._sensor, self._clock = sensor, clock
        self._on_error = on_error
        self._latest = Controls(0.0, present=False)
        self.arrived_at = time.perf_counter()
        self._events: deque[Event] = deque()
        self._stop = threading.Event()
        self._opened = ExitStack()
        thread = threading.Thread(target=self._run, name="sense", daemon=True)
        thread.start()
        self._opened.callback(thread.join, 2)
        self._opened.callback(self._stop.set)

    @property
    def latency_seconds(self) -> float:
        return self._sensor.latency_seconds

    @property
    def controls(self) -> Sequence[ControlRange]:
        return self._sensor.controls

    @property
    def gives_events(self) -> bool:
        return self._sensor.gives_events

    @property
    def duration_seconds(self) -> float | None:
        return self._sensor.duration_seconds

    def prepare(self, spec: Spec) -> None: ...

    def close(self) -> None:
        """End the thread; the sensor itself is its owner's to close."""
        self._opened.close()

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """The latest controls; events that came since the last call."""
        latest = self._latest
        if not self._events:
            return latest
        events = tuple(self._events.popleft() for _ in range(len(self._events)))
        return replace(latest, events=events)

    def statistics(self) -> Mapping[str, Any]:
        return self._sensor.statistics()

    def _run(self) -> None:
        seen: Controls | None = None
        while not self._stop.is_set():
            began = time.perf_counter()
            try:
                controls = good_controls(self._sensor.read(self._clock()), self._latest)
            except Exception as error:  # noqa: BLE001 - a bad frame never stops a performance
                self._on_error(error)
                self._stop.wait(self._AFTER_ERROR_SECONDS)
                continue
            took = time.perf_counter() - began
            if controls is not seen:
                seen = controls
                self._events.extend(controls.events)
                self.arrived_at = began + took
                self._latest = replace(controls, events=()) if controls.events else controls
            self._stop.wait(max(0.0, self._PACE_SECONDS - took))
