"""The loop, top to bottom: a generator learns to please a discriminator that learns to tell."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.training.adversarial import losses
from latent_resonance.training.adversarial.augment import Augment
from latent_resonance.training.adversarial.material import Material, gather_material
from latent_resonance.training.adversarial.networks import make_pictures
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.adversarial.samples import Samples
from latent_resonance.training.checkpoint import Checkpoint, gather, load, restore, save
from latent_resonance.training.fabric import Worker, seed_step, start_worker
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.transfer import TransferReport, demand_some, transfer

_CURVE_EVERY = 20


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
    *,
    resume: bool = False,
    steps: int | None = None,
    threads: int = 0,
    source: dict[str, Tensor] | None = None,
    material: Material | None = None,
    writes: bool = True,
    on_progress: Callable[[TrainingProgress], None] | None = None,
) -> TrainedGan:
    """Train to ``recipe.steps`` (or ``steps``), saving ``checkpoint.safetensors`` in ``folder``.

    Args:
        recipe: what fixes the run.
        folder: for checkpoints, curves and samples.
        resume: go on from the last checkpoint; equals a run that was never cut.
        steps: stop there instead.
        threads: of the processor.
        source: a generator's weights to start from, as far as they fit.
        material: the recipe's, when it was gathered before.
        writes: False leaves no file.
        on_progress: told every few steps.

    Raises:
        InputError: nothing to train on, or a checkpoint of another run.
    """
    worker = start_worker(recipe.precision, threads, writes=writes)
    material = material or gather_material(recipe)
    total = steps or recipe.steps
    path = folder / "checkpoint.safetensors"
    facts = {
        key: str(getattr(recipe, key))
        for key in ("name", "family", "size", "channel_base", "channel_max", "seed", "batch")
    }
    torch.manual_seed(recipe.seed)
    found = load(path, facts) if resume else None
    step, spent = (found.step, found.seconds) if found else (0, 0.0)
    stage, _ = recipe.stage_at(max(0, step - 1))
    players = Players(recipe, material, worker.device, stage)
    report = transfer(players.generator, source) if source and not found else None
    if report:
        demand_some(report)
        players.average.load_state_dict(players.generator.state_dict())
    augment = Augment(recipe.material, recipe.augment_kimg, recipe.augment_start).to(worker.device)
    path_length = losses.PathLength().to(worker.device)
    extra = {"augment": augment, "path_length": path_length}
    if found:
        restore(found.tensors, {**players.modules, **extra}, players.optimisers)
    began, first = time.perf_counter(), step
    show = Samples(recipe, players, material)
    curve: dict[str, float] = {}
    with RunFolder(folder, writes=worker.leads, step=step) as run:
        if report:
            run.note("transfer", report.lines())
        while step < total:
            wanted, begin = recipe.stage_at(step)
            if wanted != stage:
                stage = wanted
                players.grow(stage)
            seed_step(recipe.seed, step, worker.rank)
            round_ = _Round(recipe, players, augment, path_length, worker, step, begin)
            told = round_.play(material)
            step += 1
            if step % _CURVE_EVERY == 0 or step == total:
                elapsed = time.perf_counter() - began
                speed = (step - first) * recipe.batch / elapsed
                curve = {
                    "kimg": step * recipe.batch / 1000,
                    "seconds": spent + elapsed,
                    "images_per_second": speed,
                    **told,
                }
                run.add(step, curve)
                if on_progress:
                    left = recipe.batch * (total - step) / speed
                    on_progress(TrainingProgress(step, total, told["generator"], speed, left))
            if worker.leads and (step % recipe.save_every == 0 or step == total):
                seconds = spent + time.perf_counter() - began
                tensors = gather({**players.modules, **extra}, players.optimisers)
                save(path, Checkpoint(step, seconds, facts, tensors))
            if worker.leads and (step % recipe.show_every == 0 or step == total):
                show.write(run, step)
    spent += time.perf_counter() - began
    return TrainedGan(players, material, step, spent, curve, report)


class _Round:
    """One step: the generator's turn, then the discriminator's on the same pictures."""

    def __init__(
        self,
        recipe: AdversarialRecipe,
        players: Players,
        augment: Augment,
        path_length: losses.PathLength,
        worker: Worker,
        step: int,
        begin: int,
    ) -> None:
        self.recipe, self.players, self.augment = recipe, players, augment
        self.path_length, self.worker, self.step = path_length, worker, step
        # Fresh layers make large steps at first: a short warm-up after each growth.
        self.warm = min(1.0, (step - begin + 1) / 50)

    def play(self, material: Material) -> dict[str, float]:
        """Both turns; gives the figures of the curve."""
        recipe, players, worker = self.recipe, self.players, self.worker
        numbers = np.random.default_rng([recipe.seed, self.step])
        real, labels = material.batch(recipe.batch, numbers)
        share = worker.share(recipe.batch)
        real, labels = real[share].to(worker.device), labels[share].to(worker.device)
        real = players.shrink(real)
        c = functional.one_hot(labels, len(material.labels)).float() if players.classes else None
        players.set_rates(self.warm)
        with worker.fabric.autocast():
            told, made, parts = self._generator_turn(real, c)
            told |= self._discriminator_turn(real, c, made)
        worker.agree([*players.modules.values(), self.path_length])
        players.follow(recipe.batch, self.step)
        if self.step % _CURVE_EVERY == _CURVE_EVERY - 1:
            told |= parts
        return told

    def _generator_turn(
        self, real: Tensor, c: Tensor | None
    ) -> tuple[dict[str, float], Tensor, dict[str, float]]:
        from latent_resonance.training.sharpness import phases

        recipe, players = self.recipe, self.players
        batch = len(real)
        found = players.encoder(real[: batch // 2]) if players.encoder else None
        own = batch if found is None else batch - batch // 2
        z = torch.randn(own, recipe.z_dim, device=real.device)
        made = make_pictures(
            players.generator,
            z,
            None if c is None else c[:own],
            resolution=players.resolution,
            mixing=recipe.style_mixing,
            w=found,
            update=True,
        )
        fake = players.discriminator(self.augment(made.pictures), c)
        with torch.no_grad():
            seen = players.discriminator(self.augment(real), c) if recipe.relativistic else None
        loss = losses.generator_loss(fake, seen)
        told = {"generator": float(loss.detach())}
        if found is not None and made.ws is not None and players.encoder is not None:
            again = losses.reconstruction_loss(made.pictures[own:], real[: batch // 2])
            # The encoder also learns from pictures whose place is known.
            known = players.encoder(made.pictures[:own].detach())
            wanted = made.ws[:own, -1].detach()
            place = (known - wanted).square().mean() / (wanted.var() + 1e-4)
            loss = loss + recipe.reconstruction * again + 0.5 * place
            told |= {"reconstruction": float(again.detach()), "place": float(place.detach())}
        if recipe.path_length and self.step % recipe.path_every == 0 and made.ws is not None:
            few = max(2, batch // 2)
            short = make_pictures(
                players.generator,
                torch.randn(few, recipe.z_dim, device=real.device),
                None if c is None else c[:few],
                resolution=players.resolution,
            )
            if short.ws is not None:
                length = self.path_length(short.pictures, short.ws)
                loss = loss + recipe.path_length * recipe.path_every * length
                told["path_length"] = float(length.detach())
        self._descend("generator", loss)
        with torch.no_grad():
            parts = phases(made.pictures[:own], real)
        return told, made.pictures.detach(), parts

    def _discriminator_turn(self, real: Tensor, c: Tensor | None, made: Tensor) -> dict[str, float]:
        recipe, players = self.recipe, self.players
        penalise = self.step % recipe.penalty_every == 0
        real_in = self.augment(real).requires_grad_(penalise and recipe.r1 > 0)
        fake_in = self.augment(made).requires_grad_(penalise and recipe.r2 > 0)
        real_out = players.discriminator(real_in, c)
        fake_out = players.discriminator(fake_in, c)
        loss = losses.discriminator_loss(real_out, fake_out, recipe.relativistic)
        told = {"discriminator": float(loss.detach())}
        if penalise:
            # Gamma is for 256 x 256; the squared gradient grows as the pictures shrink.
            scale = real.shape[2] * real.shape[3] / 256**2 / 2 * recipe.penalty_every
            for name, gamma, out, into in (
                ("r1", recipe.r1, real_out, real_in), ("r2", recipe.r2, fake_out, fake_in)
            ):  # fmt: skip
                if gamma:
                    size = losses.gradient_penalty(out, into)
                    loss = loss + gamma * scale * size
                    told[name] = float(size.detach())
        self._descend("discriminator", loss)
        sign = self.worker.mean(real_out.detach().sign().mean())
        self.augment.follow(float(sign), recipe.batch)
        told |= {"real_sign": float(sign), "augment": float(self.augment.p)}
        return told

    def _descend(self, whose: str, loss: Tensor) -> None:
        players = self.players
        optimiser = players.optimisers[f"{whose}_optimiser"]
        optimiser.zero_grad(set_to_none=True)
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        for parameter, slope in zip(
            parameters, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True
        ):
            parameter.grad = slope
        self.worker.average(parameters)
        for parameter in parameters:
            if parameter.grad is not None:
                # A single overflow must not end a long run.
                torch.nan_to_num(parameter.grad, nan=0, posinf=1e5, neginf=-1e5, out=parameter.grad)
        optimiser.step()
