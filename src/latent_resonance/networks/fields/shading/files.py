"""A place as one shader file, weights as constants, for other programs."""

import json
from collections.abc import Callable, Mapping
from importlib.resources import files

from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks.fields.shading.live import FUNCTIONS, INPUTS, LivePacket
from latent_resonance.networks.fields.shading.passes import at_full_rate
from latent_resonance.networks.fields.shading.text import Drawing
from latent_resonance.networks.fields.shading.wgsl import to_wgsl

MOST_NUMBERS = 12_000
"""In a packet: drivers take seconds and more to compile larger ones as constants."""

_ISF_VERSION = "2"


def isf(title: str, drawing: Drawing, packet: LivePacket) -> str:
    """Interactive Shader Format 2: its JSON, then GLSL of the oldest kind, as its hosts take it."""
    head = {
        "ISFVSN": _ISF_VERSION,
        "DESCRIPTION": title,
        "CREDIT": "Latent Resonance",
        "CATEGORIES": ["Generator"],
        "INPUTS": [
            {
                "NAME": one.name,
                "LABEL": f"{one.name}: {one.meaning}",
                "TYPE": "float",
                "MIN": one.low,
                "MAX": one.high,
                "DEFAULT": one.default,
            }
            for one in INPUTS
        ],
    }
    begin = "  float time = TIME;\n  vec2 size = RENDERSIZE;\n"
    begin += "  vec2 pixels = isf_FragNormCoord * size;\n"
    main = f"void main() {{\n{begin}{_body(drawing, packet)}  gl_FragColor = vec4(rgb, 1.0);\n}}\n"
    return f"/*{json.dumps(head, indent=1)}*/\n\n{drawing.functions()}{FUNCTIONS}{main}"


def glsl(title: str, drawing: Drawing, packet: LivePacket) -> str:
    """GLSL 1.10 and later, ES 1.00 and 3.00: the program that takes it sets the version."""
    inputs = "".join(
        f"uniform float {one.name};  // {one.low:g} to {one.high:g}, usually {one.default:g}:"
        f" {one.meaning}\n"
        for one in INPUTS
    )
    top = f"""// {title}
// A fragment shader. Size and time are set from outside; inputs are 0 at rest.
#ifdef GL_ES
precision highp float;
#endif
#if __VERSION__ < 130
#define fragColor gl_FragColor
#else
out vec4 fragColor;
#endif
uniform vec2 resolution;  // of the picture, in pixels
uniform float time;  // in seconds
"""
    begin = "  vec2 size = resolution;\n  vec2 pixels = gl_FragCoord.xy;\n"
    main = f"void main() {{\n{begin}{_body(drawing, packet)}  fragColor = vec4(rgb, 1.0);\n}}\n"
    return f"{top}{inputs}\n{drawing.functions()}{FUNCTIONS}{main}"


def wgsl(title: str, drawing: Drawing, packet: LivePacket) -> str:
    """WGSL: ``whole`` draws a triangle over everything (3 vertices), ``painted`` its pixels."""
    entries = "".join(
        f"  {one.name}: f32,  // {one.low:g} to {one.high:g}, usually {one.default:g}:"
        f" {one.meaning}\n"
        for one in INPUTS
    )
    top = f"""// {title}
// Inputs are 0 at rest; all in one uniform buffer, 88 bytes.
struct Inputs {{
  resolution: vec2f,  // of the picture, in pixels
  time: f32,  // in seconds
{entries}}}

@group(0) @binding(0) var<uniform> inputs: Inputs;

@vertex
fn whole(@builtin(vertex_index) number: u32) -> @builtin(position) vec4f {{
  return vec4f(f32(number & 2u) * 2.0 - 1.0, f32((number << 1u) & 2u) * 2.0 - 1.0, 0.0, 1.0);
}}
"""
    named = "".join(f"  float {one.name} = inputs.{one.name};\n" for one in INPUTS)
    begin = "  float time = inputs.time;\n  vec2 size = inputs.resolution;\n"
    # Rows are counted from the top here, as in the field.
    begin += "  vec2 pixels = vec2(position.x, size.y - position.y);\n"
    body = to_wgsl(f"{begin}{named}{_body(drawing, packet)}")
    main = (
        "@fragment\nfn painted(@builtin(position) position: vec4f) -> @location(0) vec4f {\n"
        f"{body}  return vec4f(rgb, 1.0);\n}}\n"
    )
    return f"{top}\n{to_wgsl(drawing.functions() + FUNCTIONS)}\n{main}"


def html(title: str, drawing: Drawing, packet: LivePacket) -> str:
    """A page by itself that draws the GLSL over all of its window; inputs stand in its address."""
    page = files(__package__).joinpath("page.html").read_text("utf-8")
    usual = json.dumps({one.name: one.default for one in INPUTS})
    return page.format(title=title, shader=glsl(title, drawing, packet), usual=usual)


FORMATS: Mapping[str, Callable[[str, Drawing, LivePacket], str]] = {
    "isf": isf,
    "glsl": glsl,
    "wgsl": wgsl,
    "html": html,
}


def _body(drawing: Drawing, packet: LivePacket) -> str:
    """From ``time``, ``size``, ``pixels`` (from the lower left) and the inputs to ``rgb``."""
    place = "  vec2 point = vec2(2.0 * pixels.x - size.x, size.y - 2.0 * pixels.y) / size.y;\n"
    place += "  vec2 at = inField(point, p0, p1);\n"
    place += "  float pixel = 2.0 / size.y * sqrt(dot(p0.xy, p0.xy) * dot(p1.xy, p1.xy));\n"
    return f"{packet.lines()}{place}{at_full_rate(drawing, packet.row)}\n"


def shader_of(
    kind: str,
    title: str,
    drawing: Drawing,
    packet: FloatArray,
    moved: Mapping[str, FloatArray],
) -> str:
    """The text of a file.

    Args:
        kind: one of ``FORMATS``.
        title: one line that says what it is.
        drawing: of the network.
        packet: of the place, ``[n]``.
        moved: of the place with each of ``live.LINEAR`` one further, ``[n]`` each.
    """
    # It stands in comments, in JSON and in HTML.
    plain = "".join(c if c.isalnum() or c in " -_.:" else "_" for c in title)
    return FORMATS[kind](plain, drawing, LivePacket(drawing, packet, moved))
