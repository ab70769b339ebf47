"""A sound card: it asks for sound when it needs some."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.parts import PartOptions, PullingStage
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.sound.devices import choose_device, load_portaudio


class Options(PartOptions):
    """Which card, and how much it takes at once."""

    device: str | None = Field(default=None, description="number or part of the name")
    block_seconds: float = Field(
        0.008, ge=0, le=0.2, description="sound per request; 0: the card's"
    )


class Part(PullingStage):
    """Stage: pulls from the ring on the card's own thread, or takes blocks and waits."""

    accepts = (SoundFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._stream: Any = None
        self._spec = Spec()
        self._device = -1
        self._resampler: Any = None
        self._left: FloatArray = np.zeros((0, 1), np.float32)

    @property
    def latency_seconds(self) -> float:
        """What the card reports, once it runs, and what resampling for it takes."""
        if self._stream is None:
            return 0.0
        resampling = self._resampler.delay() / self._stream.samplerate if self._resampler else 0.0
        return float(self._stream.latency) + float(resampling)

    def prepare(self, spec: Spec) -> None:
        """Choose the card; raises DeviceError or MissingPartError when there is none."""
        self._spec = spec
        self._device = choose_device(self.options.device).index

    def reset(self) -> None:
        self._left = np.zeros((0, self._spec.channels), np.float32)

    def open(self, pull: Callable[[FloatArray], int]) -> None:
        """Start asking ``pull`` for sound, at the instrument's rate or, if refused, the card's own.

        Raises:
            DeviceError: the card will not open.
        """
        sounddevice = load_portaudio()
        card = sounddevice.query_devices(self._device)
        rate, own = self._spec.sample_rate, round(card["default_samplerate"])
        channels = [self._spec.channels]
        if channels == [1] and card["max_output_channels"] > 1:
            channels.append(2)  # some cards take nothing but stereo
        refusal: Exception | None = None
        for wide in channels:
            for hz in dict.fromkeys((rate, own)):
                self._resampler = None
                filled = pull if hz == rate else self._resampled(pull, rate, hz)
                try:
                    self._start(sounddevice, hz, wide, filled)
                except sounddevice.PortAudioError as error:
                    refusal = refusal or error
                else:
                    return
        raise DeviceError(f"the sound card will not open: {_words(refusal)}") from refusal

    def play(self, block: AudioBlock) -> None:
        """Give one block and wait until the card has room; for use without a runner."""
        if self._stream is None:
            sounddevice = load_portaudio()
            try:
                self._stream = sounddevice.OutputStream(
                    samplerate=block.sample_rate,
                    channels=block.samples.shape[1],
                    device=self._device,
                    dtype="float32",
                )
                self._stream.start()
            except sounddevice.PortAudioError as error:
                raise DeviceError(f"the sound card will not open: {_words(error)}") from error
        self._stream.write(block.samples)

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            # PortAudio can hang on a card that was pulled out; a performance must still end.
            closer = threading.Thread(target=stream.close, daemon=True)
            closer.start()
            closer.join(timeout=2)

    def _start(
        self, sounddevice: Any, rate: int, channels: int, pull: Callable[[FloatArray], int]
    ) -> None:
        own = self._spec.channels
        narrow = np.zeros((0, own), np.float32)

        def callback(out: FloatArray, frames: int, time: object, status: object) -> None:
            pull(out)

        def spread(out: FloatArray, frames: int, time: object, status: object) -> None:
            nonlocal narrow
            if len(narrow) < frames:
                narrow = np.zeros((frames, own), np.float32)
            pull(narrow[:frames])
            out[:] = narrow[:frames]

        stream = sounddevice.OutputStream(
            samplerate=rate,
            channels=channels,
            device=self._device,
            dtype="float32",
            blocksize=round(self.options.block_seconds * rate),
            latency="low",
            callback=callback if channels == own else spread,
        )
        try:
            stream.start()
        except sounddevice.PortAudioError:
            stream.close()
            raise
        self._stream = stream

    def _resampled(
        self, pull: Callable[[FloatArray], int], rate: int, own: int
    ) -> Callable[[FloatArray], int]:
        """``pull`` at another rate: takes as much as it needs, keeps what is over."""
        import soxr

        resampler = soxr.ResampleStream(rate, own, self._spec.channels, dtype="float32")
        self._resampler = resampler
        piece = np.zeros((max(1, round(0.004 * rate)), self._spec.channels), np.float32)
        self.reset()

        def fill(out: FloatArray) -> int:
            while len(self._left) < len(out):
                pull(piece)
                self._left = np.concatenate([self._left, resampler.resample_chunk(piece)])
            out[:] = self._left[: len(out)]
            self._left = self._left[len(out) :]
            return len(out)

        return fill


def _words(error: Exception | None) -> str:
    return " ".join(str(error).split())
