"""Recordings end, and windows learnt from them: a held key goes on all the same."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.render.voices.held_part import before_the_edge, find_held_part
from latent_resonance.render.voices.note_window import prepare_window
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import VoiceBank
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.stft import stft

LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384)
COLUMNS = np.arange(384)


def course(db_per_second: float = 0.0, cut: int = 384) -> np.ndarray:
    """A level that falls at a rate and, from ``cut`` on, into nothing within some columns."""
    level = db_per_second * COLUMNS * LAYOUT.hop_seconds
    return np.asarray(level - np.minimum(12.0 * np.maximum(COLUMNS - cut, 0), 110), np.float32)


def wavering(cut: int) -> Spectrogram:
    """Ten partials whose levels waver, as real ones do, each in its own way."""
    random = np.random.default_rng(3)
    at = np.arange(8192) / LAYOUT.sample_rate
    magnitude = np.zeros((512, 384))
    for n in range(1, 11):
        wave = np.sin(2 * np.pi * 220 * n * at) / n
        lobe = np.abs(stft(wave.astype(np.float32), 1024, 128))[:512, 20:21]
        noise = np.convolve(random.normal(0, 1, 384 + 40), np.hanning(41) / 4.5, "valid")
        magnitude += lobe * 10 ** (1.2 * noise / 20)
    level = 20 * np.log10(magnitude + 1e-9)
    level = level - level.max() + course(cut=cut)
    return Spectrogram(np.clip(level, -80, 0).astype(np.float32), LAYOUT)


def held(spectrogram: Spectrogram, seconds: float, seed: int = 1) -> np.ndarray:
    bank = VoiceBank(LAYOUT, 1, 1)
    bank.start(Voice([prepare_window(spectrogram)], 0.0), 0, seed)
    return np.concatenate([bank.tick() for _ in range(round(seconds * 125))])[:, 0]


@pytest.mark.parametrize("cut", [362, 370, 384])
@pytest.mark.parametrize("slope", [0.0, -1.5])
def test_the_cliff_where_training_clips_were_cut_is_no_part_of_the_note(
    cut: int, slope: float
) -> None:
    part = find_held_part(course(slope, cut))
    assert cut - 24 < part.last < cut
    assert part.slope_db == pytest.approx(slope * LAYOUT.hop_seconds, abs=0.002)
    assert cut - 24 < before_the_edge(course(-12.0, cut)) < cut


@pytest.mark.parametrize("db_per_second", [-34.0, -20.0])
def test_a_plateau_that_soon_falls_is_as_loud_as_another(db_per_second: float) -> None:
    """Its slope is taken out of what is held, and of nothing behind it."""
    steady, falling = wavering(384), wavering(384)
    fall = np.maximum(course(db_per_second), -50.0)[None]
    falling = Spectrogram(np.clip(falling.level_db + fall, -80, 0), LAYOUT)
    sounds = [held(one, 1.0) for one in (steady, falling)]
    levels = [20 * np.log10(np.abs(sound).max()) for sound in sounds]
    assert find_held_part(fall[0]).last < 150
    assert levels[1] == pytest.approx(levels[0], abs=4)


def test_a_fast_decay_is_no_cliff() -> None:
    assert before_the_edge(course(-19.0)) == 383 - 8


def test_a_player_who_stopped_early_does_not_stop_the_note() -> None:
    level = course()
    level[200:] -= 0.4 * np.arange(184)
    part = find_held_part(level)
    assert 180 < part.last < 216
    assert part.first < part.last - 24
    assert np.ptp(level[part.first : part.last]) < 6


def test_a_long_note_is_level_clean_and_has_no_period() -> None:
    sound = held(wavering(362), 24.0)
    steady = sound[4 * 16_000 :]
    power = 10 * np.log10(np.mean(steady.reshape(-1, 1600).astype(np.float64) ** 2, axis=1))
    assert np.ptp(power) < 4
    assert find_clicks(sound, 16_000) == []
    frames = np.lib.stride_tricks.sliding_window_view(steady, 1024)[::128] * np.hanning(1024)
    spectrum = np.abs(np.fft.rfft(frames, axis=1))
    partials = 20 * np.log10(spectrum[:, [round(220 * n / 15.625) for n in range(1, 11)]])
    partials -= partials.mean(axis=0)
    size = len(partials)
    alike = np.array(
        [np.mean(partials[: size - lag] * partials[lag:]) for lag in range(size // 2)]
    ) / np.mean(partials**2)
    # A wave form or a path that repeats reaches 1.
    assert alike[60:].max() < 0.6
    # Another note goes another way.
    assert np.abs(held(wavering(362), 6.0, seed=2)[-16_000:] - sound[5 * 16_000 :][:16_000]).max()


def test_the_path_stays_in_the_held_part_and_reaches_all_of_it() -> None:
    window = prepare_window(wavering(362))
    first, last = window.held
    voice = Voice([window], 0.0)
    voice.chance.seed(5)
    heads = []
    for _ in range(12_000):
        voice.advance()
        heads.append(voice.head)
    assert heads[: first + 1] == list(range(1, first + 2))
    dwelt = np.array(heads[first:])
    assert dwelt.min() >= first
    assert dwelt.max() <= last
    assert set(np.diff(dwelt)) <= {-1, 1}
    assert np.bincount(dwelt, minlength=last + 1)[first + 5 : last - 5].min() > 5
