"""What a page draws a picture with: WebGL2, the trunk at a quarter of the rate, then the head."""

from dataclasses import dataclass

from latent_resonance.networks.fields.layout import COARSE, Widths
from latent_resonance.networks.fields.shading.text import Drawing, Row

_BLOCK_ROWS = 1024  # 16 KB: the least that WebGL2 promises for one uniform block

_TOP = "#version 300 es\nprecision highp float;\nprecision highp int;\n"
# Pixels are counted from the lower left corner, the field's y from the top.
_PLACE = """
  vec2 where = {pixel};
  vec2 point = vec2(2.0 * where.x - size.x, size.y - 2.0 * where.y) / size.y;
  vec2 at = inField(point, {camera}, {field});
"""
_SIZE = "  float pixel = 2.0 / size.y * sqrt(dot({0}.xy, {0}.xy) * dot({1}.xy, {1}.xy));\n"


@dataclass(frozen=True, slots=True)
class Passes:
    """GLSL ES 3.00 of a network, the same for all of its places.

    Attributes:
        numbers: in a packet, which fills the blocks from the first to the last.
        blocks: how many vec4s each uniform block holds: ``Block0`` and so on.
        channels: targets of the first pass; the second reads them as ``S0`` and so on, with linear
            filtering.
        coarse: pixels of the second pass to one of the first.
        trunk: fragment shader of the first pass. ``size``: of the whole picture, in pixels.
        head: of the second; ``size`` as before.
        single: both in one pass, with the trunk at full rate, for few targets or no float ones.
    """

    numbers: int
    blocks: tuple[int, ...]
    channels: int
    coarse: int
    trunk: str
    head: str
    single: str


def passes(widths: Widths | None = None) -> Passes:
    """The passes of a network of these widths."""
    drawing = Drawing(widths)
    blocks = _blocks(drawing)

    def row(n: int) -> str:
        for number, count in enumerate(blocks):
            if n < count:
                return f"K{number}[{n}]"
            n -= count
        raise IndexError(n)

    top = _TOP + "".join(
        f"layout(std140) uniform Block{k} {{ vec4 K{k}[{count}]; }};\n"
        for k, count in enumerate(blocks)
    )
    top += "uniform vec2 size;\n" + drawing.functions() + "\n"
    camera, field = row(0), row(1)
    count = drawing.channels
    fine = _PLACE.format(pixel="gl_FragCoord.xy", camera=camera, field=field)
    fine += _SIZE.format(camera, field)
    coarse = _PLACE.format(pixel=f"{COARSE}.0 * gl_FragCoord.xy", camera=camera, field=field)
    outputs = "".join(f"layout(location = {k}) out vec4 O{k};\n" for k in range(count))
    kept = "".join(f"  O{k} = {drawing.channel(k)};\n" for k in range(count))
    samplers = "".join(f"uniform sampler2D S{k};\n" for k in range(count))
    span = f"  vec2 across = {COARSE}.0 * vec2(textureSize(S0, 0));\n"
    looked = "".join(
        f"  vec4 T{k} = texture(S{k}, gl_FragCoord.xy / across);\n" for k in range(count)
    )
    end = "\n  colour = vec4(rgb, 1.0);\n}\n"
    colour = "out vec4 colour;\n"
    return Passes(
        numbers=4 * drawing.rows,
        blocks=blocks,
        channels=count,
        coarse=COARSE,
        trunk=f"{top}{outputs}void main() {{{coarse}{drawing.trunk(row)}\n{kept}}}\n",
        head=f"{top}{samplers}{colour}void main() {{{fine}{span}{looked}{drawing.head(row)}{end}",
        single=f"{top}{colour}void main() {{{fine}{at_full_rate(drawing, row)}{end}",
    )


def at_full_rate(drawing: Drawing, row: Row) -> str:
    """Trunk and head in one: from ``vec2 at`` and ``float pixel`` to ``vec3 rgb``."""
    numbers = range(drawing.channels)
    declared = "".join(f"  vec4 T{k} = vec4(0.0);\n" for k in numbers)
    kept = "".join(f"    T{k} = {drawing.channel(k)};\n" for k in numbers)
    trunk = drawing.trunk(row, margin="    ")
    return f"{declared}  {{\n{trunk}\n{kept}  }}\n{drawing.head(row)}"


def _blocks(drawing: Drawing) -> tuple[int, ...]:
    """Whole arrays, one after the other, as many as go into each block."""
    ends = [*list(drawing.starts.values())[1:], drawing.rows]
    made, begun, end = [], 0, 0
    for next_end in ends:
        if next_end - begun > _BLOCK_ROWS:
            made.append(end - begun)
            begun = end
        end = next_end
    return (*made, end - begun)
