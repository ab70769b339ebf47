"""Fits what sounds of a like spectrum have above the band (``sound.full_band.neighbours``).

Each recording says so twice: by the levels of its twin, and by the window that a bundle plays at
the place where its encoder puts the twin, which is darker near its end and smoother.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.codec import encode
from latent_resonance.sound.full_band.air import LOST_DB
from latent_resonance.sound.full_band.extension import RANGE_DB, Extension
from latent_resonance.sound.full_band.fitted import Doubles, Fitted
from latent_resonance.sound.full_band.law import BELOW_HZ
from latent_resonance.sound.full_band.neighbours import (
    Neighbours,
    Spectrum,
    likeness,
    shares_of_bins,
)
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.full_band.recordings import (
    BIN_HZ,
    HIGH_HZ,
    LEAST_DB,
    LOW_HZ,
    OWN,
    TIMES,
    Recording,
    read_mono,
)

# Standard deviation a priori of what recordings of one kind have beside the maps, and of what one
# of them has beside its kind. Chosen together with the reach, the bands that are compared and the
# freedom, by ten folds of the two thirds that are fitted, kinds apart.
_KIND_DB, _NOISE_DB = 8.0, 4.0
# What is left has heavier tails than a normal: Student's t of so many degrees of freedom, by
# weights (Lange, Little, Taylor 1989, "Robust statistical modeling using the t distribution").
_FREEDOM, _ROUNDS = 4.0, 8
_FEW = 60
# Variance of what is alike that may be lost where few windows stand for all: moves bands by 0.2 dB.
_ALIKE, _STEADY = 0.01, 1e-3
_WIDE = OWN.widened(TIMES, RANGE_DB)
_HIGH = shares_of_bins(HIGH_HZ, BIN_HZ, _WIDE.bins)
_BELOW = shares_of_bins((LOW_HZ[0], BELOW_HZ), BIN_HZ, _WIDE.bins)[0]


@dataclass(frozen=True, slots=True)
class Window:
    """What a recording's sound is below the band's end.

    Attributes:
        of: the recording.
        level_db: of its twin, or of what is played ``[bins, columns]``.
        lost_db: what it loses above 8 kHz on the way to sound.
    """

    of: Recording
    level_db: FloatArray
    lost_db: float = 0.0

    def told(self, known: Fitted) -> Doubles:
        """Energies of the bands above as ``Recording.whole`` has them ``[bands]``, dB."""
        wide = Extension(OWN, _WIDE, known).widen(self.level_db)
        power = (10 ** (wide.astype(np.float64) / 10)).mean(axis=1)
        told = 10 * np.log10(np.maximum(_HIGH @ power / (_BELOW @ power), 1e-30))
        return np.asarray(np.maximum(told - self.lost_db, LEAST_DB))


def twins(recordings: Iterable[Recording]) -> Iterator[Window]:
    """Windows of the twins, as long as they are."""
    for one in recordings:
        yield Window(one, encode(read_mono(one.twin, OWN.sample_rate), OWN))


def played(recordings: Iterable[Recording], bundle: Bundle) -> Iterator[Window]:
    """What a bundle of textures plays where its encoder puts the twins."""
    unknown = bundle.space.knows_unknown
    with Workshop(bundle) as workshop:
        for one in recordings:
            sound = read_mono(one.twin, OWN.sample_rate)
            place = workshop.encode(loudest_window(sound, OWN, one.name, unknown=unknown))
            yield Window(one, workshop.levels(place), LOST_DB)


def fit_neighbours(known: Fitted, windows: Sequence[Window]) -> Neighbours:
    """What is left of the windows' bands where a fit without neighbours is taken out.

    Bands that few recordings have are moved as the band below, unless these few say otherwise.

    Args:
        known: the fit.
        windows: of sounds that are no notes.
    """
    spectrum = Spectrum(BIN_HZ, OWN.bins)
    at = np.array([spectrum.of(10 ** (one.level_db[: spectrum.bins] / 10)) for one in windows])
    off = np.array([one.of.whole - one.told(known) for one in windows])
    covariance = _KIND_DB**2 * likeness(at, at)
    weights = np.zeros_like(off)
    for band, levels in enumerate(off.T):
        has = np.flatnonzero(np.isfinite(levels))
        below = weights[:, band - 1] if band and len(has) < 2 * _FEW else np.zeros(len(at))
        weights[:, band] = below
        if len(has):
            left = levels[has] - (likeness(at, at) @ below)[has]
            weights[has, band] += _KIND_DB**2 * _robust(covariance[np.ix_(has, has)], left)
    return _fewer(at, weights)


def _fewer(at: Doubles, weights: Doubles) -> Neighbours:
    """Nearly the same, told by those windows that the others can be told from.

    They are found one by one, the least alike next (a Cholesky factor with pivots, Fine, Scheinberg
    2001, "Efficient SVM training using low-rank kernel representations").
    """
    alike = likeness(at, at)
    left, factor, chosen = np.ones(len(at)), np.zeros((0, len(at))), list[int]()
    while (left > _ALIKE).any() and len(chosen) < len(at):
        new = int(left.argmax())
        row = (alike[new] - factor[:, new] @ factor) / np.sqrt(left[new])
        factor, left = np.concatenate([factor, row[None]]), left - row**2
        chosen.append(new)
    among = alike[np.ix_(chosen, chosen)] + _STEADY * np.eye(len(chosen))
    found = np.linalg.solve(among, alike[chosen] @ weights)
    return Neighbours(at[chosen], np.asarray(found, np.float64))


def _robust(covariance: Doubles, levels: Doubles) -> Doubles:
    """Of the windows' covariances ``[n]``, whose sum is what is told of each."""
    trusted = np.ones(len(levels))
    for _ in range(_ROUNDS):
        found = np.linalg.solve(covariance + np.diag(_NOISE_DB**2 / trusted), levels)
        off = (levels - covariance @ found) / _NOISE_DB
        trusted = (_FREEDOM + 1) / (_FREEDOM + off * off)
    return np.asarray(found)
