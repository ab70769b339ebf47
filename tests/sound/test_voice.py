"""What is told from a recorded voice, and which recordings are refused."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import MediaError
from latent_resonance.sound.voice.clip import LONGEST_SECONDS, RATE, take_voice, trim
from latent_resonance.sound.voice.mel_square import RATE as SQUARE_RATE
from latent_resonance.sound.voice.mel_square import mel_square, resizing
from latent_resonance.sound.voice.timbre import TIMBRE_SIZE, describe_timbre
from latent_resonance.sound.voice.words import BANDS, MODULATIONS, describe_words


def talk(seconds: float, hz: float = 120.0, rate: int = RATE, seed: int = 0) -> np.ndarray:
    """Harmonics under two resonances that wander, in syllables."""
    random = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * hz * t + 0.5 * np.sin(2 * np.pi * 3 * t)
    first, second = 500 + 200 * np.sin(2 * np.pi * 1.3 * t), 1500 + 500 * np.cos(2 * np.pi * 2 * t)
    sound = np.zeros(len(t))
    for k in range(1, int(4000 / hz)):
        at = k * hz
        gain = np.exp(-(((at - first) / 200) ** 2)) + 0.4 * np.exp(-(((at - second) / 300) ** 2))
        sound += gain * np.sin(k * phase)
    sound *= np.clip(np.sin(2 * np.pi * 4 * t) + 0.7, 0, None)
    return (0.1 * sound + 1e-4 * random.standard_normal(len(t))).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(RATE, np.float32), "is silent"),
        (np.full(RATE, 1e-5, np.float32), "is silent"),
        (np.full(RATE, 0.4, np.float32), "constant"),
        (talk(0.2), "lasts 0.20 s"),
        (np.zeros(0, np.float32), "lasts 0.00 s"),
        (np.where(np.arange(RATE) == 99, np.nan, 0.1).astype(np.float32), "NaN"),
        (np.where(np.arange(RATE) == 99, np.inf, 0.1).astype(np.float32), "NaN"),
    ],
)
def test_what_is_no_voice_is_refused_in_a_sentence(samples: np.ndarray, says: str) -> None:
    with pytest.raises(MediaError, match=says) as caught:
        take_voice(samples, "me.wav")
    assert str(caught.value).startswith("me.wav ")
    assert "\n" not in str(caught.value)


def test_a_quiet_voice_on_a_constant_is_taken() -> None:
    clip = take_voice(0.01 * talk(1.0) + 0.3)
    assert abs(float(clip.samples.mean())) < 1e-5
    assert clip.part == ""


def test_of_ten_minutes_the_part_with_most_sound_is_taken() -> None:
    long = np.tile(0.01 * talk(1.0), 600)
    long[300 * RATE : 330 * RATE] = np.tile(talk(1.0), 30)
    clip = take_voice(long)
    assert clip.seconds == LONGEST_SECONDS
    assert 299.5 <= clip.start / RATE <= 310.5
    assert clip.part.endswith("s of 600.0 s")


def test_silence_and_noise_around_are_cut() -> None:
    voice = talk(1.0)
    random = np.random.default_rng(1)
    around = np.concatenate([np.zeros(RATE), voice, np.zeros(RATE // 2)]).astype(np.float32)
    noise = 0.1 * np.sqrt(np.mean(voice**2)) * random.standard_normal(len(around))
    for sound in (around, around + noise.astype(np.float32)):
        assert len(trim(sound)) / RATE == pytest.approx(1.0, abs=0.12)


def test_level_and_delay_change_hardly_anything() -> None:
    sound, other = talk(1.5), talk(1.5, 210.0, seed=2)
    later = np.concatenate([np.zeros(640, np.float32), 0.3 * sound])
    timbre = describe_timbre(sound)
    apart = np.linalg.norm(describe_timbre(other) - timbre)
    assert np.linalg.norm(describe_timbre(later) - timbre) < 0.05 * apart
    first, second = describe_words(sound), describe_words(later)
    assert first @ second / np.linalg.norm(first) / np.linalg.norm(second) > 0.95


def test_pitch_is_measured_in_octaves_above_100_hz() -> None:
    for hz in (90.0, 140.0, 260.0):
        middle = describe_timbre(talk(1.5, hz))[-3]
        assert middle == pytest.approx(np.log2(hz / 100), abs=0.06)


def test_words_do_not_depend_on_an_equaliser() -> None:
    from scipy.signal import lfilter

    sound = talk(1.5)
    changed = lfilter([1, -0.3], [1], sound).astype(np.float32)
    first, second = describe_words(sound), describe_words(changed)
    assert first.shape == (BANDS * MODULATIONS,)
    assert first @ second / np.linalg.norm(first) / np.linalg.norm(second) > 0.95


@pytest.mark.parametrize("seconds", [0.3, 0.5, 20.0])
def test_any_length_has_a_description(seconds: float) -> None:
    sound = talk(seconds)
    assert describe_timbre(sound).shape == (TIMBRE_SIZE,)
    assert np.isfinite(describe_timbre(sound)).all()
    assert np.isfinite(describe_words(sound)).all()


@pytest.mark.parametrize("sound", [np.eye(1, 16000, 5000)[0], np.sign(np.sin(np.arange(16000.0)))])
def test_a_click_and_a_square_wave_have_one_as_well(sound: np.ndarray) -> None:
    clip = take_voice(sound.astype(np.float32)).samples
    assert np.isfinite(describe_timbre(clip)).all()
    assert np.isfinite(describe_words(clip)).all()


@pytest.mark.parametrize("seconds", [1.6, 2.4, 6.0])
def test_the_square_is_librosas_resized_by_areas(seconds: float) -> None:
    librosa = pytest.importorskip("librosa")
    sound = talk(seconds, rate=SQUARE_RATE)
    mel = librosa.feature.melspectrogram(y=sound.astype(np.float64), sr=SQUARE_RATE, n_mels=64)
    level = librosa.power_to_db(mel, ref=np.max)
    # Means over stretches, exactly: each column as often as its 64 parts fall into a place.
    expected = np.repeat(level, 64, axis=1).reshape(64, 64, level.shape[1]).mean(axis=2)
    np.testing.assert_allclose(mel_square(sound).reshape(64, 64), expected, atol=2e-3)


def test_a_short_one_is_stretched_as_opencv_does() -> None:
    # cv2.resize of the squares of 0..21 to 64 by INTER_AREA, OpenCV 5.0.0, every seventh.
    expected = [0.0, 4.0, 20.0909, 49.0, 81.0, 144.0, 196.0, 274.0, 361.0, 441.0]
    made = np.arange(22.0) ** 2 @ resizing(22)
    np.testing.assert_allclose(made[::7], expected, atol=1e-3)
