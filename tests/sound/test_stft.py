"""The transform and its inverse return the sound, whatever its length."""

import numpy as np
import pytest

from latent_resonance.sound.stft import (
    column_count,
    istft,
    magnitude_spectrogram,
    overlap_add,
    stft,
    synthesis_window,
    window,
    window_gamma,
)


@pytest.mark.parametrize("name", ["gauss", "hann"])
@pytest.mark.parametrize("overlap", [4, 8])
@pytest.mark.parametrize("length", [1, 2, 127, 128, 129, 511, 4096, 10_007])
def test_perfect_reconstruction(name, overlap, length):
    sound = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    hop = 512 // overlap
    spectra = stft(sound, 512, hop, name)
    assert spectra.shape == (257, column_count(length, hop))
    assert spectra.dtype == np.complex64
    again = istft(spectra, hop, name, length)
    assert again.shape == sound.shape
    assert again.dtype == np.float32
    assert np.linalg.norm(again - sound) < 1e-5 * np.linalg.norm(sound)


def test_nothing_gives_one_silent_column():
    spectra = stft(np.zeros(0, np.float32), 512, 128)
    assert spectra.shape == (257, 1)
    assert istft(spectra, 128, length=0).shape == (0,)


def test_columns_are_centred_on_their_hop():
    sound = np.zeros(4096, np.float32)
    sound[1280] = 1
    level = np.abs(stft(sound, 512, 128)).sum(axis=0)
    assert level.argmax() == 10
    assert np.abs(stft(sound, 512, 128)[:, 10]) == pytest.approx(np.ones(257), abs=1e-5)


def test_inverse_fills_or_cuts_to_length():
    spectra = stft(np.ones(1000, np.float32), 512, 128)
    assert istft(spectra, 128, length=5000).shape == (5000,)
    assert istft(spectra, 128, length=10).shape == (10,)
    assert istft(spectra, 128).shape == ((spectra.shape[1] - 1) * 128,)


@pytest.mark.parametrize("name", ["gauss", "hann"])
def test_synthesis_window_adds_up_to_one(name):
    product = window(name, 512) * synthesis_window(name, 512, 128)
    assert product.reshape(4, 128).sum(axis=0) == pytest.approx(np.ones(128), abs=1e-6)


@pytest.mark.parametrize("n_fft", [512, 1024])
def test_gauss_is_the_gaussian_of_its_gamma(n_fft):
    at = np.arange(n_fft) - n_fft / 2
    want = np.exp(-np.pi * at**2 / window_gamma("gauss", n_fft))
    assert window("gauss", n_fft) == pytest.approx(want, abs=1e-6)


def test_hann_gamma_is_the_nearest_gaussian():
    at = np.arange(512) - 256

    def distance(gamma):
        return np.linalg.norm(window("hann", 512) - np.exp(-np.pi * at**2 / gamma))

    best = window_gamma("hann", 512)
    assert distance(best) < 0.8
    assert distance(best) < distance(1.15 * best)
    assert distance(best) < distance(0.85 * best)


@pytest.mark.parametrize(("name", "n_fft"), [("kaiser", 512), ("hann", 511), ("gauss", 2)])
def test_other_windows_are_refused(name, n_fft):
    with pytest.raises(ValueError, match=r"window|n_fft"):
        window(name, n_fft)


@pytest.mark.parametrize("hop", [0, 100, 512])
def test_hops_that_leave_gaps_are_refused(hop):
    with pytest.raises(ValueError, match="hop"):
        synthesis_window("gauss", 512, hop)


def test_overlap_add_is_the_plain_sum():
    frames = np.random.default_rng(2).standard_normal((7, 50)).astype(np.float32)
    want = np.zeros(6 * 20 + 50)
    for index, frame in enumerate(frames):
        want[index * 20 : index * 20 + 50] += frame
    assert overlap_add(frames, 20) == pytest.approx(want, abs=1e-5)


def test_exact_magnitudes_are_those_of_the_transform():
    sound = np.random.default_rng(4).standard_normal(3000).astype(np.float32)
    exact = magnitude_spectrogram(sound, 512, 128)
    rough = np.abs(stft(sound, 512, 128, "hann"))[:, : exact.shape[1]]
    assert exact.shape == (257, 1 + 3000 // 128)
    assert rough == pytest.approx(exact, abs=1e-4)
