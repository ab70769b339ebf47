"""Voices of a chord are summed as spectra to the same sound as apart."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.render.voices.note_window import NoteWindow
from latent_resonance.render.voices.overlap_add import OverlapAdd
from latent_resonance.render.voices.voice import Voice
from latent_resonance.sound.stft import window

LAYOUT = SpectrogramFormat(columns=24)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_chord_sounds_as_its_notes(channels: int) -> None:
    random = np.random.default_rng(4)
    spectra = (
        random.normal(size=(7, LAYOUT.n_fft // 2 + 1, 2))
        .astype(np.float32)
        .view(np.complex64)[..., 0]
    )
    # The last has not begun, and two begin on another sample.
    ages, offsets = [9, 9, 9, 9, 30, 9, 1], [17, 17, 0, 17, 17, 0, 17]
    level = np.zeros((LAYOUT.columns, LAYOUT.bins), np.float32)
    note = NoteWindow(level, np.zeros(LAYOUT.columns, np.float32), 0.0, (4, 20))
    voices = [
        Voice([note], 0.0, pan=n / 6, age=age, offset=offset)
        for n, (age, offset) in enumerate(zip(ages, offsets, strict=True))
    ]
    together, apart = (
        OverlapAdd(LAYOUT, 8, channels, window(LAYOUT.window, LAYOUT.n_fft)) for _ in range(2)
    )
    together.add(voices, spectra.copy(), -LAYOUT.hop)
    for v, voice in enumerate(voices):
        apart.add([voice], spectra[v : v + 1].copy(), -LAYOUT.hop)
    for _ in range(5):
        one, other = together.take(), apart.take()
        assert one.shape == (LAYOUT.hop, channels)
        np.testing.assert_allclose(one, other, atol=2e-5 * np.abs(other).max() + 1e-12)
