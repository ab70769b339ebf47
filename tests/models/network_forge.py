"""Small networks with random weights as bundles, of every family that training and import write."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.networks import dcgan, stylegan2, stylegan3
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder
from latent_resonance.networks.note_autoencoder import (
    NoteDecoder,
    NotePlayer,
    NoteSize,
    TimbrePrior,
)
from latent_resonance.networks.plane_autoencoder import PlaneDecoder
from latent_resonance.networks.rebuild import output_network
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.onnx_export import to_onnx

GAN: dict[str, Any] = {"z_dim": 16, "c_dim": 0, "w_dim": 16, "channel_base": 512, "channel_max": 32}
PLAIN: dict[str, Any] = {"z_dim": 13, "c_dim": 3, "channel_base": 512, "channel_max": 32}
TURNING = {"conv_kernel": 1, "use_radial_filters": True}


def _gan(family: str, height: int, width: int, channels: int = 1, **more: Any) -> Bundle:
    make = {"stylegan2": stylegan2, "stylegan3": stylegan3, "dcgan": dcgan}[family].Generator
    size = height if family == "stylegan3" else (height, width)
    settings = {**(PLAIN if family == "dcgan" else GAN), "img_resolution": size, **more}
    settings["img_channels"] = channels
    generator = make(**settings).eval()
    disturbed(generator)
    sound = channels == 1
    facts = {"family": family, "settings": settings, "lowest_first": True}
    form: SpectrogramFormat | PictureFormat = PictureFormat(width, height)
    if sound:
        form = SpectrogramFormat(n_fft=2 * height, hop=height // 2, columns=width)
    return bundle_of(output_network(generator, facts, form), generator, facts, form, channels)


def disturbed(network: torch.nn.Module) -> None:
    """Give every kind of weight something to say: biases and strengths begin at 0."""
    for value in network.parameters():
        value.data += 0.1 * torch.randn_like(value)


def bundle_of(
    network: Any, source: Any, facts: dict[str, Any], form: Any, channels: int = 1
) -> Bundle:
    """``network`` as ``synthesis.onnx``, and the weights of ``source`` beside it."""
    output = "level_db" if isinstance(form, SpectrogramFormat) else "image"
    synthesis = to_onnx(network.eval(), {"w": torch.zeros(1, 16)}, output, halve=True)
    state = {name: value.numpy() for name, value in source.state_dict().items()}
    return Bundle(
        name="forged",
        kind="sound" if output == "level_db" else "image",
        family=facts["family"],
        latent_size=16,
        format=form,
        space=LatentSpace.of(16, {}),
        members={
            "synthesis.onnx": synthesis,
            "weights.safetensors": pack_weights(facts, state, {"synthesis.onnx": synthesis}),
        },
        facts={"picture": {"channels": channels}},
    )


def _autoencoder(convolved: str) -> Bundle:
    form = SpectrogramFormat(n_fft=64, hop=16, columns=32)
    settings = {"latent": 13, "conditions": 3, "hidden": 48, "channels": 16, "seeds": 8}
    size = AutoencoderSize(bins=form.bins, columns=form.columns, **settings)
    decoder = PlaneDecoder(size) if convolved == "plane" else Decoder(size)
    disturbed(decoder)
    facts = {"family": "autoencoder", "settings": {**settings, "convolved": convolved}}
    return bundle_of(decoder, decoder, facts, form)


def _notes() -> Bundle:
    form = SpectrogramFormat(n_fft=256, hop=64, columns=48)
    settings = {
        "families": 4, "latent": 10, "lobe_bins": 1.0, "partials": 12, "bands": 8,
        "hidden": 40, "channels": 16, "seeds": 3, "scatter": True,
    }  # fmt: skip
    size = NoteSize(
        bins=form.bins,
        columns=form.columns,
        n_fft=form.n_fft,
        hop=form.hop,
        sample_rate=16_000,
        **settings,
    )
    player = NotePlayer(NoteDecoder(size), TimbrePrior(size))
    disturbed(player.prior)
    return bundle_of(player, player, {"family": "note_autoencoder", "settings": settings}, form)


SOUNDS: dict[str, Callable[[], Bundle]] = {
    "stylegan2": lambda: _gan("stylegan2", 32, 64),
    "stylegan2 of ours": lambda: _gan(
        "stylegan2", 32, 64, axes=2, speckle=16, mapping_kwargs={"blur": 0.3}, conv_clamp=256.0
    ),
    "stylegan3-t": lambda: _gan("stylegan3", 32, 32, num_layers=4),
    "stylegan3-r": lambda: _gan("stylegan3", 32, 32, num_layers=4, **TURNING),
    "dcgan": lambda: _gan("dcgan", 32, 64),
    "autoencoder": lambda: _autoencoder("time"),
    "plane autoencoder": lambda: _autoencoder("plane"),
    "note_autoencoder": _notes,
}
IMAGES: dict[str, Callable[[], Bundle]] = {
    "stylegan2": lambda: _gan("stylegan2", 32, 64, 3),
    "stylegan3-t": lambda: _gan("stylegan3", 32, 32, 3, num_layers=4),
    "stylegan2 with alpha": lambda: _gan("stylegan2", 32, 32, 4),
    "dcgan": lambda: _gan("dcgan", 32, 64, 3),
}


_made: dict[Callable[[], Bundle], Bundle] = {}


def forge(kinds: dict[str, Callable[[], Bundle]], name: str) -> Bundle:
    """The bundle of that name; the same each time, exported once."""
    torch.manual_seed(0)
    make = kinds[name]
    if make not in _made:
        _made[make] = make()
    bundle = _made[make]
    return replace(bundle, members=dict(bundle.members), facts=deepcopy(bundle.facts))
