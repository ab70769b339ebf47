"""Struck notes end: whatever a window says of their last seconds, their level falls for ever."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.evaluation.note_lives import fall, greatest_rise, levels
from latent_resonance.render.voices.note_window import prepare_window
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import VoiceBank
from latent_resonance.sound.stft import stft

LAYOUTS = (
    SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384),
    SpectrogramFormat(sample_rate=48_000, n_fft=1536, hop=384, columns=384),
)


def window(
    layout: SpectrogramFormat, early: float, late: float, knee: float, beats_db: float, noise: float
) -> Spectrogram:
    """Partials of 220 Hz that fall at a rate, from ``knee`` on at another, beat, and have noise."""
    rate = layout.sample_rate
    at = np.arange(8 * layout.n_fft) / rate
    wave = sum(np.sin(2 * np.pi * 220 * n * at + n * n) / n for n in range(1, 9))
    found = np.abs(stft(wave.astype(np.float32), layout.n_fft, layout.hop))[: layout.bins, 8:9]
    seconds = np.arange(layout.columns) * layout.hop_seconds
    level = early * np.minimum(seconds, knee) + late * np.maximum(seconds - knee, 0)
    level += beats_db * np.sin(2 * np.pi * 1.3 * seconds)
    power = (found / found.max()) ** 2 * 10 ** (level / 10) + 10 ** (noise / 10)
    return Spectrogram(np.clip(10 * np.log10(power), -80, 0).astype(np.float32), layout)


def held(spectrogram: Spectrogram, seconds: float, t60: float) -> np.ndarray:
    layout = spectrogram.format
    bank = VoiceBank(layout, 1, 1)
    bank.start(Voice([prepare_window(spectrogram, t60)], 0.0), 0, 1)
    ticks = round(seconds / layout.hop_seconds)
    return np.concatenate([bank.tick() for _ in range(ticks)])[:, 0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=["16 kHz", "48 kHz"])
@pytest.mark.parametrize(
    ("early", "late", "beats_db", "noise"),
    [
        (-15.0, 0.0, 0.0, -80.0),  # the level regresses to a mean
        (-15.0, 3.0, 2.5, -80.0),  # it rises, and beats
        (-40.0, -40.0, 0.0, -45.0),  # a soft note sinks into noise
        (0.0, 0.0, 3.0, -50.0),  # it does not fall at all
    ],
)
def test_a_struck_note_falls_whatever_its_window_says(
    layout: SpectrogramFormat, early: float, late: float, beats_db: float, noise: float
) -> None:
    t60 = 60 / max(-early, 8)
    sound = held(window(layout, early, late, 1.2, beats_db, noise), 8.0, t60)
    rate = layout.sample_rate
    assert greatest_rise(sound, rate) < 0.3
    steps = levels(sound, rate, 0.2, 0.2)
    over = int(np.argmax(steps < steps[0] - 60)) or len(steps)
    seconds = np.diff(steps[1:over])
    assert seconds.max() < -0.1  # 0.5 dB a second
    assert steps[-1] < steps[0] - 8


@pytest.mark.parametrize("usual", [1.0, 1.5, 2.0])
def test_it_is_drawn_to_what_is_usual_for_its_instrument(usual: float) -> None:
    """The window's own T60 is 4 s."""
    sound = held(window(LAYOUTS[0], -15.0, -15.0, 1.2, 0.0, -80.0), 4.0, 4.0 * usual)
    found = fall(sound, 16_000, end=2.0).seconds_60
    assert found == pytest.approx(4.0 * usual**0.7, rel=0.08)
