"""Beats are announced before they fall, in time; noise and silence have none; harmony, novelty."""

from functools import cache

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.data.synthetic.rhythms import RHYTHMS, Rhythm, RhythmTrack, make_rhythm
from latent_resonance.evaluation.beats import f_measure, lags
from latent_resonance.sense.listening.controls import ListeningOptions
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sense.listening.rhythm import Rhythm as RhythmControls
from latent_resonance.sound.beats import BeatTracker
from latent_resonance.sound.mel_flux import Rise

RATE, AHEAD, SECONDS = 44_100, 0.06, 25.0


@cache
def track(name: str) -> RhythmTrack:
    return make_rhythm(RHYTHMS[name], SECONDS, RATE, seed=100 + list(RHYTHMS).index(name))


def listen(sound: np.ndarray, rate: int = RATE, **options: object) -> list[Controls]:
    return Listener(rate, ListeningOptions.model_validate(options)).feed(sound)


@cache
def heard(name: str) -> list[Controls]:
    """What a listener gives all through a track; the same for all who ask."""
    return listen(track(name).samples)


def series(updates: list[Controls], name: str) -> np.ndarray:
    return np.array([update.values[name] for update in updates])


def announced(updates: list[Controls], ahead: float = AHEAD) -> np.ndarray:
    """The times that announced beats are to fall at."""
    when = np.array([update.time_seconds for update in updates])
    return when[1:][np.diff(series(updates, "beat")) > 0] + ahead


