"""Trains the map from music to moods: one loop, top to bottom."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from latent_resonance.networks.mood_map import MoodNetwork
from latent_resonance.sense.listening.character import MEASURES
from latent_resonance.sense.listening.mood_map import AXES, FURTHEST
from latent_resonance.training.fabric import start_worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.mood_map.aims import (
    contrast_loss,
    evenness_loss,
    order_loss,
    references,
    smoothness_loss,
)
from latent_resonance.training.mood_map.material import STEP_SECONDS, Music, gather_music
from latent_resonance.training.mood_map.recipe import MoodMapRecipe
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.schedule import warm_cosine
from latent_resonance.training.transfer import TransferReport, transfer_all

_LATER = round(1 / STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class TrainedMoodMap:
    """The result, and what it was trained on."""

    network: MoodNetwork
    music: Music
    steps: int
    seconds: float
    transferred: TransferReport | None = None


def train_mood_map(
    recipe: MoodMapRecipe,
    folder: Path,
    settings: RunSettings = USUAL,
    material: Music | None = None,
) -> TrainedMoodMap:
    """Train to the last step, saving ``checkpoint.safetensors`` in ``folder``.

    Args:
        recipe: what fixes the run.
        folder: for checkpoints and curves.
        settings: how far, and where from.
        material: the recipe's, when it was gathered before.

    Raises:
        InputError: nothing to train on, or a checkpoint of another run.
    """
    worker = start_worker(recipe.precision, settings.threads, writes=settings.writes)
    music = material or gather_music(recipe)
    total, start = settings.steps or recipe.steps, settings.start
    torch.manual_seed(recipe.seed)
    network = MoodNetwork(len(MEASURES), recipe.hidden, len(AXES))
    modules = {"network": network}
    report = transfer_all(modules, start) if start else None
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=0.02)
    facts = recipe.facts() | {"songs": "; ".join(music.names)}
    journal = Journal(recipe, worker, folder, facts, inherited=settings.inherited)
    if settings.resume:
        journal.resume()
    journal.keep(modules, {"optimiser": optimiser})
    with journal:
        journal.tell(report)
        while journal.step < total:
            step = journal.step
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * warm_cosine(step, recipe.steps)
            told = _step(recipe, network, music, step)
            optimiser.zero_grad()
            told["loss"].backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            figures = {name: float(value.detach()) for name, value in told.items()}
            journal.after(figures, total, _show_nothing, settings.on_progress)
    return TrainedMoodMap(network.eval(), music, journal.step, journal.seconds, report)


def _step(
    recipe: MoodMapRecipe, network: MoodNetwork, music: Music, step: int
) -> dict[str, Tensor]:
    """All aims for one batch: as many passages of each of some songs, and those a second later."""
    chance = np.random.default_rng([recipe.seed, step])
    seen = music.seen
    count = min(recipe.songs_in_batch, len(seen))
    chosen = chance.choice(len(seen), count, replace=False)
    each = max(2, recipe.batch // count)
    now, later = [], []
    for song in chosen:
        at = chance.integers(0, len(seen[song]) - _LATER, each)
        now.append(seen[song][at])
        later.append(seen[song][at + _LATER])
    noise = recipe.jitter * chance.standard_normal((count * each, len(MEASURES)))
    plain = np.concatenate(now)
    points = network(_input(plain + noise))
    moved = network(_input(np.concatenate(later) + noise))
    songs = torch.arange(count).repeat_interleave(each)
    aims = {
        "contrast": contrast_loss(points, songs),
        "order": order_loss(points, torch.from_numpy(references(plain)).float()),
        "evenness": evenness_loss(points),
        "smoothness": smoothness_loss(points, moved),
    }
    loss = sum((getattr(recipe, name) * aim for name, aim in aims.items()), torch.zeros(()))
    return {"loss": loss, **aims}


def _input(measures: np.ndarray) -> Tensor:
    return torch.from_numpy(np.clip(measures, -FURTHEST, FURTHEST)).float()


def _show_nothing(_run: RunFolder, _step: int) -> None:
    """There is no picture to show of it."""
