"""A sound input as a performer: a voice, an instrument, or what the machine itself plays.

What the machine plays is an input of its own (a monitor) with PulseAudio and PipeWire: ``monitor``
as the device. On macOS and Windows a virtual device such as BlackHole or VB-Cable carries it.
"""

import contextlib
import queue
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Spec
from latent_resonance.sense.listening.controls import CONTROLS, REST, ListeningOptions
from latent_resonance.sense.listening.descriptors import HOP_SECONDS
from latent_resonance.sense.listening.inputs import SoundInput, choose_input, open_input
from latent_resonance.sense.listening.listener import Listener

# An input that falls silent for so long is gone; one that was just opened may take its time.
_GONE_SECONDS, _START_SECONDS = 0.4, 2.0
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 0.5, 8.0
# Pieces that may wait; more means that the analysis does not keep up.
_MOST_WAITING = 256


class Options(ListeningOptions):
    """Which input, and how it becomes controls."""

    device: str | None = Field(
        default=None,
        description="number or part of the name of a sound input; monitor: what the machine plays",
    )


class Part(Sensor):
    """Sensor: the newest sound of an input.

    A thread of its own opens the input, analyses what comes, and opens it again when it was
    unplugged; ``read`` only looks at the result.
    """

    controls: Sequence[ControlRange] = CONTROLS
    quick = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._stream: Any = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        # None says that the stream ended.
        self._arrived: queue.Queue[FloatArray | None] = queue.Queue(_MOST_WAITING)
        self._clear = threading.Event()
        self._newest = Controls(0.0, REST, present=False)
        self._updates = self._dropouts = self._losses = 0
        self._follows: frozenset[str] = frozenset()

    @property
    def latency_seconds(self) -> float:
        """What the input reports, and one step of the analysis."""
        stream = self._stream
        return HOP_SECONDS + (float(stream.latency) if stream is not None else 0.0)

    def prepare(self, spec: Spec) -> None:
        """Open the input.

        Raises:
            DeviceError: there is no such input, or it will not open.
            MissingPartError: PortAudio is not on this machine.
        """
        self.close()
        chosen = choose_input(self.options.device)
        self._stop.clear()
        self._follows = spec.follows
        self._open(chosen)
        self._thread = threading.Thread(
            target=self._listen, args=(chosen,), name="microphone", daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        """Forget what was measured; the input goes on."""
        self._clear.set()
        self._newest = Controls(0.0, REST, present=False)
        self._updates = self._dropouts = self._losses = 0

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._end()
            self._thread.join(timeout=2)
            self._thread = None
        self._close_stream()
        self._drop_waiting()

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        newest = self._newest
        beat = newest.tempo and replace(newest.tempo, time_seconds=now_seconds)
        return replace(newest, time_seconds=now_seconds, tempo=beat)

    def statistics(self) -> Mapping[str, Any]:
        return {
            "sound_updates": self._updates,
            "input_dropouts": self._dropouts,
            "input_losses": self._losses,
        }

    def _open(self, chosen: SoundInput) -> None:
        def take(sound: FloatArray, lost: bool) -> None:
            try:
                self._arrived.put_nowait(sound)
            except queue.Full:
                self._dropouts += 1
            self._dropouts += lost

        self._stream = open_input(chosen, HOP_SECONDS, take, self._end)

    def _end(self) -> None:
        # Where it is full, the thread finds out by the time that nothing comes.
        with contextlib.suppress(queue.Full):
            self._arrived.put_nowait(None)

    def _listen(self, chosen: SoundInput) -> None:
        rate = chosen.device.sample_rate
        listener = Listener(rate, self.options, follows=self._follows)
        patience = _START_SECONDS
        while not self._stop.is_set():
            try:
                piece = self._arrived.get(timeout=patience)
            except queue.Empty:
                piece = None
            if self._stop.is_set():
                return
            if piece is None:
                self._newest = Controls(0.0, REST, present=False)
                self._losses += 1
                self._reopen(chosen)
                listener.reset()
                patience = _START_SECONDS
                continue
            patience = _GONE_SECONDS
            if self._clear.is_set():
                self._clear.clear()
                listener.reset()
            for update in listener.feed(np.asarray(piece)):
                self._newest = update
                self._updates += 1

    def _reopen(self, chosen: SoundInput) -> None:
        """Try until it is there again, more and more seldom."""
        wait = _FIRST_RETRY_SECONDS
        self._close_stream()
        self._drop_waiting()
        while not self._stop.is_set():
            try:
                self._open(chosen)
            except ResonanceError:
                self._stop.wait(wait)
                wait = min(2 * wait, _LAST_RETRY_SECONDS)
            else:
                return

    def _drop_waiting(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._arrived.get_nowait()

    def _close_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            # PortAudio can hang on a device that was pulled out; a performance must still go on.
            closer = threading.Thread(target=stream.close, daemon=True)
            closer.start()
            closer.join(timeout=2)
