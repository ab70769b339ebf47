"""What a loop leaves behind after each step: curve, progress, checkpoint, samples, on a cadence."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import nn

from latent_resonance.training.checkpoint import Checkpoint, gather, load, restore, save
from latent_resonance.training.fabric import Worker
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.recipe import RunRecipe
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.transfer import TransferReport

_CURVE_EVERY = 20


class Journal:
    """The books of one run; a context.

    Args:
        recipe: for batch and cadences.
        worker: only the first process writes.
        folder: of the run.
        facts: that must agree on resume.
        modules: what a checkpoint holds, and
        optimisers: with their moments.
    """

    def __init__(
        self,
        recipe: RunRecipe,
        worker: Worker,
        folder: Path,
        facts: dict[str, str],
        modules: Mapping[str, nn.Module],
        optimisers: Mapping[str, torch.optim.Optimizer],
    ) -> None:
        self._recipe, self._worker, self._folder = recipe, worker, folder
        self._facts, self._modules, self._optimisers = facts, modules, optimisers
        self._path = folder / "checkpoint.safetensors"
        self.step, self._first, self._spent = 0, 0, 0.0
        self._began = time.perf_counter()
        self.run: RunFolder | None = None

    def resume(self) -> None:
        """Go on from the last checkpoint.

        Raises:
            InputError: there is none, or it is of another run.
        """
        found = load(self._path, self._facts)
        restore(found.tensors, self._modules, self._optimisers)
        self.step = self._first = found.step
        self._spent = found.seconds

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
    ) -> None:
        """One step more is done; ``told`` has its figures, ``loss`` among them."""
        assert self.run is not None  # noqa: S101 - used as a context only
        self.step += 1
        step, batch, last = self.step, self._recipe.batch, self.step == total
        if step % _CURVE_EVERY == 0 or last:
            speed = (step - self._first) * batch / (time.perf_counter() - self._began)
            curve = {
                "kimg": step * batch / 1000,
                "seconds": self.seconds,
                "images_per_second": speed,
                **told,
            }
            self.run.add(step, curve)
            if on_progress:
                left = batch * (total - step) / speed
                on_progress(TrainingProgress(step, total, told["loss"], speed, left))
        if not self._worker.leads:
            return
        if step % self._recipe.save_every == 0 or last:
            tensors = gather(self._modules, self._optimisers)
            save(self._path, Checkpoint(step, self.seconds, self._facts, tensors))
        if step % self._recipe.show_every == 0 or last:
            show(self.run, step)
