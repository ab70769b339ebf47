"""One step of the game: the generator's turn, then the discriminator's on the same pictures."""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.training.adversarial import losses
from latent_resonance.training.adversarial.augment import Augment
from latent_resonance.training.adversarial.compiled import as_written
from latent_resonance.training.adversarial.material import Material
from latent_resonance.training.adversarial.networks import Made, make_pictures
from latent_resonance.training.adversarial.places import energy_distance
from latent_resonance.training.adversarial.player_set import Players
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.fabric import Worker
from latent_resonance.training.journal import CURVE_EVERY
from latent_resonance.training.sharpness import phases

_PLACES = 256


class Round:
    """A step, number ``step``, in the stage that began at ``begin``."""

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
        parts = players.part(real)
        real = players.shrink(real)
        c = functional.one_hot(labels, len(material.labels)).float() if players.classes else None
        players.set_rates(self.warm)
        with worker.fabric.autocast():
            told, made = self._generator_turn(real, parts, c)
            if players.adversarial:
                told |= self._discriminator_turn(real, c, made)
        worker.agree([*players.modules.values(), self.path_length])
        players.follow(recipe.batch, self.step)
        if self.step % CURVE_EVERY == CURVE_EVERY - 1:
            # A batch is too few to judge samples by: those that real places gave count as well.
            told |= phases(made, real)
        return told

    def _generator_turn(
        self, real: Tensor, parts: Tensor | None, c: Tensor | None
    ) -> tuple[dict[str, float], Tensor]:
        """Its figures, and the pictures: those of random places, then those of found ones."""
        recipe, players = self.recipe, self.players
        shared = 0
        if players.encoder:
            shared = len(real) // 2 if players.adversarial else len(real)
        own = len(real) - shared
        found = self._find(real[:shared]) if shared else None
        z = torch.randn(own, recipe.z_dim, device=real.device)
        made = make_pictures(
            players.generator,
            z,
            None if c is None else c[:own],
            resolution=players.resolution,
            mixing=recipe.style_mixing,
            w=None if found is None else self._blur(found),
            update=True,
        )
        loss, told = made.pictures.new_zeros([]), {}
        if players.adversarial:
            fake = players.discriminator(self.augment(made.pictures), c)
            with torch.no_grad():
                seen = players.discriminator(self.augment(real), c) if recipe.relativistic else None
            loss = losses.generator_loss(fake, seen)
            told["generator"] = float(loss.detach())
        if found is not None:
            if made.parts is not None and parts is not None:
                finest = recipe.finest if players.adversarial else 0.5
                again = losses.speckle_loss(made.parts[own:], parts[:shared], finest)
            else:
                again = losses.reconstruction_loss(
                    made.pictures[own:],
                    real[:shared],
                    0.05 if players.adversarial else 0.25,
                    levels=recipe.material == "spectrogram",
                )
            told["reconstruction"] = float(again.detach())
            loss = loss + recipe.reconstruction * again
            loss = loss + recipe.place_size * found.float().square().mean()
            loss = loss + self._places(made, own, told)
        loss = loss + self._path(real, c, told)
        self._descend("generator", loss)
        return told, made.pictures.detach()

    def _find(self, real: Tensor) -> Tensor:
        """Places of real pictures, remembered."""
        players = self.players
        if not players.encoder:
            raise ValueError("a recipe without reconstruction has no encoder")
        found: Tensor = players.encoder(real).float()
        players.remember(self.worker.gather(found.detach()))
        return found

    def _blur(self, found: Tensor) -> Tensor:
        """Places moved a little, so that those between them sound as well."""
        memory = self.players.memory
        if memory is None or not self.recipe.place_noise:
            return found
        return found + self.recipe.place_noise * memory.spread() * torch.randn_like(found)

    def _places(self, made: Made, own: int, told: dict[str, float]) -> Tensor:
        """What mapping and encoder learn from each other's places."""
        recipe, players = self.recipe, self.players
        loss = made.pictures.new_zeros([])
        if recipe.mapping_weight and players.memory and not recipe.near:
            z = torch.randn(_PLACES, recipe.z_dim, device=loss.device)
            mapping: Any = players.generator.mapping
            ws = mapping(z, update=True)[:, 0]
            wanted, spread = players.memory.draw(_PLACES), players.memory.spread()
            apart = energy_distance(ws, wanted, spread)
            told["places"] = float(apart.detach())
            loss = loss + recipe.mapping_weight * apart
        if recipe.place and own and players.encoder and made.ws is not None:
            # The encoder also learns from pictures whose place is known.
            known = players.encoder(made.pictures[:own].detach())
            target = made.ws[:own, -1].detach()
            place = (known - target).square().mean() / (target.var() + 1e-4)
            told["place"] = float(place.detach())
            loss = loss + recipe.place * place
        return loss

    def _path(self, real: Tensor, c: Tensor | None, told: dict[str, float]) -> Tensor:
        """The path-length regulariser, at its steps."""
        recipe, players = self.recipe, self.players
        loss = real.new_zeros([])
        if not recipe.path_length or self.step % recipe.path_every:
            return loss
        few = max(2, len(real) // 2)
        with as_written():
            short = make_pictures(
                players.generator,
                torch.randn(few, recipe.z_dim, device=real.device),
                None if c is None else c[:few],
                resolution=players.resolution,
            )
        if short.ws is None:
            return loss
        length: Tensor = self.path_length(short.pictures, short.ws)
        told["path_length"] = float(length.detach())
        return recipe.path_length * recipe.path_every * length

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
