"""What a player gets: pitch, dynamics, pedals, bends, glides, stealing; and nothing that hangs."""

from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest
from additive_notes import INSTRUMENTS, Additive
from hypothesis import given, settings
from hypothesis import strategies as st
from measure import RATE, centroid_hz, cents_off, level_db
from notes_driver import Inline, Notes, Played, bend, control, note, program

from latent_resonance.contracts.values import Event
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness


@cache
def windows() -> Inline:
    """One store for all tests."""
    return Inline(Additive())


def open_notes(**options: Any) -> Notes:
    return Notes(windows=windows(), **options)


def play(notes: Notes, events: list[Event], seconds: float) -> tuple[np.ndarray, Played]:
    played = notes.play(events, seconds)
    return played.sound, played


def part(sound: np.ndarray, begin: float, end: float) -> np.ndarray:
    return sound[round(begin * RATE) : round(end * RATE)]


@pytest.mark.parametrize("instrument", ["cello", "flute", "grand_piano", "church_organ"])
@pytest.mark.parametrize("key", [21, 25, 31, 36, 48, 57, 60, 71, 84, 96])
def test_notes_have_their_pitch(instrument: str, key: int) -> None:
    sound, _ = play(open_notes(instrument=instrument), note(0, 2, key), 2)
    assert abs(cents_off(part(sound, 0.2, 1.8), key)) < 1.0


def test_an_estimator_that_knows_nothing_finds_the_pitch_too() -> None:
    for key in (45, 64, 76):
        sound, _ = play(open_notes(instrument="cello"), note(0, 1, key), 1)
        assert abs(12 * np.log2(repeats_hz(part(sound, 0.2, 0.9)) / 440) + 69 - key) < 0.1


def repeats_hz(sound: np.ndarray) -> float:
    """Between 60 and 1,500 Hz, by the autocorrelation's first high peak and that ten times later."""
    spectrum = np.abs(np.fft.rfft(sound, 2 * len(sound))) ** 2
    alike = np.fft.irfft(spectrum)[: len(sound)] / np.arange(len(sound), 0, -1)
    shortest, longest = RATE // 1500, RATE // 60
    high = alike > 0.8 * alike[shortest:longest].max()
    peaks = high[1:-1] & (alike[1:-1] >= alike[:-2]) & (alike[1:-1] > alike[2:])
    lag = int(np.flatnonzero(peaks[shortest:longest])[0]) + shortest + 1
    around = np.arange(10 * lag - 5, 10 * lag + 6)
    return 10 * RATE / float(around[np.argmax(alike[around])])


def test_a_note_begins_on_its_sample_and_not_before() -> None:
    for begin in (0.0, 0.1, 0.10331):
        sound, _ = play(open_notes(instrument="church_organ"), note(begin, 1, 60), 0.6)
        first = round(begin * RATE)
        assert np.abs(sound[:first]).max(initial=0) == 0
        # Within 5 ms it is as loud as it stays.
        early = part(sound, begin + 0.005, begin + 0.03)
        assert abs(level_db(early) - level_db(part(sound, begin + 0.2, begin + 0.5))) < 2.0


def test_velocity_is_level_and_brightness() -> None:
    levels, brightness = [], []
    for velocity in (127, 90, 64, 32):
        sound, _ = play(open_notes(instrument="cello"), note(0, 1, 57, velocity), 1)
        held = part(sound, 0.2, 0.9)
        levels.append(integrated_loudness(held, RATE) - 40 * np.log10(velocity / 127))
        brightness.append(centroid_hz(held))
    assert max(levels) - min(levels) < 0.5
    assert brightness == sorted(brightness, reverse=True)
    assert brightness[0] > 1.15 * brightness[-1]


def test_a_held_organ_holds_and_a_held_piano_dies() -> None:
    sound, _ = play(open_notes(instrument="church_organ"), note(0, 20, 60), 20)
    levels = [level_db(part(sound, t, t + 0.5)) for t in range(1, 19)]
    assert max(levels) - min(levels) < 0.5
    assert find_clicks(sound, RATE) == []
    sound, _ = play(open_notes(instrument="grand_piano"), note(0, 5, 60), 5)
    levels = [level_db(part(sound, t, t + 0.25)) for t in (0.5, 1.5, 2.5, 3.5, 4.5)]
    steps = np.diff(levels)
    # 12 dB a second in the window, 14.3 usual for a grand piano: between them, long after it.
    assert np.all(np.abs(steps + 13.5) < 0.5)
    assert find_clicks(part(sound, 0.1, 5), RATE) == []


