"""Frames of a camera, as they come."""

import sys
import threading
from typing import Any, ClassVar

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sense.face_tracking.clips import as_seen

# So long without a picture, a camera counts as gone; then it is opened anew, later and later.
_GONE_SECONDS = 0.3
_LEAST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.5, 8.0


class CameraFrames:
    """A camera, read on a thread of its own; only its newest frame is kept."""

    _KINDS: ClassVar = {
        "linux": ("v4l2", "/dev/video{}"),
        "darwin": ("avfoundation", "{}"),
        "win32": ("dshow", "video={}"),
    }

    def __init__(self, source: str) -> None:
        kind, name = self._KINDS.get(sys.platform, ("v4l2", "/dev/video{}"))
        self._kind = kind
        self._device = name.format(source) if source.isdigit() else source
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
