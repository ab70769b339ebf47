"""Shares pictures with other programs on Windows through Spout: Resolume, TouchDesigner, OBS."""

import platform
from typing import Any

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray
from latent_resonance.stage.video.picture_sender import PictureSender, SenderOptions

_GL_RGBA = 0x1908


Options = SenderOptions


class Part(PictureSender):
    """Stage: a Spout sender."""

    part = "spout"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._library: Any = None
        self._sender: Any = None

    def _open(self, form: PictureFormat) -> None:
        if platform.system() != "Windows":
            raise DeviceError("Spout is for Windows; use ndi, or syphon on macOS")
        try:
            import SpoutGL
        except (ImportError, OSError) as error:
            raise self._missing("SpoutGL") from error
        self._library = SpoutGL

    def _send(self, pixels: ByteArray) -> bool:
        if self._sender is None:  # it belongs to the thread that sends
            self._sender = self._library.SpoutSender()
            self._sender.setSenderName(self.options.name)
        height, width = pixels.shape[:2]
        taken = self._sender.sendImage(pixels.tobytes(), width, height, _GL_RGBA, False, 0)
        if taken:
            self._sender.setFrameSync(self.options.name)
        return bool(taken)

    def _stop(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.releaseSender()
