"""The two players of the game, the average of one, perhaps an encoder, and their optimisers."""

import math
from collections.abc import Mapping as Table
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from latent_resonance.networks import stylegan2
from latent_resonance.networks.encoder import Encoder
from latent_resonance.networks.mapping import Mapping
from latent_resonance.networks.nearby import NearbyMapping
from latent_resonance.training.adversarial.material import Material
from latent_resonance.training.adversarial.networks import (
    make_discriminator,
    make_encoder,
    make_generator,
)
from latent_resonance.training.adversarial.places import PlaceMemory
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.adversarial.whitening import Basis, lead_to_places
from latent_resonance.training.transfer import (
    TransferReport,
    demand_some,
    transfer,
    transfer_each,
)

_SETTLING = 2048
_SETTLED_AT_ONCE = 32


class Players:
    """Networks of a run at one of its stages.

    Args:
        recipe: what fixes their sizes.
        material: for the number of classes and channels.
        device: where they compute.
        stage: number of the stage.
    """

    def __init__(
        self, recipe: AdversarialRecipe, material: Material, device: torch.device, stage: int
    ) -> None:
        self._recipe, self._device = recipe, device
        self.classes = len(material.labels) if recipe.conditional else 0
        self.channels = 1 if recipe.material == "spectrogram" else 3
        self.generator = self._placed(make_generator(recipe, self.channels, self.classes))
        self.encoder: nn.Module | None = None
        if recipe.reconstruction:
            self.encoder = self._placed(make_encoder(recipe, self.channels))
        self.memory = PlaceMemory(recipe.w_dim).to(device) if recipe.reconstruction else None
        self.average = deepcopy(self.generator).eval().requires_grad_(False)
        self.encoder_average = (
            deepcopy(self.encoder).eval().requires_grad_(False) if self.encoder else None
        )
        if len(recipe.stages) > 1:
            self._silence(recipe.stages[0].resolution)
        self._enter(stage)

    def start_from(self, source: Table[str, Tensor]) -> TransferReport:
        """Take weights of another run or bundle, as far as they fit; averages begin there.

        Args:
            source: of the generator by name; of the others as ``encoder/NAME`` and
                ``discriminator/NAME``.

        Raises:
            InputError: nothing of the generator fits.
        """
        own = {name: value for name, value in source.items() if "/" not in name}
        report = transfer(self.generator, own)
        demand_some(report)
        self.average.load_state_dict(self.generator.state_dict())
        beside: dict[str, nn.Module] = {"discriminator": self.discriminator}
        if self.encoder:
            beside["encoder"] = self.encoder
        report.add(transfer_each(beside, {k: v for k, v in source.items() if "/" in k}))
        if self.encoder and self.encoder_average:
            self.encoder_average.load_state_dict(self.encoder.state_dict())
        return report

    discriminator: nn.Module
    optimisers: dict[str, torch.optim.Optimizer]

    def _placed(self, network: nn.Module) -> nn.Module:
        network.to(self._device)
        # The overload with a memory format is not typed.
        torch.nn.Module.to(network, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return network

    def _enter(self, stage: int) -> None:
        recipe = self._recipe
        self.resolution = recipe.stages[stage].resolution
        self.adversarial = recipe.stages[stage].adversarial
        self.discriminator = self._placed(
            make_discriminator(recipe, self.channels, self.classes, self.resolution)
        )
        if recipe.compile:
            # Its parameters keep their names. A size at a time: there are few.
            getattr(self.generator, "synthesis", self.generator).compile(dynamic=False)
        betas = (0.5 if recipe.family == "dcgan" else 0.0, recipe.beta2)
        rate = recipe.learning_rate * recipe.stages[stage].rate
        # Momentum suits a still target, as the encoder's is; against a player it overshoots.
        still = (0.9, recipe.beta2)
        own = betas if self.adversarial else still
        # Mapping layers keep their relative rate by their own scaling; an encoder has none.
        groups = [{"params": [*self.generator.parameters()], "lr": rate, "betas": own}]
        if self.encoder:
            slow = 10 if self.adversarial else 2
            encoder = [*self.encoder.parameters()]
            groups.append({"params": encoder, "lr": rate / slow, "betas": still})
        self.optimisers = {
            "generator_optimiser": torch.optim.Adam(groups, eps=1e-8, fused=True),
            "discriminator_optimiser": torch.optim.Adam(
                self.discriminator.parameters(),
                lr=recipe.discriminator_rate,
                betas=betas,
                fused=True,
            ),
        }
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["full_rate"] = group["lr"]

    def _silence(self, above: int) -> None:
        """Layers beyond the first stage begin by adding nothing to the picture."""
        for network in (self.generator, self.average):
            if isinstance(network, stylegan2.Generator):
                for level, block in zip(
                    network.synthesis.levels, network.synthesis.blocks(), strict=True
                ):
                    if level > above:
                        nn.init.zeros_(block.torgb.weight)

    def grow(self, stage: int) -> None:
        """On to the next resolution; the discriminator keeps the blocks that both have."""
        if self.memory and self._recipe.stages[stage].adversarial and not self.adversarial:
            self.whiten()
        known = self.discriminator.state_dict()
        moments = self.optimisers["generator_optimiser"].state_dict()["state"]
        self._enter(stage)
        transfer(self.discriminator, known)
        whole = self.optimisers["generator_optimiser"].state_dict()
        whole["state"] = moments
        self.optimisers["generator_optimiser"].load_state_dict(whole)

    def whiten(self) -> None:
        """Places of real sounds become even, and a fresh mapping leads to them."""
        if not (self.memory and isinstance(self.encoder, Encoder)):
            raise ValueError("there are no places without reconstruction")
        basis = Basis(self.memory.known())
        pairs: list[tuple[Any, Any]] = [
            (self.encoder, self.generator), (self.encoder_average, self.average)
        ]  # fmt: skip
        for encoder, generator in pairs:
            basis.apply(encoder, generator.synthesis)
        basis.move(self.memory)
        for _, generator in pairs:
            _lead(generator.mapping, self.memory)
        # What the optimiser knew was in the old basis.
        self.optimisers["generator_optimiser"].state.clear()

    def remember(self, places: Tensor) -> None:
        """Places of real pictures, as the encoder just found them."""
        if self.memory is None:
            raise ValueError("there are no places without reconstruction")
        self.memory.remember(places)
        mapping: Any = getattr(self.generator, "mapping", None)
        if isinstance(mapping, NearbyMapping):
            mapping.remember(self.memory.known())

    @torch.no_grad()
    def settle(self, material: Material) -> None:
        """Lead the averaged mapping to where the averaged encoder finds real pictures."""
        if self.encoder_average is None:
            return
        mapping: Any = self.average.mapping
        if isinstance(mapping, Mapping) and mapping.activate_last:
            return
        found = PlaceMemory(self._recipe.w_dim).to(self._device)
        for index in range(_SETTLING // _SETTLED_AT_ONCE):
            drawn = np.random.default_rng([self._recipe.seed, index])
            real, _ = material.batch(_SETTLED_AT_ONCE, drawn)
            found.remember(self.encoder_average(self.shrink(real.to(self._device))))
        _lead(mapping, found)

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Networks by the names that a checkpoint stores them under."""
        found = {
            "generator": self.generator,
            "generator_average": self.average,
            "discriminator": self.discriminator,
        }
        if self.encoder and self.encoder_average:
            found |= {"encoder": self.encoder, "encoder_average": self.encoder_average}
        if self.memory:
            found["places"] = self.memory
        return found

    def shrink(self, pictures: Tensor) -> Tensor:
        """Real pictures at the stage's resolution."""
        factor = min(pictures.shape[2:]) // self.resolution
        return avg_pool2d(pictures, factor) if factor > 1 else pictures

    def part(self, pictures: Tensor) -> Tensor | None:
        """With speckle: level under the grain and its strength, at the stage's resolution."""
        synthesis: Any = getattr(self.generator, "synthesis", None)
        speckle = getattr(synthesis, "speckle", None)
        return None if speckle is None else self.shrink(speckle.part(pictures))

    def set_rates(self, factor: float) -> None:
        """Learning rates, relative to the recipe's."""
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = group["full_rate"] * factor

    def follow(self, pictures: int, step: int) -> None:
        """Move the averages after a step of ``pictures``, quickly in the beginning."""
        recipe = self._recipe
        half = min(recipe.ema_kimg * 1000, (step + 1) * pictures * 0.05 + pictures)
        keep = math.pow(0.5, pictures / half)
        pairs = [(self.average, self.generator)]
        if self.encoder and self.encoder_average:
            pairs.append((self.encoder_average, self.encoder))
        with torch.no_grad():
            for average, module in pairs:
                for slow, fast in zip(average.parameters(), module.parameters(), strict=True):
                    slow.lerp_(fast, 1 - keep)
                for held, now in zip(average.buffers(), module.buffers(), strict=True):
                    held.copy_(now)


def _lead(mapping: Any, memory: PlaceMemory) -> None:
    if isinstance(mapping, NearbyMapping):
        mapping.remember(memory.known())
    else:
        lead_to_places(mapping, memory)
