"""The live runner: four threads around a pure instrument.

control    reads the sensor at its own pace; the latest controls win
render     steps the instrument whenever the ring has room for a step
inference  makes the latest requested window; older requests are dropped
audio      the stage's callback, which only reads the ring
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.parts import PullingStage, Sensor, Stage
from latent_resonance.contracts.values import AudioBlock, Controls, FloatArray, Latent, Spectrogram
from latent_resonance.engine.instrument import Instrument, StepOutput
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.ring_buffer import RingBuffer
from latent_resonance.engine.slot import Slot

_POLL_SECONDS = 0.001
_SENSE_SECONDS = 0.004
_TRIES_AFTER_ERROR_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Sensed:
    controls: Controls
    at: float


class LiveRunner:
    """Plays an instrument on a stage until stopped or the sensor's recording ends.

    Args:
        instrument: the chain; stepped by the render thread alone.
        sensor: read by the control thread alone.
        stage: a pulling stage gets a callback; any other is paced by this clock.
        meters: filled as it plays.
        buffer_seconds: sound kept ready in the ring; the price of safety is latency.
        on_step: called on the render thread with each step's time, controls and output.
    """

    def __init__(
        self,
        instrument: Instrument,
        sensor: Sensor,
        stage: Stage,
        meters: Meters | None = None,
        buffer_seconds: float = 0.016,
        on_step: Callable[[float, Controls, StepOutput], None] | None = None,
    ) -> None:
        self._instrument = instrument
        self._sensor = sensor
        self._stage = stage
        self._on_step = on_step
        self.meters = meters or Meters()
        step = instrument.renderer.step_samples
        rate = instrument.spec.sample_rate
        self._fill = max(step, round(buffer_seconds * rate))
        self._ring = RingBuffer(max(self._fill + step, rate // 4), instrument.spec.channels)
        self._stop = threading.Event()
        self._requests: Slot[Latent] = Slot()
        self._windows: Slot[Spectrogram] = Slot()
        self._sensed = _Sensed(Controls(0.0, present=False), time.perf_counter())
        self._clock = 0.0
        self._threads: list[threading.Thread] = []
        self._fatal: BaseException | None = None
        self._playing = threading.Event()
        self._began = math.inf

    @property
    def seconds(self) -> float:
        """How much has been rendered: the performance's clock."""
        return self._clock

    @property
    def stopped(self) -> bool:
        """Whether the show was asked to end, or has ended."""
        return self._stop.is_set()

    def run(self, seconds: float | None = None) -> None:
        """Play for ``seconds``, or to the end of the sensor's recording, or until ``stop``.

        Raises whatever ended the show: nothing a single bad frame can do.
        """
        limit = seconds if seconds is not None else self._sensor.duration_seconds
        first = self._first_window()
        self._windows.put(first)
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (
                ("control", self._sense),
                ("inference", self._infer),
                ("render", lambda: self._render(limit)),
            )
        ]
        for thread in self._threads:
            thread.start()
        try:
            self._play(limit)
        finally:
            self.stop()
            for thread in self._threads:
                thread.join(timeout=2)
            self.meters.dropped_requests = self._requests.replaced
        if self._fatal is not None:
            raise self._fatal

    def stop(self) -> None:
        """Ask all threads to end; safe from a signal handler."""
        self._stop.set()

    def fill(self, out: FloatArray) -> int:
        """The audio callback: fill ``out`` ``[frames, channels]`` from the ring.

        A shortage is filled with silence and counted; it never waits.
        """
        count = self._ring.take(out)
        if count < len(out):
            out[count:] = 0.0
            if self._playing.is_set() and not self._stop.is_set():
                self.meters.underruns += 1
        return count

    def _first_window(self) -> Spectrogram:
        state = self._instrument.start()
        output, _ = self._instrument.step(state, Controls(0.0, present=False))
        made = self._instrument.model.generate(output.latent)
        assert isinstance(made, Spectrogram)  # noqa: S101 - the assembly checked it
        return made

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a thread's end must not be silent
            self._fatal = error
            self.stop()

    def _sense(self) -> None:
        while not self._stop.is_set():
            began = time.perf_counter()
            try:
                controls = self._sensor.read(self._clock)
            except Exception as error:  # noqa: BLE001 - a bad frame never stops a performance
                self.meters.error("sense", error)
                self._stop.wait(_TRIES_AFTER_ERROR_SECONDS)
                continue
            now = time.perf_counter()
            if controls is not self._sensed.controls:
                self.meters.sense.add(now - began)
                self._sensed = _Sensed(controls, now)
            self._stop.wait(max(0.0, _SENSE_SECONDS - (now - began)))

    def _infer(self) -> None:
        while not self._stop.is_set():
            latent = self._requests.take(timeout_seconds=0.1)
            if latent is None:
                continue
            began = time.perf_counter()
            try:
                made = self._instrument.model.generate(latent)
            except Exception as error:  # noqa: BLE001 - the last good window plays on
                self.meters.error("model", error)
                continue
            self.meters.generation.add(time.perf_counter() - began)
            if isinstance(made, Spectrogram):
                self._windows.put(made)

    def _render(self, limit: float | None) -> None:
        instrument = self._instrument
        state = instrument.start()
        rate = instrument.spec.sample_rate
        centre = instrument.renderer.latency_seconds
        used: _Sensed | None = None
        while not self._stop.is_set():
            if limit is not None and self._clock >= limit:
                self._playing.clear()  # an empty ring is now the end, not an underrun
                return
            if self._ring.filled + instrument.renderer.step_samples > self._fill:
                time.sleep(_POLL_SECONDS)
                continue
            began = time.perf_counter()
            sensed = self._sensed
            output, state = instrument.step(state, sensed.controls, self._windows.take())
            if output.request is not None:
                self._requests.put(output.request)
            done = time.perf_counter()
            if sensed is not used and sensed.at >= self._began:
                used = sensed
                waiting = done - sensed.at + self._ring.filled / rate
                self.meters.control_to_centre.add(waiting + centre)
                self.meters.control_to_full.add(waiting + 2 * centre)
            self.meters.step.add(done - began)
            self._ring.put(output.block.samples)
            if self._on_step:
                self._on_step(self._clock, sensed.controls, output)
            self._clock = state.index * instrument.step_seconds

    def _play(self, limit: float | None) -> None:
        while self._ring.filled < self._fill // 2 and not self._stop.is_set():
            time.sleep(_POLL_SECONDS)
        self._began = time.perf_counter()  # what was sensed before nobody waits for
        self._playing.set()
        if isinstance(self._stage, PullingStage):
            self._stage.open(self.fill)
            while not self._stop.is_set() and not self._ended(limit):
                self._stop.wait(0.05)
            return
        self._play_by_clock(limit)

    def _play_by_clock(self, limit: float | None) -> None:
        """For stages without a clock of their own: as much sound as time has passed."""
        rate = self._instrument.spec.sample_rate
        step = self._instrument.renderer.step_samples
        began = time.perf_counter()
        played = 0
        while not self._stop.is_set() and not self._ended(limit):
            ahead = played / rate - (time.perf_counter() - began)
            if ahead > 0:
                self._stop.wait(ahead)
                continue
            out = np.zeros((step, self._instrument.spec.channels), np.float32)
            self.fill(out)
            self._stage.play(AudioBlock(out, rate, played))
            played += step

    def _ended(self, limit: float | None) -> bool:
        return limit is not None and self._clock >= limit and self._ring.filled == 0
