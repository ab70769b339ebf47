"""A trained generator as a bundle: mapping, synthesis and encoder as ONNX, weights, places."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save as save_tensors
from torch import Tensor, nn

from latent_resonance.bundles.manifest import Manifest, Picture
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.members import ENCODER, LATENT, MAPPING, PREVIEW, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks import dcgan
from latent_resonance.networks.bundle_members import (
    LevelMember,
    MappingMember,
    PictureMember,
    PlainMember,
)
from latent_resonance.training.adversarial.loop import TrainedGan
from latent_resonance.training.adversarial.material import Images, Spectrograms, layout_of
from latent_resonance.training.adversarial.networks import generator_settings
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.bundling import (
    codec_of,
    convergence_db,
    pack_weights,
    preview_of,
    provenance_of,
)
from latent_resonance.training.directions.typical import describe, typical
from latent_resonance.training.importing.places import find_places
from latent_resonance.training.importing.previews import picture_preview
from latent_resonance.training.onnx_export import largest_difference, to_onnx
from latent_resonance.training.place_names import place_names

_PER_LABEL = 24


class EncoderMember(nn.Module):
    """``level_db [1, bins, columns]`` => ``w [1, w_dim]``."""

    def __init__(self, encoder: nn.Module, range_db: float) -> None:
        super().__init__()
        self.encoder, self.range_db = encoder, range_db

    def forward(self, level_db: Tensor) -> Tensor:
        """Windows of levels to w."""
        w: Tensor = self.encoder(level_db[:, None] * (2 / self.range_db) + 1)
        return w


def export_gan(
    trained: TrainedGan,
    recipe: AdversarialRecipe,
    command: str,
    path: Path,
    *,
    with_encoder: bool = True,
) -> Path:
    """Write ``path`` (a ``.resonance`` file); its networks are checked against PyTorch.

    Without ``with_encoder`` its ``encoder.onnx`` is left to whoever trains another one.

    Raises:
        OutputError: it cannot be written.
    """
    trained.players.settle(trained.material)
    generator: Any = trained.players.average.cpu().float()
    sound = recipe.material == "spectrogram"
    picture: PictureMember | PlainMember
    if isinstance(generator, dcgan.Generator):
        picture, length = PlainMember(generator), generator.z_dim + generator.c_dim
    else:
        picture, length = PictureMember(generator), recipe.w_dim
    layout = layout_of(recipe)
    network = LevelMember(picture, layout.range_db, lowest_first=True) if sound else picture
    output = "level_db" if sound else "image"
    members = {SYNTHESIS: to_onnx(network, {"w": torch.zeros(1, length)}, output, halve=True)}
    metrics = {
        "steps": float(trained.steps),
        "kimg": round(trained.steps * recipe.batch / 1000, 1),
        "training_minutes": round(trained.seconds / 60, 1),
        "onnx_largest_difference": round(
            largest_difference(members[SYNTHESIS], network, {"w": (length,)}), 4
        ),
        **{k: round(v, 4) for k, v in trained.curve.items() if k in {"structure", "sharpness"}},
    }
    if isinstance(generator, dcgan.Generator):
        places = _plain_places(generator, trained.material.labels)
    else:
        ends = {"z": torch.zeros(1, generator.z_dim)}
        if generator.c_dim:
            ends["c"] = torch.zeros(1, generator.c_dim)
        members[MAPPING] = to_onnx(MappingMember(generator), ends, "w", halve=True)
        places = find_places(generator)
    encoder = trained.players.encoder_average
    if encoder is not None and sound:
        reader = EncoderMember(encoder.cpu().float(), layout.range_db).eval()
        example = torch.zeros(1, layout.bins, layout.columns)
        if with_encoder:
            members[ENCODER] = to_onnx(reader, {"level_db": example}, "w", quarter=True)
        places |= _label_places(trained.material, reader, network)
        metrics |= _reconstruction(trained.material, reader, network)
    members[LATENT] = save_tensors(
        {name: np.ascontiguousarray(value, np.float32) for name, value in places.items()}
    )
    facts = {
        "family": recipe.family,
        "settings": generator_settings(recipe, trained.players.channels, trained.players.classes),
        "lowest_first": True,
    }
    state = {name: value.numpy() for name, value in generator.state_dict().items()}
    members[WEIGHTS] = pack_weights(facts, state, _networks(members))
    with torch.no_grad():
        sample = [value for name, value in places.items() if name.startswith("anchor/")][:8]
        sample = sample or list(np.random.default_rng(0).standard_normal((4, length)))
        made = torch.cat([network(torch.from_numpy(w[None].astype(np.float32))) for w in sample])
    if sound:
        members[PREVIEW] = preview_of(made.numpy(), layout)
    else:
        members["preview.png"] = picture_preview(made.numpy())
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="sound" if sound else "image",
        family=recipe.family,
        description=recipe.description,
        latent_size=length,
        conditioning=_conditioning(generator, trained.material.labels),
        codec=codec_of(layout) if sound else None,
        picture=None if sound else _picture(recipe, trained.players.channels),
        provenance=provenance_of(recipe, trained.sources, command, metrics),
        members={},
    )
    return write_bundle(path, manifest, members)


def _networks(members: dict[str, bytes]) -> dict[str, bytes]:
    """Those that hold the generator's own weights."""
    return {name: members[name] for name in (SYNTHESIS, MAPPING) if name in members}


