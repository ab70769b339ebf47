"""Sound files and the sound of videos, read piece by piece at their own rate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray

_BLOCK = 4096
_LOWEST_HZ, _HIGHEST_HZ, _MOST_CHANNELS = 4_000, 400_000, 64
# libsndfile would do, but its MP3 decoder prints warnings that cannot be turned off.
_BY_FFMPEG = frozenset((".mp3",))


class SoundFile:
    """A file, or the first sound track of a video, from its start to its end or round and round.

    Only a block of it is in memory.

    Args:
        path: libsndfile reads it, or FFmpeg.
        loop: start over at the end.

    Attributes:
        rate: in Hz.
        channels: 1 to 64.
        seconds: its length; as the file says, which an MP3 without an index only estimates.
        errors: damaged places that were left out.

    Raises:
        MediaError: it cannot be read, or holds no sound.
    """

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        self._path = path
        self._loop = loop
        self.errors = 0
        try:
            if path.is_dir():
                raise MediaError(f"cannot read {path}: it is a folder")
            if path.stat().st_size == 0:
                raise MediaError(f"cannot read {path}: it is empty")
        except OSError as error:
            raise MediaError(f"cannot read {path}: {error.strerror or error}") from error
        self._by_ffmpeg = path.suffix.lower() in _BY_FFMPEG or not self._sndfile_reads()
        if self._by_ffmpeg:
            self.rate, self.channels, self.seconds = self._look_with_ffmpeg()
        fits = _LOWEST_HZ <= self.rate <= _HIGHEST_HZ and 1 <= self.channels <= _MOST_CHANNELS
        if not fits:
            raise MediaError(f"cannot use {path}: {self.channels} channels at {self.rate} Hz")
        if self.seconds <= 0:
            raise MediaError(f"cannot use {path}: it holds no sound")
        self._blocks: Iterator[FloatArray] = iter(())
        self.rewind()

    def rewind(self) -> None:
        """Back to the start."""
        self.close()
        self._blocks = self._rounds()
        self._left = np.zeros((0, self.channels), np.float32)

    def read(self, count: int) -> FloatArray:
        """The next float32 ``[count, channels]``; fewer only at the end of a file."""
        pieces, there = [self._left], len(self._left)
        while there < count:
            block = next(self._blocks, None)
            if block is None:
                break
            pieces.append(block)
            there += len(block)
        whole = np.concatenate(pieces) if len(pieces) > 1 else self._left
        self._left = whole[count:]
        return whole[:count]

    def close(self) -> None:
        """Close the file; safe to call twice."""
        close = getattr(self._blocks, "close", None) if hasattr(self, "_blocks") else None
        if close is not None:
            close()
        self._blocks = iter(())

    def _rounds(self) -> Iterator[FloatArray]:
        while True:
            some = False
            for block in self._ffmpeg_blocks() if self._by_ffmpeg else self._sndfile_blocks():
                some = some or len(block) > 0
                yield np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
            if not self._loop or not some:
                return

    def _sndfile_reads(self) -> bool:
        import soundfile

        try:
            with soundfile.SoundFile(self._path) as file:
                self.rate, self.channels = int(file.samplerate), int(file.channels)
                self.seconds = file.frames / file.samplerate
        except (soundfile.SoundFileError, OSError):
            return False
        return True

    def _sndfile_blocks(self) -> Iterator[FloatArray]:
        import soundfile

        try:
            with soundfile.SoundFile(self._path) as file:
                yield from file.blocks(_BLOCK, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, OSError, RuntimeError):
            self.errors += 1  # Damaged from here on: it ends.

    def _look_with_ffmpeg(self) -> tuple[int, int, float]:
        import av

        try:
            with av.open(str(self._path)) as container:
                if not container.streams.audio:
                    raise MediaError(f"cannot use {self._path}: it has no sound track")
                track: Any = container.streams.audio[0]
                # A track that no decoder is known for has neither.
                rate, channels = getattr(track, "rate", 0), getattr(track, "channels", 0)
                seconds = 0.0
                if track.duration is not None:
                    seconds = float(track.duration * track.time_base)
                elif container.duration is not None:
                    seconds = container.duration / av.time_base
                else:  # As browsers record: only the packets know.
                    for packet in container.demux(track):
                        if packet.pts is not None:
                            end = (packet.pts + (packet.duration or 0)) * track.time_base
                            seconds = max(seconds, float(end))
        except (av.error.FFmpegError, ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MediaError(f"cannot read {self._path}: {reason}") from error
        return int(rate or 0), int(channels or 0), seconds

    def _ffmpeg_blocks(self) -> Iterator[FloatArray]:
        import av

        # Only the sample type changes here.
        floats = av.AudioResampler(format="fltp", rate=self.rate)
        try:
            with av.open(str(self._path)) as container:
                for packet in container.demux(container.streams.audio[0]):
                    try:
                        frames = packet.decode()
                    except av.error.FFmpegError:
                        self.errors += 1
                        continue
                    for frame in frames:
                        for part in floats.resample(frame):
                            yield self._shaped(np.asarray(part.to_ndarray(), np.float32).T)
        except (av.error.FFmpegError, ValueError, OSError):
            self.errors += 1

    def _shaped(self, block: FloatArray) -> FloatArray:
        if block.shape[1] == self.channels:
            return np.ascontiguousarray(block, np.float32)
        # A stream may change its layout on the way.
        return np.repeat(block.mean(axis=1, dtype=np.float32)[:, None], self.channels, axis=1)


class Passage:
    """A file's sound at another rate, asked for by time.

    Args:
        file: belongs to the passage from now on.
        rate: in Hz, of what is given.
    """

    def __init__(self, file: SoundFile, rate: int) -> None:
        import soxr

        self._file = file
        self.rate = rate
        self._resampler = (
            soxr.ResampleStream(file.rate, rate, file.channels, dtype="float32")
            if file.rate != rate
            else None
        )
        self._kept = np.zeros((0, file.channels), np.float32)
        self._start = 0
        self._ended = False

    def read(self, start_seconds: float, samples: int) -> FloatArray:
        """Float32 ``[samples, channels]`` from there on, zeros beyond the end of the file.

        The start never goes back.
        """
        first = max(round(start_seconds * self.rate), self._start)
        while self._start + len(self._kept) < first + samples and not self._ended:
            self._drop(first)
            self._kept = np.concatenate([self._kept, self._more()])
        self._drop(first)
        out = np.zeros((samples, self._kept.shape[1]), np.float32)
        there = self._kept[: samples if self._start == first else 0]
        out[: len(there)] = there
        return out

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _drop(self, first: int) -> None:
        gone = min(first - self._start, len(self._kept))
        self._kept = self._kept[gone:]
        self._start += gone

    def _more(self) -> FloatArray:
        block = self._file.read(_BLOCK)
        self._ended = len(block) < _BLOCK
        if self._resampler is None:
            return block
        more: FloatArray = self._resampler.resample_chunk(block, last=self._ended)
        return more
