"""What all bundles of a training run say and carry."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from latent_resonance.bundles.manifest import Codec, Provenance, Source
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.data.corpus import SourceCount, unite_sources
from latent_resonance.models.engines.weights import NOTE, constants
from latent_resonance.sound.codec import decode
from latent_resonance.training.recipe import RunRecipe

_LARGE = 1024
_ATTRIBUTION_AT_MOST = re.compile(
    r"(CC0|CC[- ]BY(?![- ](NC|ND|SA))|MIT|BSD|Apache|Public domain)\b", re.IGNORECASE
)
_MOST_HALF = 65_504
_OWN_LICENCE = "CC-BY-4.0 (attribution: the sources listed under data)"
_OF_DATA = "that of its data: "


def codec_of(layout: SpectrogramFormat) -> Codec:
    """The manifest's entry of a layout."""
    return Codec(
        sample_rate=layout.sample_rate,
        n_fft=layout.n_fft,
        hop=layout.hop,
        columns=layout.columns,
        range_db=layout.range_db,
        window="gauss",
    )


def provenance_of(
    recipe: RunRecipe,
    sources: list[SourceCount],
    command: str,
    metrics: Mapping[str, float],
) -> Provenance:
    """Data, licences, command, metrics.

    Authors are those that the recipe names for a source, else those of the manifest.
    """
    named = unite_sources(
        SourceCount(
            source=row["source"],
            licence=row["licence"],
            attribution=recipe.attributions.get(row["source"]) or row["attribution"],
            clips=row["clips"],
        )
        for row in sources
    )
    return Provenance(
        data=[Source.model_validate(row) for row in named],
        command=command,
        metrics=dict(metrics),
        licence=licence_of([row["licence"] for row in sources]),
    )


def licence_of(data: Iterable[str], own: str = _OWN_LICENCE) -> str:
    """Of weights that were made from data under these licences.

    Only data that ask for no more than attribution leave it to the project; no one here can say
    more for other data than they say themselves.

    Args:
        data: the licences.
        own: the project's, where it is left to it.
    """
    others = [one for one in dict.fromkeys(data) if not asks_for_attribution_at_most(one)]
    return f"{_OF_DATA}{', '.join(others)} (see data)" if others else own


def asks_for_attribution_at_most(licence: str) -> bool:
    """Whether it leaves the licence of what is made to whoever makes it."""
    return bool(_ATTRIBUTION_AT_MOST.match(licence))


def is_of_its_data(licence: str) -> bool:
    """Whether the licence of weights says no more than their data's."""
    return licence.startswith(_OF_DATA) or asks_for_attribution_at_most(licence)


def pack_weights(
    facts: Mapping[str, Any],
    state: Mapping[str, npt.NDArray[Any]],
    networks: Mapping[str, bytes],
    *,
    halve: bool = True,
) -> bytes:
    """``weights.safetensors``: what rebuilds a generator, as ``models.engines.weights`` reads it.

    Args:
        facts: ``family`` and ``settings``, see ``networks.rebuild``.
        state: parameter name to value.
        networks: ONNX files of the bundle; what one of them holds is not stored again.
        halve: store large weights as 16-bit floats.
    """
    held = {member: constants(data) for member, data in networks.items()}
    stored, rest = {}, {}
    for name, value in state.items():
        places = (
            [member, other]
            for member, found in held.items()
            for other, kept in found.items()
            if name in other and _equal(value, kept)
        )
        place = next(places, None)
        if place:
            stored[name] = place
        else:
            # In C's order: safetensors writes memory as it lies, networks lay channels last.
            rest[name] = np.array(_shortened(value) if halve else value, order="C")
    note = json.dumps({**facts, "stored": stored}, sort_keys=True)
    return bytes(save(rest, metadata={NOTE: note}))


def _equal(value: npt.NDArray[Any], kept: npt.NDArray[Any]) -> bool:
    """Whether ``kept`` is ``value``, perhaps in half precision."""
    if value.shape != kept.shape:
        return False
    with np.errstate(over="ignore"):
        return np.array_equal(value.astype(kept.dtype), kept)


def _shortened(value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if value.dtype.kind != "f" or value.size < _LARGE or np.abs(value).max() > _MOST_HALF:
        return value
    return value.astype(np.float16)


def preview_of(levels: FloatArray, layout: SpectrogramFormat, seconds: float = 1.0) -> bytes:
    """The first second of each window ``[n, bins, columns]``, one after the other, as FLAC."""
    import soundfile

    pieces = []
    for level in levels:
        sound = decode(Spectrogram(level, layout))[: round(seconds * layout.sample_rate)]
        pieces.append(0.25 * sound / max(1e-9, float(np.abs(sound).max())))
    out = io.BytesIO()
    soundfile.write(out, np.concatenate(pieces), layout.sample_rate, format="FLAC")
    return out.getvalue()


def convergence_db(made_db: FloatArray, wanted_db: FloatArray) -> float:
    """Spectral convergence of levels in dB: the error's energy against the wanted one's."""
    wanted = np.power(10.0, wanted_db / 20)
    error = np.power(10.0, made_db / 20) - wanted
    return float(20 * np.log10(np.linalg.norm(error) / np.linalg.norm(wanted)))
