"""Swallows the sound: for tests, benchmarks and rehearsals without ears."""

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.values import AudioBlock, Spec


class Options(BaseModel):
    """What is kept."""

    model_config = ConfigDict(extra="forbid")

    keep: bool = Field(default=False, description="keep the blocks in memory, for a look later")


class Part:
    """Stage: counts what it swallows."""

    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self.blocks: list[AudioBlock] = []
        self.samples = 0

    def prepare(self, spec: Spec) -> None:
        """Nothing to open."""

    def reset(self) -> None:
        """Forget what was swallowed."""
        self.blocks.clear()
        self.samples = 0

    def play(self, block: AudioBlock) -> None:
        """Count it."""
        self.samples += len(block.samples)
        if self.options.keep:
            self.blocks.append(block)

    def abort(self) -> None:
        """There is nothing half-made."""

    def close(self) -> None:
        """Nothing is held."""