def quickly(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Announced beats and confidence, without the other controls of a listener."""
    frame, hop = 1024, 512
    controls = RhythmControls(RATE, frame, hop / RATE, ListeningOptions())
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)
    padded = np.concatenate([np.zeros(frame), sound])
    rows = []
    for end in range(frame + hop, len(padded) + 1, hop):
        power = np.abs(np.fft.rfft(window * padded[end - frame : end])) ** 2
        controls.step(power, np.zeros(12), sounding=True)
        values = controls.values()
        rows.append(((end - frame) / RATE, values["beat"], values["beat_confidence"]))
    when, beat, confidence = np.array(rows).T
    return when[1:][np.diff(beat) > 0] + AHEAD, confidence


@cache
def found(name: str) -> np.ndarray:
    return quickly(track(name).samples)[0]


@pytest.mark.parametrize("name", RHYTHMS)
def test_the_beats_of_a_track_are_found(name: str) -> None:
    # After a jump the last seconds have to agree on another tempo first.
    assert f_measure(found(name), track(name).beats) > (0.8 if "jumps" in name else 0.9)
    away = np.abs(lags(found(name), track(name).beats))
    assert np.median(away) <= (0.03 if "glides" in name else 0.01)


def test_announced_beats_are_in_time() -> None:
    away = np.concatenate([np.abs(lags(found(name), track(name).beats)) for name in RHYTHMS])
    assert np.median(away) <= 0.02
    assert np.percentile(away, 90) <= 0.07


def test_a_listener_gives_the_same_beats_with_everything_else() -> None:
    sound = track("98 bpm")
    updates = heard("98 bpm")
    assert f_measure(announced(updates), sound.beats) > 0.95
    late = [u for u in updates if u.time_seconds > 5]
    assert series(late, "tempo") == pytest.approx(98, rel=0.03)
    assert series(late, "beat_confidence").min() > 0.5
    phase = series(late, "beat_phase")
    assert np.all((phase >= 0) & (phase < 1))
    turns = np.count_nonzero(np.diff(phase) < -0.5)
    assert turns == pytest.approx(len(announced(late)), abs=1), "a round of the phase is a beat"
    assert series(late, "beat").max() == 1
    assert series(late, "beat").min() < 0.05, "it falls between beats"


@pytest.mark.parametrize("rate", [8_000, 48_000, 192_000])
def test_beats_are_in_time_at_any_rate(rate: int) -> None:
    sound = make_rhythm(Rhythm(112), 12.0, rate, 5)
    away = lags(announced(listen(sound.samples, rate)), sound.beats)
    assert abs(np.median(away)) < 0.012
    assert np.percentile(np.abs(away), 90) < 0.03


@pytest.mark.parametrize("ahead", [0.0, 0.15])
def test_how_far_ahead_is_an_option(ahead: float) -> None:
    sound = make_rhythm(Rhythm(120), 10.0, RATE, 6)
    updates = listen(sound.samples, beat_ahead_seconds=ahead)
    assert np.abs(lags(announced(updates, ahead), sound.beats)).max() < 0.03


def test_twice_and_half_as_many_beats() -> None:
    sound = make_rhythm(Rhythm(100), 14.0, RATE, 7)
    beats = sound.beats
    between = (beats[1:] + beats[:-1]) / 2
    twice = listen(sound.samples, beat_multiple="double")
    assert f_measure(announced(twice), np.sort(np.concatenate([beats, between]))) > 0.95
    assert twice[-1].values["tempo"] == pytest.approx(200, rel=0.03)
    half = listen(sound.samples, beat_multiple="half")
    of_two = max(f_measure(announced(half), beats[start::2]) for start in (0, 1))
    assert of_two > 0.9
    assert half[-1].values["tempo"] == pytest.approx(50, rel=0.03)


def test_how_loud_it_is_changes_no_beat() -> None:
    sound = make_rhythm(Rhythm(100, bed=0), 8.0, RATE, 8).samples
    np.testing.assert_allclose(quickly(sound)[0], quickly(0.1 * sound)[0])


def test_a_change_of_tempo_is_followed() -> None:
    sound = track("tempo jumps")
    updates = listen(sound.samples)
    tempo = {round(u.time_seconds): u.values["tempo"] for u in updates}
    assert tempo[12] == pytest.approx(90, rel=0.03)
    assert tempo[22] == pytest.approx(112, rel=0.03)
    late = np.abs(lags(found("tempo jumps"), sound.beats, skip_seconds=8.0))
    assert np.percentile(late, 90) < 0.07


def test_the_phase_of_the_old_tempo_is_forgotten_after_a_jump() -> None:
    step = 512 / RATE
    beats = np.append(np.arange(0.25, 10, 60 / 140), 10 + np.arange(0.1, 8, 60 / 110))
    hit = np.zeros(round(18 / step))
    hit[np.round(beats / step).astype(int) - 1] = 1
    tracker = BeatTracker(step, 0.0, AHEAD)
    position = [tracker.step(Rise(one, one)).position for one in hit]
    told = (2 + np.flatnonzero(np.diff(np.floor(position)))) * step + AHEAD
    assert np.count_nonzero(np.abs(lags(told, beats, skip_seconds=10.0)) > 0.07) <= 3


@pytest.mark.parametrize("name", ["98 bpm", "160 bpm", "3/4", "6/8 fast", "no drums, 3/4", "swing"])
def test_bars_begin_on_downbeats(name: str) -> None:
    sound = track(name)
    updates = [update for update in heard(name) if update.time_seconds > 11]
    when = np.array([update.time_seconds for update in updates]) + AHEAD
    turns = np.unwrap(series(updates, "bar_phase"), period=1)
    bars = sound.downbeats[(sound.downbeats > 11.2) & (sound.downbeats < SECONDS)]
    phase = np.interp(bars, when, turns)
    assert np.abs((phase + 0.5) % 1 - 0.5).max() < 0.1
    assert np.diff(phase) == pytest.approx(1, abs=0.1), "one round is one bar"
    assert np.median(series(updates, "bar_confidence")) > 0.3


def test_equal_strokes_have_no_bars() -> None:
    rng = np.random.default_rng(9)
    sound = 0.01 * rng.standard_normal(16 * RATE)
    for at in np.arange(0.3, 15.8, 0.5):
        sound[round(at * RATE) :][:800] += 0.3 * rng.standard_normal(800)
    updates = listen(sound.astype(np.float32))
    assert np.median(series(updates[-700:], "beat_confidence")) > 0.8
    assert np.median(series(updates[-700:], "bar_confidence")) < 0.3


def test_what_has_no_rhythm_has_no_beats() -> None:
    rng = np.random.default_rng(4)
    count = 20 * RATE
    noise = 0.1 * rng.standard_normal(count)
    rumble = np.cumsum(rng.standard_normal(count)) * 1e-4
    tone = 0.2 * np.sin(np.arange(count) * 0.06)
    for sound in (noise, rumble, tone):
        beats, confidence = quickly(sound)
        assert len(beats) == 0
        assert confidence.max() < 0.05
    clicks = 0.001 * rng.standard_normal(count)
    at = 0.0
    while at < 19:
        clicks[round(at * RATE) :][:400] += 0.3 * rng.standard_normal(400)
        at += rng.uniform(0.15, 1.2)
    beats, confidence = quickly(clicks)
    assert np.median(confidence) < 0.05, "irregular strokes are no rhythm"


def test_silence_between_strokes_keeps_the_beat_and_comes_with_the_sound() -> None:
    clicks = np.zeros(14 * RATE, np.float32)
    truth = 0.5 + 0.6 * np.arange(22)
    rng = np.random.default_rng(2)
    for at in truth:
        clicks[round(at * RATE) :][:600] = 0.5 * rng.standard_normal(600)
    updates = listen(clicks)
    away = lags(announced(updates, 0.0), truth)
    assert np.abs(away).max() < 0.02, "with the stroke, where all is still before it"
    assert updates[-1].values["tempo"] == pytest.approx(100, rel=0.02)


def test_after_a_long_silence_another_rhythm_is_learnt() -> None:
    one, two = make_rhythm(Rhythm(80), 8.0, RATE, 1), make_rhythm(Rhythm(150), 10.0, RATE, 2)
    silence = np.zeros(4 * RATE, np.float32)
    updates = listen(np.concatenate([one.samples, silence, two.samples]))
    beats = announced(updates)
    assert not np.any((beats > 8.2) & (beats < 12))
    assert f_measure(beats - 12, two.beats, skip_seconds=3) > 0.95


def test_a_file_s_beats(tmp_path) -> None:
    sound = make_rhythm(Rhythm(126), 10.0, RATE, 3)
    soundfile.write(tmp_path / "a.flac", sound.samples, RATE)
    part = find_part("sense", "audio_file").make({"source": tmp_path / "a.flac"})
    part.prepare(Spec())
    updates = [part.read(step * 0.008, 0.008) for step in range(1250)]
    part.close()
    away = lags(announced(updates), sound.beats)
    assert np.abs(away).max() < 0.03


def chord(root: int, seconds: float, kinds: tuple[int, ...] = (0, 4, 7)) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * 440 * 2 ** ((root + step - 69) / 12) * at) for step in kinds]
    return (0.1 * np.sum(tones, axis=0)).astype(np.float32)


def test_harmony_is_a_place_on_the_circle_of_fifths() -> None:
    places = [listen(chord(72 + 7 * k % 12, 3.0))[-1].values for k in range(12)]
    hues = np.array([place["harmony_hue"] for place in places])
    steps = np.diff(hues, append=hues[0]) % 1
    np.testing.assert_allclose(steps, 1 / 12, atol=0.04)
    assert min(place["harmony_strength"] for place in places) > 0.6
    for place in places:
        angle = 2 * np.pi * place["harmony_hue"]
        size = place["harmony_strength"]
        assert place["harmony_x"] == pytest.approx(size * np.cos(angle), abs=1e-6)
        assert place["harmony_y"] == pytest.approx(size * np.sin(angle), abs=1e-6)


def test_all_notes_and_noise_have_no_harmony() -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(4 * RATE).astype(np.float32)
    assert series(listen(noise)[-100:], "harmony_strength").max() < 0.2
    every = chord(60, 3.0, tuple(range(12)))
    assert series(listen(every)[-100:], "harmony_strength").max() < 0.2


def test_harmony_glides_the_shorter_way_round() -> None:
    # B flat major lies before 0, D major after it.
    updates = listen(np.concatenate([chord(58, 3.0), chord(60, 3.0)]))
    hue = series(updates, "harmony_hue")[200:]
    assert np.abs((np.diff(hue) + 0.5) % 1 - 0.5).max() < 0.05
    assert not np.any((hue > 0.3) & (hue < 0.8))


def test_a_louder_part_is_new_and_then_is_not() -> None:
    rng = np.random.default_rng(6)
    level = np.repeat([0.02, 0.1, 0.02], [8 * RATE, 20 * RATE, 4 * RATE])
    novelty = series(
        listen((level * rng.standard_normal(len(level))).astype(np.float32)), "novelty"
    )
    at = lambda seconds: novelty[round(seconds * RATE / 512)]  # noqa: E731
    assert novelty[: 8 * RATE // 512].max() == 0
    assert at(9.0) > 0.9
    assert at(27.0) < 0.1
    assert novelty[-300:].max() < 0.05, "less loud is no event"
