"""A trained autoencoder as a bundle: decoder to ONNX, named places, metrics, licences."""

import math
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import Clip, licences
from latent_resonance.training.autoencoder import LAYOUT, Trained
from latent_resonance.training.bundling import codec_of, convergence_db, preview_of, provenance_of
from latent_resonance.training.onnx_export import largest_difference, to_onnx
from latent_resonance.training.recipe import AnchorChoice, TrainingRecipe

_EXAMPLES = 64


def export_bundle(trained: Trained, recipe: TrainingRecipe, command: str, path: Path) -> Path:
    """Write ``path`` (a ``.resonance`` file); the network inside is checked against PyTorch.

    Raises:
        InputError: no clip has the label of an anchor.
        OutputError: it cannot be written.
    """
    network = to_onnx(trained.decoder, {"w": torch.zeros(1, recipe.latent)}, "level_db", halve=True)
    means = encode_clips(trained, trained.seen)
    tensors = {
        "w_avg": means.mean(axis=0),
        "w_std": means.std(axis=0),
        "examples": means[:: max(1, len(means) // _EXAMPLES)][:_EXAMPLES],
        "directions": _principal(means, 16),
    }
    clips = trained.seen + trained.held_out
    for anchor in recipe.anchors:
        clip = _nearest(clips, anchor)
        tensors[f"anchor/{anchor.name}"] = encode_clips(trained, [clip])[0]
    metrics = {
        "steps": float(trained.steps),
        "training_minutes": round(trained.seconds / 60, 1),
        "onnx_largest_difference_db": round(
            largest_difference(network, trained.decoder, {"w": (recipe.latent,)}), 5
        ),
        **_reconstruction(trained),
    }
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="sound",
        family=recipe.family,
        description=recipe.description,
        latent_size=recipe.latent,
        codec=codec_of(LAYOUT),
        provenance=provenance_of(recipe, licences(clips), command, metrics),
        members={},
    )
    members = {
        "synthesis.onnx": network,
        "latent.safetensors": save_tensors(
            {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}
        ),
    }
    places = [value for name, value in tensors.items() if name.startswith("anchor/")]
    if places:
        with torch.no_grad():
            w = torch.from_numpy(np.stack(places).astype(np.float32))
            members["preview.flac"] = preview_of(trained.decoder(w).numpy(), LAYOUT)
    return write_bundle(path, manifest, members)


def encode_clips(trained: Trained, clips: list[Clip]) -> FloatArray:
    """Mean latents ``[clips, latent]`` of the clips' first windows."""
    found = []
    with torch.no_grad():
        for start in range(0, len(clips), 32):
            windows = [clip.level_db[:, : LAYOUT.columns] for clip in clips[start : start + 32]]
            mean, _ = trained.encoder(torch.from_numpy(np.stack(windows)))
            found.append(mean.numpy())
    return np.concatenate(found)


def _nearest(clips: list[Clip], anchor: AnchorChoice) -> Clip:
    for label in anchor.labels:
        fitting = [clip for clip in clips if clip.label == label]
        if fitting:
            return min(fitting, key=lambda clip: abs(clip.pitch - anchor.pitch))
    raise InputError(f"no clip is labelled {' or '.join(anchor.labels)}, for '{anchor.name}'")


def _principal(means: FloatArray, count: int) -> FloatArray:
    """The first principal axes of the latents, each as long as its standard deviation."""
    _, scale, axes = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    spread = scale[:count, None] / math.sqrt(max(1, len(means) - 1))
    return np.asarray(axes[:count] * spread, np.float32)


def _reconstruction(trained: Trained) -> dict[str, float]:
    """Spectral convergence in dB on clips that training did not see, beside the seen ones'."""
    found = {}
    for name, clips in (("held_out", trained.held_out), ("seen", trained.seen[:100])):
        if not clips:
            continue
        means = encode_clips(trained, clips)
        errors = []
        for clip, mean in zip(clips, means, strict=True):
            with torch.no_grad():
                level = trained.decoder(torch.from_numpy(mean[None])).numpy()[0]
            errors.append(convergence_db(level, clip.level_db[:, : LAYOUT.columns]))
        found[f"{name}_spectral_convergence_db"] = round(float(np.mean(errors)), 2)
        found[f"{name}_clips"] = float(len(clips))
    return found