def test_release_is_quick_and_does_not_click() -> None:
    for instrument in ("church_organ", "cello", "flute"):
        sound, played = play(open_notes(instrument=instrument), note(0, 1, 60), 2)
        assert level_db(part(sound, 1.0, 1.02)) > level_db(part(sound, 0.8, 0.9)) - 3
        assert level_db(part(sound, 1.25, 1.3)) < level_db(part(sound, 0.8, 0.9)) - 25
        assert find_clicks(sound, RATE) == []
        assert played.voices == 0
        assert np.abs(part(sound, 1.9, 2.0)).max() == 0


@pytest.mark.parametrize(("instrument", "seconds"), [("clarinet", 0.13), ("trumpet", 0.12)])
def test_reeds_and_brass_fall_as_saxophones_and_tubas_that_end(
    instrument: str, seconds: float
) -> None:
    sound, _ = play(open_notes(instrument=instrument), note(0, 1, 60), 1.6)
    level = np.array([level_db(part(sound, t, t + 0.02)) for t in np.arange(0.8, 1.5, 0.005)])
    level -= np.median(level[:20])
    first, last = (int(np.flatnonzero(level > db)[-1]) for db in (-3, -23))
    assert 0.005 * (last - first) == pytest.approx(seconds, abs=0.025)


