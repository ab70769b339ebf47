"""``resonance models import``: a foreign network pickle to a bundle."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.foreign.guarded import read_guarded
from latent_resonance.bundles.foreign.read import ForeignNetwork
from latent_resonance.bundles.manifest import Codec, Manifest, Picture, Provenance, Source
from latent_resonance.bundles.members import printable
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import LATENT, PREVIEW, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks.bundle_members import PictureMember
from latent_resonance.networks.mel_member import sound_network
from latent_resonance.training.bundling import pack_weights, preview_of
from latent_resonance.training.importing.build import build_generator
from latent_resonance.training.importing.check import Run, check_members, on_engine, samples_of
from latent_resonance.training.importing.onnx_members import Form, make_members
from latent_resonance.training.importing.places import find_places
from latent_resonance.training.importing.previews import picture_preview

_MOST_DIFFERENT = 1e-3
_MOST_DIFFERENT_HALVED = 0.05
_MOST_LABELS = 10_000
_LARGE = 10_000_000


@dataclass(frozen=True, slots=True)
class SoundCodec:
    """What makes a grey picture a spectrogram; black is ``-range_db``, white 0 dB.

    Attributes:
        n_fft: twice the picture's height; with mel bands at least that.
        hop: samples from one column to the next.
        sample_rate: in Hz.
        range_db: white above black.
        lowest_first: row 0 is the lowest frequency; otherwise pictures stand upright.
        window: gauss or hann.
        mel: the rows are mel bands from 0 Hz to half the rate, as librosa's, not linear bins.
    """

    n_fft: int
    hop: int
    sample_rate: int
    range_db: float = 80.0
    lowest_first: bool = False
    window: str = "hann"
    mel: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """What is said of where a network comes from.

    Attributes:
        licence: of the weights.
        source: who made it, or where it was found; the file's name when empty.
    """

    licence: str = "not stated"
    source: str = ""


def import_network(
    path: Path,
    output: Path,
    *,
    name: str | None = None,
    origin: Origin | None = None,
    codec: SoundCodec | None = None,
    halve: bool = False,
) -> dict[str, Any]:
    """Read a pickle, rebuild its generator, and write it as a bundle.

    Args:
        path: a network pickle of StyleGAN2-ADA, StyleGAN3 or an unconditional StyleGAN-XL.
        output: the bundle.
        name: of the bundle; the output's when None.
        origin: of the weights.
        codec: makes it a sound bundle.
        halve: keep the networks' weights as 16-bit floats: half the size, slightly different.

    Returns:
        What was taken, and how far the ONNX networks are from PyTorch.

    Raises:
        BundleError: the file is refused, or its network cannot be rebuilt.
        InputError: the codec does not fit the picture, or the name cannot be one.
        OutputError: it cannot be written.
    """
    network = read_guarded(path)
    family, generator = build_generator(network)
    picture = PictureMember(generator)
    size = picture.size()
    layout = _layout(codec, size) if codec else None
    manifest = _manifest(
        name or output.stem, family, network, layout or size, _provenance(path, origin or Origin())
    )
    bands = size[1] if codec and codec.mel else 0
    network_of_w = (
        sound_network(picture, layout, bands, lowest_first=codec.lowest_first)
        if codec and layout
        else picture
    )
    members = make_members(generator, network_of_w, Form(halve=halve))
    places = find_places(generator)
    engines = {what: on_engine(data) for what, data in members.files.items()}
    compared = check_members(members, samples_of(generator), engines)
    for what, one in compared.items():
        if not math.isfinite(one.largest):
            raise BundleError(printable(f"{path.name}: {what} gives numbers that are not finite"))
        if one.share > (_MOST_DIFFERENT_HALVED if halve else _MOST_DIFFERENT):
            raise BundleError(
                printable(f"{path.name}: {what} differs from PyTorch by {one.share:.1e}")
            )
    metrics = {
        f"{what.partition('.')[0]}_onnx_difference": float(f"{one.share:.3g}")
        for what, one in compared.items()
    }
    numbers = sum(value.size for value in network.state.values())
    previews = 9 if numbers < _LARGE else 3  # seconds each, on one core
    content = {
        **members.files,
        LATENT: save_tensors(places),
        WEIGHTS: pack_weights(
            {
                "family": family,
                "settings": network.init_kwargs,
                "lowest_first": codec is not None and codec.lowest_first,
                "mel_bands": bands,
            },
            network.state,
            members.files,
            halve=halve,
        ),
        **_preview(engines[SYNTHESIS], places, layout, previews),
    }
    provenance = manifest.provenance.model_copy(update={"metrics": metrics})
    write_bundle(output, manifest.model_copy(update={"provenance": provenance}), content)
    bundle = read_bundle(output)  # with all its checks
    return {
        "bundle": str(output),
        "name": bundle.name,
        "kind": bundle.kind,
        "family": family,
        "taken": network.taken,
        "ignored": list(network.ignored),
        "numbers": numbers,
        "picture": {"channels": size[0], "height": size[1], "width": size[2]},
        "latent_size": bundle.latent_size,
        "classes": network.init_kwargs["c_dim"],
        "places": sorted(bundle.space.offered),
        "licence": provenance.licence,
        "opset": members.opset,
        **metrics,
    }


def _layout(codec: SoundCodec, size: tuple[int, int, int]) -> SpectrogramFormat:
    channels, height, width = size
    if channels != 1:
        raise InputError(f"a sound needs grey pictures; these have {channels} channels")
    if codec.n_fft != 2 * height and not (codec.mel and codec.n_fft > 2 * height):
        least = " or more" if codec.mel else ""
        raise InputError(
            f"pictures {height} rows high are spectrograms of n_fft {2 * height}{least}, "
            f"not {codec.n_fft}"
        )
    return SpectrogramFormat(
        codec.sample_rate, codec.n_fft, codec.hop, width, codec.range_db, codec.window
    )


def _provenance(path: Path, origin: Origin) -> Provenance:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    licence = printable(origin.licence)
    named = printable(path.name)
    return Provenance(
        data=[
            Source(
                source=printable(origin.source) or named,
                licence=licence,
                attribution=f"{named}, sha256 {digest}",
                clips=0,
            )
        ],
        command=f"resonance models import {named}",
        licence=licence,
    )


def _manifest(
    name: str,
    family: str,
    network: ForeignNetwork,
    form: SpectrogramFormat | tuple[int, int, int],
    provenance: Provenance,
) -> Manifest:
    settings = network.init_kwargs
    labels = [str(label) for label in range(min(settings["c_dim"], _MOST_LABELS))]
    shape: dict[str, Any] = {}
    try:
        if isinstance(form, SpectrogramFormat):
            shape["codec"] = Codec(
                **{key: getattr(form, key) for key in Codec.model_fields if key != "kind"}
            )
        else:
            shape["picture"] = Picture(channels=form[0], height=form[1], width=form[2])
        return Manifest(
            schema_version=1,
            name=name,
            kind="sound" if isinstance(form, SpectrogramFormat) else "image",
            family=family,
            description=f"imported, {network.taken} of a network pickle",
            latent_size=settings["w_dim"],
            conditioning={"label": labels} if labels else {},
            provenance=provenance,
            members={},
            **shape,
        )
    except ValidationError as error:
        where, reason = first_fault(error)
        raise InputError(f"{where or 'the codec'}: {reason}") from error


def _preview(
    play: Run, places: dict[str, FloatArray], layout: SpectrogramFormat | None, count: int
) -> dict[str, bytes]:
    named = [value for key, value in places.items() if key.startswith("anchor/")][:count]
    made = np.concatenate([play([w[None]]) for w in named])
    if layout is None:
        return {"preview.png": picture_preview(made)}
    return {PREVIEW: preview_of(made, layout)}
