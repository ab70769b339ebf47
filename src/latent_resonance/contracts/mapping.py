"""How what is sensed becomes what is listened to: one line for each listened control."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Curve = Literal["linear", "ease", "exponential", "steps", "scale"]
Mode = Literal["sum", "max"]


@dataclass(frozen=True, slots=True)
class MapLine:
    """Where one listened control gets its value from.

    A value is brought to 0..1 by ``span``, gated, bent by ``curve``, spread over ``low`` ..
    ``high``, smoothed, and kept within what the listener allows. A line that says nothing but
    its source, whose name and range are the listener's own, passes the value on as it is.

    Attributes:
        source: sensed controls; several are joined by ``mode``.
        span: sensed values that count as 0 and 1; the sensed control's own range where None.
        low: value of the listened control at 0; its own low where None. May lie above ``high``.
        high: value at 1; its own high where None.
        curve: ``linear``; ``ease`` (smoothstep); ``exponential`` (slow at first); ``steps``
            (``steps`` equal ones); ``scale`` (to the nearest note of ``scale``).
        mode: ``sum`` of several sources, or the larger (``max``).
        gate: share of the way up to which the value counts as 0; the rest is stretched to 0..1.
        smooth_seconds: time constant of the smoothing, 0 for none.
        steps: number of steps of the curve ``steps``.
        scale: root and name of a musical scale, such as ``"A minor pentatonic"``.
    """

    source: tuple[str, ...]
    span: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    curve: Curve = "linear"
    mode: Mode = "sum"
    gate: float = 0.0
    smooth_seconds: float = 0.0
    steps: int = 8
    scale: str = "C major"


ControlMap = Mapping[str, MapLine]
"""Listened control to its line."""
