"""What a training loop tells on the way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Where a run stands.

    Attributes:
        step: done.
        steps: in all.
        loss: the latest.
        items_per_second: pictures, or windows, since the start.
        seconds_left: at that speed.
        kimg: thousands of pictures, or windows, that were seen.
    """

    step: int
    steps: int
    loss: float
    items_per_second: float
    seconds_left: float = 0.0
    kimg: float = 0.0


def often_enough(steps: int, usual: int) -> int:
    """After how many steps each a run of ``steps`` tells: ``usual``, or forty times in all."""
    return max(1, min(usual, steps // 40))