def test_a_piano_key_without_a_damper_rings_on() -> None:
    for key, fallen in ((88, True), (89, False)):
        notes = open_notes(instrument="grand_piano", release_noise=0.0)
        (held, _), (up, _) = (play(notes, note(0, end, key), 4) for end in (9, 0.5))
        lost = level_db(part(held, 0.9, 1.0)) - level_db(part(up, 0.9, 1.0))
        assert (lost > 40) == fallen
        assert lost > 3
        if not fallen:
            assert lost < 9
    assert find_clicks(up[RATE // 10 :], RATE) == []


def test_the_sustain_pedal_holds_what_was_let_go() -> None:
    events = [
        *note(0, 0.3, 60),
        control(0.1, 64, 127),
        *note(0.5, 2.5, 72),  # still down when the pedal comes up
        control(1.5, 64, 0),
    ]
    sound, played = play(open_notes(instrument="church_organ"), events, 2.5)
    assert abs(cents_off(part(sound, 0.6, 1.4), 60)) < 3
    assert level_db(part(sound, 1.0, 1.4)) > -40
    assert played.voices == 1
    # After the pedal only the key that is down is left.
    late = part(sound, 2.0, 2.4)
    alone, _ = play(open_notes(instrument="church_organ"), note(0.5, 2.5, 72), 2.5)
    assert abs(level_db(late) - level_db(part(alone, 2.0, 2.4))) < 0.2


def test_sostenuto_holds_only_the_keys_that_were_down() -> None:
    events = [
        *note(0, 0.5, 60),
        control(0.2, 66, 127),
        *note(0.3, 0.4, 64),
        control(1.5, 66, 0),
    ]
    for seconds, voices in ((1.4, 1), (2.5, 0)):
        _, played = play(open_notes(instrument="church_organ"), events, seconds)
        assert played.voices == voices


def test_the_wheel_reaches_two_semitones_or_its_range() -> None:
    wheel = open_notes(instrument="cello")
    for reach, events in (
        (2.0, []),
        (
            7.5,
            [control(0, 101, 0), control(0, 100, 0), control(0, 6, 7), control(0, 38, 50)],
        ),
    ):
        for way in (-1.0, 0.5, 1.0):
            sound, _ = play(wheel, [*events, *note(0, 2, 60), bend(0.3, way)], 2)
            assert abs(cents_off(part(sound, 0.6, 1.9), 60 + way * reach)) < 2.0
            straight, _ = play(wheel, note(0, 2, 60), 2)
            change = level_db(part(sound, 0.6, 1.9)) - level_db(part(straight, 0.6, 1.9))
            assert abs(change) < 0.7
            assert find_clicks(sound, RATE) == []


def test_modulation_is_vibrato() -> None:
    sound, _ = play(open_notes(instrument="flute"), [control(0, 1, 127), *note(0, 2, 69)], 2)
    found = [cents_off(sound[at : at + 800], 69) for at in range(RATE // 2, RATE * 3 // 2, 160)]
    assert 20 < max(found) < 60
    assert -60 < min(found) < -20


def test_a_glide_is_monotone_and_arrives() -> None:
    events = [*note(0, 0.5, 57), *note(0.5, 1.5, 64)]
    sound, _ = play(open_notes(instrument="flute", glide_seconds=0.5), events, 2)
    places = np.arange(0.62, 1.0, 0.04)
    found = np.array([cents_off(part(sound, t, t + 0.05), 60.5, 450) for t in places])
    assert np.all(np.diff(found) > 0)
    assert np.ptp(found) > 300
    assert abs(cents_off(part(sound, 1.2, 1.9), 64)) < 1.0
    assert find_clicks(part(sound, 0.1, 2), RATE) == []


def test_portamento_controllers_glide() -> None:
    pedal = [control(0, 65, 127), control(0, 5, 64)]
    sound, _ = play(
        open_notes(instrument="flute"), [*pedal, *note(0, 0.5, 57), *note(0.5, 1.5, 64)], 2
    )
    assert cents_off(part(sound, 0.6, 0.66), 60.5, 450) < 100
    assert abs(cents_off(part(sound, 1.3, 1.9), 64)) < 1.0


def test_programs_choose_instruments() -> None:
    for number, name in (
        (0, "grand_piano"),
        (40, "violin"),
        (42, "cello"),
        (19, "church_organ"),
        (73, "flute"),
        (56, "trumpet"),
        (12, "marimba"),
        (33, "electric_bass_jazz"),
    ):
        _, played = play(open_notes(), [program(0, number), *note(0, 0.1, 60)], 0.2)
        assert played.report["instruments"] == [name]
    # A program without a near relative still sounds.
    for number in range(128):
        _, played = play(open_notes(), [program(0, number), *note(0, 0.01, 60)], 0.02)
        assert len(played.report["instruments"]) == 1


def test_volume_expression_and_pan() -> None:
    notes = open_notes(instrument="church_organ")
    stereo = open_notes(instrument="church_organ", channels=2)
    full, _ = play(notes, [control(0, 7, 127), *note(0, 1, 60)], 1)
    half, _ = play(notes, [control(0, 7, 64), *note(0, 1, 60)], 1)
    change = level_db(part(half, 0.3, 0.9)) - level_db(part(full, 0.3, 0.9))
    assert abs(change - 40 * np.log10(64 / 127)) < 0.2
    for pan, difference in ((0, 60), (64, 0), (127, -60)):
        events = [control(0, 10, pan), *note(0, 1, 60)]
        sound, _ = play(stereo, events, 1.0)
        left, right = level_db(sound[4000:15000, 0]), level_db(sound[4000:15000, 1])
        if difference > 0:
            assert left - right > difference
        elif difference < 0:
            assert left - right < difference
        else:
            assert abs(left - right) < 0.05


def test_sixteen_voices_at_once_do_not_clip() -> None:
    keys = [36 + 3 * k for k in range(16)]
    events = [event for key in keys for event in note(0, 2, key, 127)]
    sound, played = play(open_notes(instrument="cello", polyphony=16), events, 2)
    assert played.report["most_voices"] == 16
    assert played.report["voices_stolen"] == 0
    assert np.abs(sound).max() <= 0.84
    assert played.limiter < 1
    for key in keys:
        assert abs(cents_off(part(sound, 0.3, 1.9), key, 40)) < 4


def test_stealing_takes_the_longest_released_then_the_quietest() -> None:
    notes = open_notes(instrument="church_organ", polyphony=3)
    events = [*note(0, 0.5, 48), *note(0.01, 0.4, 55), *note(0.02, 9, 60, 40), *note(0.55, 9, 67)]
    sound, played = play(notes, events, 1.0)
    left = played.keys
    assert played.report["voices_stolen"] == 1
    assert left >= {60, 67}
    assert 55 not in left
    assert find_clicks(sound, RATE) == []
    events = [*note(0, 9, 48), *note(0, 9, 55), *note(0, 9, 60, 30), *note(0.5, 9, 67)]
    sound, played = play(notes, events, 1.0)
    assert played.keys == {48, 55, 67}
    assert find_clicks(sound, RATE) == []


def test_striking_a_key_again_does_not_click_nor_pile_up() -> None:
    events = [Event(0.06 * k, "note_on", 0, 60, 100) for k in range(30)]
    sound, played = play(open_notes(instrument="church_organ"), events, 3)
    assert played.voices == 1
    assert played.report["most_voices"] < 12
    assert find_clicks(sound, RATE) == []


def test_the_same_events_give_the_same_samples_and_seeds_others() -> None:
    events = [
        control(0, 1, 60),
        *note(0.0013, 0.4, 60),
        *note(0.1004, 0.5, 67),
        bend(0.2, 0.7),
        *note(0.3, 0.2, 72),
    ]
    options = {"instrument": "cello", "reverb": 0.3, "distortion": 0.2, "glide_seconds": 0.1}
    first, _ = play(open_notes(**options), events, 1.0)
    again, _ = play(open_notes(**options), events, 1.0)
    np.testing.assert_array_equal(again, first)
    other, _ = play(open_notes(**options, seed=1), events, 1.0)
    assert np.abs(other - first).max() > 0.01


def test_morphing_ends_at_the_other_instrument() -> None:
    assert INSTRUMENTS["flute"][1] < INSTRUMENTS["cello"][1]
    sound, _ = play(
        open_notes(instrument="cello", morph="flute", morph_seconds=6), note(0, 6, 57), 6
    )
    only = {
        name: play(open_notes(instrument=name), note(0, 6, 57), 6)[0] for name in ("cello", "flute")
    }
    way = [centroid_hz(part(sound, t, t + 0.5)) for t in (0.3, 1.5, 3.0, 4.5, 5.4)]
    assert way == sorted(way)
    assert way[-1] > 1.3 * way[0]
    assert abs(way[0] / centroid_hz(part(only["cello"], 0.3, 0.8)) - 1) < 0.1
    assert abs(way[-1] / centroid_hz(part(only["flute"], 5.4, 5.9)) - 1) < 0.12
    assert abs(cents_off(part(sound, 0.3, 5.9), 57)) < 1
    assert find_clicks(sound, RATE) == []


def test_drums_are_counted_and_silent() -> None:
    events = [*note(0, 0.1, 38, channel=9)]
    sound, played = play(open_notes(), events, 0.3)
    assert played.report["drum_notes_skipped"] == 1
    assert np.abs(sound).max() == 0


def test_all_sound_off_is_sudden_but_clean() -> None:
    sound, played = play(
        open_notes(instrument="church_organ"), [*note(0, 9, 60), control(1, 120, 0)], 1.5
    )
    assert played.voices == 0
    assert np.abs(part(sound, 1.09, 1.5)).max() == 0
    assert find_clicks(sound, RATE) == []


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_nothing_is_stuck_after_a_thousand_random_events(seed: int) -> None:
    rng = Random(seed)
    events, now = [], 0.0
    kinds = ["note_on"] * 4 + ["note_off"] * 3 + ["control"] * 2 + ["program", "bend", "pressure"]
    for _ in range(1_000):
        now += rng.choice([0, 0, 0.001, 0.004, 0.01])
        kind = rng.choice(kinds)
        # Few keys and programs, so that notes meet; any controller.
        key, value = rng.randrange(128), float(rng.randrange(128))
        if kind in {"note_on", "note_off"}:
            key = rng.choice([0, 20, 40, 60, 61, 62, 90, 127])
        if kind == "program":
            value = rng.choice([0, 48, 73])
        if kind == "bend":
            value = rng.uniform(-1, 1)
        events.append(Event(now, kind, rng.randrange(16), key, value))
    end = now + 0.05
    events += [Event(end, "all_off", -1)]
    sound, played = play(open_notes(polyphony=16), events, end + 3.0)
    assert np.all(np.isfinite(sound))
    assert np.abs(sound).max() <= 0.84
    assert played.report["most_voices"] <= 16
    assert played.voices == 0
    assert played.keys == set()
    assert np.abs(sound[-RATE // 10 :]).max() == 0
