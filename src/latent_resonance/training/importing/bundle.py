"""``resonance models import``: a foreign network pickle to a bundle."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save as save_weights
from safetensors.numpy import save as save_tensors
from torch import nn

from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.bundles.manifest import Codec, Manifest, Picture, Provenance, Source
from latent_resonance.bundles.members import printable
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.training.importing.build import build_generator
from latent_resonance.training.importing.compare import Inputs, Run, difference, run_on_engine
from latent_resonance.training.importing.onnx_members import (
    LevelMember,
    MappingMember,
    PictureMember,
    to_onnx,
)
from latent_resonance.training.importing.places import find_places

_CHECKED = 3
_ALIKE = 1e-4


@dataclass(frozen=True, slots=True)
class SoundCodec:
    """What makes a grey picture a spectrogram: levels in dB, black to white.

    Attributes:
        n_fft: twice the picture's height.
        hop: samples from one column to the next.
        sample_rate: in Hz.
        range_db: white above black.
        lowest_first: row 0 is the lowest frequency; pictures stand upright otherwise.
        window: gauss or hann.
    """

    n_fft: int
    hop: int
    sample_rate: int
    range_db: float = 80.0
    lowest_first: bool = False
    window: str = "gauss"


def import_network(
    path: Path,
    output: Path,
    *,
    name: str | None = None,
    licence: str = "not stated",
    source: str = "",
    codec: SoundCodec | None = None,
) -> dict[str, Any]:
    """Read ``path``, rebuild its generator, and write it as a bundle that was checked.

    Args:
        path: a network pickle of StyleGAN2-ADA, StyleGAN3 or an unconditional StyleGAN-XL.
        output: the bundle.
        name: of the bundle; the output's when None.
        licence: of the weights.
        source: where they come from; the file's name when empty.
        codec: makes it a sound bundle.

    Returns:
        What was taken, and how far the ONNX networks are from PyTorch.

    Raises:
        BundleError: the file is refused, or its network cannot be rebuilt.
        InputError: the codec does not fit the picture.
        OutputError: it cannot be written.
    """
    network = read_network(path)
    family, generator = build_generator(network)
    settings = network.init_kwargs
    picture = PictureMember(generator)
    sound = _sound(picture, settings, codec) if codec else None
    w = torch.zeros(1, settings["w_dim"])
    ends = {"z": torch.zeros(1, settings["z_dim"])}
    if settings["c_dim"]:
        ends["c"] = torch.zeros(1, settings["c_dim"])
    mapping = MappingMember(generator)
    made: nn.Module = sound or picture
    members = {
        "mapping.onnx": to_onnx(mapping, ends, "w"),
        "synthesis.onnx": to_onnx(made, {"w": w}, "level_db" if sound else "image"),
    }
    places = find_places(generator)
    metrics = _checked(members, {"mapping.onnx": mapping, "synthesis.onnx": made}, places, settings)
    members["latent.safetensors"] = save_tensors(places)
    members["weights.safetensors"] = _weights(network, family)
    if not sound:
        members["preview.png"] = _preview(picture, places)
    manifest = _manifest(path, name or output.stem, family, network, metrics, codec, picture)
    provenance = manifest.provenance.model_copy(
        update={
            "licence": printable(licence),
            "data": [
                Source(
                    source=printable(source) or f"{path.name}, imported",
                    licence=printable(licence),
                    attribution=f"sha256 {_sha256(path)}",
                    clips=0,
                )
            ],
        }
    )
    write_bundle(output, manifest.model_copy(update={"provenance": provenance}), members)
    bundle = read_bundle(output)  # with all its checks
    return {
        "bundle": str(output),
        "name": bundle.name,
        "kind": bundle.kind,
        "family": family,
        "taken": network.taken,
        "parameters": sum(value.size for value in network.state.values()),
        "settings": settings,
        "picture": [settings["img_channels"], *_size(picture)],
        "latent_size": bundle.latent_size,
        "places": sorted(bundle.landmarks),
        "licence": printable(licence),
        **metrics,
    }


def _sound(picture: PictureMember, settings: dict[str, Any], codec: SoundCodec) -> LevelMember:
    height, width = _size(picture)
    if settings["img_channels"] != 1:
        raise InputError(
            f"a sound needs grey pictures; these have {settings['img_channels']} channels"
        )
    if codec.n_fft != 2 * height:
        raise InputError(
            f"pictures {height} rows high are spectrograms of n_fft {2 * height}, "
            f"not {codec.n_fft}"
        )
    del width
    return LevelMember(picture, codec.range_db, lowest_first=codec.lowest_first)


def _size(picture: PictureMember) -> tuple[int, int]:
    size = picture.synthesis.img_resolution
    return (size, size) if isinstance(size, int) else (size[0], size[1])
