"""Where the numbers of a place stand in w, and those of a packet in its vector.

A place holds all that a picture needs, so that any navigator, map or blend can move all of it.
Everything in it can be mixed along a straight line: the hue is a point on a circle, and what the
colours are set by (``calibration``) is measured once, when a place is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

STYLE = 64
CONTROLS = (
    "spread",
    "chroma",
    "light",
    "contrast",
    "jagged",
    "scale",
    "detail",
    "symmetry",
    "points",
)
"""Named controls beside the hue, each -1..1."""

FAMILIES = ("smoke", "bands", "cells", "shards", "lines", "rings", "waves", "aura")
"""What the picture is made of, each 0..1; together they count as 1."""

LIVE = ("turn", "warmth", "zoom", "spin", "dx", "dy", "warp", "edge", "flow")
"""What moves a place from frame to frame, 0 at rest.

``turn``: of all hues, in half turns. ``warmth``: how far the hue goes round to red (1) or turquoise
(-1). ``zoom``: in octaves. ``spin``: in radians. ``dx``, ``dy``:
shift of the field. ``warp``: of the field by itself. ``edge``: hardness of edges. ``flow``: phase
of all waves, in turns; whole numbers look alike.
"""

COLOURS = 6
"""In the palette."""

CALIBRATION = ("pitch", "ramp_middle", "ramp_width")
"""How fine the picture is, in octaves, and the span of the ramp that its palette lies on."""

_SIZES = {
    "style": STYLE,
    "hue": 2,
    "controls": len(CONTROLS),
    "families": len(FAMILIES),
    "calibration": len(CALIBRATION),
    "use": COLOURS,
    "scatter": COLOURS * COLOURS,
    "live": len(LIVE),
}


def _slices() -> dict[str, slice]:
    found, at = {}, 0
    for name, size in _SIZES.items():
        found[name] = slice(at, at + size)
        at += size
    return found


SLOTS: Mapping[str, slice] = _slices()
"""Name to its stretch of w. ``hue``: cosine and sine of the named hue (``palette.py``), at any
length. ``use``: share of the picture of each colour; ``scatter``: covariance of the shares over the
pixels, row by row."""

SIZE = sum(_SIZES.values())
"""Length of w."""


def slot(name: str) -> int:
    """Where one control, family or live move stands in w.

    Raises:
        KeyError: there is none of that name.
    """
    for group, names in (("controls", CONTROLS), ("families", FAMILIES), ("live", LIVE)):
        if name in names:
            return int(SLOTS[group].start) + names.index(name)
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Widths:
    """Of the network, in channels.

    Attributes:
        low: waves of the first layer, each as sine and cosine.
        high: waves behind the warp.
        hidden: of the trunk.
        trunk: what the trunk gives, 4 of them before the warp; at most 32 (8 targets of a shader).
        first: of the head.
        second: of the head.
    """

    low: int = 16
    high: int = 24
    hidden: int = 32
    trunk: int = 24
    first: int = 24
    second: int = 16

    @property
    def layers(self) -> Mapping[str, tuple[int, int]]:
        """Name of each layer to its inputs and outputs, in the order of the packet."""
        return {
            "t1": (2 * self.low, self.hidden),
            "t2": (self.hidden, self.hidden),
            "wp": (self.hidden, 4),
            "t3": (2 * self.high + self.hidden, self.trunk - 4),
            "h1": (self.trunk + len(FAMILIES), self.first),
            "h2": (self.first, self.second),
            "out": (self.second, COLOURS + 2),
        }

    @property
    def packet(self) -> Mapping[str, tuple[int, ...]]:
        """Name of each array of a packet to its shape, in order.

        ``par``: parameters, ``[rows, 4]``. ``f1``, ``f2``: waves as frequency x, y, phase,
        amplitude. Each layer: its matrix ``[outputs, inputs]`` and, with a ``b`` behind the name,
        its bias.
        """
        shapes: dict[str, tuple[int, ...]] = {
            "par": (PARAMETER_ROWS, 4),
            "f1": (self.low, 4),
            "f2": (self.high, 4),
        }
        for name, (inputs, outputs) in self.layers.items():
            shapes[name] = (outputs, inputs)
            shapes[name + "b"] = (outputs,)
        return shapes


PARAMETER_ROWS = 31

COARSE = 4
"""Pixels of one side of a picture that share a point of the trunk."""
