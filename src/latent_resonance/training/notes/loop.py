"""Trains the notes' autoencoder: one loop, top to bottom."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.data.corpus import SourceCount
from latent_resonance.networks.note_autoencoder import (
    NoteDecoder,
    NoteEncoder,
    NoteSize,
    TimbrePrior,
)
from latent_resonance.networks.partials import lobe_deviation
from latent_resonance.sound.stft import window
from latent_resonance.training.descent import clip, follow
from latent_resonance.training.fabric import start_worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.level_loss import convergence_loss, level_loss
from latent_resonance.training.notes.material import LAYOUT, NoteBatch, Notes
from latent_resonance.training.notes.recipe import NotesRecipe
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.schedule import warm_cosine
from latent_resonance.training.transfer import TransferReport, transfer_all

_LIKELY_STRETCH = 1e-6


@dataclass(frozen=True, slots=True)
class NoteNetworks:
    """Encoder, decoder and prior of one run."""

    encoder: NoteEncoder
    decoder: NoteDecoder
    prior: TimbrePrior

    def modules(self, suffix: str = "") -> dict[str, nn.Module]:
        """Networks by the names that a checkpoint stores them under."""
        return {
            f"encoder{suffix}": self.encoder,
            f"decoder{suffix}": self.decoder,
            f"prior{suffix}": self.prior,
        }


@dataclass(frozen=True, slots=True)
class TrainedNotes:
    """The result: averaged networks, what they were trained on, and the sources that they owe."""

    networks: NoteNetworks
    size: NoteSize
    notes: Notes
    steps: int
    seconds: float
    transferred: TransferReport | None = None
    sources: list[SourceCount] = field(default_factory=list)


def note_size(recipe: NotesRecipe, families: int) -> NoteSize:
    """The shapes of a recipe's networks."""
    return NoteSize(
        families=families,
        latent=recipe.latent,
        bins=LAYOUT.bins,
        columns=LAYOUT.columns,
        n_fft=LAYOUT.n_fft,
        sample_rate=LAYOUT.sample_rate,
        lobe_bins=lobe_deviation(torch.tensor(window(LAYOUT.window, LAYOUT.n_fft))),
        partials=recipe.partials,
        bands=recipe.bands,
        hidden=recipe.hidden,
        channels=recipe.channels,
        hop=LAYOUT.hop,
        scatter=recipe.scatter,
    )


def make_networks(size: NoteSize) -> NoteNetworks:
    """Untrained networks of that size."""
    return NoteNetworks(NoteEncoder(size), NoteDecoder(size, LAYOUT.range_db), TimbrePrior(size))


def train_notes(
    recipe: NotesRecipe,
    folder: Path,
    settings: RunSettings = USUAL,
    material: Notes | None = None,
) -> TrainedNotes:
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
    notes = material or Notes(recipe)
    total, start = settings.steps or recipe.steps, settings.start
    torch.manual_seed(recipe.seed)
    size = note_size(recipe, len(notes.families))
    networks = make_networks(size)
    report = transfer_all(networks.modules(), start) if start else None
    for module in networks.modules().values():
        module.to(worker.device)
    average = deepcopy(networks)
    modules = {**networks.modules(), **average.modules("_average")}
    parameters = [p for m in networks.modules().values() for p in m.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=1e-4)
    facts = recipe.facts() | {"families": " ".join(notes.families)}
    journal = Journal(recipe, worker, folder, facts, notes.sources, settings.inherited)
    if settings.resume:
        journal.resume()
    journal.keep(modules, {"optimiser": optimiser})
    share = worker.share(recipe.batch)

    def show(run: RunFolder, step: int) -> None:
        run.picture(step, _samples(average, notes), spectrogram=True)

    with journal:
        journal.tell(report)
        while journal.step < total:
            step = journal.step
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * warm_cosine(step, recipe.steps)
            drawn = notes.draw(recipe.batch, np.random.default_rng([recipe.seed, step]))
            batch = _part(drawn, share, worker.device)
            # Chance for the whole batch, so that its parts are the same in several processes.
            chance = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
            noise = torch.randn(recipe.batch, recipe.latent, generator=chance)
            first = int(torch.randint(2, (), generator=chance))
            with worker.fabric.autocast():
                loss, told = _loss(recipe, networks, batch, noise[share].to(worker.device), first)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            worker.average(parameters)
            clip(parameters)
            optimiser.step()
            keep = min(recipe.ema, (step + 1) / (step + 10))
            for slow, fast in zip(
                average.modules().values(), networks.modules().values(), strict=True
            ):
                follow(slow, fast, keep)
            journal.after(told, total, show, settings.on_progress)
        spent = journal.seconds
    for module in average.modules().values():
        module.cpu().eval()
    return TrainedNotes(average, size, notes, journal.step, spent, report, journal.sources)


