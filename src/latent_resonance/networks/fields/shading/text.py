"""The drawing text with a network's layers written out, 4 by 4.

Each layer is a sum of vectors times matrices whose columns are rows of the weights, so that the
packet stands as it is in uniforms or constants: no number is moved.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from latent_resonance.networks.fields.layout import Widths

Row = Callable[[int], str]
"""What stands in the text for four numbers of the packet, the nth four from its beginning."""

_LAYER = re.compile(r"#layer (\w+) = (\w+ \* )?(?:(\w+)\()?(\w+)\(([\w, ]+)\)\)?")
_WAVES = re.compile(r"#waves (\w+) = (\w+)\((\w+)\)")
_PARAMETER = re.compile(r"\bpar\((\d+)\)")


class Drawing:
    """Sections of the text for a network.

    Args:
        widths: of the network, all multiples of 4.
    """

    def __init__(self, widths: Widths | None = None) -> None:
        self.widths = widths or Widths()
        self.starts: dict[str, int] = {}
        at = 0
        for name, shape in self.widths.packet.items():
            self.starts[name] = at
            size = 1
            for side in shape:
                size *= side
            at += size // 4
        self.rows = at
        """Fours of numbers in a packet."""
        self.channels = self.widths.trunk // 4
        """Vectors that the trunk gives: T0, T1, ..."""

    def functions(self) -> str:
        """What all sections call."""
        return "\n".join(_sections()["functions"])

    def trunk(self, row: Row, margin: str = "  ") -> str:
        """From ``vec2 at`` to ``s0``, ``o0``, ...; see ``channel``."""
        return self._section("trunk", row, margin)

    def head(self, row: Row, margin: str = "  ") -> str:
        """From ``vec2 at``, ``T0``, ... and ``float pixel`` to ``vec3 rgb``."""
        return self._section("head", row, margin)

    def channel(self, number: int) -> str:
        """What the trunk calls its channels: those before the warp, those behind it."""
        return "s0" if number == 0 else f"o{number - 1}"

    def _section(self, name: str, row: Row, margin: str) -> str:
        made: list[str] = []
        sizes = {"T": self.channels, "x": 2}
        for line in _sections()[name]:
            if found := _WAVES.fullmatch(line):
                _, waves, at = found.groups()
                lines = self._waves(found[1], waves, at, row)
            elif found := _LAYER.fullmatch(line):
                lines = self._layer(found, sizes, row)
            else:
                made.append(margin + _PARAMETER.sub(lambda one: row(int(one[1])), line))
                continue
            sizes[found[1]] = len(lines)
            made += [margin + one for one in lines]
        return "\n".join(made)

    def _waves(self, name: str, waves: str, at: str, row: Row) -> list[str]:
        start, count = self.starts[waves], self.widths.packet[waves][0] // 4
        lines = []
        for half, shift in enumerate(("", " - 0.25")):
            for k in range(count):
                four = [row(start + 4 * k + z) for z in range(4)]
                angles = ", ".join(f"dot({one}.xy, {at}) + {one}.z{shift}" for one in four)
                sizes = ", ".join(f"{one}.w" for one in four)
                value = f"wave4(vec4({angles}), jag) * vec4({sizes})"
                lines.append(f"vec4 {name}{half * count + k} = {value};")
        return lines

    def _layer(self, found: re.Match[str], sizes: dict[str, int], row: Row) -> list[str]:
        name, factor, act, layer, inputs = found.groups(default="")
        vectors = [f"{one}{k}" for one in inputs.split(", ") for k in range(sizes[one])]
        start, bias = self.starts[layer], self.starts[layer + "b"]
        outputs, width = self.widths.packet[layer][0] // 4, len(vectors)
        lines = []
        for k in range(outputs):
            terms = [row(bias + k)]
            for c, vector in enumerate(vectors):
                four = ", ".join(row(start + (4 * k + z) * width + c) for z in range(4))
                terms.append(f"{vector} * mat4({four})")
            total = " + ".join(terms)
            value = f"{act}({total}, jag)" if act else f"({total})"
            lines.append(f"vec4 {name}{k} = {factor}{value};")
        return lines


@cache
def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    lines = found[""]
    text = files(__package__).joinpath("drawing.glsl").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("//// "):
            lines = found[line.removeprefix("//// ")] = []
        elif line and not line.startswith("//"):
            lines.append(line)
    return found
