"""From the plain GLSL that the drawing is written in to WGSL (W3C, "WebGPU Shading Language").

Line by line: the text keeps to one statement a line and to what both languages share.
"""

import re

_TYPES = {"float": "f32", "int": "i32", "mat4": "mat4x4f"} | {f"vec{n}": f"vec{n}f" for n in "234"}
_TYPE = "float|int|vec[234]"
_FUNCTION = re.compile(rf"({_TYPE}) (\w+)\((.*)\) \{{")
_DECLARATION = re.compile(rf"(\s*(?:for \()?)(?:{_TYPE}) (\w+ = .*)")
_CALL = re.compile(r"\b(float|int|vec[234]|mat4)\(")


def to_wgsl(text: str) -> str:
    """The same functions and statements."""
    return "\n".join(
        _CALL.sub(lambda one: _TYPES[one[1]] + "(", _line(line)) for line in text.split("\n")
    )


def _line(line: str) -> str:
    if found := _FUNCTION.fullmatch(line):
        kind, name, parameters = found.groups()
        takes = [one.split(" ") for one in parameters.split(", ")]
        listed = ", ".join(f"{one}: {_TYPES[kind]}" for kind, one in takes)
        return f"fn {name}({listed}) -> {_TYPES[kind]} {{"
    if found := _DECLARATION.fullmatch(line):
        return f"{found[1]}var {found[2]}"
    return line
