"""What stays live in a shader of one place: inputs that are applied to its packet, row by row.

Camera, shift, warp, flow and edges do what the live moves of w do, exactly. Colours are turned and
stretched as they stand, which is not the solving anew that the controls of w bring.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks.fields.layout import PARAMETER_ROWS
from latent_resonance.networks.fields.shading.text import Drawing

LINEAR = ("dx", "dy", "warp", "flow")
"""Live moves of w that change a packet by the same amount for every step."""


@dataclass(frozen=True, slots=True)
class LiveInput:
    """A knob of the exported shader; 0 is the place as it is, but for ``speed``."""

    name: str
    low: float
    high: float
    default: float
    meaning: str


INPUTS = (
    LiveInput("speed", -0.5, 0.5, 0.03, "turns of all waves in a second"),
    LiveInput("flow", 0, 1, 0, "phase of all waves, in turns: 1 looks like 0"),
    LiveInput("zoom", -2, 2, 0, "octaves"),
    LiveInput("spin", -1, 1, 0, "half turns of the picture"),
    LiveInput("dx", -2, 2, 0, "shift of the field"),
    LiveInput("dy", -2, 2, 0, "shift of the field"),
    LiveInput("scale", -1, 1, 0, "larger shapes, inside the kaleidoscope"),
    LiveInput("warp", -1, 1, 0, "bends the field"),
    LiveInput("edge", -0.5, 0.5, 0, "harder edges"),
    LiveInput("jagged", -1, 1, 0, "waves become triangles"),
    LiveInput("symmetry", -2, 2, 0, "radius of the kaleidoscope"),
    LiveInput("points", -1, 1, 0, "of the kaleidoscope: 3.5 more or less"),
    LiveInput("pulse", 0, 1, 0, "for the beat: zooms in by 6 %, bends, sharpens"),
    LiveInput("hue", -1, 1, 0, "half turns of all colours"),
    LiveInput("warmth", -1, 1, 0, "turns all colours to red, or to turquoise"),
    LiveInput("chroma", -1, 1, 0, "grey to twice as colourful"),
    LiveInput("light", -1, 1, 0, "darker, lighter"),
    LiveInput("contrast", -1, 1, 0, "half to double"),
)

FUNCTIONS = """
vec4 tinted(vec4 colour, vec2 turn, float gain, float span, float more) {
  vec2 ab = gain * turned(colour.yz, turn);
  return vec4(0.53 + span * (colour.x - 0.53) + more, ab, colour.w);
}
"""

_PALETTE = range(21, 28)  # rows: six colours and the ink
_RED, _TURQUOISE = math.radians(29), math.radians(195)  # hue angles of OKLab
_STILL = 1e-6


class LivePacket:
    """A packet as text of constants, moved by the inputs, which stand under their names.

    Args:
        drawing: of the network.
        packet: of the place, ``[n]``.
        moved: of the same place with one of ``LINEAR`` one step further, each ``[n]``.
    """

    def __init__(
        self, drawing: Drawing, packet: FloatArray, moved: Mapping[str, FloatArray]
    ) -> None:
        self._rows = packet.reshape(drawing.rows, 4)
        self._steps = {
            name: one.reshape(drawing.rows, 4) - self._rows for name, one in moved.items()
        }

    def row(self, number: int) -> str:
        """Parameters by the names that ``lines`` declares, all else as constants."""
        if number < PARAMETER_ROWS:
            return f"p{number}"
        return self._moved(number)

    def lines(self) -> str:
        """Declares the parameters, ``p0`` and on; ``time`` is in seconds."""
        made = [
            "float turns = flow + speed * time;",
            "float bend = warp + 0.24 * pulse;",
            "float harder = edge + 0.15 * pulse;",
            f"float closer = exp2(-zoom - {math.log2(1.06):.7f} * pulse);",
            *(f"vec4 p{k} = {self._moved(k)};" for k in range(PARAMETER_ROWS)),
            "vec2 look = turned(p0.xy, vec2(cos(3.14159265 * spin), sin(3.14159265 * spin)));",
            "float order = max(3.14159265 / p0.w + 3.5 * points, 1.0);",
            "p0 = vec4(closer * look, p0.z + 1.5 * symmetry, 3.14159265 / order);",
            "p1 = vec4(exp2(-1.5 * scale) * p1.xy, p1.zw);",
            "float edged = clamp(p2.y + jagged, 0.0, 1.0);",
            "p2 = vec4(p2.x, edged, 1.0833333 * clamp(edged - 0.3, 0.0, 0.6), p2.w);",
            "p30 = vec4(p30.x, exp2(1.5 * scale) * p30.yzw);",
            "p5 = vec4(0.92 * edged, p5.yzw);",
            "float hard = clamp(log(p19.z) / 3.4 + harder, -0.6, 1.25);",
            "p19 = vec4(p19.xy, exp(3.4 * hard), p19.w * exp(harder));",
            "p20 = vec4(p20.xyz, 0.2 * (1.0 - edged) * (1.0 - edged));",
            self._angle(),
            "vec2 turn = vec2(cos(angle), sin(angle));",
            *(
                f"p{k} = tinted(p{k}, turn, 1.0 + chroma, exp2(contrast), 0.25 * light);"
                for k in _PALETTE
            ),
        ]
        return "".join(f"  {line}\n" for line in made)

    def _moved(self, number: int) -> str:
        terms = [constant(self._rows[number])]
        for name, by in (("dx", "dx"), ("dy", "dy"), ("warp", "bend"), ("flow", "turns")):
            step = self._steps[name][number]
            if np.abs(step).max() > _STILL:
                terms.append(f"{by} * {constant(step)}")
        return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"

    def _angle(self) -> str:
        """How far all hues turn; warmth takes the palette's mean hue the shorter way."""
        a, b = self._rows[_PALETTE.start : _PALETTE.stop, 1:3].sum(0)
        mean = math.atan2(b, a)
        warm, cold = (math.remainder(wanted - mean, 2 * math.pi) for wanted in (_RED, _TURQUOISE))
        return (
            f"float angle = 3.14159265 * hue + max(warmth, 0.0) * {_number(warm)}"
            f" + max(-warmth, 0.0) * {_number(cold)};"
        )


def constant(four: FloatArray) -> str:
    """Four numbers, as near as float32 has them."""
    return f"vec4({', '.join(map(_number, four))})"


def _number(value: float) -> str:
    text = f"{value:.8g}"
    return text if set(text) & set(".e") else f"{text}.0"
