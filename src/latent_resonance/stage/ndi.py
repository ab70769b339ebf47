"""Sends pictures over the network as an NDI source, for OBS, Resolume, TouchDesigner and others."""

from fractions import Fraction
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import DeviceError, in_a_line
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray
from latent_resonance.stage.video.picture_sender import PictureSender, SenderOptions

_STILL_RATE = 25.0


Options = SenderOptions


class Part(PictureSender):
    """Stage: an NDI source. NDI encodes on a thread of its own, and none waits for a receiver."""

    part = "ndi"
    # NDI encodes one picture while the next one is written: neither may be written to.
    buffers = 3

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._sender: Any = None

    def _open(self, form: PictureFormat) -> None:
        try:
            from cyndilib.sender import Sender
            from cyndilib.video_frame import VideoSendFrame
            from cyndilib.wrapper.ndi_structs import FourCC
        except (ImportError, OSError) as error:
            raise self._missing("cyndilib") from error
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
            reason = in_a_line(error)
            raise DeviceError(f"NDI does not start on this machine: {reason}") from error
        self._sender = sender

    def _send(self, pixels: ByteArray) -> bool:
        return bool(self._sender.write_video_async(np.ravel(pixels)))

    def _stop(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
