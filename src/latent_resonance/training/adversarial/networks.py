"""The networks of a recipe, and how each family makes pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from latent_resonance.networks import dcgan, stylegan2, stylegan3
from latent_resonance.networks.encoder import Encoder
from latent_resonance.networks.stylegan2.generator import mix_styles
from latent_resonance.training.adversarial.recipe import AdversarialRecipe

_GENERATORS: dict[str, Callable[..., nn.Module]] = {
    "stylegan2": stylegan2.Generator,
    "stylegan3": stylegan3.Generator,
    "dcgan": dcgan.Generator,
}


def make_generator(recipe: AdversarialRecipe, channels: int, classes: int) -> nn.Module:
    """An untrained generator."""
    return _GENERATORS[recipe.family](**generator_settings(recipe, channels, classes))


def generator_settings(recipe: AdversarialRecipe, channels: int, classes: int) -> dict[str, Any]:
    """What a generator is constructed with: plain values, which its bundle keeps."""
    settings: dict[str, Any] = {
        "z_dim": recipe.z_dim,
        "c_dim": classes if recipe.conditional else 0,
        "img_resolution": recipe.resolution if recipe.family == "stylegan3" else recipe.size,
        "img_channels": channels,
        "channel_base": recipe.channel_base,
        "channel_max": recipe.channel_max,
    }
    if recipe.family == "dcgan":
        return settings
    settings |= {
        "w_dim": recipe.w_dim,
        "mapping_kwargs": mapping_settings(recipe),
        "num_fp16_res": recipe.half_precision,
    }
    if recipe.family == "stylegan2":
        return settings | {
            "conv_clamp": 256.0 if recipe.half_precision else None,
            "axes": recipe.axes,
            "speckle": recipe.hop if recipe.speckle else 0,
        }
    if recipe.variant == "r":
        settings |= {"conv_kernel": 1, "use_radial_filters": True}
    return settings | {"num_layers": recipe.layers}


def mapping_settings(recipe: AdversarialRecipe) -> dict[str, Any]:
    """What the mapping of a StyleGAN is constructed with."""
    if recipe.near:
        return {"blur": recipe.near}
    found: dict[str, Any] = {"num_layers": recipe.mapping_layers}
    if recipe.reconstruction:
        # With an encoder, w is where it finds sounds, not where a rectifier lets them be.
        found["activate_last"] = False
    return found


def make_discriminator(
    recipe: AdversarialRecipe, channels: int, classes: int, resolution: int
) -> nn.Module:
    """An untrained discriminator of pictures whose shorter side is ``resolution``."""
    c_dim = classes if recipe.conditional else 0
    shrink = recipe.shorter // resolution
    size = (recipe.size[0] // shrink, recipe.size[1] // shrink)
    family = dcgan.Discriminator if recipe.family == "dcgan" else stylegan2.Discriminator
    made: nn.Module = family(
        c_dim,
        size,
        channels,
        channel_base=recipe.discriminator_base,
        channel_max=recipe.discriminator_max,
    )
    return made


def make_encoder(recipe: AdversarialRecipe, channels: int) -> nn.Module:
    """An untrained encoder to w."""
    return Encoder(channels, recipe.w_dim)


@dataclass(frozen=True, slots=True)
class Made:
    """Pictures, and the styles that they were made from (None for DCGAN).

    With speckle also what it was added to: level and strength before its sigmoid, two channels.
    """

    pictures: Tensor
    ws: Tensor | None
    parts: Tensor | None = None


def make_pictures(
    generator: nn.Module,
    z: Tensor,
    c: Tensor | None,
    *,
    resolution: int | None = None,
    mixing: float = 0.0,
    w: Tensor | None = None,
    noise: str = "random",
    update: bool = False,
) -> Made:
    """Pictures from z, and from the places ``w [n, w_dim]`` after them where given."""
    if isinstance(generator, dcgan.Generator):
        return Made(generator(z, c), None)
    mapping: Any = generator.mapping
    synthesis: Any = generator.synthesis
    ws = mapping(z, c, update=update and len(z) > 0)
    if mixing and len(z):
        others = mapping(torch.randn_like(z), c)
        crossover = torch.randint(1, ws.shape[1], (len(ws),), device=ws.device)
        mixed = torch.rand(len(ws), device=ws.device) < mixing
        crossover = torch.where(mixed, crossover, ws.shape[1])
        ws = mix_styles(ws, others, crossover)
    if w is not None:
        ws = torch.cat([ws, w.unsqueeze(1).expand(-1, ws.shape[1], -1)])
    if isinstance(generator, stylegan2.Generator):
        half = torch.bfloat16 if ws.is_cuda else torch.float32
        made = synthesis(ws, noise, half, level=resolution, apart=True)
        speckle = synthesis.speckle
        return Made(made, ws) if speckle is None else Made(speckle(made, noise), ws, made)
    return Made(synthesis(ws), ws)
