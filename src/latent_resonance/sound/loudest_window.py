"""The window of a sound that an encoder reads: where most of its energy is."""

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.codec import encode
from latent_resonance.sound.unknown import heard_columns, is_cut_off, unknown_db

# Quieter than this is hiss of a converter, not a sound.
_SILENT = 1e-5
# Less than this below its end, and there is nothing but the end.
_HEARD_DB = -30.0


def loudest_window(
    samples: FloatArray,
    layout: SpectrogramFormat,
    name: str = "the sound",
    *,
    unknown: bool = False,
) -> FloatArray:
    """The loudest window of ``samples [n]``, its top at 0 dB, ``[bins, columns]``.

    What is shorter than a window has silence after it.

    Args:
        samples: float32, mono, at the layout's rate.
        layout: of the window.
        name: what the messages call it.
        unknown: what is shorter and was cut off has unknown columns after it (``sound/unknown.py``)
            and not silence: for encoders that know these.

    Raises:
        MediaError: it is empty, silent, or not finite.
    """
    if not np.isfinite(samples).all():
        raise MediaError(f"{name} holds samples that are not numbers (NaN or infinite)")
    if not len(samples) or float(np.abs(samples).max()) < _SILENT:
        raise MediaError(f"{name} is silent: there is nothing to go by")
    samples = _around_loudest(samples, layout)
    level = encode(samples, layout)
    spare = layout.columns - level.shape[1]
    heard = heard_columns(len(samples), layout)
    if unknown and spare > 0 and heard and is_cut_off(samples, layout.sample_rate):
        top = float(level[:, :heard].max())
        if top > _HEARD_DB:
            cut = np.full((layout.bins, layout.columns), unknown_db(layout), np.float32)
            cut[:, :heard] = np.maximum(level[:, :heard] - top, -layout.range_db)
            return cut
    if spare > 0:
        level = np.pad(level, ((0, 0), (0, spare)), constant_values=-layout.range_db)
    power = np.power(10.0, level / 10).sum(axis=0)
    ahead = np.cumsum(np.concatenate([[0.0], power]))
    start = int((ahead[layout.columns :] - ahead[: -layout.columns]).argmax())
    window = level[:, start : start + layout.columns]
    return np.asarray(np.clip(window - window.max(), -layout.range_db, 0), np.float32)


def loudest_part(samples: FloatArray, length: int) -> FloatArray:
    """The ``length`` samples with most of the energy; all of what is shorter."""
    if len(samples) <= length:
        return samples
    ahead = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    begin = int((ahead[length:] - ahead[:-length]).argmax())
    return samples[begin : begin + length]


def _around_loudest(samples: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Three windows around the loudest one, so that ten minutes are not transformed whole."""
    length = layout.columns * layout.hop
    if len(samples) <= 3 * length:
        return samples
    energy = np.add.reduceat(samples.astype(np.float64) ** 2, np.arange(0, len(samples), length))
    middle = int((energy[:-1] + energy[1:]).argmax()) * length
    return samples[max(0, middle - length // 2) : middle + 2 * length + length // 2]
