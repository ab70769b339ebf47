"""Sound files and the sound of videos, read piece by piece at their own rate."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.listening.ahead import AHEAD_SECONDS, MadeAhead
from latent_resonance.sound.recordings.announced import is_shorter
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.recordings.channel_mean import ChannelMean

_BLOCK = 4096


class SoundFile:
    """A file, or the first sound track of a video, from its start to its end or round and round.

    Only a block of it is in memory.

    Args:
        path: any that ``RecordingApart`` reads.
        loop: start over at the end.

    Attributes:
        rate: in Hz.
        channels: 1 to 64.
        seconds: its length; as the file says, which an MP3 without an index only estimates.
        not_numbers: samples read so far that were none, and are silent.
        breaks_off: where its sound ended, in seconds, clearly before the length that it announces.

    Raises:
        MediaError: it cannot be read, or holds no sound.
    """

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        self._loop = loop
        self._mean = ChannelMean()
        self.not_numbers = 0
        self.breaks_off: float | None = None
        if path.is_dir():
            raise MediaError(f"cannot read {path}: it is a folder")
        try:
            self._file = RecordingApart(path)
            self.rate, self.channels = self._file.rate, self._file.channels
            announced = self._file.announced
            self.seconds = self._file.count_seconds() if announced is None else announced
        except MediaError as error:
            raise MediaError(f"cannot read {path}: it {error}") from error
        if self.seconds <= 0:
            raise MediaError(f"cannot use {path}: it holds no sound")
        self._blocks: Iterator[FloatArray] = iter(())
        self.rewind()

    @property
    def errors(self) -> int:
        """Damaged places that were left out."""
        return self._file.damaged

    @property
    def cancels(self) -> bool:
        """Whether the channels cancel each other in their mean, as far as was read."""
        return self._mean.cancels

    def rewind(self, seconds: float = 0.0) -> None:
        """Back to the start, or to a moment."""
        self.close()
        self._blocks = self._rounds(seconds)
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

    def _rounds(self, start: float) -> Iterator[FloatArray]:
        while True:
            some, ended = start > 0, start
            try:
                for block in self._file.blocks(start):
                    some = some or len(block) > 0
                    ended += len(block) / self.rate
                    sound = np.asarray(block, np.float32)
                    finite = np.isfinite(sound)
                    if not finite.all():
                        self.not_numbers += int(finite.size - np.count_nonzero(finite))
                        sound = np.where(finite, sound, np.float32(0))
                    if self.channels > 1:
                        self._mean.of(sound)
                    yield sound
            except MediaError:
                # A performance goes on: it ends here, as where a file breaks off.
                self._file.damaged += 1
                self._breaks_off(ended)
                return
            self._breaks_off(ended)
            if not self._loop or not some:
                return
            start = 0.0

    def _breaks_off(self, seconds: float) -> None:
        announced = self._file.announced
        if announced is not None and is_shorter(seconds, announced):
            self.breaks_off = seconds


class Passage:
    """A file's sound at another rate, asked for by time; read ahead on a thread.

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
        self._read_all = self._ended = False
        self._pieces: MadeAhead[tuple[FloatArray, bool]] | None = None

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
        """Close the file; safe to call twice."""
        if self._pieces is not None:
            self._pieces.close()
        self._file.close()

    def _drop(self, first: int) -> None:
        gone = min(first - self._start, len(self._kept))
        self._kept = self._kept[gone:]
        self._start += gone

    def _more(self) -> FloatArray:
        if self._pieces is None:
            most = round(AHEAD_SECONDS * self._file.rate / _BLOCK)
            self._pieces = MadeAhead(self._next, max(2, most))
        piece, self._ended = self._pieces.next()
        return piece

    def _next(self) -> list[tuple[FloatArray, bool]] | None:
        """The next piece, and whether it is the last; on the thread."""
        if self._read_all:
            return None
        block = self._file.read(_BLOCK)
        self._read_all = len(block) < _BLOCK
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block, last=self._read_all)
        return [(block, self._read_all)]
