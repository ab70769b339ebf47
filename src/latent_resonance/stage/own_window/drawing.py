"""One picture over a window, with the part of OpenGL that every driver has (1.1)."""

import ctypes
from collections.abc import Callable
from typing import Any

_TEXTURE_2D, _RGB, _UNSIGNED_BYTE = 0x0DE1, 0x1907, 0x1401
_MIN_FILTER, _MAG_FILTER, _LINEAR = 0x2801, 0x2800, 0x2601
_WRAP_S, _WRAP_T, _CLAMP_TO_EDGE = 0x2802, 0x2803, 0x812F
_UNPACK_ALIGNMENT, _COLOR_BUFFER, _QUADS = 0x0CF5, 0x4000, 7
_int, _float, _pointer = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
_FUNCTIONS: dict[str, list[Any]] = {
    "glGenTextures": [_int, _pointer],
    "glBindTexture": [_int, _int],
    "glTexParameteri": [_int, _int, _int],
    "glPixelStorei": [_int, _int],
    "glTexImage2D": [_int, _int, _int, _int, _int, _int, _int, _int, _pointer],
    "glTexSubImage2D": [_int, _int, _int, _int, _int, _int, _int, _int, _pointer],
    "glEnable": [_int],
    "glViewport": [_int, _int, _int, _int],
    "glClear": [_int],
    "glBegin": [_int],
    "glEnd": [],
    "glTexCoord2f": [_float, _float],
    "glVertex2f": [_float, _float],
}


class Drawing:
    """A texture and the rectangle that it is drawn on; in the thread of the context.

    Args:
        find: gives the address of a function of OpenGL.
        width: of the pictures.
        height: of the pictures.
        cover: fill the window and cut two sides of the picture, rather than show all of it.
    """

    def __init__(self, find: Callable[[str], Any], width: int, height: int, *, cover: bool) -> None:
        self._size, self._cover = (width, height), cover
        self._gl = {
            name: ctypes.CFUNCTYPE(None, *kinds)(find(name)) for name, kinds in _FUNCTIONS.items()
        }
        name = ctypes.c_uint()
        self._call("glGenTextures", 1, ctypes.byref(name))
        self._call("glBindTexture", _TEXTURE_2D, name.value)
        for what in (_MIN_FILTER, _MAG_FILTER):
            self._call("glTexParameteri", _TEXTURE_2D, what, _LINEAR)
        for what in (_WRAP_S, _WRAP_T):
            self._call("glTexParameteri", _TEXTURE_2D, what, _CLAMP_TO_EDGE)
        self._call("glPixelStorei", _UNPACK_ALIGNMENT, 1)
        form = _RGB, width, height, 0, _RGB, _UNSIGNED_BYTE
        self._call("glTexImage2D", _TEXTURE_2D, 0, *form, None)
        self._call("glEnable", _TEXTURE_2D)

    def take(self, pixels: bytes) -> None:
        """A picture: width times height times three bytes, the top row first."""
        form = *self._size, _RGB, _UNSIGNED_BYTE
        self._call("glTexSubImage2D", _TEXTURE_2D, 0, 0, 0, *form, pixels)

    def draw(self, width: int, height: int) -> None:
        """Onto a window of this many pixels, black around it."""
        self._call("glViewport", 0, 0, width, height)
        self._call("glClear", _COLOR_BUFFER)
        x, y = reach(self._size, (width, height), cover=self._cover)
        self._call("glBegin", _QUADS)
        for right, down in ((0, 0), (1, 0), (1, 1), (0, 1)):
            self._call("glTexCoord2f", right, down)
            self._call("glVertex2f", x * (2 * right - 1), y * (1 - 2 * down))
        self._call("glEnd")

    def _call(self, name: str, *values: Any) -> None:
        self._gl[name](*values)


def reach(picture: tuple[int, int], window: tuple[int, int], *, cover: bool) -> tuple[float, float]:
    """How far the picture reaches from the middle of the window, 1 to its edge; more is cut."""
    wide = picture[0] / picture[1] / (window[0] / max(window[1], 1))
    if (wide > 1) == cover:
        return wide, 1.0
    return 1.0, 1 / wide
