"""A notes model without weights: partials of the asked pitch, drawn as the window draws them."""

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.space import LatentSpace, Place
from latent_resonance.contracts.values import Latent, Spec, Spectrogram
from latent_resonance.sound.stft import window

FAMILIES = ("bass", "brass", "flute", "guitar", "keyboard", "mallet", "organ", "reed", "string")
INSTRUMENTS = {
    "flute": ("flute", 0.0),
    "cello": ("string", 1.0),
    "violin": ("string", 0.5),
    "church_organ": ("organ", 0.3),
    "grand_piano": ("keyboard", 1.5),
    "marimba": ("mallet", 2.5),
    "trumpet": ("brass", 0.7),
    "electric_bass_jazz": ("bass", 1.0),
    "clarinet": ("reed", 0.2),
}
# dB per second: struck and plucked families die away, others hold.
_DECAY = {"keyboard": 12.0, "mallet": 60.0, "guitar": 25.0, "bass": 15.0}
LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384)
TIMBRE = 32
SIZE = TIMBRE + len(FAMILIES) + 2
_FINE = 32


def space() -> LatentSpace:
    places: dict[str, Place] = {}
    for number, family in enumerate(FAMILIES):
        w = np.zeros(SIZE, np.float32)
        w[TIMBRE + number] = 1
        w[-1] = 0.8
        places[f"family/{family}"] = Place(w, "family")
    for name, (family, slope) in INSTRUMENTS.items():
        w = places[f"family/{family}"].w.copy()
        w[0] = slope
        places[f"instrument/{name}"] = Place(w, "instrument")
    mean = np.zeros(SIZE, np.float32)
    mean[TIMBRE : TIMBRE + len(FAMILIES)] = 1 / len(FAMILIES)
    return LatentSpace(
        size=SIZE,
        mean=mean,
        spread=np.ones(SIZE, np.float32),
        places=places,
        conditioning={
            "timbre": tuple(str(n + 1) for n in range(TIMBRE)),
            "family": FAMILIES,
            "pitch": ("octaves from middle C",),
            "velocity": ("0 soft .. 1 hard",),
        },
    )


def bundle() -> Bundle:
    own = space()
    facts = {"conditioning": {k: list(v) for k, v in own.conditioning.items()}, "name": "additive"}
    return Bundle("additive", "sound", "additive", SIZE, LAYOUT, own, {}, facts)


class Additive:
    """Model: timbre 1 is the slope of the partials, the family how fast they die."""

    latency_seconds = 0.0
    gives = LAYOUT

    def __init__(self) -> None:
        self.calls = 0
        weight = window(LAYOUT.window, LAYOUT.n_fft)
        self._lobe = np.abs(np.fft.rfft(weight, _FINE * LAYOUT.n_fft))
        self._lobe /= self._lobe[0]
        # A note that begins in a frame's middle, and all its energy after it.
        running = np.cumsum(weight / weight.sum())
        self._attack = running[LAYOUT.n_fft // 2 :: LAYOUT.hop]

    def prepare(self, spec: Spec) -> None:
        pass

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass

    def generate(self, latent: Latent) -> Spectrogram:
        self.calls += 1
        w = latent.w.astype(float)
        assert w.shape == (SIZE,)
        assert abs(w[TIMBRE:-2].sum() - 1) < 1e-3
        midi, velocity = 60 + 12 * w[-2], w[-1]
        assert 20.99 <= midi <= 108.01
        assert 0 <= velocity <= 1
        hz = 440 * 2 ** ((midi - 69) / 12)
        bins = np.arange(LAYOUT.bins)
        rate = sum(w[TIMBRE + n] * _DECAY.get(f, 0) for n, f in enumerate(FAMILIES))
        time = np.arange(LAYOUT.columns) * LAYOUT.hop_seconds
        magnitude = np.zeros((LAYOUT.bins, LAYOUT.columns))
        for n in range(1, int(0.48 * LAYOUT.sample_rate / hz) + 1):
            centre = n * hz * LAYOUT.n_fft / LAYOUT.sample_rate
            away = np.minimum(_FINE * np.abs(bins - centre), len(self._lobe) - 1)
            lobe = np.interp(away, np.arange(len(self._lobe)), self._lobe)
            steep = 3 + 4 * max(w[0], 0) + 4 * (1 - velocity)
            level = -steep * np.log2(n) - rate * (1 + 0.1 * (n - 1)) * time
            magnitude += lobe[:, None] * 10 ** (level / 20)
        magnitude[:, : len(self._attack)] *= self._attack
        db = 20 * np.log10(np.maximum(magnitude / magnitude.max(), 1e-9))
        return Spectrogram(np.clip(db, -LAYOUT.range_db, 0).astype(np.float32), LAYOUT)
