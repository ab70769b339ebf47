"""Trains the latent diffusion: first its autoencoder, then the flow over cached latents."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.files import whole_output
from latent_resonance.data.corpus import SourceCount
from latent_resonance.data.synthetic.pictures.composed.plan import with_plans
from latent_resonance.networks.latent_diffusion.velocity import VelocityNetwork
from latent_resonance.training.descent import clip, follow
from latent_resonance.training.diffusion.autoencoder import (
    Autoencoder,
    to_tensor,
    train_autoencoder,
)
from latent_resonance.training.diffusion.material import CaptionedPictures
from latent_resonance.training.diffusion.recipe import DiffusionRecipe
from latent_resonance.training.diffusion.sample import paint_prompts
from latent_resonance.training.fabric import Worker, start_worker
from latent_resonance.training.journal import Journal
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.run_settings import USUAL, RunSettings
from latent_resonance.training.schedule import warm_cosine
from latent_resonance.training.transfer import TransferReport, transfer_all

_AT_ONCE = 16
_LATE, _SPREAD = 0.7, 1.4
"""Of the times' logits: where forms lie is fixed while there is still much noise."""
_MADE_OF_NOISE = 0.25
"""Share of the times that are 1: of few steps, the first counts most."""


_FULL_FROM = 0.25
"""The time below which errors weigh less: there, small ones of the picture are large velocities."""


@dataclass(frozen=True, slots=True)
class TrainedDiffusion:
    """The result: averaged velocity, autoencoder, the words it learned with, and the sources that
    they owe.
    """

    velocity: VelocityNetwork
    autoencoder: Autoencoder
    material: CaptionedPictures
    steps: int
    seconds: float
    transferred: TransferReport | None = None
    sources: list[SourceCount] = field(default_factory=list)


