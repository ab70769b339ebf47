"""A trained latent diffusion as a bundle: velocity, decoder, words, places."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.display import ShownPlace, with_shown
from latent_resonance.bundles.manifest import (
    Control,
    Diffusion,
    Manifest,
    Picture,
    Provenance,
    Source,
    Words,
)
from latent_resonance.bundles.space import read_space
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.members import DECODER, LATENT, MAPPING, RANGES, VELOCITY
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.prompts.tokens import WORDS, TokenTable, save_tokens, tokens_of
from latent_resonance.networks.latent_diffusion.autoencoder import CHANNELS, FACTOR, WhiteDecoder
from latent_resonance.networks.latent_diffusion.places import RandomPlace
from latent_resonance.training.bundling import licence_of
from latent_resonance.training.diffusion.int8 import quarter_weights
from latent_resonance.training.diffusion.loop import TrainedDiffusion
from latent_resonance.training.diffusion.ranges import measure_ranges
from latent_resonance.training.diffusion.recipe import DiffusionRecipe
from latent_resonance.training.diffusion.sample import paint_prompts
from latent_resonance.training.importing.previews import picture_preview
from latent_resonance.training.onnx_export import to_onnx

_LICENCE = "MIT"
"""Of what learned from the project's own pictures alone."""


@torch.no_grad()
def export_diffusion(
    trained: TrainedDiffusion, recipe: DiffusionRecipe, command: str, path: Path
) -> Path:
    """Write ``path`` (a ``.resonance`` file).

    Raises:
        InputError: a place's prompt has no known word.
        OutputError: it cannot be written.
    """
    table, side = trained.material.table, recipe.size // FACTOR
    latent = (CHANNELS, side, side)
    facts = Diffusion(
        latent=latent,
        words=Words(tokens=table.tokens, size=table.size),
        steps=recipe.sampling_steps,
        guidance=recipe.guidance,
    )
    # Plain contiguous tensors: exporters do not follow the memory order of training.
    velocity = trained.velocity
    decoder = WhiteDecoder(trained.autoencoder.whitening, trained.autoencoder.decoder)
    for network in (velocity, decoder):
        network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        network.eval()
    given = {
        "z": torch.zeros(1, *latent),
        "time": torch.ones(1),
        "words": torch.zeros(1, table.tokens, table.size),
    }
    places = _places(recipe, table, facts)
    anchors = {name: value for name, value in places.items() if name.startswith("anchor/")}
    way = quarter_weights(to_onnx(velocity, given, "velocity"))
    painter = to_onnx(decoder, {"z": torch.zeros(1, *latent)}, "image", halve=True)
    members = {
        VELOCITY: way,
        DECODER: painter,
        RANGES: measure_ranges(way, painter, facts.layout, table),
        WORDS: save_tokens(table),
        LATENT: save_tensors(places),
    }
    if anchors:
        said = np.stack([value[facts.layout.noise_size : -1] for value in anchors.values()])
        place = RandomPlace(torch.from_numpy(said), recipe.guidance)
        z = torch.zeros(1, facts.layout.noise_size + len(said))
        members[MAPPING] = to_onnx(place, {"z": z}, "w", halve=True)
        shown = paint_prompts(
            velocity,
            trained.autoencoder,
            table,
            [one.prompt for one in recipe.places[:9]],
            torch.from_numpy(
                np.concatenate([_noise(one.seed, latent) for one in recipe.places[:9]])
            ),
            steps=recipe.sampling_steps,
            guidance=recipe.guidance,
        )
        members["preview.png"] = picture_preview(shown[:, :, ::2, ::2].numpy())
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="image",
        family=recipe.family,
        description=recipe.description,
        latent_size=facts.layout.size,
        picture=Picture(height=recipe.size, width=recipe.size, channels=3),
        diffusion=facts,
        controls=[Control(name="guidance", low=-5, high=5, description="how strongly words pull")],
        provenance=Provenance(
            data=[Source.model_validate(row) for row in trained.sources],
            command=command,
            metrics={"steps": float(trained.steps), "seconds": round(trained.seconds, 1)},
            licence=licence_of([row["licence"] for row in trained.sources], _LICENCE),
        ),
        members={},
    )
    told = {one.name: ShownPlace(prompt=one.prompt, group="Prompts") for one in recipe.places}
    if told:
        members = with_shown(members, read_space(manifest, places), told)
    return write_bundle(path, manifest, members)


def _places(recipe: DiffusionRecipe, table: TokenTable, facts: Diffusion) -> dict[str, FloatArray]:
    """Prompts with their noise, the middle of all, and the direction of guidance."""
    mean = np.zeros(facts.layout.size, np.float32)
    mean[-1] = recipe.guidance
    spread = np.ones(facts.layout.size, np.float32)
    stronger = np.zeros(facts.layout.size, np.float32)
    stronger[-1] = recipe.guidance / 5
    found = {"w_std": spread, "direction/guidance": stronger}
    for one in recipe.places:
        words = tokens_of(table, one.prompt)[0].ravel()
        noise = _noise(one.seed, facts.latent).ravel()
        found[f"anchor/{one.name}"] = np.concatenate([noise, words, mean[-1:]])
    named = [value for name, value in found.items() if name.startswith("anchor/")]
    if named:
        mean[facts.layout.noise_size :] = np.mean(named, 0)[facts.layout.noise_size :]
        mean[: facts.layout.noise_size] = named[0][: facts.layout.noise_size]
    return {name: np.asarray(value, np.float32) for name, value in {"w_avg": mean, **found}.items()}


def _noise(seed: int, latent: tuple[int, int, int]) -> FloatArray:
    """``[1, *latent]`` of norm sqrt(n)."""
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal((1, *latent))
    return np.asarray(noise * np.sqrt(noise.size) / np.linalg.norm(noise), np.float32)
