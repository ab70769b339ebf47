"""Pictures of sounds that are empty, broken or long."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_resonance.stage.spectrogram_picture import draw_spectrogram


def drawn(path: Path, samples: np.ndarray) -> np.ndarray:
    """Brightness of the plot itself, ``[330, 839]``."""
    draw_spectrogram(samples.astype(np.float32), 16_000, path)
    return np.asarray(Image.open(path).convert("L"), float)[40:370, 71:910]


def test_silence_nothing_and_nan_are_dark(tmp_path: Path) -> None:
    for samples in (np.zeros(0), np.zeros(1), np.zeros(20_000), np.full(20_000, np.nan)):
        assert drawn(tmp_path / "a.png", samples).max() < 20
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("seconds", [1, 30, 400])
def test_a_click_is_seen_where_it_is_however_long_the_sound(tmp_path: Path, seconds: int) -> None:
    samples = np.zeros(16_000 * seconds)
    samples[round(0.37 * len(samples))] = 1.0
    bright = np.flatnonzero(drawn(tmp_path / "a.png", samples).mean(axis=0) > 100)
    assert bright.size
    middle = 0.5 * (bright[0] + bright[-1] + 3) / 840
    assert middle == pytest.approx(0.37, abs=0.003)


def test_a_long_tone_has_no_seams(tmp_path: Path) -> None:
    time = np.arange(16_000 * 300) / 16_000
    plot = drawn(tmp_path / "a.png", np.sin(2 * np.pi * 1000 * time))
    above = plot[: int(330 * (1 - np.log(2000 / 40) / np.log(8000 / 40)))]
    assert above[:, 5:-5].max() < 20, "nothing but the tone, away from its ends"