def train_diffusion(
    recipe: DiffusionRecipe,
    folder: Path,
    settings: RunSettings = USUAL,
    material: CaptionedPictures | None = None,
) -> TrainedDiffusion:
    """Train to the last step, saving ``checkpoint.safetensors`` in ``folder``.

    Its autoencoder is in ``folder/autoencoder``, with ``folder/latents.npy``; a resumed run goes
    on from whatever of them is there.

    Args:
        recipe: what fixes the run.
        folder: for checkpoints, curves and samples.
        settings: how far, and where from.
        material: the recipe's, when it was gathered before.

    Raises:
        InputError: a checkpoint of another run.
    """
    worker = start_worker(recipe.precision, settings.threads, writes=settings.writes)
    pictures = material or CaptionedPictures(recipe)
    total, start = settings.steps or recipe.steps, settings.start
    autoencoder = train_autoencoder(recipe, folder / "autoencoder", worker, pictures, settings)
    for module in autoencoder.modules().values():
        module.eval()
    latents = _latents(
        folder / "latents.npy", autoencoder, pictures, worker, resume=settings.resume
    )
    torch.manual_seed(recipe.seed)
    velocity = VelocityNetwork(recipe.tokens, pictures.table.size, recipe.widths, recipe.text)
    report = transfer_all({"velocity": velocity}, start) if start else None
    velocity.to(device=worker.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = deepcopy(velocity)
    parameters = list(velocity.parameters())
    optimiser = torch.optim.AdamW(
        parameters, lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    modules: dict[str, nn.Module] = {"velocity": velocity, "velocity_average": average}
    drawn = SourceCount(
        source="drawn pictures with captions (data/synthetic/pictures)",
        licence="CC0-1.0",
        attribution="made by this project",
        clips=len(pictures),
    )
    journal = Journal(recipe, worker, folder, recipe.facts(), [drawn], settings.inherited)
    if settings.resume and (folder / "checkpoint.safetensors").exists():
        journal.resume()
    journal.keep(modules, {"optimiser": optimiser})
    share = worker.share(recipe.batch)

    def show(run: RunFolder, step: int) -> None:
        run.picture(step, _samples(average, autoencoder, pictures, worker), spectrogram=False)

    with journal:
        journal.tell(report)
        while journal.step < total:
            step = journal.step
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * warm_cosine(step, recipe.steps)
            clean, words, time, noise = (
                part[share].to(worker.device) for part in _batch(recipe, latents, pictures, step)
            )
            when = time[:, None, None, None]
            mixed = ((1 - when) * clean + when * noise).contiguous(
                memory_format=torch.channels_last
            )
            with worker.fabric.autocast():
                found = velocity(mixed, time, words)
            weight = (when / _FULL_FROM).clamp(max=1).square()
            loss = (weight * (found.float() - (noise - clean)).square()).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            worker.average(parameters)
            clip(parameters)
            optimiser.step()
            follow(average, velocity, min(recipe.ema, (step + 1) / (step + 10)))
            journal.after({"loss": float(loss.detach())}, total, show, settings.on_progress)
        spent = journal.seconds
    average.cpu().eval()
    for module in autoencoder.modules().values():
        module.cpu()
    return TrainedDiffusion(
        average, autoencoder, pictures, journal.step, spent, report, journal.sources
    )


def _batch(
    recipe: DiffusionRecipe, latents: np.ndarray, pictures: CaptionedPictures, step: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Latents, words, logit-normal times (Esser et al. 2024), noise coupled with the latents."""
    random = np.random.default_rng([recipe.seed, step])
    rows = random.integers(0, len(latents), recipe.batch)
    words = np.stack([pictures.words(int(row), random) for row in rows])
    words[random.uniform(size=len(words)) < recipe.without_caption] = 0
    clean = latents[rows].astype(np.float32)
    time = 1 / (1 + np.exp(-random.normal(_LATE, _SPREAD, recipe.batch)))
    time[random.uniform(size=len(time)) < _MADE_OF_NOISE] = 1
    noise = with_plans(
        random.standard_normal(clean.shape, dtype=np.float32),
        np.stack([pictures.plan(int(row), random) for row in rows]),
    )
    return (
        torch.from_numpy(clean),
        torch.from_numpy(words),
        torch.from_numpy(time.astype(np.float32)),
        torch.from_numpy(noise),
    )


def _latents(
    path: Path,
    autoencoder: Autoencoder,
    pictures: CaptionedPictures,
    worker: Worker,
    *,
    resume: bool,
) -> np.ndarray:
    """float16 ``[pictures, 4, h, w]``, whitened; kept beside the checkpoint."""
    if resume and path.exists():
        found: np.ndarray = np.load(path, allow_pickle=False)
        if len(found) == len(pictures):
            return found
    made = []
    for start in range(0, len(pictures), _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, len(pictures)))
        drawn = np.stack([pictures.draw(number) for number in numbers])
        made.append(autoencoder.encode(to_tensor(drawn, worker.device)).half().numpy(force=True))
    latents = np.concatenate(made)
    if worker.leads:
        with whole_output(path) as partial, partial.open("wb") as file:
            np.save(file, latents)
    return latents


_SHOWN = (
    "calm red circles on a blue ground",
    "calm blue circles on a red ground",
    "wild yellow rings on dark",
    "calm green squares on a bright background",
    "wild white triangles on a purple ground",
    "calm pink stripes on dark",
    "wild turquoise waves on dark",
    "calm white clouds on blue",
    "wild golden stars on navy",
    "calm orange dots on a black ground",
    "crimson hoops on azure",
    "soft green marble",
)


def _samples(
    average: VelocityNetwork,
    autoencoder: Autoencoder,
    pictures: CaptionedPictures,
    worker: Worker,
) -> np.ndarray:
    side = 32
    noise = np.random.default_rng(0).standard_normal((len(_SHOWN), 4, side, side))
    was = average.training
    average.eval()
    with worker.fabric.autocast():
        made = paint_prompts(
            average,
            autoencoder,
            pictures.table,
            _SHOWN,
            torch.from_numpy(noise.astype(np.float32)).to(worker.device),
            steps=12,
            guidance=2.0,
        )
    average.train(was)
    return made.float().numpy(force=True)
