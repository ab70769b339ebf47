"""Rows above the band of a window: its own fine structure, at levels that were learnt.

What the rows below look like close by (the lobes of partials, the scatter of noise) is copied
upwards, as spectral band replication does (Dietz, Liljeryd, Kjorling, Kunz 2002, "Spectral Band
Replication, a novel approach in audio coding"), by a distance that keeps the partials of a note at
whole multiples of its pitch. So what is tonal goes on tonal and what is noise goes on as noise.
How loud it is there, band by band and column by column, was learnt from full-band recordings
(``fitted``); for windows that are no notes, what sounds of a like spectrum have there moves it
(``neighbours``).
"""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.full_band.fitted import Fitted, band_levels, fitted, without_floor
from latent_resonance.sound.full_band.neighbours import Spectrum
from latent_resonance.sound.full_band.note import NoteAt
from latent_resonance.sound.stft import stft

RANGE_DB = 110.0
"""Dynamic range of widened windows: upper bands are weak one bin at a time, loud together."""

# Models are taught by sounds at their own rate, whose last rows a resampler has taken away.
_OWN_SHARE = 0.925
_JOINT_HZ = 400.0
# What is copied: that much below the band's end.
_COPIED_HZ = 3000.0
# Levels are even over about so much; a note's partials must not lie further apart.
_EVEN_HZ = 450.0
_LEAST_POWER = 1e-12
_PER_DB = np.float32(math.log(10) / 10)
_FILLED_DB = 16.0
# Nothing is that much louder than the loudest of the last bands below it.
_TOP_BANDS, _RISES_DB = 3, 6.0


