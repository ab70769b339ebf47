"""A trained autoencoder as a bundle: decoder to ONNX, named places, metrics, licences."""

import math
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors
from torch import Tensor, nn

from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import ENCODER, LATENT, PREVIEW, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.training.autoencoder import Trained
from latent_resonance.training.autoencoder_material import LAYOUT, Sound, first_windows
from latent_resonance.training.bundling import (
    codec_of,
    convergence_db,
    pack_weights,
    preview_of,
    provenance_of,
)
from latent_resonance.training.onnx_export import largest_difference, to_onnx
from latent_resonance.training.place_names import place_names
from latent_resonance.training.recipe import AnchorChoice, TrainingRecipe

_EXAMPLES = 64
_HEARD = 16


class MeanMember(nn.Module):
    """``level_db [1, bins, columns]`` => ``w [1, latent]``: what the encoder is surest of."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, level_db: Tensor) -> Tensor:
        """Windows of levels to w."""
        mean: Tensor = self.encoder(level_db)[0]
        return mean


def export_bundle(trained: Trained, recipe: TrainingRecipe, command: str, path: Path) -> Path:
    """Write ``path`` (a ``.resonance`` file); the network inside is checked against PyTorch.

    Raises:
        InputError: no clip has the label of an anchor.
        OutputError: it cannot be written.
    """
    length = trained.size.length
    network = to_onnx(trained.decoder, {"w": torch.zeros(1, length)}, "level_db", halve=True)
    sounds = trained.sounds
    places = encode_sounds(trained, sounds.seen)
    means, asked = places[:, : recipe.latent], places[:, recipe.latent :]
    still = np.zeros(asked.shape[1], np.float32)
    axes = _principal(means, 16)
    tensors = {
        "w_avg": places.mean(axis=0),
        "w_std": np.r_[means.std(axis=0), still],
        "examples": places[:: max(1, len(places) // _EXAMPLES)][:_EXAMPLES],
        "directions": np.c_[axes, np.tile(still, (len(axes), 1))],
    }
    known = sounds.seen + sounds.held_out
    for anchor in recipe.anchors:
        tensors[f"anchor/{anchor.name}"] = encode_sounds(trained, [_nearest(known, anchor)])[0]
    for label, name in place_names(sounds.labels if "label" in sounds.asked else []).items():
        chosen = [sound.label == label for sound in sounds.seen]
        if any(chosen):
            tensors[f"anchor/label/{name}"] = places[chosen].mean(axis=0)
    metrics = {
        "steps": float(trained.steps),
        "training_minutes": round(trained.seconds / 60, 1),
        "onnx_largest_difference_db": round(
            largest_difference(network, trained.decoder, {"w": (length,)}), 5
        ),
        **_reconstruction(trained),
    }
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="sound",
        family=recipe.family,
        description=recipe.description,
        latent_size=length,
        conditioning=_conditioning(trained, recipe),
        codec=codec_of(LAYOUT),
        provenance=provenance_of(recipe, trained.sources, command, metrics),
        members={},
    )
    size = trained.size
    facts = {
        "family": recipe.family,
        "settings": {
            "latent": size.latent,
            "conditions": size.conditions,
            "hidden": size.hidden,
            "channels": size.channels,
            "seeds": size.seeds,
            "convolved": recipe.convolved,
        },
    }
    state = {name: value.numpy() for name, value in trained.decoder.state_dict().items()}
    members = {
        SYNTHESIS: network,
        WEIGHTS: pack_weights(facts, state, {SYNTHESIS: network}),
        LATENT: save_tensors(
            {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}
        ),
    }
    if recipe.with_encoder:
        example = torch.zeros(1, LAYOUT.bins, LAYOUT.columns)
        reader = MeanMember(trained.encoder).eval()
        members[ENCODER] = to_onnx(reader, {"level_db": example}, "w", halve=True)
    heard = [value for name, value in tensors.items() if name.startswith("anchor/")][:_HEARD]
    if heard:
        with torch.no_grad():
            w = torch.from_numpy(np.stack(heard).astype(np.float32))
            members[PREVIEW] = preview_of(trained.decoder(w).numpy(), LAYOUT)
    return write_bundle(path, manifest, members)


def encode_sounds(trained: Trained, sounds: list[Sound]) -> FloatArray:
    """Where the sounds' first windows lie, ``[sounds, length]``: mean latents and conditions."""
    found = []
    with torch.no_grad():
        for start in range(0, len(sounds), 32):
            some = sounds[start : start + 32]
            asked = trained.sounds.conditions_of(some)
            mean, _ = trained.encoder(torch.from_numpy(first_windows(some)), asked)
            found.append(torch.cat([mean, asked], 1).numpy())
    return np.concatenate(found)


def _conditioning(trained: Trained, recipe: TrainingRecipe) -> dict[str, list[str]]:
    """What w is made of, in its order; nothing to say when it is all latent."""
    sounds = trained.sounds
    if not sounds.asked:
        return {}
    found = {"timbre": [str(i + 1) for i in range(recipe.latent)]}
    if "label" in sounds.asked:
        found["family"] = sounds.labels
    if "pitch" in sounds.asked:
        found["pitch"] = ["octaves from middle C"]
    return found


def _nearest(sounds: list[Sound], anchor: AnchorChoice) -> Sound:
    for label in anchor.labels:
        fitting = [sound for sound in sounds if sound.label == label]
        if fitting:
            return min(fitting, key=lambda sound: abs(sound.pitch - anchor.pitch))
    raise InputError(f"no clip is labelled {' or '.join(anchor.labels)}, for '{anchor.name}'")


def _principal(means: FloatArray, count: int) -> FloatArray:
    """The first principal axes of the latents, each as long as its standard deviation."""
    _, scale, axes = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    spread = scale[:count, None] / math.sqrt(max(1, len(means) - 1))
    return np.asarray(axes[:count] * spread, np.float32)


def _reconstruction(trained: Trained) -> dict[str, float]:
    """Spectral convergence in dB on sounds that training did not see, beside the seen ones'."""
    found = {}
    sounds = trained.sounds
    for name, some in (("held_out", sounds.held_out), ("seen", sounds.seen[:100])):
        if not some:
            continue
        errors = []
        for sound, place in zip(some, encode_sounds(trained, some), strict=True):
            with torch.no_grad():
                level = trained.decoder(torch.from_numpy(place[None])).numpy()[0]
            errors.append(convergence_db(level, sound.level_db[:, : LAYOUT.columns]))
        found[f"{name}_spectral_convergence_db"] = round(float(np.mean(errors)), 2)
        found[f"{name}_clips"] = float(len(errors))
    return found
