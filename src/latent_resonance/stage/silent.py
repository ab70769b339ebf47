"""Takes everything and plays nothing: for tests, benchmarks and rehearsals without ears."""

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.values import AudioBlock, Controls, Frame, Spec


class Options(BaseModel):
    """What is kept."""

    model_config = ConfigDict(extra="forbid")

    keep: bool = Field(default=False, description="keep all in memory, for a look later")


class Part:
    """Stage: counts what it takes.

    Attributes:
        samples: of sound, so far.
        pictures: so far.
        messages: sets of controls, so far.
        blocks: the sound, with ``keep``; ``frames`` and ``controls`` likewise.
    """

    accepts = (SoundFormat, PictureFormat, Controls)
    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self.reset()

    def prepare(self, spec: Spec) -> None: ...

    def reset(self) -> None:
        self.samples = self.pictures = self.messages = 0
        self.blocks: list[AudioBlock] = []
        self.frames: list[Frame] = []
        self.controls: list[Controls] = []

    def play(self, block: AudioBlock) -> None:
        """Count its samples."""
        self.samples += len(block.samples)
        if self.options.keep:
            self.blocks.append(block)

    def show(self, frame: Frame) -> None:
        """Count it."""
        self.pictures += 1
        if self.options.keep:
            self.frames.append(frame)

    def send(self, controls: Controls) -> None:
        """Count them."""
        self.messages += 1
        if self.options.keep:
            self.controls.append(controls)

    def abort(self) -> None: ...

    def close(self) -> None: ...
