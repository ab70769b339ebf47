"""How much louder a sound's band above its model's is than its window tells: beside its place.

What is above the band is told from what is below (``extension``), and a place keeps the spectrum
below but roughly. So a place may say by how much its sound differs: its amplitude up there is
``2 ** amount`` times that which its window tells.
"""

import math

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.full_band.extension import RANGE_DB, Extension
from latent_resonance.sound.full_band.fitted import Doubles
from latent_resonance.sound.full_band.neighbours import shares_of_bins
from latent_resonance.sound.unknown import known_columns

LEAST, MOST = -5.0, 5.0
"""The amounts between which it is kept; 0 leaves what is told as it is."""

LOST_DB = 0.8
"""What living sound loses above 8 kHz of what windows say: mean of the textures that are fitted, by
``benchmarks/full_band.py``."""

# Third octaves (IEC 61260, base 10), the first one from 8 kHz on, against the energy below.
_EDGES_HZ = (8000.0, *(1000 * 10 ** (tenth / 10 - 0.05) for tenth in range(10, 14)))
_BELOW_HZ = (60.0, 7000.0)
# In 16 bits nothing is told apart below; a lossy file has nothing at all from somewhere on.
_FLOOR_DB = -80.0
_LEAST_HZ, _WIDE_HZ = 8000.0, 48_000


def air_db(amount: float) -> float:
    """What an amount is in dB; what is no number is 0."""
    kept = min(max(amount, LEAST), MOST) if math.isfinite(amount) else 0.0
    return 20 * math.log10(2) * kept


def wide_format(own: SpectrogramFormat) -> SpectrogramFormat | None:
    """Windows of ``own`` with a band above up to 24 kHz.

    None where ``own`` reaches up there, or ends before the bands from which it is told.
    """
    if not _LEAST_HZ <= own.sample_rate / 2 <= _EDGES_HZ[-2]:
        return None
    return own.widened(round(_WIDE_HZ / own.sample_rate), RANGE_DB)


class Air:
    """Finds the amount of places, for windows of one layout.

    Args:
        own: of the windows; one that ``wide_format`` widens.
    """

    def __init__(self, own: SpectrogramFormat) -> None:
        wide = wide_format(own)
        assert wide is not None  # noqa: S101 - the caller looked
        self.wide = wide
        self._own = own
        self._extension = Extension(own, wide)
        edges = [hz for hz in _EDGES_HZ if hz >= own.sample_rate / 2]
        bin_hz = wide.sample_rate / wide.n_fft
        self._above = shares_of_bins(tuple(edges), bin_hz, wide.bins)
        self._below = shares_of_bins(_BELOW_HZ, bin_hz, wide.bins)[0]

    def find(
        self, wanted_db: FloatArray, made_db: FloatArray, recorded_db: FloatArray | None = None
    ) -> float:
        """The amount at which a place's sound is as loud above the band as the one that is wanted.

        Args:
            wanted_db: its window ``[bins, columns]``; unknown columns count in neither.
            made_db: the place's window.
            recorded_db: the same sound as ``wide`` has it ``[bins, columns]``, where it was
                recorded with a band above. Bands that it lacks do not count.
        """
        known = known_columns(wanted_db, self._own.range_db)
        told = self._told(made_db[:, known])
        levels = self._told(wanted_db[:, known])
        if recorded_db is not None:
            recorded = self._levels(recorded_db)
            has = recorded > _FLOOR_DB
            if has.any():
                levels, told = recorded[has], told[has]
        missing = float(np.mean(levels + LOST_DB - told)) / air_db(1.0)
        return min(max(missing, LEAST), MOST)

    def _told(self, level_db: FloatArray) -> Doubles:
        return self._levels(self._extension.widen(np.ascontiguousarray(level_db)))

    def _levels(self, wide_db: FloatArray) -> Doubles:
        """Of the bands above, dB re the energy below 7 kHz, down to what is told apart."""
        power = (10 ** (wide_db.astype(np.float64) / 10)).mean(axis=1)
        below = max(float(self._below @ power), 1e-30)
        levels = 10 * np.log10(np.maximum(self._above @ power / below, 1e-30))
        return np.asarray(np.maximum(levels, _FLOOR_DB))
