"""What sounds of a like spectrum have above the band, beside what the linear maps say.

The mean of a Gaussian process (Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning",
2.2) with a squared exponential covariance over the spectrum of a whole window: one level for each
band above, the same in all columns. It is smooth in the spectrum, so that a slider moves it without
jumps, and far from all sounds that it was learnt from it comes to nothing.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

EDGES_HZ = (
    *(1000 * 10 ** (tenth / 10 - 0.05) for tenth in range(-2, 10)),
    7400.0,
    7600.0,
)
"""Of the bands that are compared: third octaves from 630 Hz to 6.3 kHz (IEC 61260, base 10), and
two narrow ones up to where resamplers to 16 kHz begin to differ by more than 2 or 3 dB."""
REACH_DB = 30.0
"""Spectra that differ by so much in all (root of the sum of squares) are alike by 0.6."""
MOST_DB = 10.0
"""Levels are moved by less than this: sounds unlike all known ones must not go astray."""
_WHOLE_HZ = (60.0, 7400.0)
_LEAST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Sounds that are known, and what each says.

    Attributes:
        at: their spectra, as ``Spectrum.of`` has them ``[n, bands compared]``.
        weights: what each adds where it is alike ``[n, bands above]``, dB.
    """

    at: Doubles
    weights: Doubles

    def shift(self, spectrum_db: Doubles) -> Doubles:
        """What bands above are louder than the maps say ``[bands above]``, dB.

        Args:
            spectrum_db: of a window, as ``Spectrum.of`` has it ``[bands compared]``.
        """
        told = likeness(spectrum_db, self.at) @ self.weights
        return np.asarray(MOST_DB * np.tanh(told / MOST_DB))


def likeness(here: Doubles, there: Doubles) -> Doubles:
    """Of spectra ``[..., bands]`` to ``[n, bands]``: 1 of the same, ``[..., n]``."""
    away = ((here[..., None, :] - there) ** 2).sum(axis=-1)
    return np.asarray(np.exp(-0.5 * away / REACH_DB**2))


class Spectrum:
    """The spectrum of whole windows, in the bands that are compared.

    Args:
        bin_hz: width of a bin.
        bins: of the windows; bands above the last of them are silent.
    """

    def __init__(self, bin_hz: float, bins: int) -> None:
        self.bins = min(bins, int(np.ceil(EDGES_HZ[-1] / bin_hz + 0.5)))
        self._shares = shares_of_bins(EDGES_HZ, bin_hz, self.bins)
        self._whole = shares_of_bins(_WHOLE_HZ, bin_hz, self.bins)[0]

    def of(self, power: npt.NDArray[np.floating]) -> Doubles:
        """Energies of the bands ``[bands compared]``, dB re that from 60 Hz to 7.4 kHz.

        Args:
            power: of the lowest ``bins`` of a window ``[bins, columns]``.
        """
        mean = power.mean(axis=1, dtype=np.float64)
        whole = max(float(self._whole @ mean), 1e-30)
        return np.asarray(10 * np.log10(np.maximum(self._shares @ mean / whole, _LEAST_SHARE)))


def shares_of_bins(edges_hz: Doubles | tuple[float, ...], bin_hz: float, bins: int) -> Doubles:
    """How much of each bin lies between each two edges ``[bands, bins]``, 0..1."""
    edges = np.asarray(edges_hz, np.float64)[:, None] / bin_hz
    centres = np.arange(bins)
    upper = np.minimum(centres + 0.5, edges[1:])
    lower = np.maximum(centres - 0.5, edges[:-1])
    return np.asarray(np.clip(upper - lower, 0, None))
