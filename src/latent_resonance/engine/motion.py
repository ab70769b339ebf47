"""Movement at run time: moved controls go around their values, on the beat of the performance."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.contracts.travel import from_travel, to_travel
from latent_resonance.contracts.values import ControlRange, Tempo
from latent_resonance.engine.movement import (
    USUAL_BPM,
    HandMovement,
    LfoMovement,
    Movement,
    SourceMovement,
)
from latent_resonance.engine.waves import path, wave
from latent_resonance.sound.smoothing import share

_TO_REST_SECONDS = 0.3
# Time in which the beat comes to where the performer's is.
_FOLLOW_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class MotionState:
    """What movement carries from step to step.

    Attributes:
        beat: quarter notes since the performance began; an integral, so that another tempo goes on
            from where it is.
        offsets: by moved control, how far from its value, as a share of its travel.
        values: by moved control, where it stood in the last step.
        bpm: the tempo of the performer who led last; 0 while none did.
    """

    beat: float = 0.0
    offsets: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    bpm: float = 0.0


class Motion:
    """The movements of one chain.

    Args:
        moves: by listened control.
        sensed: what can be a source.
        listened: what the chain can be moved by.
        bpm: quarter notes per minute.
        follow: keep a beat that was estimated from sound, too; a clock's or a tapped one leads
            always. ``bpm`` is for the time before.

    Raises:
        UnknownNameError: a movement names a control that nobody senses, or nobody listens to.
    """

    def __init__(
        self,
        moves: Mapping[str, Movement],
        sensed: Sequence[ControlRange] = (),
        listened: Sequence[ControlRange] = (),
        bpm: float = USUAL_BPM,
        *,
        follow: bool = False,
    ) -> None:
        given = {control.name: control for control in sensed}
        wanted = {control.name: control for control in listened}
        for name, movement in moves.items():
            if name not in wanted:
                raise UnknownNameError("listened control", name, wanted)
            if isinstance(movement, SourceMovement) and movement.source not in given:
                raise UnknownNameError("sensed control", movement.source, given)
        self.moves, self.bpm, self.follow = dict(moves), bpm, follow
        self._sources = given
        self._targets = {name: wanted[name] for name in moves}

    @property
    def sources(self) -> set[str]:
        """Sensed controls that move something."""
        return sources_of_moves(self.moves.values())

    def step(
        self,
        state: MotionState,
        values: Mapping[str, float],
        time_seconds: float,
        dt_seconds: float,
        away: Collection[str] = (),
        beat: float | None = None,
        tempo: Tempo | None = None,
    ) -> MotionState:
        """The offsets now, and the beat of the next step. Pure.

        Args:
            state: as the last step left it.
            values: what is sensed.
            time_seconds: of this step, on the performance's clock.
            dt_seconds: time that the step covers.
            away: sensed controls whose performer is not there.
            beat: what the beat is now; None where it goes on.
            tempo: of the performer.
        """
        now = state.beat if beat is None else beat
        led = state.bpm if beat is None else 0.0
        if tempo is not None and beat is None and (self.follow or tempo.exact):
            led = tempo.bpm
            theirs = tempo.phase + (time_seconds - tempo.time_seconds) * led / 60
            ahead = theirs - now
            now += share(dt_seconds, _FOLLOW_SECONDS) * (ahead - round(ahead))
        there = {name: value for name, value in values.items() if name not in away}
        offsets = {}
        for name, movement in self.moves.items():
            swing = self._swing(name, movement, there, now, time_seconds)
            if swing is None:  # nobody is there: back to the set value
                before = state.offsets.get(name, 0.0)
                offsets[name] = before - share(dt_seconds, _TO_REST_SECONDS) * before
            else:
                offsets[name] = movement.depth * swing
        bpm = led or self.bpm
        return MotionState(now + dt_seconds * bpm / 60, offsets, bpm=led)

    def moved(
        self, state: MotionState, base: Mapping[str, float], among: Collection[str]
    ) -> dict[str, float]:
        """Where the moved controls of ``among`` are, around their ``base`` or else their rest."""
        found = {}
        for name, offset in state.offsets.items():
            if name in among:
                target = self._targets[name]
                travel = to_travel(target, base.get(name, target.rest))
                found[name] = from_travel(target, travel + offset)
        return found

    def _swing(
        self,
        name: str,
        movement: Movement,
        sensed: Mapping[str, float],
        beat: float,
        seconds: float,
    ) -> float | None:
        """In -1..1 before its depth; None where its source has no value."""
        match movement:
            case SourceMovement(source=source):
                return _normal(self._sources[source], sensed[source]) if source in sensed else None
            case LfoMovement(shape=shape, phase=phase):
                return wave(shape, _cycles(movement, beat, seconds) + phase, name)
            case HandMovement(points=points):
                return path(points, _cycles(movement, beat, seconds))


def sources_of_moves(moves: Iterable[Movement]) -> set[str]:
    """Sensed controls that these name."""
    return {one.source for one in moves if isinstance(one, SourceMovement)}


def _cycles(movement: LfoMovement | HandMovement, beat: float, seconds: float) -> float:
    if movement.beats is not None:
        return beat / movement.beats
    assert movement.seconds is not None  # noqa: S101 - it has one of the two
    return seconds / movement.seconds


def _normal(source: ControlRange, value: float) -> float:
    """0..1 of its range; -1..1 where that lies on both sides of 0."""
    value = min(max(value, source.low), source.high)
    if source.low < 0 < source.high:
        return value / (source.high if value > 0 else -source.low)
    width = source.high - source.low
    return (value - source.low) / width if width else 0.0
