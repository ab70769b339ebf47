"""Pairs what is sensed with what is listened to, by names first and by kinds of control then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.values import ControlRange

# The part of a sensed range that a performer goes through without effort.
_SPANS = {
    "yaw_degrees": (-30.0, 30.0),
    "pitch_degrees": (-20.0, 20.0),
    "roll_degrees": (-20.0, 20.0),
    "note": (36.0, 84.0),
    "notes": (0.0, 4.0),
}
# Sensible beside others only: speeds and nods rest at 0 most of the time, stillness and counts at
# an end, nobody blinks at will, phases jump, and a tempo, how sure one is of it, or the mood of
# seconds is no gesture.
_NEVER_ALONE = {
    *("yaw_velocity", "pitch_velocity", "roll_velocity", "stillness", "notes"),
    *("nod", "blink", "distance"),
    *("beat_phase", "bar_phase", "tempo", "beat_confidence", "harmony_hue", "voicing"),
    *("pulse", "mood_energy", "mood_light", "mood_x", "mood_y"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listened control and what suits it.

    Attributes:
        control: what is listened to.
        lines: those that suit it, the best first. Of each only the sources that are sensed count;
            where a line has no span, a source goes through its usual one.
        spare: the line of any sensed control that is left over, its sources empty; None where
            only ``lines`` will do.
    """

    control: ControlRange
    lines: Sequence[MapLine] = ()
    spare: MapLine | None = None


def first_open(controls: Sequence[ControlRange], line: MapLine, count: int) -> list[Wanted]:
    """Controls of which the first ``count`` take what is left over, by ``line``."""
    return [Wanted(one, (), line if k < count else None) for k, one in enumerate(controls)]


def match(
    sensed: Sequence[ControlRange], wanted: Iterable[Wanted], spare_lines: int = 4
) -> ControlMap:
    """A map from ``sensed`` to ``wanted``.

    A control of the same name and unit is passed on as it is. Others get the first of their lines
    that has a source; one whose range is a single value is no source. Sensed controls that are
    left over then go, in their order, to wanted ones that are still free: both bipolar, or both
    not, as long as there are such pairs.

    Args:
        sensed: what there is.
        wanted: what is listened to, the most important first.
        spare_lines: most lines for left-over controls.
    """
    every, listeners = {control.name: control for control in sensed}, list(wanted)
    moving = {name for name, control in every.items() if control.low < control.high}
    found: dict[str, MapLine] = {}
    for one in listeners:
        same = every.get(one.control.name)
        if same is not None and (not same.unit or same.unit in {one.control.unit, ""}):
            found[one.control.name] = MapLine((same.name,))
            continue
        for line in one.lines:
            sources = tuple(name for name in line.source if name in moving)
            if sources:
                found[one.control.name] = _spanned(line, sources)
                break
    used = {name for line in found.values() for name in line.source} | _NEVER_ALONE
    left = [every[name] for name in every if name in moving and name not in used]
    free = [one for one in listeners if one.control.name not in found and one.spare is not None]
    return {**found, **_shared_out(left, free, spare_lines)}


def _shared_out(left: list[ControlRange], free: list[Wanted], most: int) -> dict[str, MapLine]:
    """Left-over sensed controls to free listened ones: pairs of one kind first, then any."""
    made: dict[str, MapLine] = {}
    for alike in (True, False):
        for source in list(left):
            fitting = (
                one for one in free if not alike or _bipolar(one.control) == _bipolar(source)
            )
            one = next(fitting, None)
            if one is None or one.spare is None or len(made) >= most:
                continue
            made[one.control.name] = _spanned(one.spare, (source.name,))
            free.remove(one)
            left.remove(source)
    return made


def _spanned(line: MapLine, sources: tuple[str, ...]) -> MapLine:
    span = line.span
    if span is None and len(sources) == 1:
        span = _SPANS.get(sources[0])
    return replace(line, source=sources, span=span)


def _bipolar(control: ControlRange) -> bool:
    return control.low < 0 < control.high
