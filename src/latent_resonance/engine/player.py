"""Pulls an instrument in blocks of any size: the clock of offline rendering."""

import time
from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import AudioBlock, Controls, FloatArray, Spectrogram
from latent_resonance.engine.instrument import Instrument, StepOutput
from latent_resonance.engine.meters import Meters


class Player:
    """Steps an instrument as its sound is asked for, the model in the same thread.

    Samples played are the clock: step ``k`` reads the sensor at ``k * step_seconds``, whatever
    the size of the blocks, so any sizes give the same samples.

    Args:
        instrument: the chain.
        sensor: prepared; asked once per step.
        meters: where timings go.
        on_step: called with each step's time, controls and output (a recorder, a meter).
    """

    def __init__(
        self,
        instrument: Instrument,
        sensor: Sensor,
        meters: Meters | None = None,
        on_step: Callable[[float, Controls, StepOutput], None] | None = None,
    ) -> None:
        self._instrument = instrument
        self._sensor = sensor
        self._on_step = on_step
        self.meters = meters or Meters()
        self._state = instrument.start()
        self._window: Spectrogram | None = None
        self._steps = 0
        self._given = 0
        self._rest: FloatArray = np.zeros((0, instrument.spec.channels), np.float32)

    def read(self, samples: int) -> AudioBlock:
        """The next ``samples`` (at least 1) of the performance."""
        if samples < 1:
            raise ValueError(f"a block has at least 1 sample, not {samples}")
        pieces = [self._rest]
        have = len(self._rest)
        while have < samples:
            block = self._step()
            pieces.append(block)
            have += len(block)
        sound = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._rest = sound[samples:]
        start = self._given
        self._given += samples
        return AudioBlock(sound[:samples], self._instrument.spec.sample_rate, start)

    def _step(self) -> FloatArray:
        now = self._steps * self._instrument.step_seconds
        began = time.perf_counter()
        controls = self._sensor.read(now)
        sensed = time.perf_counter()
        output, self._state = self._instrument.step(self._state, controls, self._window)
        stepped = time.perf_counter()
        self._window = None
        if output.request is not None:
            # As in a live show: what was asked for in this step is heard from the next one on.
            made = self._instrument.model.generate(output.request)
            self.meters.generation.add(time.perf_counter() - stepped)
            if isinstance(made, Spectrogram):
                self._window = made
        self.meters.sense.add(sensed - began)
        self.meters.step.add(stepped - sensed)
        if self._on_step:
            self._on_step(now, controls, output)
        self._steps += 1
        return output.block.samples
