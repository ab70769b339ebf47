"""The two tracks of a video file: pictures by their time, sound by its samples."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import AudioBlock, ByteArray, FloatArray, Frame
from latent_resonance.stage.video.codecs import even_size, picture_options, set_up_pictures

_STILL_RATE = 25.0
# 23.98 is meant, too, and 29.9 is not.
_BROADCAST = 0.005
_CHUNK = 4096
_LAYOUTS = ("mono", "stereo")
# For encoders that refuse the sound's own rate.
_OTHER_RATE = 48_000
# An AAC frame of 1,024 samples holds at most 6,144 bits a channel.
_MOST_BITS_A_SAMPLE = 6


def exact_rate(rate: float) -> Fraction:
    """What a rate stands for: 29.97 for 30000/1001, as 23.976 and 59.94 (SMPTE ST 12-1)."""
    whole = round(rate * 1.001)
    broadcast = Fraction(whole * 1000, 1001)
    near = abs(rate - broadcast) < _BROADCAST and rate != int(rate)
    return broadcast if near else Fraction(rate).limit_denominator(1001)


class PictureTrack:
    """Pictures on the grid of the frame rate; one that is left out shows the one before longer.

    Args:
        container: of PyAV, open for writing, nothing muxed.
        encoder: its name.
        agreed: size and frame rate; a still without one is shown on a grid of 25 a second.
        crf: see ``picture_options``.
        threads: of the encoder; its output depends on their number.
    """

    def __init__(
        self, container: Any, encoder: str, agreed: PictureFormat, crf: int, threads: int
    ) -> None:
        self._rate = exact_rate(agreed.frame_rate or _STILL_RATE)
        self._shape = agreed.height, agreed.width, 3
        self._odd = agreed.height % 2, agreed.width % 2
        options = picture_options(encoder, crf)
        self._stream = container.add_stream(encoder, rate=self._rate, options=options)
        width, height = even_size(agreed.width, agreed.height)
        set_up_pictures(self._stream, encoder, width, height, float(self._rate))
        self._stream.codec_context.time_base = 1 / self._rate
        self._stream.codec_context.thread_count = threads
        self._last: ByteArray | None = None
        self._next = 0

    @property
    def frame_seconds(self) -> float:
        """How long one picture is shown."""
        return float(1 / self._rate)

    @property
    def seconds(self) -> float:
        """Where the last picture ends."""
        return float(self._next / self._rate)

    def add(self, frame: Frame) -> Iterator[Any]:
        """Packets of one more picture; one whose place on the grid is taken is left out.

        Raises:
            AssemblyError: it has another size.
        """
        if frame.pixels.shape != self._shape:
            height, width = frame.pixels.shape[:2]
            agreed = f"{self._shape[1]}x{self._shape[0]}"
            raise AssemblyError(f"a picture of {width}x{height} where {agreed} was agreed")
        slot = round(frame.time_seconds * self._rate)
        if self._last is None:
            slot = 0  # nothing would be shown before it
        if slot >= self._next:
            self._last = np.array(frame.pixels, np.uint8, order="C")
            yield from self._encode(self._last, slot)

    def hold(self, seconds: float) -> Iterator[Any]:
        """Show the last picture up to a moment."""
        slot = round(seconds * self._rate) - 1
        if self._last is not None and slot >= self._next:
            yield from self._encode(self._last, slot)

    def flush(self) -> Iterator[Any]:
        """What the encoder still has."""
        yield from self._stream.encode(None)

    def _encode(self, pixels: ByteArray, slot: int) -> Iterator[Any]:
        import av

        if any(self._odd):
            pixels = np.pad(pixels, ((0, self._odd[0]), (0, self._odd[1]), (0, 0)), "edge")
        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        picture = picture.reformat(
            format="yuv420p",
            dst_colorspace="ITU709",
            src_color_range="JPEG",
            dst_color_range="MPEG",
        )
        picture.pts, picture.time_base = slot, 1 / self._rate
        self._next = slot + 1
        yield from self._stream.encode(picture)


class SoundTrack:
    """Sound, brought to a rate that the encoder takes, not a sample more or less.

    Args:
        container: of PyAV, open for writing, nothing muxed.
        encoder: its name.
        sample_rate: of the sound, in Hz.
        channels: 1 or 2.
        kbit: kilobits a second; without meaning to a lossless encoder.
    """

    def __init__(
        self, container: Any, encoder: str, sample_rate: int, channels: int, kbit: int
    ) -> None:
        import av

        rates = av.codec.Codec(encoder, "w").audio_rates
        self._rate = sample_rate if not rates or sample_rate in rates else _OTHER_RATE
        self._layout = _LAYOUTS[channels - 1]
        self._channels = channels
        self._stream = container.add_stream(encoder, rate=self._rate, layout=self._layout)
        if encoder == "flac":
            self._stream.codec_context.format = "s32"  # written as 24 bits
        else:
            most = _MOST_BITS_A_SAMPLE * self._rate * channels
            self._stream.codec_context.bit_rate = min(1000 * kbit, most)
        self._resampler: Any = None
        if self._rate != sample_rate:
            import soxr

            self._resampler = soxr.ResampleStream(sample_rate, self._rate, channels)
        self._given_rate = sample_rate
        self._given = self._written = 0
        self._waiting: list[FloatArray] = []
        self._waits = 0

    @property
    def seconds(self) -> float:
        """How much there is."""
        return self._given / self._given_rate

    def add(self, block: AudioBlock) -> Iterator[Any]:
        """Packets of some more sound."""
        samples = np.clip(np.nan_to_num(block.samples), -1, 1).astype(np.float32)
        self._given += len(samples)
        self._waiting.append(samples)
        self._waits += len(samples)
        if self._waits >= _CHUNK:
            yield from self._encode(last=False)

    def fill(self, seconds: float) -> Iterator[Any]:
        """Silence up to a moment."""
        missing = round(seconds * self._given_rate) - self._given
        silence = np.zeros((max(0, missing), self._channels), np.float32)
        yield from self.add(AudioBlock(silence, self._given_rate))

    def flush(self) -> Iterator[Any]:
        """What waits here and in the encoder."""
        yield from self._encode(last=True)
        yield from self._stream.encode(None)

    def _encode(self, *, last: bool) -> Iterator[Any]:
        import av

        empty = np.zeros((0, self._channels), np.float32)
        samples = np.concatenate([*self._waiting, empty])
        self._waiting, self._waits = [], 0
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples, last=last)
        if not len(samples):
            return
        planes = np.ascontiguousarray(samples.T)
        sound = av.AudioFrame.from_ndarray(planes, format="fltp", layout=self._layout)
        sound.sample_rate, sound.time_base = self._rate, Fraction(1, self._rate)
        sound.pts = self._written
        self._written += len(samples)
        yield from self._stream.encode(sound)
