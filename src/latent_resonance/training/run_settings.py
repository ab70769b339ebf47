"""How far a run goes and where from: what every training loop is told beside its recipe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from latent_resonance.data.corpus import SourceCount
from latent_resonance.training.progress import TrainingProgress


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Settings of one run, of any family.

    Attributes:
        resume: go on from the last checkpoint; equals a run that was never cut.
        steps: stop there, instead of where the recipe says.
        threads: of the processor, 0 for PyTorch's choice.
        source: tensors to start from, by the checkpoint's names, as far as they fit; of adversarial
            networks a generator's, ``encoder/NAME`` and ``discriminator/NAME``.
        inherited: what ``source`` was trained on: whoever starts from it owes it to the same.
        writes: False leaves no file.
        on_progress: told every few steps.
    """

    resume: bool = False
    steps: int | None = None
    threads: int = 0
    source: dict[str, Any] | None = None
    inherited: Sequence[SourceCount] = ()
    writes: bool = True
    on_progress: Callable[[TrainingProgress], None] | None = None

    @property
    def start(self) -> dict[str, Any] | None:
        """``source``; of no use to a run that goes on."""
        return None if self.resume else self.source


USUAL = RunSettings()