def _loss(
    recipe: NotesRecipe,
    networks: NoteNetworks,
    batch: NoteBatch,
    noise: Tensor,
    first_column: int,
) -> tuple[Tensor, dict[str, float]]:
    conditions = (batch.family, batch.pitch, batch.velocity)
    mean, log_variance = networks.encoder(batch.level, *conditions)
    timbre = mean
    if recipe.variational:
        timbre = mean + noise * torch.exp(0.5 * log_variance)
    # Neighbours are alike: half of the columns tell as much in half the time.
    columns = slice(first_column, None, 2)
    level, log_stretch = networks.decoder(timbre, *conditions, batch.stretch, columns)
    wanted_level = batch.level[:, :, columns]
    drawn = level_loss(level, wanted_level, LAYOUT.range_db)
    converged = convergence_loss(level, wanted_level)
    drawn = drawn + recipe.convergence * converged
    # The stretch is measured; where there is none, any below what can be heard will do.
    wanted = torch.log(batch.stretch.clamp(min=_LIKELY_STRETCH))
    stretched = (batch.stretch > 0).float()
    away = stretched * (log_stretch - wanted).abs()
    away = away + (1 - stretched) * (log_stretch - wanted).clamp(min=0)
    prior_mean, deviation = networks.prior(batch.family)
    if recipe.variational:
        variance = deviation.square()
        divergence = 0.5 * (
            ((mean - prior_mean).square() + log_variance.exp()) / variance
            - 1
            - log_variance
            + variance.log()
        ).sum(1)
    else:
        # The plain autoencoder still learns where its families lie, without being moved.
        divergence = ((mean.detach() - prior_mean) / deviation).square().sum(1) / 2
        divergence = divergence + deviation.log().sum(1)
    loss = drawn + recipe.divergence * divergence.mean() + 0.02 * away.mean()
    told = {
        "loss": float(loss.detach()),
        "levels": float(drawn.detach()),
        "convergence": float(converged.detach()),
        "divergence": float(divergence.mean().detach()),
        "stretch": float(away.mean().detach()),
    }
    return loss, told


@torch.no_grad()
def _samples(average: NoteNetworks, notes: Notes) -> np.ndarray:
    """Notes above, their reconstructions below, as pictures in -1..1."""
    chosen = (notes.held_out or notes.seen)[:: max(1, len(notes.held_out or notes.seen) // 8)][:8]
    device = next(average.decoder.parameters()).device
    batch = _part(notes.batch(chosen), slice(None), device)
    conditions = (batch.family, batch.pitch, batch.velocity)
    mean, _ = average.encoder(batch.level, *conditions)
    made, _ = average.decoder(mean, *conditions)
    both = torch.stack([batch.level, made.clamp(-LAYOUT.range_db, 0)], 1).flatten(0, 1)
    return (both[:, None] / (LAYOUT.range_db / 2) + 1).numpy(force=True)


def _part(batch: NoteBatch, share: slice, device: torch.device) -> NoteBatch:
    return NoteBatch(
        *(
            getattr(batch, name)[share].to(device)
            for name in ("level", "family", "pitch", "velocity", "stretch")
        )
    )
