"""A piano's key is heard to go up, when it does, and nothing else is."""

from collections.abc import Sequence

import numpy as np
import pytest
from additive_notes import Additive
from measure import RATE
from notes_driver import Inline, Notes, control, note

from latent_resonance.contracts.values import Controls, Event, Latent
from latent_resonance.sound.clicks import find_clicks

PIANO = "grand_piano"
STEP = 0.008
MODEL = Additive()
WINDOWS: dict[str, Inline] = {}


def played(
    events: Sequence[Event], seconds: float, noise: float, instrument: str = PIANO, **options: int
) -> Notes:
    """A driver that played, with ``sound`` of it; windows are made once."""
    windows = WINDOWS.setdefault(instrument, Inline(MODEL))
    given = {"instrument": instrument, "release_noise": noise, **options}
    notes = Notes(model=MODEL, windows=windows, **given)
    notes.sound = notes.play(events, seconds).sound  # type: ignore[attr-defined]
    return notes


def heard(events: Sequence[Event], seconds: float = 1.0, **options: int) -> np.ndarray:
    """What the keys add, and nothing else: with them less without them."""
    with_them, without = (played(events, seconds, noise, **options) for noise in (1.0, 0.0))
    assert with_them.renderer.sounding(with_them.voices) == 0
    return np.asarray(with_them.sound.astype(np.float64) - without.sound)


def span(sound: np.ndarray) -> tuple[float, float]:
    """First and last second that is not silent."""
    there = np.flatnonzero(np.abs(sound.reshape(len(sound), -1)).max(axis=1) > 1e-9)
    return there[0] / RATE, there[-1] / RATE


def level(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(sound**2) / RATE))


def test_it_begins_with_the_key_that_goes_up_and_is_over_within_a_third_of_a_second() -> None:
    begin, end = span(heard(note(0, 0.5, 60)))
    assert 0.49 < begin < 0.515
    assert 0.25 < end - begin < 0.31


def test_a_pedal_that_lifts_is_heard_and_a_key_above_it_is_not() -> None:
    events = [control(0, 64, 127), *note(0.01, 0.2, 60), control(0.6, 64, 0)]
    begin, _ = span(heard(events))
    assert 0.59 < begin < 0.615


@pytest.mark.parametrize(
    "ending",
    [Event(0.5, "all_off", -1), control(0.5, 123, 0), control(0.5, 120, 0)],
    ids=["all_off", "all notes off", "all sound off"],
)
def test_no_key_is_heard_where_a_command_ends_all(ending: Event) -> None:
    struck = note(0, 9, 60)[:1]
    assert np.abs(heard([*struck, ending])).max() == 0


def test_all_sound_off_ends_it() -> None:
    whole = heard(note(0, 0.5, 60))
    cut = heard([*note(0, 0.5, 60), control(0.6, 120, 0)])
    assert 0.59 < span(cut)[1] < 0.64 < span(whole)[1]
    sound = played([*note(0, 0.5, 60), control(0.6, 120, 0)], 1.0, 4.0).sound
    assert find_clicks(sound[RATE // 10 :], RATE) == []


def test_a_voice_that_is_taken_away_is_not_heard_to_go_up() -> None:
    events = [*note(0, 9, 60)[:1], *note(0.3, 9, 64)[:1], control(0.6, 120, 0)]
    assert np.abs(heard(events, polyphony=1)).max() == 0


def test_velocity_and_time_and_volume_move_it() -> None:
    plain = level(heard(note(0, 0.3, 60, 127)))
    assert level(heard(note(0, 0.3, 60, 30))) - plain == pytest.approx(-12.9, abs=0.3)
    assert level(heard(note(0, 1.3, 60, 127), 1.8)) - plain == pytest.approx(-2, abs=0.3)
    quiet = heard([control(0, 7, 50), *note(0, 0.3, 60, 127)])
    assert level(quiet) - plain == pytest.approx(-12, abs=0.3)


def test_it_is_far_below_its_note() -> None:
    sound = played(note(0, 0.5, 60), 1.0, 0.0).sound
    below = np.abs(sound).max() / np.abs(heard(note(0, 0.5, 60))).max()
    assert 20 < 20 * np.log10(below) < 50


def test_the_option_is_a_factor_and_a_control_holds_it() -> None:
    def controlled(value: float) -> np.ndarray:
        notes = Notes(model=MODEL, windows=WINDOWS[PIANO], instrument=PIANO)
        pieces = []
        for number in range(100):
            events = [e for e in note(0, 0.4, 60) if round(e.time_seconds * 125) == number]
            notes.latent, notes.state = notes.navigator.step(
                notes.state, Controls(number * STEP, events=tuple(events)), STEP
            )
            latent = Latent(notes.latent.w, {"release_noise": value}, notes.latent.notes)
            block, _, notes.voices = notes.renderer.render(notes.voices, latent, notes.windows)
            pieces.append(block.samples)
        return np.concatenate(pieces)[:, 0]

    one = heard(note(0, 0.5, 60))
    none, plain, more = controlled(0.0), controlled(1.0), controlled(2.0)
    np.testing.assert_allclose(more - none, 2 * (plain - none), atol=1e-6)
    assert level((plain - none).astype(np.float64)) == pytest.approx(level(one), abs=0.5)


@pytest.mark.parametrize("instrument", ["church_organ", "cello", "marimba"])
def test_instruments_without_one_are_the_same_to_the_sample(instrument: str) -> None:
    with_it, without = (
        played(note(0, 0.3, 60), 0.8, noise, instrument).sound for noise in (1.0, 0.0)
    )
    np.testing.assert_array_equal(with_it, without)


def test_it_is_panned_with_its_note_and_does_not_click() -> None:
    events = [control(0, 10, 0), *note(0, 0.5, 48), *note(0.1, 0.35, 72)]
    sound = played(events, 1.0, 4.0, channels=2).sound
    assert np.abs(sound[:, 1]).max() < 1e-6
    assert find_clicks(sound[RATE // 10 :, 0], RATE) == []
