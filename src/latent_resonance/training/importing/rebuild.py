"""PyTorch networks of what ``models export`` is given, where their weights and family are known."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from latent_resonance.bundles.foreign.guarded import NETWORK_FILES, read_guarded
from latent_resonance.bundles.foreign.read import ForeignNetwork
from latent_resonance.bundles.members import looks_pickled
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.members import SYNTHESIS, WEIGHTS
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.networks import rebuild
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder
from latent_resonance.networks.bundle_members import PictureMember
from latent_resonance.training.checkpoint import Checkpoint, read
from latent_resonance.training.importing.build import build_generator
from latent_resonance.training.importing.check import Inputs, Samples, samples_of
from latent_resonance.training.importing.onnx_members import Form, Members, make_members
from latent_resonance.training.onnx_export import to_onnx

_AVERAGE = "generator_average/"
_FAMILIES = ("stylegan2", "stylegan3")


def is_network_file(path: Path) -> bool:
    """Whether the file is called as another program's networks are, or begins as a pickle does."""
    if path.suffix in NETWORK_FILES:
        return True
    with path.open("rb") as file:
        return looks_pickled(file.read(9))


def from_pickle(path: Path, form: Form) -> tuple[Members, Samples]:
    """The generator of a foreign pickle; raises BundleError."""
    _, generator = build_generator(read_guarded(path))
    return _picture(generator, form)


def _picture(generator: Any, form: Form) -> tuple[Members, Samples]:
    members = make_members(generator, PictureMember(generator), form)
    return members, samples_of(generator, movable=form.movable)


def from_bundle(bundle: Bundle, form: Form) -> tuple[Members, Samples] | None:
    """The generator of a StyleGAN's bundle; None when it does not carry what rebuilds one.

    Raises:
        BundleError: its weights do not fit what it says of them.
    """
    if WEIGHTS not in bundle.members:
        return None
    weights = read_weights(bundle)
    if weights.facts.get("family") not in _FAMILIES:
        return None
    generator = rebuild.build_generator(
        weights.facts["family"], weights.facts.get("settings", {}), weights.tensors
    )
    if weights.facts["family"] != bundle.family or generator.w_dim != bundle.network_size:
        raise BundleError(f"the weights of '{bundle.name}' are of another network than it says")
    made = rebuild.output_network(generator, weights.facts, bundle.format)
    return make_members(generator, made, form), samples_of(generator, movable=form.movable)


def from_checkpoint(path: Path, form: Form) -> tuple[Members, Samples]:
    """The averaged generator or decoder of a training run.

    Raises:
        InputError: it is no checkpoint, or of a family that is not exported from checkpoints.
    """
    checkpoint = read(path)
    if any(name.startswith("decoder_average/") for name in checkpoint.tensors):
        return _decoder(path, checkpoint, form)
    state = {
        name.removeprefix(_AVERAGE): value.float().numpy()
        for name, value in checkpoint.tensors.items()
        if name.startswith(_AVERAGE)
    }
    if checkpoint.facts.get("family") not in _FAMILIES or not state:
        raise InputError(
            f"{path} is of a family that is not exported from checkpoints: export its bundle"
        )
    try:
        settings = _settings(state, checkpoint.facts)
    except (KeyError, ValueError, IndexError) as error:
        raise InputError(f"{path} does not hold a whole generator: {error}") from error
    _, generator = build_generator(ForeignNetwork("Generator", settings, state, "checkpoint"))
    return _picture(generator, form)


def _settings(state: dict[str, np.ndarray], facts: dict[str, str]) -> dict[str, Any]:
    """What a generator of ours was constructed with, by the shapes of its weights."""
    embed = state.get("mapping.embed.weight")
    embedded, c_dim = (0, 0) if embed is None else embed.shape
    size = [int(side) for side in re.findall(r"\d+", facts["size"])]
    layers = sum(bool(re.fullmatch(r"mapping\.fc\d+\.weight", name)) for name in state)
    near = float(facts.get("near", "0"))
    mapping: dict[str, Any] = {"blur": near} if near else {"num_layers": layers}
    if not near and float(facts.get("reconstruction", "0")):
        mapping["activate_last"] = False
    entered = state["mapping.places" if near else "mapping.fc0.weight"].shape[1]
    settings = {
        "z_dim": entered - embedded,
        "c_dim": c_dim,
        "w_dim": state["mapping.w_avg"].shape[0],
        "img_resolution": size if facts["family"] == "stylegan2" else size[0],
        "mapping_kwargs": mapping,
        "channel_base": int(facts["channel_base"]),
        "channel_max": int(facts["channel_max"]),
    }
    if facts["family"] == "stylegan2":
        return settings | _own_settings(state, facts)
    found = {
        int(match[1]): value
        for name, value in state.items()
        if (match := re.fullmatch(r"synthesis\.L(\d+)_\d+_\d+\.weight", name))
    }
    radial = any(name.endswith("down_filter") and v.ndim == 2 for name, v in state.items())
    return settings | {
        "img_channels": found[max(found)].shape[0],
        "num_layers": max(found),
        "conv_kernel": found[0].shape[2],
        "use_radial_filters": radial,
    }


def _own_settings(state: dict[str, np.ndarray], facts: dict[str, str]) -> dict[str, Any]:
    """Of a StyleGAN2, with what this project adds to it."""
    found: dict[str, Any] = {"img_channels": state["synthesis.b4.torgb.bias"].shape[0]}
    if facts.get("speckle") == "True":
        found |= {"img_channels": 1, "speckle": int(facts["hop"])}
    mix = state.get("synthesis.b4.axes.row_mix")
    return found if mix is None else found | {"axes": mix.shape[1]}


def _decoder(path: Path, checkpoint: Checkpoint, form: Form) -> tuple[Members, Samples]:
    if form.movable:
        raise InputError("only the pictures of a StyleGAN3 can be moved")
    facts = checkpoint.facts
    try:
        latent = int(facts["latent"])
        size = AutoencoderSize(latent, hidden=int(facts["hidden"]), channels=int(facts["channels"]))
        with torch.device("meta"):
            decoder = Decoder(size)
        prefix = "decoder_average/"
        weights = {
            name.removeprefix(prefix): value
            for name, value in checkpoint.tensors.items()
            if name.startswith(prefix)
        }
        decoder.load_state_dict(weights, assign=True)
    except (KeyError, ValueError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0]
        raise InputError(f"{path} does not hold a whole decoder: {first}") from error
    decoder.eval()
    random = np.random.default_rng(7)
    places: list[Inputs] = [
        [random.standard_normal((1, latent)).astype(np.float32)] for _ in range(4)
    ]
    files = {SYNTHESIS: to_onnx(decoder, {"w": torch.zeros(1, latent)}, "level_db", form.opset)}
    return Members(nn.Identity(), decoder, files, form.opset), Samples([], places)
