"""Where frames come from: a video file, a folder of images, a still, or a camera."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np

from latent_resonance.contracts.errors import DeviceError, MediaError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sound.recordings.container import open_container

_COUNTED_SECONDS = 900
# Of the longer side: the networks look at 192 pixels of a face.
_MOST_PIXELS = 1280
# A clip that ends so much before its header says was cut off.
_CUT_SECONDS = 0.3
# So long without a picture, a camera counts as gone; then it is opened anew, later and later.
_GONE_SECONDS = 0.3
_LEAST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.5, 8.0
IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


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
        source: a path, or a camera's number or device path.
        fps: of a folder of images.
        loop: start a file over at its end; it then has no duration.

    Raises:
        MediaError: a path that cannot be played; says why.
        DeviceError: a camera that is not there.
    """
    path = Path(source)
    if source.isdigit() or source.startswith("/dev/video"):
        return CameraFrames(source)
    if not path.exists():
        raise MediaError(f"there is no file {source}")
    if path.is_dir():
        found = sorted(item for item in path.iterdir() if item.suffix.lower() in IMAGES)
        if not found:
            raise MediaError(f"the folder {source} has no images ({', '.join(sorted(IMAGES))})")
        return ImageFrames(found, fps, loop=loop)
    if path.stat().st_size == 0:
        raise MediaError(f"{source} is empty (0 bytes)")
    if path.suffix.lower() in IMAGES:
        return ImageFrames([path], fps, loop=loop)
    return VideoFrames(path, loop=loop)


def _pixels(frame: Any) -> ByteArray:
    """A decoded frame as it is to be seen: upright, and no larger than a face needs."""
    scale = min(1.0, _MOST_PIXELS / max(frame.width, frame.height))
    size = {name: round(scale * getattr(frame, name)) for name in ("width", "height")}
    pixels: ByteArray = frame.to_ndarray(format="rgb24", **(size if scale < 1 else {}))
    turns = round(getattr(frame, "rotation", 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


class VideoFrames:
    """A video file, decoded as time goes on; never more than a frame in memory."""

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        import av

        self.errors = 0
        self.trouble = ""
        self._path = path
        try:
            self._container: Any = open_container(self._path)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MediaError(f"{path} is not a video that can be read: {reason}") from error
        if not self._container.streams.video:
            self._container.close()
            raise MediaError(f"{path} has no picture track")
        self._stream = self._container.streams.video[0]
        self._frames = self._decode()
        self._ahead: Any = next(self._frames, None)
        if self._ahead is None:
            self._container.close()
            raise MediaError(f"{path} has no frame that can be decoded")
        self._first = self._seconds(self._ahead, 0.0)
        self._last = 0.0
        self._length = self._duration()
        self._announced = max(self._length, self._said())
        self._round = 0.0
        self._loop = loop
        self.duration_seconds: float | None = None if loop else self._length

    def _decode(self) -> Iterator[Any]:
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                yield from packet.decode()
            except StopIteration:
                return
            except av.error.FFmpegError:
                # A damaged packet is skipped; the last good frame is held meanwhile.
                self.errors += 1
                if self.errors > 1000:
                    return

    def _seconds(self, frame: Any, otherwise: float) -> float:
        return float(frame.time) if frame.time is not None else otherwise

    def _step(self) -> float:
        rate = self._stream.average_rate or self._stream.guessed_rate
        return 1 / float(rate) if rate else 0.04

    def _duration(self) -> float:
        stream = self._stream
        whole = float(self._container.duration or 0) / 1e6
        if not stream.frames and whole < _COUNTED_SECONDS:
            # Such headers say where the last frame begins, or nothing.
            return self._count_packets() * self._step()
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return whole or max(1, stream.frames) * self._step()

    def _said(self) -> float:
        """What the header says that the clip lasts; 0 where its sound may be longer."""
        alone = len(self._container.streams) == 1
        return float(self._container.duration or 0) / 1e6 if alone else 0.0

    def _count_packets(self) -> int:
        import av

        try:
            with open_container(self._path) as again:
                return sum(packet.size > 0 for packet in again.demux(video=0))
        except (av.error.FFmpegError, OSError):
            return 1

    def latest(self, now_seconds: float) -> tuple[float, ByteArray] | None:
        """Decode on to the frame in force; those that were overtaken are not given."""
        newest = None
        while self._ahead is not None:
            time = self._seconds(self._ahead, self._first + self._last + self._step()) - self._first
            if self._round + time > now_seconds + 1e-9:
                break
            newest, self._last = self._ahead, time
            self._ahead = next(self._frames, None)
            if self._ahead is None and self._loop:
                self._start_over()
        if newest is None:
            return None
        return self._round + self._last, _pixels(newest)

    def over(self, now_seconds: float) -> bool:
        """Whether the last frame has had its time; says when that is before the clip should end."""
        if self._ahead is not None:
            return False
        end = self._last + self._step()
        if self._announced - end > _CUT_SECONDS and not self.trouble:
            self.trouble = (
                f"the clip breaks off: {end:.2f} s of {self._announced:.2f} s could be read"
            )
        return now_seconds > self._round + end

    def _start_over(self) -> None:
        import av

        # Opened anew: some containers lose frames when they seek to their start.
        self._container.close()
        try:
            self._container = open_container(self._path)
        except (av.error.FFmpegError, OSError):
            self.errors += 1
            return
        self._stream = self._container.streams.video[0]
        self._round += self._length
        self._last -= self._length
        self._frames = self._decode()
        self._ahead = next(self._frames, None)

    def close(self) -> None:
        """Close the file."""
        self._container.close()


class ImageFrames:
    """Still images, one after the other."""

    def __init__(self, paths: list[Path], fps: float, *, loop: bool = False) -> None:
        self._paths = paths
        self._step = 1 / fps
        self._next = 0
        self._loop = loop
        self.errors = 0
        self.trouble = ""
        self.duration_seconds: float | None = None if loop else len(paths) * self._step
        if self._read(0) is None:
            raise MediaError(f"{paths[0]} is not an image that can be read")
        self.errors = 0

    def latest(self, now_seconds: float) -> tuple[float, ByteArray] | None:
        """The image in force, once."""
        index = int(now_seconds / self._step + 1e-6)
        if not self._loop:
            index = min(index, len(self._paths) - 1)
        if index < self._next:
            return None
        self._next = index + 1
        pixels = self._read(index % len(self._paths))
        return None if pixels is None else (index * self._step, pixels)

    def over(self, now_seconds: float) -> bool:
        """Whether a folder's last image has had its time; a single one stands for ever."""
        return 1 < len(self._paths) <= now_seconds / self._step and not self._loop

    def _read(self, index: int) -> ByteArray | None:
        from PIL import Image, ImageOps

        try:
            with Image.open(self._paths[index]) as image:
                upright = ImageOps.exif_transpose(image.convert("RGB"))
                upright.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
                return np.asarray(upright)
        except (OSError, ValueError, Image.DecompressionBombError):
            self.errors += 1
            return None

    def close(self) -> None:
        """Images are never kept open."""


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
                    self._newest = _pixels(frame)
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
