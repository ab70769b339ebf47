"""Every event once, in order, in the read that covers it: whatever the steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.values import Event
from latent_resonance.sense.performances.playback import Playback
from latent_resonance.sense.sliders import Options, Part

TIMES = st.lists(st.floats(0, 3), max_size=30)
STEPS = st.lists(st.floats(0, 1.5), max_size=30)


def notes(times: list[float]) -> list[Event]:
    return [Event(at, "note_on", 0, key, 64) for key, at in enumerate(times)]


@given(TIMES, STEPS)
def test_a_file_gives_each_event_once(times: list[float], steps: list[float]) -> None:
    events = notes(sorted(times))
    playback = Playback(events, 3.0)
    now, found = 0.0, []
    for step in [*steps, 10.0]:
        given_now = playback.take(now + step)
        assert all(event.time_seconds < now + step for event in given_now)
        assert all(event.time_seconds >= now for event in given_now)
        found += given_now
        now += step
    assert found == events


@given(TIMES.filter(len), STEPS, st.floats(0.1, 3))
def test_a_loop_gives_each_event_once_in_each_round(
    times: list[float], steps: list[float], length: float
) -> None:
    events = notes(sorted(min(at, length) for at in times))
    playback = Playback(events, length, loop=True)
    now, found = 0.0, []
    for step in steps:
        found += playback.take(now + step)
        now += step
    in_turn = [event.time_seconds for event in found]
    assert in_turn == sorted(in_turn)
    keys = [event.key for event in found]
    one_round = [*range(len(events)), -1]
    assert keys == (one_round * (len(keys) // len(one_round) + 1))[: len(keys)]
    assert keys.count(-1) == sum(k * length < now for k in range(1, len(keys) + 2))
    assert all((e.kind == "all_off") == (e.key == -1) for e in found)


def test_inclusive_takes_what_is_now() -> None:
    playback = Playback(notes([0.0, 1.0]), 1.0)
    assert len(playback.take(0.0)) == 0
    assert len(playback.take(0.0, inclusive=True)) == 1
    assert len(playback.take(1.0)) == 0
    assert len(playback.take(1.0, inclusive=True)) == 1


@given(TIMES, STEPS)
def test_events_that_are_pressed_come_once_and_in_order(
    times: list[float], steps: list[float]
) -> None:
    part = Part(Options())
    events = notes(times)
    half = len(events) // 2
    part.press(*events[:half])
    now, found = 0.0, []
    for number, step in enumerate([*steps, 10.0]):
        if number == len(steps) // 2:
            part.press(*events[half:])
        given_now = part.read(now, step).events
        for event in given_now:
            assert now <= event.time_seconds < now + step or event.time_seconds == now, "late"
        found += given_now
        now += step
    assert sorted(event.key for event in found) == list(range(len(events)))
    in_turn = [event.time_seconds for event in found]
    assert in_turn == sorted(in_turn)


@pytest.mark.parametrize("loop", [False, True])
def test_nothing_to_play(loop: bool) -> None:
    assert Playback((), 1.0, loop=loop).take(1e6) == []
