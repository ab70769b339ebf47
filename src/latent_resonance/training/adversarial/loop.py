"""The loop, top to bottom: a generator learns to please a discriminator that learns to tell."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from latent_resonance.training.adversarial import losses
from latent_resonance.training.adversarial.augment import Augment
from latent_resonance.training.adversarial.material import Material, gather_material
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.adversarial.samples import Samples
from latent_resonance.training.adversarial.turns import CURVE_EVERY, Round
from latent_resonance.training.checkpoint import Checkpoint, gather, load, restore, save
from latent_resonance.training.fabric import seed_step, start_worker
from latent_resonance.training.progress import TrainingProgress, often_enough
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.transfer import TransferReport

# What must be the same on resume, and what the networks are built from again.
_FACTS = (
    "name", "family", "size", "channel_base", "channel_max", "seed", "batch",
    "hop", "speckle", "near", "reconstruction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrainedGan:
    """The result: networks, averaged generator first among them, and what they were trained on."""

    players: Players
    material: Any
    steps: int
    seconds: float
    curve: dict[str, float] = field(default_factory=dict)
    transferred: TransferReport | None = None


def train_adversarial(
    recipe: AdversarialRecipe,
    folder: Path,
    settings: RunSettings = USUAL,
    material: Material | None = None,
) -> TrainedGan:
    """Train to the last step, saving ``checkpoint.safetensors`` in ``folder``.

    Args:
        recipe: what fixes the run.
        folder: for checkpoints, curves and samples.
        settings: how far, and where from.
        material: the recipe's, when it was gathered before.

    Raises:
        InputError: nothing to train on, or a checkpoint of another run.
    """
    worker = start_worker(recipe.precision, settings.threads, writes=settings.writes)
    material = material or gather_material(recipe)
    total = settings.steps or recipe.steps
    path = folder / "checkpoint.safetensors"
    facts = {key: str(getattr(recipe, key)) for key in _FACTS}
    torch.manual_seed(recipe.seed)
    found = load(path, facts) if settings.resume else None
    step, spent = (found.step, found.seconds) if found else (0, 0.0)
    stage, _ = recipe.stage_at(max(0, step - 1))
    players = Players(recipe, material, worker.device, stage)
    report = players.start_from(settings.start) if settings.start else None
    augment = Augment(recipe.material, recipe.augment_kimg, recipe.augment_start).to(worker.device)
    path_length = losses.PathLength().to(worker.device)
    extra = {"augment": augment, "path_length": path_length}
    if found:
        restore(found.tensors, {**players.modules, **extra}, players.optimisers)
    began, first = time.perf_counter(), step
    show = Samples(recipe, players, material)
    curve: dict[str, float] = {}
    tell_every = often_enough(total, CURVE_EVERY)
    with RunFolder(folder, writes=worker.leads, step=step) as run:
        if report:
            run.note("transfer", report.lines())
        while step < total:
            wanted, begin = recipe.stage_at(step)
            if wanted != stage:
                stage = wanted
                # New layers are the same in all processes, and after a cut right here.
                seed_step(recipe.seed, step, 0)
                players.grow(stage)
            seed_step(recipe.seed, step, worker.rank)
            round_ = Round(recipe, players, augment, path_length, worker, step, begin)
            told = round_.play(material)
            step += 1
            elapsed = time.perf_counter() - began
            speed = (step - first) * recipe.batch / elapsed
            if step % CURVE_EVERY == 0 or step == total:
                curve = {
                    "kimg": step * recipe.batch / 1000,
                    "seconds": spent + elapsed,
                    "images_per_second": speed,
                    **told,
                }
                run.add(step, curve)
            if settings.on_progress and (step % tell_every == 0 or step == total):
                settings.on_progress(_progress(step, total, speed, recipe.batch, told))
            if worker.leads and (step % recipe.save_every == 0 or step == total):
                seconds = spent + time.perf_counter() - began
                tensors = gather({**players.modules, **extra}, players.optimisers)
                save(path, Checkpoint(step, seconds, facts, tensors))
            if worker.leads and (step % recipe.show_every == 0 or step == total):
                show.write(run, step)
    spent += time.perf_counter() - began
    return TrainedGan(players, material, step, spent, curve, report)


def _progress(
    step: int, total: int, speed: float, batch: int, told: dict[str, float]
) -> TrainingProgress:
    loss = told.get("generator", told.get("reconstruction", 0.0))
    left = batch * (total - step) / speed
    return TrainingProgress(step, total, loss, speed, left, step * batch / 1000)
