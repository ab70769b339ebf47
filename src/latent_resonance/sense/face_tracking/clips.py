"""Frames of files: a video, a folder of images, a still. Decoded in a child: ``clips_apart``."""

import json
import math
import struct
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sound.recordings.container import open_container

_COUNTED_SECONDS = 900
# Of the longer side: the networks look at 192 pixels of a face.
_MOST_PIXELS = 1280
# A clip that ends so much before its header says was cut off.
_CUT_SECONDS = 0.3
# Times are compared no finer.
_EARLY_SECONDS = 1e-9
IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
LENGTH = struct.Struct("<I")
"""Before the facts of each piece, JSON of so many bytes; its pixels are the rest."""


def watch(source: str, fps: float, *, loop: bool) -> Generator[bytes, float, None]:
    """What a child tells of a source: ``duration_seconds``, then the frame in force at each time.

    Each piece has ``LENGTH``, JSON, and the pixels where there is a frame not given before.

    Raises:
        MediaError: it cannot be played; says why.
    """
    frames = _open(source, fps, loop=loop)
    now = yield _piece({"duration_seconds": frames.duration_seconds})
    while True:
        newest = frames.latest(now)
        facts = {
            "time": newest and newest[0],
            "shape": newest and newest[1].shape,
            "due": frames.due_seconds,
            "end": frames.end_seconds,
            "errors": frames.errors,
            "trouble": frames.trouble,
        }
        now = yield _piece(facts, newest and newest[1])


def _piece(facts: dict[str, Any], pixels: ByteArray | None = None) -> bytes:
    told = json.dumps(facts).encode()
    shown = b"" if pixels is None else np.ascontiguousarray(pixels).data
    return b"".join([LENGTH.pack(len(told)), told, shown])


def _open(source: str, fps: float, *, loop: bool) -> "VideoFrames | ImageFrames":
    path = Path(source)
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


def as_seen(frame: Any, pixel_aspect: float = 1.0) -> ByteArray:
    """A decoded frame as it is to be seen: upright, and no larger than a face needs.

    Args:
        frame: of PyAV.
        pixel_aspect: how much wider than high its pixels are shown.
    """
    width = frame.width * max(1.0, pixel_aspect)
    height = frame.height / min(1.0, pixel_aspect)
    scale = min(1.0, _MOST_PIXELS / max(width, height))
    size = {"width": round(scale * width), "height": round(scale * height)}
    as_it_is = (size["width"], size["height"]) == (frame.width, frame.height)
    pixels: ByteArray = frame.to_ndarray(format="rgb24", **({} if as_it_is else size))
    turns = round(getattr(frame, "rotation", 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


class VideoFrames:
    """A video file, decoded as time goes on; never more than a frame in memory."""

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        import av

        self.errors = 0
        self._path = path
        try:
            self._container: Any = open_container(self._path)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MediaError(f"{path} is not a video that can be read: {reason}") from error
        if not self._container.streams.video:
            self._container.close()
            raise MediaError(f"{path} has no picture track: --sense audio_file hears its sound")
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
        """What the header says that the clip lasts; 0 where its sound may be longer.

        Matroska counts it from 0, wherever the first frame is.
        """
        alone = len(self._container.streams) == 1
        said = float(self._container.duration or 0) / 1e6 - max(0.0, self._first)
        return said if alone else 0.0

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
            time = self._begins()
            if self._round + time > now_seconds + _EARLY_SECONDS:
                break
            newest, self._last = self._ahead, time
            self._ahead = next(self._frames, None)
            if self._ahead is None and self._loop:
                self._start_over()
        if newest is None:
            return None
        aspect = float(self._stream.sample_aspect_ratio or 1)
        return self._round + self._last, as_seen(newest, aspect)

    @property
    def due_seconds(self) -> float:
        """When the next frame begins; infinite where none comes."""
        return math.inf if self._ahead is None else self._round + self._begins() - _EARLY_SECONDS

    @property
    def end_seconds(self) -> float:
        """When the last frame has had its time; infinite while more come."""
        return self._round + self._last + self._step() if self._ahead is None else math.inf

    @property
    def trouble(self) -> str:
        """What is said of a clip that has ended before it should."""
        end = self._last + self._step()
        if self._ahead is not None or self._announced - end <= _CUT_SECONDS:
            return ""
        return f"the clip breaks off: {end:.2f} s of {self._announced:.2f} s could be read"

    def _begins(self) -> float:
        """When the frame ahead begins, counted from the clip's first."""
        return self._seconds(self._ahead, self._first + self._last + self._step()) - self._first

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
        index = int((now_seconds + _EARLY_SECONDS) / self._step)
        if not self._loop:
            index = min(index, len(self._paths) - 1)
        if index < self._next:
            return None
        self._next = index + 1
        pixels = self._read(index % len(self._paths))
        return None if pixels is None else (index * self._step, pixels)

    @property
    def due_seconds(self) -> float:
        """When the next image begins; infinite where none comes."""
        more = self._loop or self._next < len(self._paths)
        return self._next * self._step - _EARLY_SECONDS if more else math.inf

    @property
    def end_seconds(self) -> float:
        """When a folder's last image has had its time; a single one stands for ever."""
        ends = len(self._paths) > 1 and not self._loop
        return len(self._paths) * self._step if ends else math.inf

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
