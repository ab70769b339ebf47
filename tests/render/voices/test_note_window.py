"""A window's path: it holds, dies away or ends, as it was measured; and all are equally loud."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.render.voices.brightness import brighter
from latent_resonance.render.voices.note_window import NEPER_DB, prepare_window
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import VoiceBank
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness
from latent_resonance.sound.stft import stft

LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384)


def window(db_per_second: float, top_db: float = 0.0) -> Spectrogram:
    """Ten partials of 220 Hz that fall at a rate."""
    at = np.arange(48 * 1024) / LAYOUT.sample_rate
    wave = sum(np.sin(2 * np.pi * 220 * n * at + n * n) / n for n in range(1, 11))
    level = 20 * np.log10(np.abs(stft(wave.astype(np.float32), 1024, 128)) + 1e-9)[:512, 20:21]
    level = level - level.max() + top_db + db_per_second * np.arange(384) * LAYOUT.hop_seconds
    return Spectrogram(np.clip(level, -80, 0).astype(np.float32), LAYOUT)


def held(
    spectrogram: Spectrogram, seconds: float, t60: float | None = None, **tone: float
) -> np.ndarray:
    bank = VoiceBank(LAYOUT, 1, 1)
    bank.start(Voice([prepare_window(spectrogram, t60, **tone)], 0.0), 0, 1)
    return np.concatenate([bank.tick() for _ in range(round(seconds * 125))])[:, 0]


def levels(sound: np.ndarray) -> np.ndarray:
    """Each second's, in dB."""
    seconds = sound[: len(sound) // 16_000 * 16_000].reshape(-1, 16_000).astype(np.float64)
    return 10 * np.log10(np.mean(seconds**2, axis=1) + 1e-20)


@pytest.mark.parametrize("slope", [-4.0, 3.0, 0.0])
def test_what_is_blown_holds_from_the_held_part_on(slope: float) -> None:
    spectrogram = window(slope, min(0.0, -3.1 * slope))
    sound = held(spectrogram, 14)
    found = levels(sound)
    assert np.ptp(found[3:]) < 0.2
    first = prepare_window(spectrogram).held[0] * LAYOUT.hop_seconds
    assert first > 0.5
    begin, end = (
        10 * np.log10(np.mean(sound[round(t * 16_000) :][:800].astype(np.float64) ** 2))
        for t in (0.1, first - 0.1)
    )
    assert end - begin == pytest.approx(slope * (first - 0.2), abs=0.3)
    assert find_clicks(sound, 16_000) == []


def test_what_is_struck_dies_at_its_rate_through_every_turn() -> None:
    found = levels(held(window(-5.0), 12, t60=12.0))
    np.testing.assert_allclose(np.diff(found), -5.0, atol=0.4)


def test_what_is_over_ends() -> None:
    made = prepare_window(window(-60.0), t60_seconds=1.0)
    bank = VoiceBank(LAYOUT, 1, 1)
    bank.start(Voice([made], 0.0), 0, 1)
    for _ in range(200):
        bank.tick()
    assert bank.voices == []
    assert not bank.full


@pytest.mark.parametrize("top_db", [0.0, -12.0])
def test_all_windows_are_equally_loud(top_db: float) -> None:
    sound = held(window(0.0, top_db), 2)
    assert integrated_loudness(sound, 16_000) == pytest.approx(-16, abs=0.3)
    assert prepare_window(window(0.0, top_db)).gain * NEPER_DB == pytest.approx(
        prepare_window(window(0.0)).gain * NEPER_DB - top_db, abs=0.1
    )


def test_a_brighter_note_has_louder_partials_and_is_no_louder() -> None:
    plain, bright = (prepare_window(window(0.0), hz=220.0, tilt_db=db) for db in (0.0, 3.0))
    found = NEPER_DB * (bright.log_magnitude - plain.log_magnitude)[100]
    partials = np.round(220 * np.arange(1, 11) * 1024 / 16_000).astype(int)
    np.testing.assert_allclose(found[partials], 3 * np.log2(np.arange(1, 11)), atol=0.2)
    sound = held(window(0.0), 2, hz=220.0, tilt_db=3.0)
    assert integrated_loudness(sound, 16_000) == pytest.approx(-16, abs=0.3)


def test_however_much_brightness_adds_a_note_is_no_louder() -> None:
    sound = held(window(0.0), 1, hz=220.0, tilt_db=14.0)
    assert integrated_loudness(sound, 16_000) == pytest.approx(-16, abs=1)


def test_slopes_end_with_the_twelfth_partial_and_leave_what_is_above_8_khz() -> None:
    wide = LAYOUT.widened(3, 100.0)
    hz = np.arange(wide.bins) * wide.sample_rate / wide.n_fft
    flat = np.full(wide.bins, np.exp(-6), np.float32)
    found = NEPER_DB * brighter(flat, wide, 220.0, 3.0)
    assert np.ptp(found[(hz > 12 * 220) & (hz < 3900)]) == 0
    assert found[(hz > 12 * 220)][0] == pytest.approx(3 * np.log2(12))
    power = 10 ** (found / 10)
    assert 10 * np.log10(power[hz < 7000].mean()) == pytest.approx(found[-1], abs=0.3)
    assert np.ptp(found[hz >= 8000]) == 0


def test_a_tilt_tells_what_it_brings_to_loudness_and_to_energy_below_7_khz() -> None:
    made = prepare_window(window(0.0))
    nepers = np.linspace(0, -8, LAYOUT.bins).astype(np.float32)
    louder, below = made.tilted(nepers)
    power = np.exp(2 * made.log_magnitude.astype(np.float64)).sum(axis=0)
    heard = np.arange(LAYOUT.bins) * 16_000 / 1024 < 7000
    changed = (power * np.exp(2 * nepers))[heard].sum() / power[heard].sum()
    assert below == pytest.approx(0.5 * np.log(changed), abs=1e-3)
    # What is deep counts less in loudness.
    assert louder < below - 0.01


def test_silence_is_silent_and_the_floor_makes_no_hiss() -> None:
    quiet = Spectrogram(np.full((512, 384), -80, np.float32), LAYOUT)
    assert np.abs(held(quiet, 0.5)).max() < 1e-3
    tone = window(0.0)
    sound = held(tone, 1.0)
    between = np.abs(np.fft.rfft(sound[4000:12000] * np.hanning(8000)))
    assert between[round(330 / 2)] < 1e-3 * between.max()


def test_a_bank_says_when_it_is_full_and_takes_no_more() -> None:
    made = prepare_window(window(0.0))
    bank = VoiceBank(LAYOUT, 2, 2)
    voices = [Voice([made], 0.0) for _ in range(2)]
    for number, voice in enumerate(voices):
        bank.start(voice, 5 * number, number)
    assert bank.full
    with pytest.raises(ValueError, match="0 free"):
        bank.start(Voice([made], 0.0), 0, 3)
    bank.stop(voices[0])
    with pytest.raises(ValueError, match="at 128"):
        bank.start(Voice([made], 0.0), 128, 3)
    bank.start(Voice([made], 0.0), 127, 3)
    assert bank.tick().shape == (128, 2)


@pytest.mark.parametrize("t60", [None, 12.0])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_column_and_its_change_are_read_at_the_playhead(
    t60: float | None, direction: int
) -> None:
    made = prepare_window(window(-5.0), t60)
    assert (made.decay is None) == (t60 is None)
    columns, first = made.log_magnitude.astype(np.float64), made.held[0]
    decay = np.zeros(LAYOUT.bins) if made.decay is None else made.decay

    def at(head: int, age: int) -> np.ndarray:
        return columns[head] + decay * max(age - first, 0)

    level, change = (np.empty(LAYOUT.bins, np.float32) for _ in range(2))
    ages = (5, first - 1, first, first + 1, first + 2, first + 300)
    for head, age in [(head, age) for head in (1, first, len(columns) - 2) for age in ages]:
        made.read((head - direction, head, head + direction), age, level, change)
        np.testing.assert_allclose(level, at(head, age), atol=1e-5)
        beside = at(head + direction, age + 1) - at(head - direction, age - 1)
        np.testing.assert_allclose(change, beside, atol=1e-5)
    # Before its first column there is none: it changes as it will.
    made.read((0, 0, 1), 0, level, change)
    np.testing.assert_allclose(change, 2 * (at(1, 1) - at(0, 0)), atol=1e-5)
