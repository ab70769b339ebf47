"""The chapters of a report, in their order. A new one is a file beside this and a line below."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from latent_resonance.evaluation.chapters.classes import measure_classes
from latent_resonance.evaluation.chapters.controls import measure_controls
from latent_resonance.evaluation.chapters.copies import measure_copies
from latent_resonance.evaluation.chapters.distribution import measure_distribution
from latent_resonance.evaluation.chapters.kinds import measure_kinds
from latent_resonance.evaluation.chapters.pitch import measure_pitch
from latent_resonance.evaluation.chapters.queries import measure_queries
from latent_resonance.evaluation.chapters.reconstruction import measure_reconstruction
from latent_resonance.evaluation.chapters.sounds import show_sounds
from latent_resonance.evaluation.chapters.training_curves import measure_training
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter


class Measure(Protocol):
    """What a chapter is: material in, an answer out, pictures into the folder."""

    def __call__(
        self, material: Material, folder: Path, on_progress: Callable[[float], None], /
    ) -> Chapter | None:
        """None where the question makes no sense, or too little is known to answer it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One chapter.

    Attributes:
        name: key in metrics.json and of ``--only``.
        measure: the chapter itself.
        effort: how long it takes beside the others.
        embedded: whether it needs the windows as points.
    """

    name: str
    measure: Measure
    effort: float
    embedded: bool = False


CHAPTERS = (
    Entry("sounds", show_sounds, 1),
    Entry("pitch", measure_pitch, 6),
    Entry("kinds", measure_kinds, 5),
    Entry("classes", measure_classes, 8),
    Entry("distribution", measure_distribution, 1, embedded=True),
    Entry("copies", measure_copies, 1, embedded=True),
    Entry("reconstruction", measure_reconstruction, 8),
    Entry("queries", measure_queries, 12, embedded=True),
    Entry("controls", measure_controls, 40, embedded=True),
    Entry("training", measure_training, 1),
)
NAMES = tuple(entry.name for entry in CHAPTERS)
