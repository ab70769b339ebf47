"""What a loop leaves behind after each step: curve, progress, checkpoint, samples, on a cadence."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from latent_resonance.data.corpus import SourceCount, unite_sources
from latent_resonance.training.checkpoint import CHECKPOINT, Checkpoint, gather, load, restore, save
from latent_resonance.training.fabric import Worker
from latent_resonance.training.progress import TrainingProgress, often_enough
from latent_resonance.training.recipe import RunRecipe
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.transfer import TransferReport

CURVE_EVERY = 20


class Journal:
    """The books of one run; a context.

    Args:
        recipe: for batch and cadences.
        worker: only the first process writes.
        folder: of the run.
        facts: that must agree on resume.
        sources: what the run is trained on, which must agree too.
        inherited: what the weights that it starts from were trained on.

    Attributes:
        step: how many are done.
        curve: the latest row of figures.
        sources: all that its weights owe.
    """

    def __init__(
        self,
        recipe: RunRecipe,
        worker: Worker,
        folder: Path,
        facts: dict[str, str],
        sources: Sequence[SourceCount] = (),
        inherited: Sequence[SourceCount] = (),
    ) -> None:
        self._recipe, self._worker, self._folder = recipe, worker, folder
        self._facts = {**facts, "sources": _told(sources)}
        self.sources = unite_sources([*sources, *inherited])
        self._path = folder / CHECKPOINT
        self._modules: Mapping[str, nn.Module] = {}
        self._optimisers: Mapping[str, torch.optim.Optimizer] = {}
        self._found: Checkpoint | None = None
        self.step, self._first, self._spent = 0, 0, 0.0
        self._began = time.perf_counter()
        self.run: RunFolder | None = None
        self.curve: dict[str, float] = {}

    def resume(self) -> None:
        """Go on from the last checkpoint: ``step`` is its, and the first ``keep`` restores it.

        Raises:
            InputError: there is none, or it is of another run.
        """
        self._found = load(self._path, self._facts)
        self.step = self._first = self._found.step
        self._spent = self._found.seconds
        self.sources = unite_sources([*self.sources, *(self._found.sources or [])])

    def keep(
        self, modules: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Optimizer]
    ) -> None:
        """What checkpoints hold from now on; a resumed run's gets its values first."""
        self._modules, self._optimisers = modules, optimisers
        if self._found:
            restore(self._found.tensors, modules, optimisers)
            self._found = None

    def __enter__(self) -> "Journal":
        """Open the folder; the clock starts."""
        self.run = RunFolder(self._folder, writes=self._worker.leads, step=self.step)
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is buffered."""
        if self.run:
            self.run.close()

    @property
    def seconds(self) -> float:
        """Of training, in this process and in those before it."""
        return self._spent + time.perf_counter() - self._began

    def tell(self, report: TransferReport | None) -> None:
        """What was taken of other weights."""
        if self.run and report:
            self.run.note("transfer", report.lines())

    def after(
        self,
        told: dict[str, float],
        total: int,
        show: Callable[[RunFolder, int], None],
        on_progress: Callable[[TrainingProgress], None] | None,
        loss: float | None = None,
    ) -> None:
        """One step more is done.

        Args:
            told: its figures.
            total: steps of the whole run.
            show: writes samples into the folder.
            on_progress: gets where the run stands.
            loss: for ``on_progress``; ``told["loss"]`` if not given.
        """
        assert self.run is not None  # noqa: S101 - used as a context only
        self.step += 1
        step, batch, last = self.step, self._recipe.batch, self.step == total
        kimg = step * batch / 1000
        speed = (step - self._first) * batch / (time.perf_counter() - self._began)
        if step % CURVE_EVERY == 0 or last:
            self.curve = {
                "kimg": kimg,
                "seconds": self.seconds,
                "images_per_second": speed,
                **told,
            }
            self.run.add(step, self.curve)
        if on_progress and (step % often_enough(total, CURVE_EVERY) == 0 or last):
            left = batch * (total - step) / speed
            shown = told["loss"] if loss is None else loss
            on_progress(TrainingProgress(step, total, shown, speed, left, kimg))
        if not self._worker.leads:
            return
        if step % self._recipe.save_every == 0 or last:
            tensors = gather(self._modules, self._optimisers)
            save(self._path, Checkpoint(step, self.seconds, self._facts, tensors, self.sources))
        if step % self._recipe.show_every == 0 or last:
            show(self.run, step)


def _told(sources: Sequence[SourceCount]) -> str:
    return "; ".join(
        sorted(f"{row['clips']} of {row['source']} ({row['licence']})" for row in sources)
    )
