"""A control's travel: where in its range a value lies, as a slider shows it.

Wide frequency controls travel by octaves from 20 Hz up, all others evenly. The page's sliders have
the same definition (``web/src/kit/travel.ts``).
"""

import math

from latent_resonance.contracts.values import ControlRange

_LEAST_HZ = 20.0
_WIDE_HZ = 1000.0


def is_wide(control: ControlRange) -> bool:
    """Whether it travels by octaves."""
    return control.unit == "Hz" and control.high > _WIDE_HZ


def to_travel(control: ControlRange, value: float) -> float:
    """Where a value lies, 0..1 from low to high; frequencies below 20 Hz lie at 0."""
    if is_wide(control):
        octaves = math.log(max(value, _LEAST_HZ) / _LEAST_HZ)
        return octaves / math.log(control.high / _LEAST_HZ)
    width = control.high - control.low
    return (value - control.low) / width if width else 0.0


def from_travel(control: ControlRange, travel: float) -> float:
    """The value there, within the control's range for any travel."""
    if travel <= 0:
        return control.low
    if travel >= 1:
        return control.high
    if is_wide(control):
        return max(control.low, _LEAST_HZ * math.pow(control.high / _LEAST_HZ, travel))
    return control.low + travel * (control.high - control.low)
