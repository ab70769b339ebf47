"""Sound files of any kind as mono at one rate, read piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray

# What is looked at; anything else in a folder is reported as no sound.
_SUFFIXES = (
    ".wav", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au",
    ".caf", ".m4a", ".m4b", ".mp4", ".aac", ".wma",
)  # fmt: skip
SOUND_SUFFIXES = frozenset(_SUFFIXES)

# libsndfile would do, but its MP3 decoder prints warnings that cannot be turned off.
_BY_FFMPEG = frozenset((".mp3",))
_BLOCK = 1 << 16
_LOWEST_HZ, _HIGHEST_HZ, _MOST_CHANNELS = 1_000, 768_000, 64
_MISSING_SHARE = 0.02


class NoSoundError(MediaError):
    """A file that is whole, but holds no sound: a silent film."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sound file: float32 ``[samples]``, and whether more followed than was asked for."""

    samples: FloatArray
    was_cut: bool


def decode_mono(path: Path, sample_rate: int, most_seconds: float = 3600.0) -> Decoded:
    """The mean of a file's channels at ``sample_rate``; libsndfile first, then FFmpeg.

    Never more than a block of the file at its own rate is in memory.

    Args:
        path: the file.
        sample_rate: in Hz.
        most_seconds: where to stop.

    Raises:
        NoSoundError: it is a film without sound.
        MediaError: it is no sound, is damaged, or ends before it says it does.
    """
    import soundfile

    try:
        if path.stat().st_size == 0:
            raise MediaError("is empty (0 bytes)")
        if path.suffix.lower() in _BY_FFMPEG:
            return _decode_with_ffmpeg(path, sample_rate, most_seconds)
        try:
            file = soundfile.SoundFile(path)
        except soundfile.SoundFileError:
            return _decode_with_ffmpeg(path, sample_rate, most_seconds)
        with file:
            stream = _Mono(file.samplerate, file.channels, sample_rate, most_seconds)
            try:
                for block in file.blocks(_BLOCK, dtype="float32", always_2d=True):
                    if not stream.take(_mean(block, 1)):
                        break
            except (soundfile.SoundFileError, RuntimeError) as error:
                raise MediaError(f"is damaged after {stream.seconds:.1f} s") from error
            claimed = file.frames / file.samplerate
            if not stream.was_cut and stream.seconds < (1 - _MISSING_SHARE) * claimed:
                raise MediaError(f"ends after {stream.seconds:.1f} of {claimed:.1f} s")
            return stream.finish()
    except OSError as error:
        raise MediaError(f"cannot be opened: {error.strerror or error}") from error


def _decode_with_ffmpeg(path: Path, sample_rate: int, most_seconds: float) -> Decoded:
    import av

    try:
        container: Any = av.open(str(path))
    except (av.error.FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(f"is no sound that can be read: {reason}") from error
    with container:
        if not container.streams.audio:
            raise NoSoundError("has no sound track")
        track = container.streams.audio[0]
        # A track that no decoder is known for has neither.
        rate, channels = getattr(track, "rate", 0), getattr(track, "channels", 0)
        stream = _Mono(rate or 0, channels or 0, sample_rate, most_seconds)
        try:
            for block in _ffmpeg_blocks(container, track):
                if not stream.take(_mean(block, 0)):
                    break
        except (av.error.FFmpegError, ValueError) as error:
            raise MediaError(f"is damaged after {stream.seconds:.1f} s") from error
        return stream.finish()


def _ffmpeg_blocks(container: Any, track: Any) -> Iterator[FloatArray]:
    import av

    # Only the sample type changes here; channels are averaged as libsndfile's are.
    floats = av.AudioResampler(format="fltp")
    good = bad = 0
    for packet in container.demux(track):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            bad += 1
            continue
        good += 1
        for frame in frames:
            for part in floats.resample(frame):
                yield np.asarray(part.to_ndarray(), np.float32)
    # What is not sound at the ends of an MP3 file is no damage.
    if bad > max(2, _MISSING_SHARE * good):
        raise MediaError(f"is damaged: {bad} of {good + bad} packets")


def _mean(block: FloatArray, axis: int) -> FloatArray:
    with np.errstate(all="ignore"):  # infinities are looked for later
        mean: FloatArray = block.mean(axis=axis)
    return mean


class _Mono:
    """Collects blocks ``[samples]`` and resamples them as they come."""

    def __init__(self, rate: int, channels: int, wanted_rate: int, most_seconds: float) -> None:
        if not _LOWEST_HZ <= rate <= _HIGHEST_HZ or not 1 <= channels <= _MOST_CHANNELS:
            raise MediaError(f"has {channels} channels at {rate} Hz")
        import soxr

        self.seconds = 0.0
        self.was_cut = False
        self._rate = rate
        self._left = round(most_seconds * rate)
        self._parts: list[FloatArray] = []
        self._resampler = (
            None
            if rate == wanted_rate
            else soxr.ResampleStream(rate, wanted_rate, 1, dtype="float32")
        )

    def take(self, block: FloatArray) -> bool:
        """Add a block; False when enough was taken."""
        if len(block) > self._left:
            self.was_cut = True
            block = block[: self._left]
        self._left -= len(block)
        self.seconds += len(block) / self._rate
        block = np.ascontiguousarray(block, np.float32)
        self._parts.append(
            block if self._resampler is None else self._resampler.resample_chunk(block)
        )
        return not self.was_cut

    def finish(self) -> Decoded:
        if self._resampler is not None:
            self._parts.append(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        samples = np.concatenate(self._parts) if self._parts else np.zeros(0, np.float32)
        return Decoded(samples, self.was_cut)
