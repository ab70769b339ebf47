"""Sound files of any kind as mono at one rate, read piece by piece."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.recordings.channel_mean import ChannelMean

Channel = Literal["mean", "left", "right"]
"""What of a file's channels is taken."""

_MOST_SECONDS = 3600.0


class ShortenedError(MediaError):
    """A file that holds less than it announces, or is damaged on the way."""


class AntiphaseError(MediaError):
    """A file whose channels are each other's opposite: their mean is silence."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sound file: float32 ``[samples]``, and whether more followed than was asked for."""

    samples: FloatArray
    was_cut: bool


def check_sound_file(path: Path) -> None:
    """Raises MediaError where there is no file of that name, and says where it is a folder."""
    if path.is_dir():
        raise MediaError(f"{path} is a folder: give one sound file")
    if not path.is_file():
        raise MediaError(f"there is no file {path}")


def decode_mono(
    path: Path, sample_rate: int, most_seconds: float = _MOST_SECONDS, channel: Channel = "mean"
) -> Decoded:
    """A file's channels as one at ``sample_rate``.

    Never more than a block of the file at its own rate is in memory.

    Args:
        path: the file.
        sample_rate: in Hz.
        most_seconds: where to stop.
        channel: their mean, or one of them.

    Raises:
        NoSoundError: it is a film without sound.
        ShortenedError: it ends before it says it does, or is damaged.
        AntiphaseError: its channels cancel each other out.
        MediaError: it is no sound that can be read.
    """
    file = RecordingApart(path)
    mono = _Mono(file, sample_rate, most_seconds, channel)
    for block in file.blocks():
        if not mono.take(block):
            break
    announced = None if mono.was_cut else file.missing(mono.seconds)
    if announced is not None:
        raise ShortenedError(
            f"is damaged: {mono.seconds:.2f} s can be read of {announced:.2f} s announced"
        )
    # What is not sound at the ends of an MP3 file is no damage.
    if file.damaged and (mono.blocks == 0 or file.damaged > max(2, 0.02 * mono.blocks)):
        raise ShortenedError(
            f"is damaged: {file.damaged} places in {mono.seconds:.2f} s cannot be read"
        )
    if mono.cancels:
        raise AntiphaseError("has channels in antiphase, which cancel out: take one of them")
    return mono.finish()


class _Mono:
    """Collects blocks ``[samples, channels]`` as one channel, resampled as they come."""

    def __init__(
        self, file: RecordingApart, wanted_rate: int, most_seconds: float, channel: Channel
    ) -> None:
        import soxr

        self.seconds = 0.0
        self.blocks = 0
        self.was_cut = False
        self._rate = file.rate
        self._column = {"left": 0, "right": min(1, file.channels - 1)}.get(channel)
        self._left = round(most_seconds * file.rate)
        self._parts: list[FloatArray] = []
        self._mean = ChannelMean()
        self._resampler = (
            None
            if file.rate == wanted_rate
            else soxr.ResampleStream(file.rate, wanted_rate, 1, dtype="float32")
        )

    @property
    def cancels(self) -> bool:
        """Whether the channels cancel each other in what was taken."""
        return self._column is None and self._mean.cancels

    def take(self, block: FloatArray) -> bool:
        """Add a block; False when enough was taken."""
        self.blocks += 1
        if len(block) > self._left:
            self.was_cut = True
            block = block[: self._left]
        self._left -= len(block)
        self.seconds += len(block) / self._rate
        one = self._one(block)
        self._parts.append(one if self._resampler is None else self._resampler.resample_chunk(one))
        return not self.was_cut

    def _one(self, block: FloatArray) -> FloatArray:
        if self._column is not None:
            return np.ascontiguousarray(block[:, self._column], np.float32)
        return self._mean.of(block)

    def finish(self) -> Decoded:
        if self._resampler is not None:
            self._parts.append(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        samples = np.concatenate(self._parts) if self._parts else np.zeros(0, np.float32)
        return Decoded(samples, self.was_cut)
