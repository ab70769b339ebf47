"""A generator from its settings and weights, none larger than the weights that are there.

Settings come from files that anybody may have written. So all sizes are compared with those of the
weights before memory is taken.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.networks import dcgan, stylegan2, stylegan3
from latent_resonance.networks.autoencoder import AutoencoderSize, Decoder
from latent_resonance.networks.bundle_members import LevelMember, PictureMember, PlainMember
from latent_resonance.networks.checkpoint_names import load_by_name
from latent_resonance.networks.controlled_picture import ControlledPicture
from latent_resonance.networks.fields.fold import Fold
from latent_resonance.networks.fields.layout import Widths
from latent_resonance.networks.fields.network import PictureOf
from latent_resonance.networks.mel_member import sound_network
from latent_resonance.networks.note_autoencoder import (
    NoteDecoder,
    NotePlayer,
    NoteSize,
    TimbrePrior,
)
from latent_resonance.networks.plane_autoencoder import PlaneDecoder

Weights = Mapping[str, npt.NDArray[Any]]
Format = SpectrogramFormat | PictureFormat

# Largest whole numbers that are believed, by setting; others are at most _MOST.
_LIMITS = {
    "img_resolution": 4096,
    "img_channels": 4,
    "num_layers": 32,
    "filter_size": 32,
    "lrelu_upsampling": 8,
    "conv_kernel": 15,
    "num_fp16_res": 64,
    "num_critical": 32,
}
_MOST = 1 << 20
_MOST_BANDS = 4096
# The noise that speckle and scatter draw from is made before any weight is compared.
_MOST_SPECKLED = 1 << 20
# How other programs compute or begin to train, not what the network is.
_NO_MATTER = {"fused_modconv_default", "rand_embedding"}
_NEEDED = {
    "stylegan2": ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels"),
    "stylegan3": ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels"),
    "dcgan": ("z_dim", "c_dim", "img_resolution", "img_channels"),
    "autoencoder": ("latent",),
    "note_autoencoder": ("families",),
    "fields": (),
}
_MAY_BE_0 = {"c_dim"}
_WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError)


def rebuild(facts: Mapping[str, Any], weights: Weights, form: Format) -> nn.Module:
    """What a bundle's ``synthesis.onnx`` computes, from the bundle's weights.

    Args:
        facts: ``family``, ``settings``; of a StyleGAN or DCGAN of sounds also ``lowest_first``
            and ``mel_bands``; of a StyleGAN of pictures with controls ``bend_layer``.
        weights: parameter name to value.
        form: of the bundle.

    Returns:
        From ``w [1, latent]`` to levels ``[1, bins, columns]`` in dB, or to a picture
        ``[1, channels, height, width]`` in about -1..1; of ``fields`` also from the coordinates of
        its pixels.

    Raises:
        BundleError: the family is not known, or the weights are of another network; one line.
    """
    family, settings = facts.get("family"), facts.get("settings")
    if not isinstance(family, str) or family not in _NEEDED or not isinstance(settings, dict):
        named = repr(family)[:60]
        raise BundleError(f"the network cannot be rebuilt: the family {named} is not known")
    if family == "fields":
        return _checked(
            lambda: _loaded(lambda: PictureOf(_fold(settings)), family, settings, weights)
        )
    decoder = _DECODERS.get(family)
    if decoder is None:
        made: nn.Module = output_network(build_generator(family, settings, weights), facts, form)
        return made
    if not isinstance(form, SpectrogramFormat):
        raise BundleError(f"the network cannot be rebuilt: a {family} makes no pictures")
    return _checked(lambda: _loaded(lambda: decoder(settings, form), family, settings, weights))


def build_generator(family: str, settings: Mapping[str, Any], weights: Weights) -> Any:
    """A StyleGAN's or DCGAN's generator, ready to play.

    Args:
        family: ``"stylegan2"``, ``"stylegan3"`` or ``"dcgan"``.
        settings: what it was constructed with, named as in public checkpoints.
        weights: parameter name to value.

    Raises:
        BundleError: an option or a weight does not fit.
    """

    def build() -> nn.Module:
        known, state = _usable(settings), dict(weights)
        if known.get("c_dim") == 0:
            # StyleGAN-XL keeps its table of classes even then.
            state.pop("mapping.embed.weight", None)
        if family == "dcgan":
            return _loaded(lambda: dcgan.Generator(**known), family, known, state)
        make = stylegan2.from_nvidia if family == "stylegan2" else stylegan3.from_nvidia
        _check_settings(family, known)
        tensors = _tensors(state)
        _try_without_memory(lambda: make(known, tensors))
        return _ready(make(known, tensors))

    return _checked(build)


def beyond_range(network: nn.Module) -> nn.Module:
    """The same network without the clip at its end: gradients say how far a level is beyond."""
    if isinstance(network, LevelMember):
        network.clipped = False
        return network
    return network.train()  # decoders do not clip then, and have nothing else that changes


def output_network(generator: Any, facts: Mapping[str, Any], form: Format) -> Any:
    """From w to what the bundle of ``generator`` gives; ``facts`` and ``form`` as in ``rebuild``.

    Raises:
        BundleError: it has no layer of that number to bend.
        BundleError: it makes mel pictures of sizes that are not played.
    """
    member = PlainMember if isinstance(generator, dcgan.Generator) else PictureMember
    picture = member(generator).eval()
    if not isinstance(form, SpectrogramFormat):
        layer = facts.get("bend_layer")
        if layer is None:
            return picture
        if type(layer) is not int or not isinstance(picture, PictureMember):
            raise BundleError("the network cannot be rebuilt: the layer to bend is no number")
        try:
            return ControlledPicture(generator, layer).eval()
        except ValueError as error:
            raise BundleError(f"the network cannot be rebuilt: {error}") from error
    bands = facts.get("mel_bands", 0)
    if type(bands) is not int or not 0 <= bands <= _MOST_BANDS:
        raise BundleError("the network cannot be rebuilt: its number of mel bands is out of range")
    try:
        lowest_first = facts.get("lowest_first") is True
        return sound_network(picture, form, bands, lowest_first=lowest_first).eval()
    except InputError as error:
        raise BundleError(str(error)) from error


def _fold(settings: Mapping[str, Any]) -> Fold:
    return Fold(Widths(**settings))


def _decoder(settings: Mapping[str, Any], form: SpectrogramFormat) -> nn.Module:
    options = dict(settings)
    plane = options.pop("convolved", "time") == "plane"
    size = AutoencoderSize(bins=form.bins, columns=form.columns, **options)
    return PlaneDecoder(size, form.range_db) if plane else Decoder(size, form.range_db)


def _note_player(settings: Mapping[str, Any], form: SpectrogramFormat) -> nn.Module:
    if settings.get("scatter") and form.bins * form.columns > _MOST_SPECKLED:
        raise ValueError("its windows are too large for scatter")
    size = NoteSize(
        bins=form.bins,
        columns=form.columns,
        n_fft=form.n_fft,
        sample_rate=form.sample_rate,
        hop=form.hop,
        **settings,
    )
    return NotePlayer(NoteDecoder(size, form.range_db), TimbrePrior(size))


_DECODERS = {"autoencoder": _decoder, "note_autoencoder": _note_player}


def _loaded(
    make: Callable[[], nn.Module], family: str, settings: Mapping[str, Any], weights: Weights
) -> nn.Module:
    _check_settings(family, settings)
    tensors = _tensors(weights)
    _try_without_memory(lambda: load_by_name(make(), tensors))
    made = make()
    load_by_name(made, tensors)
    return _ready(made)


def _ready(network: nn.Module) -> nn.Module:
    return network.eval().requires_grad_(requires_grad=False)


def _checked(build: Callable[[], nn.Module]) -> nn.Module:
    try:
        return build()
    except _WRONG as error:
        text = str(error).strip()
        line = text.splitlines()[0] if text else type(error).__name__
        line = "".join(c if c.isprintable() else "?" for c in line)[:200]
        raise BundleError(f"the network cannot be rebuilt: {line}") from error


def _try_without_memory(make: Callable[[], Any]) -> None:
    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        make()


def _tensors(weights: Weights) -> dict[str, Tensor]:
    state = {}
    for name, value in weights.items():
        if not np.isfinite(value).all():
            raise ValueError(f"{name} is not finite")
        state[name] = torch.from_numpy(value.astype(np.float32))
    return state


def _usable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is of no matter here; sizes of two sides as pairs."""
    found = {k: v for k, v in settings.items() if k not in _NO_MATTER}
    for nest in ("mapping_kwargs", "synthesis_kwargs"):
        if isinstance(found.get(nest), dict):
            found[nest] = {k: v for k, v in found[nest].items() if k not in _NO_MATTER}
    if isinstance(found.get("img_resolution"), list):
        found["img_resolution"] = tuple(found["img_resolution"])
    return found


def _check_settings(family: str, settings: Mapping[str, Any]) -> None:
    for name in _NEEDED[family]:
        if name not in settings:
            raise ValueError(f"it does not say its {name}")
    _check_ranges(settings, "")
    for name in _NEEDED[family]:
        value = settings[name]
        pair = name == "img_resolution" and isinstance(value, tuple) and len(value) == 2
        for size in value if pair else [value]:
            if type(size) is not int or size < (0 if name in _MAY_BE_0 else 1):
                raise ValueError(f"{name} = {value!r} is no size")
    if settings.get("speckle"):
        sides = settings["img_resolution"]
        if math.prod(sides if isinstance(sides, tuple) else (sides, sides)) > _MOST_SPECKLED:
            raise ValueError("its pictures are too large for speckle")


def _check_ranges(settings: Mapping[str, Any], inside: str) -> None:
    for name, value in settings.items():
        if isinstance(value, dict):
            _check_ranges(value, f"{name}.")
            continue
        for number in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(number, (int, float)) and (
                not math.isfinite(number) or not -_MOST <= number <= _LIMITS.get(name, _MOST)
            ):
                raise ValueError(f"{inside}{name} = {number:.6g} is out of range")
