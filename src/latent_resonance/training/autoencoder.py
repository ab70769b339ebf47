"""Trains the autoencoder: one loop, top to bottom."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.data.corpus import SourceCount
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder, Encoder
from latent_resonance.networks.plane_autoencoder import PlaneDecoder, PlaneEncoder
from latent_resonance.training.autoencoder_material import (
    LAYOUT,
    Sounds,
    draw,
    first_windows,
    gather_sounds,
)
from latent_resonance.training.descent import clip, follow
from latent_resonance.training.fabric import start_worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.level_loss import level_loss
from latent_resonance.training.prepared import count_owned
from latent_resonance.training.recipe import TrainingRecipe
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.schedule import warm_cosine
from latent_resonance.training.transfer import TransferReport, transfer_all

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a run: averaged weights, the sounds that they saw and did not see, and the
    sources that they owe.
    """

    encoder: Encoder | PlaneEncoder
    decoder: Decoder | PlaneDecoder
    size: AutoencoderSize
    sounds: Sounds
    steps: int
    seconds: float
    transferred: TransferReport | None = None
    sources: list[SourceCount] = field(default_factory=list)


def make_networks(
    recipe: TrainingRecipe, sounds: Sounds
) -> tuple[Encoder | PlaneEncoder, Decoder | PlaneDecoder]:
    """An untrained encoder and decoder for these sounds."""
    size = AutoencoderSize(
        recipe.latent,
        LAYOUT.bins,
        LAYOUT.columns,
        recipe.hidden,
        recipe.channels,
        conditions=sounds.conditions,
    )
    if recipe.convolved == "plane":
        return PlaneEncoder(size, LAYOUT.range_db), PlaneDecoder(size, LAYOUT.range_db)
    return Encoder(size, LAYOUT.range_db), Decoder(size, LAYOUT.range_db)


def train(
    recipe: TrainingRecipe,
    folder: Path,
    settings: RunSettings = USUAL,
    material: Sounds | None = None,
) -> Trained:
    """Train to the last step, saving ``checkpoint.safetensors`` in ``folder``.

    Batches and noise come from the seed and the step's number, so a resumed run equals an
    uninterrupted one, and several processes equal one.

    Args:
        recipe: what fixes the run.
        folder: for checkpoints, curves and samples.
        settings: how far, and where from.
        material: the recipe's, when it was gathered before.

    Raises:
        InputError: nothing to train on, or a checkpoint of another run.
    """
    worker = start_worker(recipe.precision, settings.threads, writes=settings.writes)
    total, start = settings.steps or recipe.steps, settings.start
    sounds = material or gather_sounds(recipe)
    torch.manual_seed(recipe.seed)
    encoder, decoder = make_networks(recipe, sounds)
    networks: dict[str, nn.Module] = {"encoder": encoder, "decoder": decoder}
    report = transfer_all(networks, start) if start else None
    for network in networks.values():
        network.to(worker.device)
    averages = {name: deepcopy(network) for name, network in networks.items()}
    modules = networks | {f"{name}_average": network for name, network in averages.items()}
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=1e-4)
    facts = recipe.facts()
    facts["conditions"] = " ".join([*recipe.conditions, *(sounds.labels * bool(sounds.asked))])
    owned = count_owned(sounds.seen + sounds.held_out)
    journal = Journal(recipe, worker, folder, facts, owned, settings.inherited)
    if settings.resume:
        journal.resume()
    journal.keep(modules, {"optimiser": optimiser})
    share = worker.share(recipe.batch)

    def show(run: RunFolder, step: int) -> None:
        run.picture(step, _samples(averages, sounds, worker.device), spectrogram=True)

    with journal:
        journal.tell(report)
        while journal.step < total:
            step = journal.step
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * warm_cosine(step, recipe.steps)
            level, asked = draw(sounds, recipe, np.random.default_rng([recipe.seed, step]))
            # Noise for the whole batch, so that its parts are the same in several processes.
            chance = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
            noise = torch.randn(recipe.batch, recipe.latent, generator=chance)
            parts = [part[share].to(worker.device) for part in (level, asked, noise)]
            with worker.fabric.autocast():
                loss, told = _loss(recipe, encoder, decoder, *parts)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            worker.average(parameters)
            clip(parameters)
            optimiser.step()
            for name, average in averages.items():
                follow(average, networks[name], min(recipe.ema, (step + 1) / (step + 10)))
            journal.after(told, total, show, settings.on_progress)
        spent = journal.seconds
    encoder, decoder = (averages[name].cpu().eval() for name in ("encoder", "decoder"))  # type: ignore[assignment]
    return Trained(
        encoder, decoder, decoder.size, sounds, journal.step, spent, report, journal.sources
    )


def _loss(
    recipe: TrainingRecipe,
    encoder: nn.Module,
    decoder: nn.Module,
    level: Tensor,
    asked: Tensor,
    noise: Tensor,
) -> tuple[Tensor, dict[str, float]]:
    mean, log_variance = encoder(level, asked)
    place = mean + noise * torch.exp(0.5 * log_variance) if recipe.variational else mean
    drawn = level_loss(decoder(torch.cat([place, asked], 1)), level, LAYOUT.range_db)
    loss = drawn
    told = {"levels": float(drawn.detach())}
    if recipe.variational:
        divergence = _divergence(mean, log_variance)
        loss = loss + recipe.divergence * divergence
        told["divergence"] = float(divergence.detach())
    return loss, {"loss": float(loss.detach()), **told}


def _divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(q || N(0, 1)), summed over the latent (Kingma and Welling 2013, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


@torch.no_grad()
def _samples(averages: dict[str, nn.Module], sounds: Sounds, device: torch.device) -> np.ndarray:
    """Sounds, each with its reconstruction after it, as pictures in -1..1."""
    known = sounds.held_out or sounds.seen
    chosen = known[:: max(1, len(known) // _SHOWN)][:_SHOWN]
    level = torch.from_numpy(first_windows(chosen)).to(device)
    asked = sounds.conditions_of(chosen).to(device)
    mean, _ = averages["encoder"](level, asked)
    made = averages["decoder"](torch.cat([mean, asked], 1)).clamp(-LAYOUT.range_db, 0)
    both = torch.stack([level, made], 1).flatten(0, 1)
    return (both[:, None] / (LAYOUT.range_db / 2) + 1).numpy(force=True)
