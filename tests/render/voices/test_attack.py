"""Notes begin as fast as is usual for their instrument, on their sample, without a click."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.evaluation.note_lives import attack_seconds
from latent_resonance.render.voices.note_window import prepare_window
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import VoiceBank
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.stft import stft

LAYOUTS = (
    SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384),
    SpectrogramFormat(sample_rate=48_000, n_fft=3072, hop=384, columns=384),
)


def analysed(layout: SpectrogramFormat, seconds: float) -> Spectrogram:
    """A tone that rises linearly in so long, as a model learns it: its columns."""
    rate = layout.sample_rate
    at = np.arange(layout.columns * layout.hop) / rate
    wave = sum(np.sin(2 * np.pi * 311 * n * at + n * n) / n for n in range(1, 9))
    wave = wave * np.minimum(at / max(seconds, 1e-9), 1)
    found = np.abs(stft(wave.astype(np.float32), layout.n_fft, layout.hop))
    level = 20 * np.log10(found[: layout.bins, : layout.columns] / found.max() + 1e-9)
    return Spectrogram(np.clip(level, -80, 0).astype(np.float32), layout)


def begun(spectrogram: Spectrogram, usual: float | None) -> np.ndarray:
    layout = spectrogram.format
    bank = VoiceBank(layout, 1, 1)
    bank.start(Voice([prepare_window(spectrogram, None, usual)], 0.0), 0, 1)
    return np.concatenate([bank.tick() for _ in range(150)])[:, 0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=["16 kHz", "48 kHz"])
@pytest.mark.parametrize(("own", "usual"), [(0.05, 0.006), (0.3, 0.03), (0.05, 0.15)])
def test_an_attack_is_drawn_to_what_is_usual(
    layout: SpectrogramFormat, own: float, usual: float
) -> None:
    window = analysed(layout, own)
    before = attack_seconds(begun(window, None), layout.sample_rate)
    sound = begun(window, usual)
    found = attack_seconds(sound, layout.sample_rate)
    # The window itself counts for a fifth.
    goal = before**0.2 * usual**0.8
    assert goal / 1.4 < found < goal * 1.4
    assert max(found / before, before / found) > 1.8
    assert find_clicks(sound, layout.sample_rate) == []
    late = slice(round(0.5 * layout.sample_rate), None)
    np.testing.assert_allclose(sound[late], begun(window, None)[late], atol=1e-6)


def test_what_begins_at_once_is_not_slowed() -> None:
    window = analysed(LAYOUTS[0], 0.0)
    np.testing.assert_array_equal(begun(window, 0.1), begun(window, None))
