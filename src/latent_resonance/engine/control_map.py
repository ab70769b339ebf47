"""The map at run time: what is sensed becomes what is listened to, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.values import ControlRange, Controls
from latent_resonance.engine.gone_sources import GoneSources
from latent_resonance.engine.recipe import Absent
from latent_resonance.engine.scales import nearest_in_scale
from latent_resonance.sound.smoothing import share

_TO_REST_SECONDS = 0.3
_FADED_DB = -96.0
_LEVEL = "gain_db"


@dataclass(frozen=True, slots=True)
class MapState:
    """Smoothed values by listened control, as the last step left them, keys, the fade.

    ``notes`` are where keys and scales stand before smoothing, and stay while their performer is
    away. ``faded_db`` is what absence takes from the level; None before the first step.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    notes: Mapping[str, float] = field(default_factory=dict)
    faded_db: float | None = None
    gone: GoneSources = field(default_factory=GoneSources)


@dataclass(frozen=True, slots=True)
class _Line:
    """A map line with all ranges known."""

    target: ControlRange
    line: MapLine
    spans: tuple[tuple[float, float], ...]
    low: float
    high: float
    plain: bool

    @property
    def keys(self) -> bool:
        """Whether it chooses notes: on the way to rest it would play all those between."""
        return self.line.curve == "scale" or "midi" in self.target.unit.lower()

    def value(self, values: Mapping[str, float]) -> float | None:
        """The listened value, before smoothing; None where no source has one."""
        line = self.line
        there = [
            (values[name], span)
            for name, span in zip(line.source, self.spans, strict=True)
            if name in values
        ]
        if not there:
            return None
        if self.plain:
            return there[0][0]
        shares = [min(max((v - a) / (b - a), 0.0), 1.0) if a != b else 0.0 for v, (a, b) in there]
        part = max(shares) if line.mode == "max" else min(sum(shares), 1.0)
        if part <= line.gate:
            part = 0.0
        elif line.gate:
            part = (part - line.gate) / (1 - line.gate)
        return self._spread(part)

    def _spread(self, part: float) -> float:
        line = self.line
        match line.curve:
            case "ease":
                part = part * part * (3 - 2 * part)
            case "exponential":
                part = (10**part - 1) / 9
            case "steps":
                part = min(int(part * line.steps), line.steps - 1) / (line.steps - 1)
            case _:
                pass
        return self.low + part * (self.high - self.low)


