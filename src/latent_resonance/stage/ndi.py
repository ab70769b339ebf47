"""Sends pictures over the network as an NDI source, for OBS, Resolume, TouchDesigner and others."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage.video.with_alpha import PicturesWithAlpha

_STILL_RATE = 25.0
# NDI encodes one picture while the next one is written: neither may be written to.
_BUFFERS = 3


class Options(PartOptions):
    """Under which name."""

    name: str = Field(
        default="Latent Resonance", min_length=1, max_length=200, description="of the source"
    )


class Part(PictureStage):
    """Stage: an NDI source. NDI encodes on a thread of its own, and none waits for a receiver.

    Attributes:
        sent: pictures so far.
    """

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._sender: Any = None
        self._pictures: PicturesWithAlpha | None = None
        self.sent = 0

    def prepare(self, spec: Spec) -> None:
        """Announce the source.

        Raises:
            AssemblyError: there are no pictures.
            MissingPartError: cyndilib is not installed.
            DeviceError: NDI does not start on this machine.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError("ndi needs pictures")
        try:
            from cyndilib.sender import Sender
            from cyndilib.video_frame import VideoSendFrame
            from cyndilib.wrapper.ndi_structs import FourCC
        except (ImportError, OSError) as error:
            raise MissingPartError(
                "the stage 'ndi' needs cyndilib: pip install 'latent-resonance[ndi]'"
            ) from error
        form = spec.picture
        try:
            frame = VideoSendFrame()
            frame.set_resolution(form.width, form.height)
            frame.set_fourcc(FourCC.RGBX)
            rate = Fraction(form.frame_rate or _STILL_RATE).limit_denominator(1001)
            frame.set_frame_rate(rate)
            # The performance has a clock; NDI's would make it wait.
            sender = Sender(self.options.name, clock_video=False, clock_audio=False)
            sender.set_video_frame(frame)
            sender.open()
        except (RuntimeError, OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise DeviceError(f"NDI does not start on this machine: {reason}") from error
        self._sender, self._pictures = sender, PicturesWithAlpha("ndi", form, _BUFFERS)

    def show(self, frame: Frame) -> None:
        """Hand over a picture; raises AssemblyError for one of another size."""
        if self._sender is None or self._pictures is None:
            raise AssemblyError("the NDI source was not prepared")
        pixels = self._pictures.of(frame)
        self.sent += bool(self._sender.write_video_async(np.ravel(pixels)))

    def reset(self) -> None:
        self.sent = 0

    def close(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()

    def statistics(self) -> Mapping[str, Any]:
        return {"ndi_pictures": self.sent}
