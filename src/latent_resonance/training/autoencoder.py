"""Trains the variational autoencoder: one loop, top to bottom."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import SpectrogramFormat
from latent_resonance.data.corpus import Clip, Folder, held_levels, read_folder
from latent_resonance.data.synthetic.corpus import make_sounds
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder, Encoder
from latent_resonance.training.checkpoint import Checkpoint, gather, load, restore, save
from latent_resonance.training.level_loss import level_loss
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.recipe import TrainingRecipe
from latent_resonance.training.schedule import warm_cosine

LAYOUT = SpectrogramFormat()


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a run: averaged weights, and the clips that they saw and did not see."""

    encoder: Encoder
    decoder: Decoder
    size: AutoencoderSize
    seen: list[Clip]
    held_out: list[Clip]
    steps: int
    seconds: float


def gather_clips(recipe: TrainingRecipe) -> list[Clip]:
    """All training material of a recipe.

    Raises:
        InputError: a folder is missing that is not optional, or there is nothing at all.
    """
    clips: list[Clip] = []
    for folder in recipe.folders:
        if folder.optional and not folder.path.is_dir():
            continue
        clips += read_folder(Folder(folder.path, folder.label, folder.keep), LAYOUT)
    for sound, samples in make_sounds(recipe.synthetic, seed=recipe.seed):
        level = held_levels(samples, LAYOUT)
        clips.append(Clip(level, sound.family, sound.midi_pitch, "synthetic", "CC0-1.0"))
    if not clips:
        raise InputError("the recipe names no sounds: add folders or synthetic = N")
    return clips


def train(
    recipe: TrainingRecipe,
    folder: Path,
    *,
    resume: bool = False,
    steps: int | None = None,
    threads: int = 0,
    on_progress: Callable[[TrainingProgress], None] | None = None,
) -> Trained:
    """Train to ``recipe.steps`` (or ``steps``), saving ``checkpoint.safetensors`` in ``folder``.

    Batches and noise come from the seed and the step's number, so a resumed run equals an
    uninterrupted one.

    Raises:
        InputError: nothing to train on, or a checkpoint of another run.
    """
    if threads:
        torch.set_num_threads(threads)
    total = steps or recipe.steps
    folder.mkdir(parents=True, exist_ok=True)
    seen, held_out = _split(gather_clips(recipe), recipe)
    torch.manual_seed(recipe.seed)
    size = AutoencoderSize(
        recipe.latent, LAYOUT.bins, LAYOUT.columns, recipe.hidden, recipe.channels
    )
    encoder, decoder = Encoder(size), Decoder(size)
    encoder_average, decoder_average = deepcopy(encoder), deepcopy(decoder)
    averages: dict[str, torch.nn.Module] = {
        "encoder_average": encoder_average,
        "decoder_average": decoder_average,
    }
    modules = {"encoder": encoder, "decoder": decoder, **averages}
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=1e-4)
    facts = {
        key: str(getattr(recipe, key)) for key in ("name", "latent", "hidden", "channels", "seed")
    }
    path = folder / "checkpoint.safetensors"
    step, spent = 0, 0.0
    if resume:
        found = load(path, facts)
        restore(found.tensors, modules, {"optimiser": optimiser})
        step, spent = found.step, found.seconds
    began, first = time.perf_counter(), step
    while step < total:
        rate = recipe.learning_rate * warm_cosine(step, recipe.steps)
        for group in optimiser.param_groups:
            group["lr"] = rate
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        level = _batch(seen, recipe, np.random.default_rng([recipe.seed, step]))
        mean, log_variance = encoder(level)
        noise = torch.randn(mean.shape, generator=generator)
        w = mean + noise * torch.exp(0.5 * log_variance)
        loss = level_loss(decoder(w), level, LAYOUT.range_db) + recipe.divergence * _divergence(
            mean, log_variance
        )
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        _average(averages, modules, min(recipe.ema, (step + 1) / (step + 10)))
        step += 1
        if step % recipe.save_every == 0 or step == total:
            seconds = spent + time.perf_counter() - began
            save(path, Checkpoint(step, seconds, facts, gather(modules, {"optimiser": optimiser})))
        if on_progress and (step % 20 == 0 or step == total):
            speed = (step - first) * recipe.batch / (time.perf_counter() - began)
            on_progress(TrainingProgress(step, total, float(loss.detach()), speed))
    return Trained(
        encoder_average.eval(),
        decoder_average.eval(),
        size,
        seen,
        held_out,
        step,
        spent + time.perf_counter() - began,
    )


def _split(clips: list[Clip], recipe: TrainingRecipe) -> tuple[list[Clip], list[Clip]]:
    order = np.random.default_rng(recipe.seed).permutation(len(clips))
    kept = round(len(clips) * recipe.held_out)
    return [clips[i] for i in order[kept:]], [clips[i] for i in order[:kept]]


def _batch(clips: list[Clip], recipe: TrainingRecipe, generator: np.random.Generator) -> Tensor:
    """Windows at random times, some of them two sounds at once: ``[batch, bins, columns]``."""
    windows = []
    for _ in range(recipe.batch):
        level = _window(clips, generator)
        if generator.uniform() < recipe.mixtures:
            level = _mix(level, _window(clips, generator), generator.uniform(-12, 0))
        windows.append(level)
    return torch.from_numpy(np.stack(windows))


def _window(clips: list[Clip], generator: np.random.Generator) -> np.ndarray:
    level = clips[generator.integers(len(clips))].level_db
    start = int(generator.integers(level.shape[1] - LAYOUT.columns + 1))
    return np.asarray(level[:, start : start + LAYOUT.columns])


def _mix(level: np.ndarray, other: np.ndarray, gain_db: float) -> np.ndarray:
    """Two sounds as powers, back at 0 dB; the floor stays the floor."""
    power = 10 ** (level / 10) + 10 ** ((other + np.float32(gain_db)) / 10)
    mixed = 10 * np.log10(power)
    return np.asarray(np.maximum(mixed - mixed.max(), -LAYOUT.range_db), np.float32)


def _divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(q || N(0, 1)), summed over the latent (Kingma and Welling 2013, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


@torch.no_grad()
def _average(
    averages: dict[str, torch.nn.Module], modules: dict[str, torch.nn.Module], keep: float
) -> None:
    for name, average in averages.items():
        pairs = zip(
            average.parameters(), modules[name.removesuffix("_average")].parameters(), strict=True
        )
        for slow, fast in pairs:
            slow.lerp_(fast, 1 - keep)
