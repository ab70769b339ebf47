"""YIN on tones whose pitch is known, and on sounds that have none."""

import math

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra latent-resonance[evaluate]")

from latent_resonance.evaluation.pitch import NotePitch, note_pitch, track_pitch
from latent_resonance.evaluation.pitch_error import pitch_errors

RATE = 16_000
GAINS = {
    "saw": lambda n: 1 / n,
    "weak fundamental": lambda n: np.where(n == 1, 0.03, 1 / n),
    "no fundamental": lambda n: np.where(n == 1, 0.0, 1 / n),
    "bright": lambda n: n**-0.3,
    "sine": lambda n: (n == 1) * 1.0,
    "odd": lambda n: np.where(n % 2, 1 / n, 0.0),
}


def tone(midi: float, gains, seconds: float = 1.0, decay: float = math.inf) -> np.ndarray:
    hz = 440 * 2 ** ((midi - 69) / 12)
    n = np.arange(1, int(7900 / hz) + 1)
    t = np.arange(round(seconds * RATE)) / RATE
    phase = np.random.default_rng(round(8 * midi)).uniform(0, 2 * np.pi, len(n))
    waves = np.sin(2 * np.pi * hz * n[:, None] * t + phase[:, None])
    return (gains(n) @ waves * np.exp(-t / decay)).astype(np.float32)


@pytest.mark.parametrize("kind", GAINS)
@pytest.mark.parametrize("decay", [math.inf, 0.3, 0.08])
def test_tones_are_found_within_cents(kind: str, decay: float) -> None:
    asked = np.arange(40, 80.5, 2.75)
    found = [note_pitch(tone(midi, GAINS[kind], decay=decay), RATE) for midi in asked]
    assert all(note.sure for note in found)
    # The dip of a sine is wide, and YIN's normalisation leans it to one side; in cents.
    off = 100 * (np.array([note.midi for note in found]) - asked)
    assert np.abs(off).max() < (5 if kind == "sine" else 0.3)
    assert np.median(np.abs(off)) < (1.5 if kind == "sine" else 0.15)


def test_low_and_high_ends_and_a_glide() -> None:
    for midi in (26.0, 95.0):
        assert note_pitch(tone(midi, GAINS["saw"]), RATE).midi == pytest.approx(midi, abs=0.01)
    t = np.arange(2 * RATE) / RATE
    glide = np.sin(2 * np.pi * 220 * (2**t - 1) / math.log(2)).astype(np.float32)
    track = track_pitch(glide, RATE)
    centre = 0.032 * np.arange(len(track.hz)) + 0.064
    cents = 1200 * np.log2(track.hz / (220 * 2**centre))
    assert np.abs(cents[:-3]).max() < 25
    # A pitch that never stays is nobody's note.
    assert not note_pitch(glide, RATE).sure


def test_vibrato_is_heard_at_its_middle() -> None:
    t = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * 330 * t + 330 * 0.012 / 5.5 * np.sin(2 * np.pi * 5.5 * t)
    sung = (np.sin(phase) + 0.5 * np.sin(2 * phase)).astype(np.float32)
    found = note_pitch(sung, RATE)
    assert found.sure
    assert 100 * found.midi == pytest.approx(6900 + 1200 * math.log2(330 / 440), abs=3)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, RATE).astype(np.float32)
    assert not note_pitch(noise, RATE).sure
    for silence in (np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        found = note_pitch(silence, RATE)
        assert math.isnan(found.midi)
        assert not found.sure


def test_a_tone_in_noise_is_still_found() -> None:
    noise = np.random.default_rng(0).normal(0, 1, RATE)
    clean = tone(57, GAINS["saw"])
    noisy = clean + 0.1 * np.std(clean) * noise
    found = note_pitch(noisy.astype(np.float32), RATE)
    assert found.sure
    assert found.midi == pytest.approx(57, abs=0.03)


def test_octave_slips_are_told_apart_from_being_out_of_tune() -> None:
    found = [NotePitch(midi, 1.0, sure=True) for midi in (60.1, 72.0, 48.3, 66.0)]
    found.append(NotePitch(math.nan, 0.0, sure=False))
    errors = pitch_errors(found, [60.0] * 5)
    np.testing.assert_allclose(errors.cents[:4], [10, 1200, -1170, 600], atol=1e-6)
    assert errors.slipped.tolist() == [False, True, True, False, False]
    np.testing.assert_allclose(errors.folded[:3], [10, 0, 30], atol=1e-6)
    summary = errors.summary()
    assert summary["sure_share"] == pytest.approx(0.8)
    assert summary["within_20_cents_share"] == pytest.approx(0.25)
    assert summary["within_20_cents_octave_aside_share"] == pytest.approx(0.5)
    assert summary["octave_slip_share"] == pytest.approx(0.5)
    with pytest.raises(ValueError, match="pitches"):
        pitch_errors(found, [60.0])
    unsure = pitch_errors([NotePitch(60, 0, sure=False)], [60.0]).summary()
    assert unsure == {"notes": 1.0, "sure_share": 0.0}


def test_real_notes_have_the_pitch_of_their_labels(shared_data) -> None:
    import csv

    import soundfile

    with (shared_data / "notes" / "manifest.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["f0_agrees"] == "1"][::25]
    found = [
        note_pitch(soundfile.read(shared_data / "notes" / row["file"], dtype="float32")[0], RATE)
        for row in rows
    ]
    summary = pitch_errors(found, [float(row["midi_pitch"]) for row in rows]).summary()
    assert summary["sure_share"] > 0.9
    assert summary["within_50_cents_share"] > 0.9
    assert summary["octave_slip_share"] < 0.06
