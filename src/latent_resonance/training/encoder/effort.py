"""How much is trained, and with what."""

from dataclasses import dataclass

PERCEPTUAL = ("none", "lpips")


@dataclass(frozen=True, slots=True)
class EncoderEffort:
    """What one run takes.

    Attributes:
        steps: of descent.
        batch: windows in a step; half of them real where there are real ones.
        seed: of everything random.
        threads: of the processor, 0 for PyTorch's choice.
        perceptual: ``"lpips"`` adds that loss, for those who installed it; ``"none"``.
        masked: share of the windows of which a span of columns is hidden.
        rate: the highest learning rate; 0 for 1e-3 from scratch and 3e-4 from a checkpoint.
        judge_every: steps from one look at the held-out windows to the next.
    """

    steps: int = 1500
    batch: int = 16
    seed: int = 0
    threads: int = 0
    perceptual: str = "none"
    masked: float = 0.25
    rate: float = 0.0
    judge_every: int = 100
