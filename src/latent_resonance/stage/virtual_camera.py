"""Pictures as a camera that other programs can choose: for calls, browsers and OBS."""

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import (
    AssemblyError,
    DeviceError,
    MissingPartError,
    in_a_line,
)
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage
from latent_resonance.contracts.values import ByteArray, Frame, Spec
from latent_resonance.stage.video.loopback import Loopback, find_loopback
from latent_resonance.stage.video.with_alpha import check_size

_STILL_RATE = 25.0


class Options(PartOptions):
    """Which one."""

    device: str = Field(
        default="", description="such as /dev/video10; empty: the first virtual camera"
    )


class Part(PictureStage):
    """Stage: v4l2loopback on Linux, by itself; OBS' virtual camera elsewhere, by pyvirtualcam.

    Attributes:
        sent: pictures so far.
        refused: pictures that the device was not ready for.
    """

    accepts = (PictureFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._agreed = PictureFormat()
        self._loopback: Loopback | None = None
        self._camera: Any = None
        self.sent = self.refused = 0

    def prepare(self, spec: Spec) -> None:
        """Open the camera.

        Raises:
            AssemblyError: there are no pictures.
            DeviceError: there is no virtual camera, or it refuses.
            MissingPartError: pyvirtualcam is not installed, where it is needed.
        """
        self.close()
        if spec.picture is None:
            raise AssemblyError("virtual_camera needs pictures")
        self._agreed = form = spec.picture
        rate = form.frame_rate or _STILL_RATE
        if platform.system() == "Linux":
            path = self.options.device or find_loopback()
            self._loopback = Loopback(path, form.width + form.width % 2, form.height, rate)
            return
        try:
            import pyvirtualcam
        except (ImportError, OSError) as error:
            raise MissingPartError(
                "the stage 'virtual_camera' needs pyvirtualcam on this system: "
                "pip install 'latent-resonance[virtual-camera]'"
            ) from error
        try:
            self._camera = pyvirtualcam.Camera(
                width=form.width, height=form.height, fps=rate, device=self.options.device or None
            )
        except (RuntimeError, OSError, ValueError) as error:
            reason = in_a_line(error)
            raise DeviceError(f"the virtual camera does not open: {reason}") from error

    def show(self, frame: Frame) -> None:
        """Hand over a picture, without waiting; raises AssemblyError for one of another size."""
        if self._loopback is None and self._camera is None:
            raise AssemblyError("the virtual camera was not prepared")
        check_size("virtual_camera", frame, self._agreed)
        taken = True
        if self._loopback is not None:
            taken = self._loopback.write(to_yuyv(frame.pixels))
        else:
            self._camera.send(np.ascontiguousarray(frame.pixels))
        self.sent += taken
        self.refused += not taken

    def reset(self) -> None:
        self.sent = self.refused = 0

    def close(self) -> None:
        opened = [one for one in (self._loopback, self._camera) if one is not None]
        self._loopback = self._camera = None
        for one in opened:
            one.close()

    def statistics(self) -> Mapping[str, Any]:
        return {"camera_pictures": self.sent, "camera_refused": self.refused}


def to_yuyv(pixels: ByteArray) -> bytes:
    """YUYV 4:2:2 (BT.601, limited range, as cameras give it); an odd width gets a column more."""
    import av

    height, width = pixels.shape[:2]
    if width % 2:
        pixels = np.pad(pixels, ((0, 0), (0, 1), (0, 0)), "edge")
        width += 1
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    plane = picture.reformat(
        format="yuyv422", dst_colorspace="ITU601", src_color_range="JPEG", dst_color_range="MPEG"
    ).planes[0]
    rows = np.frombuffer(bytes(plane), np.uint8).reshape(height, plane.line_size)
    return bytes(rows[:, : 2 * width].tobytes())
