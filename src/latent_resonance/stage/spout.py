"""Shares pictures with other programs on Windows through Spout: Resolume, TouchDesigner, OBS."""

import platform
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage.video.with_alpha import PicturesWithAlpha

_GL_RGBA = 0x1908


class Options(PartOptions):
    """Under which name."""

    name: str = Field(
        default="Latent Resonance", min_length=1, max_length=200, description="of the sender"
    )


class Part(PictureStage):
    """Stage: a Spout sender.

    Attributes:
        sent: pictures so far.
        refused: pictures that Spout did not take.
    """

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._library: Any = None
        self._sender: Any = None
        self._pictures: PicturesWithAlpha | None = None
        self.sent = self.refused = 0

    def prepare(self, spec: Spec) -> None:
        """Find the library.

        Raises:
            AssemblyError: there are no pictures.
            DeviceError: this is not Windows.
            MissingPartError: SpoutGL is not installed.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError("spout needs pictures")
        if platform.system() != "Windows":
            raise DeviceError("Spout is for Windows; use ndi, or syphon on macOS")
        try:
            import SpoutGL
        except (ImportError, OSError) as error:
            raise MissingPartError(
                "the stage 'spout' needs SpoutGL: pip install 'latent-resonance[spout]'"
            ) from error
        self._library = SpoutGL
        self._pictures = PicturesWithAlpha("spout", spec.picture)
        self._size = spec.picture.width, spec.picture.height

    def show(self, frame: Frame) -> None:
        """Share a picture; raises AssemblyError for one of another size."""
        if self._pictures is None:
            raise AssemblyError("the Spout sender was not prepared")
        if self._sender is None:  # it belongs to the thread that sends
            self._sender = self._library.SpoutSender()
            self._sender.setSenderName(self.options.name)
        pixels = self._pictures.of(frame)
        if self._sender.sendImage(pixels.tobytes(), *self._size, _GL_RGBA, False, 0):
            self._sender.setFrameSync(self.options.name)
            self.sent += 1
        else:
            self.refused += 1

    def reset(self) -> None:
        self.sent = self.refused = 0

    def close(self) -> None:
        sender, self._sender, self._pictures = self._sender, None, None
        if sender is not None:
            sender.releaseSender()

    def statistics(self) -> Mapping[str, Any]:
        return {"spout_pictures": self.sent, "spout_refused": self.refused}
