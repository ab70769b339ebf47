"""Shows pictures in a window of their own: full-screen on a projector, or beside other windows."""

import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.own_python import PYTHON
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage.video.with_alpha import check_size

_END_SECONDS = 3.0
# One that died is opened again after 0.5 s, 1 s and so on, up to 8 s. Only after one that lasted
# it begins anew: a window that keeps dying must not keep coming to the front.
_FIRST_WAIT, _LONGEST_WAIT, _LASTING_SECONDS = 0.5, 8.0, 30.0
_PROCESS = "latent_resonance.stage.own_window.show"


class Options(PartOptions):
    """Where, and how."""

    display: int = Field(1, ge=1, le=64, description="which display, counted from 1")
    full_screen: bool = Field(True, description="the whole display; else a window of their size")
    cover: bool = Field(
        False, description="fill it and cut two sides, rather than show the whole picture"
    )
    title: str = Field("Latent Resonance", max_length=200, description="of the window")


class Part(PictureStage):
    """Stage: a window in a process of its own. Escape closes it; the performance goes on.

    One that dies, with its display or by itself, is opened again, and nothing is seen until then.
    A picture that comes while the last one is still on its way is left out: nothing waits.

    Attributes:
        shown: pictures handed over, so far.
        left_out: pictures for which the window was not ready, so far.
    """

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._agreed = PictureFormat()
        self._process: subprocess.Popen[bytes] | None = None
        self._sender: threading.Thread | None = None
        self._ready = threading.Condition()
        self._next: Any = None
        self._ending = False
        self._gone = threading.Event()
        self._said: list[str] = []
        self.shown = self.left_out = 0

    def prepare(self, spec: Spec) -> None:
        """Open the window.

        Raises:
            AssemblyError: there are no pictures.
            MissingPartError: glfw is not installed.
            DeviceError: there is no display, not this one, or no OpenGL.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError("window needs pictures")
        if find_spec("glfw") is None:
            raise MissingPartError(
                "the stage 'window' needs glfw: pip install 'latent-resonance[window]'"
            )
        self._agreed, self._ending, self._said = spec.picture, False, []
        self._gone.clear()
        try:
            process = self._open()
        except DeviceError:
            self._process = None
            raise
        self._sender = threading.Thread(
            target=self._send, args=(process,), name="window", daemon=True
        )
        self._sender.start()

    def show(self, frame: Frame) -> None:
        """Hand over a picture, without waiting; raises AssemblyError for one of another size."""
        if self._process is None:
            raise AssemblyError("the window was not prepared")
        check_size("window", frame, self._agreed)
        with self._ready:
            if self._next is not None:
                self.left_out += 1
            self._next = frame.pixels
            self._ready.notify()

    def reset(self) -> None:
        self.shown = self.left_out = 0

    def close(self) -> None:
        """Close the window."""
        with self._ready:
            self._ending = True
            self._ready.notify()
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.join(_END_SECONDS)
        process, self._process = self._process, None
        if process is None:
            return
        if sender is not None and sender.is_alive():  # it waits for a window that hangs
            process.kill()
            sender.join(_END_SECONDS)
        self._next = None
        _end(process)

    @property
    def trouble(self) -> str:
        return "the window is gone" if self._gone.is_set() else ""

    def report(self) -> Mapping[str, Any]:
        """Whether the window died, and was opened again."""
        return {"warning": "; ".join(self._said)} if self._said else {}

    def statistics(self) -> Mapping[str, Any]:
        return {"window_pictures": self.shown, "window_left_out": self.left_out}

    def _open(self) -> "subprocess.Popen[bytes]":
        """Start its process; raises DeviceError, and leaves none, where it shows no window."""
        picture, options = self._agreed, self.options
        told = (picture.width, picture.height, options.display)
        how = (int(options.full_screen), int(options.cover), options.title)
        with self._ready:
            if self._ending:
                raise DeviceError("the window is being closed")
            process = subprocess.Popen(  # noqa: S603 - this program's own module
                [*PYTHON, "-m", _PROCESS, *map(str, (*told, *how))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._process = process
        assert process.stdout is not None  # noqa: S101 - asked for above
        word, _, wrong = process.stdout.readline().decode().strip().partition(" ")
        if word != "ready":
            _end(process)
            raise DeviceError(wrong or "the window does not open: its process ended")
        return process

    def _send(self, process: "subprocess.Popen[bytes]") -> None:
        """Pictures into the pipe; it waits where the window does."""
        wait, opened = _FIRST_WAIT, time.monotonic()
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._next is not None or self._ending)
                pixels, self._next = self._next, None
                if self._ending:
                    return
            if _written(process, np.ascontiguousarray(pixels, np.uint8).tobytes()):
                self.shown += 1
                continue
            if _end(process) == 0:  # somebody closed it
                return
            if time.monotonic() - opened >= _LASTING_SECONDS:
                wait = _FIRST_WAIT
            found, wait = self._find_again(wait)
            if found is None:
                return
            process, opened = found, time.monotonic()

    def _find_again(self, wait: float) -> "tuple[subprocess.Popen[bytes] | None, float]":
        """Open it ever less often; the performance goes on, unseen. None where that ends."""
        self._gone.set()
        self._say("the window went away")
        while True:
            with self._ready:
                if self._ready.wait_for(lambda: self._ending, wait):
                    return None, wait
            wait = min(2 * wait, _LONGEST_WAIT)
            try:
                process = self._open()
            except DeviceError:
                continue
            self._gone.clear()
            self._say("it was opened again")
            return process, wait

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.append(text)


def _written(process: "subprocess.Popen[bytes]", data: bytes) -> bool:
    """Whether the window took it."""
    assert process.stdin is not None  # noqa: S101 - it was started with one
    try:
        process.stdin.write(data)
        process.stdin.flush()
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> int:
    """Have it end, by force where it hangs; its exit status, 0 where it was closed."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()  # by which the window ends
    try:
        status = process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return status
