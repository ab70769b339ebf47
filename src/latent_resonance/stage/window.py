"""Shows pictures in a window of their own: full-screen on a projector, or beside other windows."""

import subprocess
import threading
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
        self._agreed, options = spec.picture, self.options
        told = (spec.picture.width, spec.picture.height, options.display)
        how = (int(options.full_screen), int(options.cover), options.title)
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
            self.close()
            raise DeviceError(wrong or "the window does not open: its process ended")
        self._ending = False
        self._sender = threading.Thread(target=self._send, name="window", daemon=True)
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
        process, self._process = self._process, None
        if process is None:
            return
        with self._ready:
            self._ending = True
            self._ready.notify()
        if self._sender is not None:
            self._sender.join(_END_SECONDS)
        self._sender, self._next = None, None
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()  # by which the window ends
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def statistics(self) -> Mapping[str, Any]:
        return {"window_pictures": self.shown, "window_left_out": self.left_out}

    def _send(self) -> None:
        """Pictures into the pipe; it waits where the window does."""
        process = self._process
        if process is None or process.stdin is None:
            return
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._next is not None or self._ending)
                pixels, self._next = self._next, None
                if pixels is None:
                    return
            try:
                process.stdin.write(np.ascontiguousarray(pixels, np.uint8).tobytes())
                process.stdin.flush()
            except OSError:  # the window was closed
                return
            self.shown += 1
