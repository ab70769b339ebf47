"""A white sheet with two axes: values to pixels, ticks, labels, a legend."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.files import partial_path

Colour = tuple[int, int, int]

# Okabe and Ito's colours, which the colour-blind tell apart.
COLOURS: tuple[Colour, ...] = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233),
)  # fmt: skip
INK: Colour = (40, 40, 44)
PAPER: Colour = (255, 255, 255)
_GRID: Colour = (226, 226, 228)
# Drawn twice as large and scaled down: smooth lines.
SCALE = 2


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction: its ends, its name, whether it is logarithmic."""

    low: float
    high: float
    name: str = ""
    log: bool = False

    def share(self, value: float) -> float:
        """Where ``value`` lies, 0 at the low end and 1 at the high one."""
        low, high = self._inner(self.low), self._inner(self.high)
        return (self._inner(value) - low) / (high - low)

    def ticks(self) -> list[float]:
        """Some seven round values between the ends."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            steps = (1, 2, 5) if len(powers) <= 4 else (1,)
            values = [step * 10.0**power for power in powers for step in steps]
        else:
            rough = (self.high - self.low) / 6
            step = 10 ** math.floor(math.log10(rough))
            step *= next(factor for factor in (1, 2, 5, 10) if step * factor >= rough * 0.999)
            first = math.ceil(self.low / step - 1e-9)
            values = [k * step for k in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [value for value in values if -1e-9 <= self.share(value) <= 1 + 1e-9]

    def _inner(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.log else value


def spanning(
    values: Sequence[float], name: str = "", *, log: bool = False, zero: bool = False
) -> Axis:
    """An axis that holds all finite ``values`` with a little room; with ``zero`` also 0."""
    finite = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    finite += [0.0] if zero and not log else []
    low, high = min(finite, default=1.0), max(finite, default=10.0)
    if log:
        return Axis(low / 1.1, high * 1.1 if high > low else low * 10, name, log=True)
    room = 0.04 * (high - low) or max(abs(high), 1.0) * 0.5
    return Axis(0.0 if zero and low == 0 else low - room, high + room, name)


class Canvas:
    """A picture in the making; sizes in final pixels.

    Attributes:
        draw: Pillow's pen, in the doubled pixels of ``SCALE``.
    """

    def __init__(
        self, title: str, across: Axis, up: Axis, size: tuple[int, int] = (760, 420), left: int = 76
    ) -> None:
        from PIL import Image, ImageDraw

        self.across, self.up = across, up
        self._size = size
        self._box = (left, 44, size[0] - 24, size[1] - 58)
        self._image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), PAPER)
        self.draw: Any = ImageDraw.Draw(self._image)
        self._key_x: float = self._box[2]
        self.text(left, 6, title, size=15)

    def text(
        self, x: float, y: float, text: str, *, size: int = 12, anchor: str = "la",
        colour: Colour = INK,
    ) -> None:  # fmt: skip
        """Write at final pixels; ``anchor`` is Pillow's."""
        from PIL import ImageFont

        font = ImageFont.load_default(size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), text, colour, font, anchor=anchor)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Values to doubled pixels, held inside the frame."""
        left, top, right, bottom = self._box
        across = min(max(self.across.share(x), 0.0), 1.0)
        up = min(max(self.up.share(y), 0.0), 1.0)
        return SCALE * (left + across * (right - left)), SCALE * (bottom - up * (bottom - top))

    def frame(self, rows: Sequence[str] = ()) -> None:
        """Grid, ticks and names of the axes; call it before drawing what is to lie above.

        Args:
            rows: names in place of numbers beside the upward axis, one for each step of 1.
        """
        left, top, right, bottom = self._box
        for row, name in enumerate(rows):
            self.text(left - 7, self.point(0, row + 0.5)[1] / SCALE, name, anchor="rm")
        for value in () if rows else self.up.ticks():
            y = self.point(self.across.low, value)[1] / SCALE
            self._line(left, y, right, y)
            self.text(left - 7, y, _number(value), anchor="rm")
        for value in self.across.ticks():
            x = self.point(value, self.up.low)[0] / SCALE
            self._line(x, top, x, bottom)
            self.text(x, bottom + 7, _number(value), anchor="ma")
        self.draw.rectangle([SCALE * v for v in self._box], outline=INK, width=SCALE)
        self.text((left + right) / 2, self._size[1] - 12, self.across.name, anchor="mb")
        self.text(left, top - 4, self.up.name, anchor="lb")

    def key(self, name: str, colour: Colour) -> None:
        """One entry of the legend, above the frame on the right, each to the left of the last."""
        from PIL import ImageFont

        y = self._box[1] - 18
        box = [self._key_x - 16, y + 3, self._key_x, y + 11]
        self.draw.rectangle([SCALE * v for v in box], fill=colour)
        self.text(self._key_x - 21, y, name, anchor="ra")
        wide = ImageFont.load_default(12 * SCALE).getlength(name) / SCALE
        self._key_x -= 21 + wide + 16

    def save(self, path: Path) -> None:
        """Write the PNG, whole or not at all."""
        from PIL import Image

        partial = partial_path(path)
        small = self._image.resize(self._size, Image.Resampling.LANCZOS)
        small.save(partial, "PNG")
        partial.replace(path)

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.draw.line([SCALE * v for v in (x0, y0, x1, y1)], fill=_GRID, width=SCALE)


def _number(value: float) -> str:
    if value and (abs(value) >= 1e5 or abs(value) < 1e-3):
        return f"{value:.0e}"
    return f"{round(value, 6):g}"
