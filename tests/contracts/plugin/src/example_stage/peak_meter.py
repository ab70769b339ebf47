"""A stage that keeps the highest peak it has met."""

import numpy as np
from pydantic import BaseModel, ConfigDict

from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.values import AudioBlock, Spec


class Options(BaseModel):
    """Nothing but a threshold."""

    model_config = ConfigDict(extra="forbid")

    warn_above: float = 0.9


class Part:
    """Stage: a peak meter."""

    accepts = (SoundFormat,)
    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self.peak = 0.0

    def prepare(self, spec: Spec) -> None: ...

    def reset(self) -> None:
        """Forget the peak."""
        self.peak = 0.0

    def play(self, block: AudioBlock) -> None:
        """Look at it."""
        self.peak = max(self.peak, float(np.abs(block.samples).max(initial=0)))

    def abort(self) -> None: ...

    def close(self) -> None: ...
