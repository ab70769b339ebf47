"""Takes everything and plays nothing: for tests, benchmarks and rehearsals."""

from pydantic import Field

from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import ControlStage, PartOptions, PictureStage, SoundStage
from latent_resonance.contracts.values import AudioBlock, Controls, Frame, Spec


class Options(PartOptions):
    """What is kept."""

    keep: bool = Field(default=False, description="keep all in memory, for a look later")


class Part(SoundStage, PictureStage, ControlStage):
    """Stage: counts what it takes.

    Attributes:
        samples: of sound, so far.
        pictures: so far.
        messages: sets of controls, so far.
        blocks: the sound, with ``keep``; ``frames`` and ``controls`` likewise.
    """

    accepts = (SoundFormat, PictureFormat, Controls)

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
        self.samples += len(block.samples)
        if self.options.keep:
            self.blocks.append(block)

    def show(self, frame: Frame) -> None:
        self.pictures += 1
        if self.options.keep:
            self.frames.append(frame)

    def send(self, controls: Controls) -> None:
        self.messages += 1
        if self.options.keep:
            self.controls.append(controls)
