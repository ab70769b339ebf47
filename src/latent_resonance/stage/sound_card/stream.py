"""A stream of PortAudio that asks for sound, at whatever rate and width the card takes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import DeviceError, in_a_line
from latent_resonance.contracts.values import FloatArray, Spec
from latent_resonance.sound.devices import load_portaudio
from latent_resonance.sound.quiet_portaudio import quiet_portaudio

Pull = Callable[[FloatArray], int]


@dataclass(frozen=True, slots=True)
class CardStream:
    """One that runs.

    Attributes:
        stream: PortAudio's.
        resampler: to the card's rate; None where that is the instrument's.
    """

    stream: Any
    resampler: Any = None

    @property
    def latency_seconds(self) -> float:
        """What the card reports, and what resampling for it takes."""
        resampling = self.resampler.delay() / self.stream.samplerate if self.resampler else 0.0
        return float(self.stream.latency) + float(resampling)

    def close(self) -> None:
        """End it, or leave it: PortAudio can hang on a card that was pulled out."""
        closer = threading.Thread(target=self.stream.close, daemon=True)
        with quiet_portaudio():
            closer.start()
            closer.join(timeout=2)


def open_stream(
    device: int,
    spec: Spec,
    block_seconds: float,
    latency: float | str,
    pull: Pull,
    on_underflow: Callable[[], None],
    on_end: Callable[[], None],
) -> CardStream:
    """Start asking ``pull`` for sound, at the instrument's rate or, if refused, the card's own.

    Args:
        device: PortAudio's number.
        spec: rate and channels of the sound.
        block_seconds: sound per request; 0: the card's.
        latency: in seconds, or ``low``: the least that the card offers.
        pull: fills ``[frames, channels]`` in place; called on the card's thread.
        on_underflow: told on the card's thread that it ran dry before a request.
        on_end: told that the stream ended, by ``close`` or by itself.

    Raises:
        DeviceError: the card will not open.
    """
    sounddevice = load_portaudio()
    card = sounddevice.query_devices(device)
    rate, own = spec.sample_rate, round(card["default_samplerate"])
    channels = [spec.channels]
    if channels == [1] and card["max_output_channels"] > 1:
        channels.append(2)  # some cards take nothing but stereo
    refusal: Exception | None = None
    for wide in channels:
        for hz in dict.fromkeys((rate, own)):
            filled, resampler = (pull, None) if hz == rate else _resampled(pull, spec, hz)
            try:
                with quiet_portaudio():
                    stream = sounddevice.OutputStream(
                        samplerate=hz,
                        channels=wide,
                        device=device,
                        dtype="float32",
                        blocksize=round(block_seconds * hz),
                        latency=latency,
                        callback=_callback(filled, spec.channels, wide, on_underflow),
                        finished_callback=on_end,
                    )
            except sounddevice.PortAudioError as error:
                refusal = refusal or error
                continue
            try:
                with quiet_portaudio():
                    stream.start()
            except sounddevice.PortAudioError as error:
                stream.close()
                refusal = refusal or error
                continue
            return CardStream(stream, resampler)
    raise DeviceError(f"the sound card will not open: {in_a_line(refusal)}") from refusal


def _callback(
    pull: Pull, own: int, channels: int, on_underflow: Callable[[], None]
) -> Callable[[FloatArray, int, object, Any], None]:
    narrow = np.zeros((0, own), np.float32)

    def fill(out: FloatArray, frames: int, time: object, status: Any) -> None:
        nonlocal narrow
        if status and status.output_underflow:
            on_underflow()
        if channels == own:
            pull(out)
            return
        if len(narrow) < frames:
            narrow = np.zeros((frames, own), np.float32)
        pull(narrow[:frames])
        out[:] = narrow[:frames]

    return fill


def _resampled(pull: Pull, spec: Spec, own: int) -> tuple[Pull, Any]:
    """``pull`` at another rate: takes as much as it needs, keeps what is over; what resamples."""
    import soxr

    rate, channels = spec.sample_rate, spec.channels
    resampler = soxr.ResampleStream(rate, own, channels, dtype="float32")
    piece = np.zeros((max(1, round(0.004 * rate)), channels), np.float32)
    left = np.zeros((0, channels), np.float32)

    def fill(out: FloatArray) -> int:
        nonlocal left
        while len(left) < len(out):
            pull(piece)
            left = np.concatenate([left, resampler.resample_chunk(piece)])
        out[:] = left[: len(out)]
        left = left[len(out) :]
        return len(out)

    return fill, resampler