class Extension:
    """From windows of one layout to windows of a wider one.

    Args:
        own: of the model.
        wide: ``own`` widened.
        known: what was learnt; None for what the package knows.
    """

    def __init__(
        self, own: SpectrogramFormat, wide: SpectrogramFormat, known: Fitted | None = None
    ) -> None:
        self._own, self._wide = own, wide
        self._bin_hz = own.sample_rate / own.n_fft
        self._fitted = known or fitted()
        end = _OWN_SHARE * own.sample_rate / 2
        self._top = round(end / self._bin_hz)
        joint = max(1, round(_JOINT_HZ / self._bin_hz))
        # The model's own rows are left a little before their end.
        self._first = self._top - joint
        rows = np.arange(self._first, wide.bins)
        self._fade = (np.arange(1, joint + 1, dtype=np.float32) / np.float32(joint + 1))[:, None]
        centres = np.sqrt(self._fitted.high_hz[:-1] * self._fitted.high_hz[1:])
        place = np.interp(np.log2(rows * self._bin_hz), np.log2(centres), np.arange(len(centres)))
        self._node = np.minimum(place.astype(int), len(centres) - 2)
        self._part = (place - self._node).astype(np.float32)[:, None]
        self._rows = rows
        self._scatter = _noise_scatter(own)
        self._spectrum = Spectrum(self._bin_hz, own.bins)
        self._read = max(self._top, self._spectrum.bins)

    def widen(
        self, level_db: FloatArray, note: NoteAt | None = None, more_db: float = 0.0
    ) -> FloatArray:
        """A window with the rows above its band.

        Args:
            level_db: float32 ``[bins, columns]`` of the model's layout, dB.
            note: which note it is, where it is one.
            more_db: by how much the bands above are louder than is told.

        Returns:
            float32 ``[bins, columns]`` of the wide layout, in ``-range_db .. 0``.
        """
        # What is below the model's range scatters as noise does, not as a floor.
        below = level_db <= np.float32(1e-3 - self._own.range_db)
        scatter = _over_and_over(self._scatter, level_db.shape[1])
        rough = np.where(below, scatter, np.float32(0))
        rough += level_db
        power = rough[: self._read] * _PER_DB
        np.exp(power, out=power)
        whole, power = power[: self._spectrum.bins], power[: self._top]
        low = band_levels(power, self._fitted.low_hz, self._bin_hz)
        if note is None:
            low = without_floor(low, self._own.range_db)
            most = low[-_TOP_BANDS:].max(axis=0) + _RISES_DB
            told = self._fitted.levels(low, None)
            if self._fitted.neighbours is not None:
                told += self._fitted.neighbours.shift(self._spectrum.of(whole))[:, None]
            bands = np.minimum(told, most).astype(np.float32)
        else:
            bands = self._fitted.levels(low, note).astype(np.float32)
        if more_db:
            bands[1:] += np.float32(more_db)  # the first lies about the joint
            bands[0] += np.float32(more_db / 2)
        floor = np.float32(-self._wide.range_db)
        # It is as loud as above the band, or silence where that is far away.
        silent = below.all(axis=0)
        filled = np.minimum(bands[0], np.float32(-self._own.range_db))
        filled[filled < -self._own.range_db - _FILLED_DB] = -np.inf
        wide = np.empty((self._wide.bins, level_db.shape[1]), np.float32)
        wide[: len(level_db)] = level_db
        lower = slice(self._first // 2)
        np.copyto(wide[lower], floor, where=below[lower])
        near = slice(self._first // 2, self._first)
        np.copyto(wide[near], filled + scatter[near], where=below[near])

        made = wide[self._first :]
        joint = len(self._fade)
        own = made[:joint].copy()
        slope = np.diff(bands, axis=0)
        np.multiply(slope[self._node], self._part, out=made)
        made += bands[self._node]
        made += self._fine(rough, power, note.hz if note is not None else 0.0)
        made[:joint] -= own
        made[:joint] *= self._fade
        made[:joint] += own
        made[:, silent] = floor
        return np.clip(wide, floor, 0, out=wide)

    def _fine(self, level_db: FloatArray, power: FloatArray, hz: float) -> FloatArray:
        """Levels around their even course ``[rows, columns]``, for the upper rows."""
        spacing = hz / self._bin_hz
        half = max(round(_EVEN_HZ / self._bin_hz), round(spacing))
        copied = max(round(_COPIED_HZ / self._bin_hz), round(1.5 * spacing))
        begin = max(self._top - copied, min(self._top - 1, 8))
        lowest = max(begin - half, 0)
        sums = np.zeros((self._top - lowest + 1, power.shape[1]), np.float64)
        np.cumsum(power[lowest:], axis=0, out=sums[1:])
        rows = np.arange(begin, self._top)
        upper = np.minimum(rows + half + 1, self._top) - lowest
        lower = np.maximum(rows - half, lowest) - lowest
        even = ((sums[upper] - sums[lower]) / (upper - lower)[:, None]).astype(np.float32)
        fine = np.log(np.maximum(even, np.float32(_LEAST_POWER)), out=even)
        fine *= -1 / _PER_DB
        fine += level_db[begin : self._top]
        return np.asarray(fine[_sources(self._rows, begin, self._top, spacing) - begin])


def _sources(
    rows: npt.NDArray[np.int64], begin: int, top: int, spacing: float
) -> npt.NDArray[np.int64]:
    """Rows in ``begin .. top`` that upper rows are copied from.

    Each copy lies a whole number of ``spacing`` higher, so that partials stay where they belong.
    """
    width = top - begin
    step = max(1, int(width / spacing)) * spacing if spacing >= 1 else float(width)
    times = np.maximum(np.ceil((rows - top + 1) / step), 0)
    found = rows - np.rint(times * step).astype(np.int64)
    return np.clip(found, begin, top - 1)


def _over_and_over(rows: FloatArray, columns: int) -> FloatArray:
    """As many columns, the first ones once more where there are fewer."""
    have = rows.shape[1]
    return rows[:, :columns] if columns <= have else rows[:, np.arange(columns) % have]


def _noise_scatter(layout: SpectrogramFormat) -> FloatArray:
    """Levels of white noise around their mean power ``[bins, columns]``, dB; always the same."""
    random = np.random.Generator(np.random.PCG64(layout.n_fft))
    count = layout.columns * layout.hop
    spectra = stft(random.standard_normal(count, np.float32), layout.n_fft, layout.hop)
    power = np.abs(spectra[: layout.bins, : layout.columns]) ** 2
    return np.asarray(10 * np.log10(power / power.mean() + 1e-6), np.float32)
