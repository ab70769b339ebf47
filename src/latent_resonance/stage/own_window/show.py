"""The process of the window: pictures come in on standard input, one line about it goes out.

    python -m latent_resonance.stage.own_window.show WIDTH HEIGHT DISPLAY FULL COVER TITLE

The line is ``ready``, or ``error`` and what is wrong. It ends with its input, by Escape, or when
the window is closed: then its exit status is 0, and any other where it died.
"""

import signal
import sys
import threading
from typing import Any

from latent_resonance.stage.own_window.drawing import Drawing


class Newest:
    """The picture that came last; one that was not drawn in time is left out."""

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._picture: bytes | None = None
        self.over = False

    def read(self, wake: Any) -> None:
        """All that comes, until it ends; on a thread."""
        while len(picture := sys.stdin.buffer.read(self._size)) == self._size:
            with self._lock:
                self._picture = picture
            wake()
        self.over = True
        wake()

    def take(self) -> bytes | None:
        """The newest, once."""
        with self._lock:
            picture, self._picture = self._picture, None
        return picture


def main(width: int, height: int, display: int, full: bool, cover: bool, title: str) -> str:
    """Show pictures until they end. Gives what is wrong, or nothing."""
    import glfw

    glfw.ERROR_REPORTING = "ignore"
    if not glfw.init():
        return "there is no display to open a window on" + _reason(glfw)
    try:
        monitors = glfw.get_monitors()
        if not 1 <= display <= len(monitors):
            return f"there is no display {display}: there are {len(monitors)}"
        window = _opened(glfw, monitors[display - 1], (width, height), full, title)
        if not window:
            return "the window does not open" + _reason(glfw)
        glfw.make_context_current(window)
        glfw.swap_interval(1)
        drawing = Drawing(glfw.get_proc_address, width, height, cover=cover)
        newest = Newest(3 * width * height)
        threading.Thread(target=newest.read, args=(glfw.post_empty_event,), daemon=True).start()
        print("ready", flush=True)  # noqa: T201 - the stage waits for it
        while not newest.over and not glfw.window_should_close(window):
            glfw.wait_events_timeout(0.25)
            if glfw.get_key(window, glfw.KEY_ESCAPE) == glfw.PRESS:
                break
            if (picture := newest.take()) is not None:
                drawing.take(picture)
            drawing.draw(*glfw.get_framebuffer_size(window))
            glfw.swap_buffers(window)
        return ""
    finally:
        glfw.terminate()


def _opened(glfw: Any, monitor: Any, size: tuple[int, int], full: bool, title: str) -> Any:
    mode = glfw.get_video_mode(monitor)
    if not full:
        return glfw.create_window(*size, title, None, None)
    # The display keeps its mode, and the picture stays there when another window is clicked.
    for hint, value in (
        (glfw.RED_BITS, mode.bits.red),
        (glfw.GREEN_BITS, mode.bits.green),
        (glfw.BLUE_BITS, mode.bits.blue),
        (glfw.REFRESH_RATE, mode.refresh_rate),
        (glfw.AUTO_ICONIFY, glfw.FALSE),
    ):
        glfw.window_hint(hint, value)
    window = glfw.create_window(*mode.size, title, monitor, None)
    if window:
        glfw.set_input_mode(window, glfw.CURSOR, glfw.CURSOR_HIDDEN)
    return window


def _reason(glfw: Any) -> str:
    _, text = glfw.get_error()
    told = text.decode(errors="replace") if isinstance(text, bytes) else str(text or "")
    return f": {' '.join(told.split())}" if told else ""


if __name__ == "__main__":
    # Ctrl-C is for the performance, which closes it: a window that is killed is opened again.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    w, h, which, filled, covers, name = sys.argv[1:]
    wrong = main(int(w), int(h), int(which), filled == "1", covers == "1", name)
    if wrong:
        print(f"error {wrong}", flush=True)  # noqa: T201 - the stage waits for it
        sys.exit(1)