class ControlMapping:
    """Joins senses to one chain.

    Args:
        lines: by listened control.
        sensed: what the senses give.
        listened: what the chain can be moved by: the navigator's and the renderer's controls.
        absent: what mapped controls do while their performer is away.
        reach: refuse lines that would never move.

    Raises:
        UnknownNameError: a line names a control that nobody senses, or nobody listens to.
        InputError: all of a line's values lie beyond what its control can be.
    """

    def __init__(
        self,
        lines: ControlMap,
        sensed: Sequence[ControlRange],
        listened: Sequence[ControlRange],
        absent: Absent = "rest",
        *,
        reach: bool = True,
    ) -> None:
        self.lines = dict(lines)
        self._absent = absent
        given = {control.name: control for control in sensed}
        wanted = {control.name: control for control in listened}
        self._lines = [self._join(name, line, given, wanted, reach) for name, line in lines.items()]
        self._joined = {
            name: given[name]
            for one in self._lines
            if len(one.line.source) > 1
            for name in one.line.source
        }
        self._fades = absent == "fade" and _LEVEL in wanted
        used = {name for one in self._lines for name in one.line.source}
        self.unused = [name for name in given if name not in used]

    @staticmethod
    def _join(
        name: str,
        line: MapLine,
        sensed: Mapping[str, ControlRange],
        listened: Mapping[str, ControlRange],
        reach: bool,
    ) -> _Line:
        if name not in listened:
            raise UnknownNameError("listened control", name, listened)
        for source in line.source:
            if source not in sensed:
                raise UnknownNameError("sensed control", source, sensed)
        target = listened[name]
        low = target.low if line.low is None else line.low
        high = target.high if line.high is None else line.high
        beyond = max(low, high) < target.low or min(low, high) > target.high
        if beyond and reach:
            raise InputError(
                f"{name} goes from {target.low:g} to {target.high:g}, and the line from {low:g} to "
                f"{high:g}: it would never move"
            )
        spans = tuple(line.span or (sensed[s].low, sensed[s].high) for s in line.source)
        untouched = line == MapLine(line.source)
        alike = line.source == (name,) or spans == ((target.low, target.high),)
        return _Line(
            target,
            line,
            spans,
            low,
            high,
            untouched and alike and len(line.source) == 1,
        )

    def step(
        self,
        state: MapState,
        controls: Controls,
        dt_seconds: float,
        away: frozenset[str] = frozenset(),
    ) -> tuple[dict[str, float], MapState]:
        """The listened values now. Pure.

        Args:
            state: as the last step left it.
            controls: what is sensed.
            dt_seconds: time that the step covers.
            away: sensed controls whose performer is not there.
        """
        found: dict[str, float] = {}
        notes = dict(state.notes)
        gone = state.gone.follow(controls.values, away, self._joined, dt_seconds, _TO_REST_SECONDS)
        for one in self._lines:
            name, target = one.target.name, one.target
            before = state.values.get(name)
            value, seconds = self._goal(one, controls.values, away, gone, state.notes.get(name))
            if value is None:
                if before is not None:
                    found[name] = before
                continue
            if one.keys:
                notes[name] = value
            value = min(max(value, target.low), target.high)
            if seconds and before is not None:
                value = before + share(dt_seconds, seconds) * (value - before)
            found[name] = value
        # Held and moved values go into what is given, and must not come back as what was mapped.
        kept = dict(found)
        faded = state.faded_db
        if self._fades:
            goal = 0.0 if controls.present else _FADED_DB
            faded = goal if faded is None else faded
            faded += share(dt_seconds, _TO_REST_SECONDS) * (goal - faded)
            found[_LEVEL] = max(found.get(_LEVEL, 0.0) + faded, _FADED_DB)
        return found, MapState(kept, notes, faded, gone)

    def _goal(
        self,
        one: _Line,
        values: Mapping[str, float],
        away: frozenset[str],
        gone: GoneSources,
        note: float | None,
    ) -> tuple[float | None, float]:
        """Where a line leads, None where no source has said anything, and its time constant.

        ``note`` is where a line of keys stood.
        """
        seconds = one.line.smooth_seconds
        absent = away.intersection(one.line.source)
        if len(absent) == len(one.line.source):
            if one.keys:
                return (one.target.rest if note is None else note), seconds
            if self._absent != "hold":
                return one.target.rest, _TO_REST_SECONDS
        elif absent and (one.keys or self._absent != "hold"):
            counts = gone.held if one.keys else gone.resting
            values = {**values, **{name: counts[name] for name in absent}}
        value = one.value(values)
        if value is not None and one.line.curve == "scale":
            value = nearest_in_scale(value, one.line.scale, note)
        return value, seconds

    def table(self) -> list[dict[str, object]]:
        """Each line in full, for people: what is listened to, its sources, ranges and curve.

        ``steps`` and ``scale`` are None where the curve is another one; ``within`` is what the
        listened control can be at all.
        """
        return [
            {
                "control": one.target.name,
                "from": list(one.line.source),
                "in": [list(span) for span in one.spans],
                "low": one.low,
                "high": one.high,
                "within": [one.target.low, one.target.high],
                "curve": "as it is" if one.plain else one.line.curve,
                "steps": one.line.steps if one.line.curve == "steps" else None,
                "scale": one.line.scale if one.line.curve == "scale" else None,
                "mode": one.line.mode,
                "gate": one.line.gate,
                "smooth_seconds": one.line.smooth_seconds,
            }
            for one in self._lines
        ]


def refuse_deaf(
    lines: ControlMap, sensed: Sequence[ControlRange], listened: Sequence[ControlRange], name: str
) -> None:
    """Refuse a chain in which nothing sensed moves anything.

    Raises:
        AssemblyError: the map has no line; shows what is sensed and what is listened to.
    """
    if lines:
        return
    raise AssemblyError(
        f"nothing that is sensed moves the chain '{name}': sensed are "
        f"{_names(sensed)}; it listens to {_names(listened)}; join them in its [map]"
    )


def _names(controls: Sequence[ControlRange]) -> str:
    names = [control.name for control in controls]
    shown = ", ".join(names[:24]) or "no controls"
    return shown + (f" and {len(names) - 24} more" if len(names) > 24 else "")
