"""A sound card: it asks for sound when it needs some, and plays on after it ran dry."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import DeviceError, in_a_line
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.parts import PartOptions, PullingStage
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.sound.devices import choose_device, load_portaudio
from latent_resonance.stage.sound_card.stream import CardStream, open_stream
from latent_resonance.stage.sound_card.underflows import MOST_SECONDS, Underflows, more_latency

# While there is no card, the performance goes on by turns of so much; one that was pulled out is
# looked for again after 0.5 s, 1 s and so on, up to 8 s.
_TURN_SECONDS, _FIRST_WAIT, _LONGEST_WAIT = 0.05, 0.5, 8.0


class Options(PartOptions):
    """Which card, and how much it takes at once."""

    device: str | None = Field(default=None, description="number or part of the name")
    block_seconds: float = Field(
        0.008, ge=0, le=0.2, description="sound per request; 0: the card's"
    )


class Part(PullingStage):
    """Stage: pulls from the ring on the card's own thread, or takes blocks and waits.

    A card that runs dry twice within ten seconds is opened again with twice its latency, up to
    100 ms; one that goes away is opened again when it is back, and nothing is heard until then.
    """

    accepts = (SoundFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._card: CardStream | None = None
        self._waiting: Any = None
        self._spec = Spec()
        self._device = -1
        self._pull: Callable[[FloatArray], int] = len
        self._played = 0
        self._underflows = Underflows()
        self._said: list[str] = []
        self._number = 0
        self._dry, self._gone, self._closing = (threading.Event() for _ in range(3))
        self._wake = threading.Event()
        self._carer: threading.Thread | None = None

    @property
    def latency_seconds(self) -> float:
        """What the card reports, once it runs, and what resampling for it takes."""
        if self._waiting is not None:
            return float(self._waiting.latency)
        return self._card.latency_seconds if self._card else 0.0

    def prepare(self, spec: Spec) -> None:
        """Choose the card; raises DeviceError or MissingPartError when there is none."""
        self._spec = spec
        self._device = choose_device(self.options.device).index

    def open(self, pull: Callable[[FloatArray], int]) -> None:
        """Start asking ``pull`` for sound, at the instrument's rate or, if refused, the card's own.

        Raises:
            DeviceError: the card will not open.
        """
        self._pull = pull
        self._card = self._open(self._usual_latency)
        self._carer = threading.Thread(target=self._care, name="sound card", daemon=True)
        self._carer.start()

    def play(self, block: AudioBlock) -> None:
        """Give one block and wait until the card has room; for use without a runner."""
        if self._waiting is None:
            sounddevice = load_portaudio()
            try:
                self._waiting = sounddevice.OutputStream(
                    samplerate=block.sample_rate,
                    channels=block.samples.shape[1],
                    device=self._device,
                    dtype="float32",
                )
                self._waiting.start()
            except sounddevice.PortAudioError as error:
                raise DeviceError(f"the sound card will not open: {in_a_line(error)}") from error
        self._waiting.write(block.samples)

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        if self._carer is not None:
            self._carer.join(timeout=3)
        card, self._card = self._card, None
        waiting, self._waiting = self._waiting, None
        for one in (card, CardStream(waiting) if waiting is not None else None):
            if one is not None:
                one.close()

    @property
    def trouble(self) -> str:
        return "the sound card is gone" if self._gone.is_set() else ""

    def report(self) -> Mapping[str, Any]:
        """How often the card ran dry or went away, and what was done about it."""
        found: dict[str, Any] = {}
        if self._underflows.count:
            found["card_underflows"] = self._underflows.count
        if self._said:
            found["warning"] = "; ".join(self._said)
        return found

    @property
    def _usual_latency(self) -> float | str:
        """Half of what sound that may wait waits for before the card; else what the card can."""
        return self._spec.ahead_seconds / 2 or "low"

    def _open(self, latency: float | str) -> CardStream:
        self._number += 1
        number = self._number

        def take(out: FloatArray) -> int:
            if number != self._number:  # a card that hung while it was closed
                out[:] = 0.0
                return len(out)
            return self._take(out)

        def ended() -> None:
            if number == self._number:  # else it was replaced
                self._gone.set()
                self._wake.set()

        return open_stream(
            self._device,
            self._spec,
            self.options.block_seconds,
            latency,
            take,
            self._ran_dry,
            ended,
        )

    def _take(self, out: FloatArray) -> int:
        self._played += len(out)
        return self._pull(out)

    def _ran_dry(self) -> None:
        if self._underflows.add(self._played / self._spec.sample_rate):
            self._dry.set()
            self._wake.set()

    def _care(self) -> None:
        """A card is opened again on a thread of its own: neither sound nor stage waits for it."""
        while self._wake.wait() and not self._closing.is_set():
            self._wake.clear()
            if self._gone.is_set():
                self._find_again()
            elif self._dry.is_set():
                self._dry.clear()
                self._widen()

    def _widen(self) -> None:
        assert self._card is not None  # noqa: S101 - it has just played
        wanted = more_latency(float(self._card.stream.latency))
        if wanted is None:
            self._say(f"the sound card runs dry with {MOST_SECONDS * 1e3:.0f} ms of latency too")
            return
        self._number += 1  # its end is no loss
        self._card.close()
        try:
            self._card = self._open(wanted)
        except DeviceError:
            self._gone.set()
            self._wake.set()
            return
        self._say("the sound card ran dry and was opened again with more latency")

    def _find_again(self) -> None:
        """Look for the card ever less often; the performance goes on, unheard."""
        self._say("the sound card went away")
        if self._card is not None:
            self._card.close()
        turn = round(_TURN_SECONDS * self._spec.sample_rate)
        unheard = np.zeros((turn, self._spec.channels), np.float32)
        wait = _FIRST_WAIT
        while True:
            for _ in range(round(wait / _TURN_SECONDS)):
                if self._closing.wait(_TURN_SECONDS):
                    return
                self._take(unheard)
            wait = min(2 * wait, _LONGEST_WAIT)
            self._gone.clear()
            try:
                self._card = self._open(self._usual_latency)
            except DeviceError:
                self._gone.set()
            else:
                return

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.append(text)
