"""All attributes by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.attributes.bands import Heard
from latent_resonance.sound.attributes.brightness import brightness
from latent_resonance.sound.attributes.impact import impact
from latent_resonance.sound.attributes.rate import rate
from latent_resonance.sound.attributes.roughness import roughness
from latent_resonance.sound.attributes.size import size


@dataclass(frozen=True, slots=True)
class Attribute:
    """One measure.

    Attributes:
        name: of the attribute and of its slider.
        of: a window as it is heard, to a number.
        unit: of that number.
        low: what the low end is called.
        high: what the high end is called.
    """

    name: str
    of: Callable[[Heard], float]
    unit: str
    low: str
    high: str

    def measure(
        self,
        level_db: FloatArray,
        layout: SpectrogramFormat,
        envelope_db: FloatArray | None = None,
    ) -> float:
        """The attribute of levels ``[bins, columns]`` in dB, with gains finer in time if any."""
        return self.of(Heard(level_db, layout, envelope_db))


ATTRIBUTES: Mapping[str, Attribute] = {
    one.name: one
    for one in (
        Attribute("brightness", brightness, "octaves from 1 kHz", "dull", "bright"),
        Attribute("rate", rate, "log2 onsets per second", "sparse", "dense"),
        Attribute(
            "impact", impact, "octaves, moments over those that hold the energy", "scratch", "hit"
        ),
        Attribute("size", size, "octaves below 1 kHz", "small", "large"),
        Attribute("roughness", roughness, "log2 depth of motion", "smooth", "rough"),
    )
}


def measure_attributes(
    level_db: FloatArray,
    layout: SpectrogramFormat,
    names: Sequence[str] = tuple(ATTRIBUTES),
    envelope_db: FloatArray | None = None,
) -> npt.NDArray[np.float64]:
    """The attributes ``names`` of levels ``[bins, columns]`` in dB, as ``[len(names)]``.

    ``envelope_db`` are gains of the sound that are finer in time, as ``Spectrogram`` has them.
    """
    heard = Heard(level_db, layout, envelope_db)
    return np.array([ATTRIBUTES[name].of(heard) for name in names])


def measure_window(
    window: Spectrogram, names: Sequence[str] = tuple(ATTRIBUTES)
) -> npt.NDArray[np.float64]:
    """The attributes ``names`` of a window, envelope and all, as ``[len(names)]``."""
    return measure_attributes(window.level_db, window.format, names, window.envelope_db)
