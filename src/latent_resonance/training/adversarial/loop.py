"""The loop, top to bottom: a generator learns to please a discriminator that learns to tell."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from latent_resonance.data.corpus import SourceCount
from latent_resonance.training.adversarial import losses
from latent_resonance.training.adversarial.augment import Augment
from latent_resonance.training.adversarial.compiled import demand_compiler
from latent_resonance.training.adversarial.material import Material, gather_material
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.adversarial.samples import Samples
from latent_resonance.training.adversarial.turns import Round
from latent_resonance.training.fabric import seed_step, start_worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.transfer import TransferReport


@dataclass(frozen=True, slots=True)
class TrainedGan:
    """The result: networks, averaged generator first among them, what they were trained on, and
    the sources that they owe.
    """

    players: Players
    material: Any
    steps: int
    seconds: float
    curve: dict[str, float] = field(default_factory=dict)
    transferred: TransferReport | None = None
    sources: list[SourceCount] = field(default_factory=list)


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
    if recipe.compile:
        demand_compiler(worker.device)
    material = material or gather_material(recipe)
    total = settings.steps or recipe.steps
    facts = recipe.facts() | {"labels": " ".join(material.labels * recipe.conditional)}
    torch.manual_seed(recipe.seed)
    journal = Journal(recipe, worker, folder, facts, material.sources, settings.inherited)
    if settings.resume:
        journal.resume()
    stage, _ = recipe.stage_at(max(0, journal.step - 1))
    players = Players(recipe, material, worker.device, stage)
    report = players.start_from(settings.start) if settings.start else None
    augment = Augment(recipe.material, recipe.augment_kimg, recipe.augment_start).to(worker.device)
    path_length = losses.PathLength().to(worker.device)
    extra = {"augment": augment, "path_length": path_length}
    journal.keep({**players.modules, **extra}, players.optimisers)
    show = Samples(recipe, players, material).write
    with journal:
        journal.tell(report)
        while journal.step < total:
            step = journal.step
            wanted, begin = recipe.stage_at(step)
            if wanted != stage:
                stage = wanted
                # New layers are the same in all processes, and after a cut right here.
                seed_step(recipe.seed, step, 0)
                players.grow(stage)
                journal.keep({**players.modules, **extra}, players.optimisers)
            seed_step(recipe.seed, step, worker.rank)
            round_ = Round(recipe, players, augment, path_length, worker, step, begin)
            told = round_.play(material)
            loss = told.get("generator", told.get("reconstruction", 0.0))
            journal.after(told, total, show, settings.on_progress, loss)
        spent = journal.seconds
    return TrainedGan(
        players, material, journal.step, spent, journal.curve, report, journal.sources
    )
