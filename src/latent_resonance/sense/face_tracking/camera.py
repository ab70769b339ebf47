"""Cameras: which there are, and the frames of one as they come."""

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sense.face_tracking.clips import as_seen

# So long without a picture, a camera counts as gone; then it is opened anew, later and later.
_GONE_SECONDS = 0.3
_LEAST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.5, 8.0
_LINUX = Path("/sys/class/video4linux")
_SYSTEM: str = sys.platform
# FFmpeg's inputs, and how each is told a camera's number.
_KINDS = {
    "linux": ("v4l2", "/dev/video{}"),
    "darwin": ("avfoundation", "{}"),
    "win32": ("dshow", "video={}"),
}


@dataclass(frozen=True, slots=True)
class Camera:
    """One that is plugged in: how FFmpeg calls it, and its name."""

    device: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.device})" if self.name else self.device


def list_cameras() -> list[Camera]:
    """All that the system tells of, in its order."""
    if _SYSTEM == "linux":
        return _linux_cameras()
    import av

    kind, _ = _KINDS.get(_SYSTEM, _KINDS["linux"])
    look: Any = getattr(av, "enumerate_input_devices", None)  # PyAV of old has it not
    try:
        found = look(kind) if look else []
    except (av.error.FFmpegError, ValueError, OSError):
        return []
    before = "video=" if kind == "dshow" else ""
    return [
        Camera(f"{before}{one.name}", one.description)
        for one in found
        if not one.media_types or "video" in one.media_types
    ]


def _linux_cameras() -> list[Camera]:
    found = []
    nodes = [node for node in _LINUX.glob("video*") if node.name[5:].isdecimal()]
    for node in sorted(nodes, key=lambda node: int(node.name[5:])):
        try:
            name = (node / "name").read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            name = ""
        found.append(Camera(f"/dev/{node.name}", name))
    return found


def find_camera(source: str) -> Camera | None:
    """By its number, its device path or a part of its name; None where it is a file or nothing.

    Raises:
        DeviceError: cameras of several names have that part.
    """
    if source.isdecimal():
        _, spelled = _KINDS.get(_SYSTEM, _KINDS["linux"])
        known = list_cameras() if _SYSTEM == "win32" else []  # which counts none
        number = int(source)
        return known[number] if number < len(known) else Camera(spelled.format(source), "")
    if source.startswith("/dev/video"):
        return Camera(source, "")
    if not source or os.path.exists(source):  # noqa: PTH110 - it takes any name without an error
        return None
    part = source.casefold()
    near = [one for one in list_cameras() if part in one.name.casefold()]
    whole = [one for one in near if one.name.casefold() == part]
    names = dict.fromkeys(one.name for one in whole or near)
    if len(names) > 1:
        raise DeviceError(f"several cameras have '{source}' in their names: {', '.join(names)}")
    # One camera may have several devices: its pictures are the first.
    return next(iter(whole or near), None)


class CameraFrames:
    """A camera, read on a thread of its own; only its newest frame is kept."""

    def __init__(self, camera: Camera) -> None:
        self._kind, _ = _KINDS.get(_SYSTEM, _KINDS["linux"])
        self._device = camera.device
        self.errors = 0
        self.trouble = ""
        self.duration_seconds: float | None = None
        self._container: Any = self._open()
        self._newest: ByteArray | None = None
        self._seen_at: float | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._grab, name="camera", daemon=True)
        self._thread.start()

    def _open(self) -> Any:
        import av

        try:
            return av.open(self._device, format=self._kind, options={"framerate": "30"})
        except (av.error.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DeviceError(
                f"the camera {self._device} will not open: {reason}; `resonance devices` lists "
                "cameras, --input FILE plays a video instead"
            ) from error

    def _grab(self) -> None:
        """Pictures as they come; a camera that goes away is opened anew when it is back."""
        import av

        wait = _LEAST_WAIT_SECONDS
        while not self._closing.is_set():
            try:
                container = self._container = self._container or self._open()
                for frame in container.decode(video=0):
                    self._newest = as_seen(frame)
                    wait = _LEAST_WAIT_SECONDS
                    if self._closing.is_set():
                        return
            except (av.error.FFmpegError, OSError, DeviceError):
                self.errors += 1
            self._release()
            self._closing.wait(wait)
            wait = min(2 * wait, _MOST_WAIT_SECONDS)

    def _release(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def over(self, now_seconds: float) -> bool:
        """Whether it has given nothing for a while."""
        if self._seen_at is None:
            self._seen_at = now_seconds
        gone = now_seconds - self._seen_at > _GONE_SECONDS
        self.trouble = f"the camera {self._device} gives no pictures" if gone else ""
        return gone

    def latest(self, now_seconds: float) -> tuple[float, ByteArray] | None:
        """The newest frame, once."""
        pixels, self._newest = self._newest, None
        if pixels is None:
            return None
        self._seen_at, self.trouble = now_seconds, ""
        return now_seconds, pixels

    def close(self) -> None:
        """Release the camera."""
        self._closing.set()
        self._thread.join(timeout=2)
        self._release()
