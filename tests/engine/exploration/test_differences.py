"""Words for how one window differs from others."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.engine.exploration.differences import difference_words

LAYOUT = SpectrogramFormat()


def test_what_only_the_envelope_says_has_a_word() -> None:
    level = np.full((LAYOUT.bins, LAYOUT.columns), -20, np.float32)
    still = np.zeros(4 * LAYOUT.columns, np.float32)
    # 12 ms on, 12 ms off
    rough = np.where(np.arange(still.size) // 6 % 2, np.float32(-20), np.float32(0))
    words = difference_words(Spectrogram(level, LAYOUT, rough), [Spectrogram(level, LAYOUT, still)])
    assert "rougher" in words
    alike = Spectrogram(level, LAYOUT, rough)
    assert difference_words(alike, [alike]) == []
