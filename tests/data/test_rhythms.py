"""Synthetic rhythms: their beats are where they say."""

import numpy as np
import pytest

from latent_resonance.data.synthetic.rhythms import RHYTHMS, Rhythm, make_rhythm

RATE = 16_000


def test_the_same_seed_the_same_samples() -> None:
    one, two, other = (make_rhythm(Rhythm(), 3.0, RATE, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.samples, two.samples)
    assert not np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize("name", RHYTHMS)
def test_a_stroke_begins_on_every_beat(name: str) -> None:
    track = make_rhythm(RHYTHMS[name], 6.0, RATE)
    assert np.abs(track.samples).max() == pytest.approx(0.7, abs=1e-3)
    power = np.convolve(track.samples**2, np.full(160, 1 / 160), "full")
    rises = [power[at + 240] / power[at - 40] for at in np.round(track.beats * RATE).astype(int)]
    assert np.median(rises) > 1.5
    assert set(track.downbeats) <= set(track.beats)


def test_tempi_are_as_asked() -> None:
    np.testing.assert_allclose(np.diff(make_rhythm(Rhythm(90), 9.0, RATE).beats), 60 / 90)
    jump = np.diff(make_rhythm(Rhythm(90, end_bpm=120, change="jump"), 20.0, RATE).beats)
    np.testing.assert_allclose([jump[2], jump[-2]], [60 / 90, 0.5])
    glide = np.diff(make_rhythm(Rhythm(90, end_bpm=120), 20.0, RATE).beats)
    assert (np.diff(glide) < 0).all()


def test_a_bar_has_its_beats() -> None:
    waltz = make_rhythm(Rhythm(120, beats=3), 10.0, RATE)
    assert np.array_equal(waltz.beats[::3], waltz.downbeats)
