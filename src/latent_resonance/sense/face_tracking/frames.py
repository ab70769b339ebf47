"""Where frames come from: a video file, a folder of images, a still, or a camera."""

import os
from pathlib import Path
from typing import Protocol

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sense.face_tracking.camera import CameraFrames, find_camera
from latent_resonance.sense.face_tracking.clips_apart import ClipApart


class Frames(Protocol):
    """Gives the newest frame that has begun at a time."""

    duration_seconds: float | None
    errors: int
    trouble: str

    def over(self, now_seconds: float) -> bool:
        """Whether no frame is in force any more: a clip has ended, a camera gives nothing."""
        ...

    def latest(self, now_seconds: float) -> tuple[float, ByteArray] | None:
        """Time and RGB pixels ``[height, width, 3]`` of a frame not given before, or None."""
        ...

    def close(self) -> None:
        """Release the file or device."""
        ...


def open_frames(source: str, fps: float = 25.0, *, loop: bool = False) -> Frames:
    """Open a source by what it is.

    Args:
        source: a path, or a camera's number, device path or a part of its name.
        fps: of a folder of images.
        loop: start a file over at its end; it then has no duration.

    Raises:
        MediaError: a path that cannot be played; says why.
        DeviceError: a camera that is not there.
    """
    camera = find_camera(source)
    if camera is not None:
        return CameraFrames(camera)
    if not os.path.exists(source) and not Path(source).suffix:  # noqa: PTH110 - as find_camera
        raise MediaError(
            f"there is no file {source}, and no camera with that in its name; "
            "`resonance devices` lists them"
        )
    return ClipApart(source, fps, loop=loop)
