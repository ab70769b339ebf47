"""What all bundles of a training run say and carry."""

import io
from collections.abc import Mapping

import numpy as np

from latent_resonance.bundles.manifest import Codec, Provenance, Source
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.data.corpus import SourceCount
from latent_resonance.sound.codec import decode
from latent_resonance.training.recipe import RunRecipe


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
    """Data, licences, command, metrics."""
    return Provenance(
        data=[
            Source(**row, attribution=recipe.attributions.get(row["source"], "")) for row in sources
        ],
        command=command,
        metrics=dict(metrics),
        licence="CC-BY-4.0 (attribution: the sources listed under data)",
    )


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
