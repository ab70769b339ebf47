"""Blends the model's named places by controls of the same names: a slider or knob each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.paths.interpolate import lerp
from latent_resonance.sound.smoothing import share

_PLAY = (
    ControlRange("speed", -2, 2, 1, "columns per hop"),
    ControlRange("low_hz", 0, 24_000, 0, "Hz"),
    ControlRange("high_hz", 20, 24_000, 24_000, "Hz"),
    ControlRange("tilt_db", -12, 12, 0, "dB per octave"),
    ControlRange("gain_db", -96, 12, 0, "dB"),
    ControlRange("gate_db", -96, 0, -96, "dB"),
    ControlRange("entropy", 0, 1),
)


class Options(BaseModel):
    """How fast the sound follows."""

    model_config = ConfigDict(extra="forbid")

    glide_seconds: float = Field(0.08, ge=0, description="smoothing of the way")


@dataclass(frozen=True, slots=True)
class _State:
    w: FloatArray


class Part:
    """Navigator: a control called like a landmark is that landmark's weight.

    Weights are shared out to sum 1; with none above 0 it stands at ``w_avg``. Controls called
    like the renderer's (``speed``, ``high_hz``, ...) pass through to it.
    """

    latency_seconds = 0.0
    play_controls: Sequence[ControlRange] = _PLAY

    def __init__(self, options: Options) -> None:
        self.options = options
        self._names: list[str] = []
        self._places = np.zeros((0, 0), np.float32)
        self._middle = np.zeros(0, np.float32)

    @property
    def listens(self) -> Sequence[ControlRange]:
        """A weight for each of the model's places, and the renderer's controls."""
        return [*(ControlRange(name, 0, 1) for name in self._names), *self.play_controls]

    def prepare(self, spec: Spec) -> None:
        """Take the model's landmarks."""
        self._names = [name for name in spec.landmarks if name not in {"w_avg", "w_std"}]
        self._places = np.array([spec.landmarks[name] for name in self._names], np.float32)
        self._middle = np.asarray(
            spec.landmarks.get("w_avg", np.zeros(spec.latent_size)), np.float32
        )

    def reset(self) -> None:
        """Nothing is kept here: the state travels outside."""

    def close(self) -> None:
        """Nothing is held."""

    def start(self) -> _State:
        """In the middle of the space."""
        return _State(self._middle)

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Move towards the blend that the controls ask for. Pure."""
        values = controls.values
        weights = np.array([max(0.0, values.get(name, 0.0)) for name in self._names], np.float32)
        total = float(weights.sum())
        target = weights @ self._places / np.float32(total) if total > 0 else self._middle
        w = lerp(state.w, target, share(dt_seconds, self.options.glide_seconds))
        play = {c.name: values[c.name] for c in self.play_controls if c.name in values}
        return Latent(w, play), _State(w)