def _picture(recipe: AdversarialRecipe, channels: int) -> Picture:
    height, width = recipe.size
    return Picture(height=height, width=width, channels=channels)


def _conditioning(generator: Any, labels: list[str]) -> dict[str, list[str]]:
    """What is asked for: of a StyleGAN by its mapping, of a DCGAN behind z in w."""
    if not generator.c_dim:
        return {}
    if isinstance(generator, dcgan.Generator):
        return {"timbre": [str(i + 1) for i in range(generator.z_dim)], "label": labels}
    return {"label": labels}


def _plain_places(generator: dcgan.Generator, labels: list[str]) -> dict[str, FloatArray]:
    """Places of z, which is normal; labels are asked for in equal parts, or each by itself."""
    z, c = generator.z_dim, generator.c_dim
    places: dict[str, FloatArray] = {
        "w_avg": np.r_[np.zeros(z), np.full(c, 1 / max(1, c))].astype(np.float32),
        "w_std": np.r_[np.ones(z), np.zeros(c)].astype(np.float32),
    }
    for label, name in place_names(labels[:c]).items():
        asked = np.zeros(z + c, np.float32)
        asked[z + labels.index(label)] = 1
        places[f"anchor/label/{name}"] = asked
    return places


@torch.no_grad()
def _label_places(
    material: Spectrograms | Images, reader: nn.Module, network: nn.Module
) -> dict[str, FloatArray]:
    """The most typical clip's place for each label, ``anchor/label/NAME``."""
    labels = place_names(material.labels)
    if not labels or not isinstance(material, Spectrograms):
        return {}
    places, likes, losses = [], [], []
    for label in labels:
        clips = [clip for clip in material.clips if clip.label == label][:_PER_LABEL]
        windows = [_middle(clip.level_db, material) for clip in clips]
        found = [reader(torch.from_numpy(window[None])) for window in windows]
        wanted = np.array([describe(window, material.layout) for window in windows])
        like = np.array([describe(network(w)[0].numpy(), material.layout) for w in found])
        places.append([w[0].numpy() for w in found])
        likes.append(like)
        losses.append(np.abs(like - wanted).mean(axis=1))
    names = [f"anchor/label/{name}" for name in labels.values()]
    chosen = typical(likes, losses)
    return {name: own[index] for name, own, index in zip(names, places, chosen, strict=True)}


def _middle(level: np.ndarray, material: Spectrograms) -> FloatArray:
    """The loudest window of a clip, its top at 0 dB, float32."""
    layout = material.layout
    if level.shape[1] < layout.columns:
        spare = layout.columns - level.shape[1]
        level = np.pad(level, ((0, 0), (0, spare)), constant_values=-layout.range_db)
    power = np.power(10.0, level.astype(np.float32) / 10).sum(axis=0)
    ahead = np.cumsum(np.r_[0.0, power])
    start = int((ahead[layout.columns :] - ahead[: -layout.columns]).argmax())
    window = level[:, start : start + layout.columns].astype(np.float32)
    return np.asarray(np.clip(window - min(0.0, float(window.max())), -layout.range_db, 0))


@torch.no_grad()
def _reconstruction(
    material: Spectrograms | Images, reader: nn.Module, network: nn.Module
) -> dict[str, float]:
    """Spectral convergence of unseen and of seen windows through encoder and generator."""
    if not isinstance(material, Spectrograms):
        return {}
    found: dict[str, float] = {}
    for name, clips in (("held_out", material.held_out), ("seen", material.clips[::16])):
        errors = []
        for clip in clips:
            window = _middle(clip.level_db, material)
            made = network(reader(torch.from_numpy(window[None])))[0].numpy()
            errors.append(convergence_db(made, window))
        if errors:
            found[f"{name}_spectral_convergence_db"] = round(float(np.mean(errors)), 2)
            found[f"{name}_clips"] = float(len(errors))
    return found
