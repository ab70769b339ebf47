"""A sound that goes on brings one event after the other, and follows the performer in each."""

from collections.abc import Callable

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Latent, Others, Spec, Spectrogram
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.models import harmonic
from latent_resonance.render import living_spectrogram
from latent_resonance.sound.clicks import find_clicks

LAYOUT = SpectrogramFormat(columns=96)
HOP = LAYOUT.hop
PERIOD = 72
OTHERS = Others(np.full((2, 3), 0.5, np.float32), np.full((2, 3), -0.5, np.float32))
HERE = np.array([0, -4, 0], np.float32)


class Struck:
    """A model whose sound is over: a stroke at the first column, dying away."""

    gives = LAYOUT

    def generate(self, latent: Latent) -> Spectrogram:
        slope = np.linspace(0, -79, LAYOUT.columns, dtype=np.float32)
        return Spectrogram(np.tile(slope, (LAYOUT.bins, 1)), LAYOUT)


def tone() -> harmonic.Part:
    model = harmonic.Part(harmonic.Options(hz=220))
    model.prepare(Spec(format=LAYOUT))
    return model


def play(
    model: object,
    hops: int,
    place: Callable[[int], FloatArray] = lambda k: HERE,
    others: Callable[[int], Others | None] = lambda k: OTHERS,
    **options: float,
) -> tuple[FloatArray, list[tuple[int, FloatArray]]]:
    """The sound, and the places that the model was asked for, with the step of each."""
    renderer = living_spectrogram.Part(
        living_spectrogram.Options(most_level_db=0, wrap_columns=24, **options)
    )
    renderer.prepare(Spec(format=LAYOUT, seed=3))
    windows = InlineWindows(model, renderer, Meters())
    state, asked, out, last = renderer.start(), [], [], None
    for k in range(hops):
        block, wants, state = renderer.render(state, Latent(place(k), others=others(k)), windows)
        want = wants[0]
        if last is None or want.about != last.about or not np.array_equal(want.w, last.w):
            last = want
            asked.append((k, want.w))
            windows.serve(wants)
        out.append(block.samples[:, 0])
    return np.concatenate(out), asked


def test_what_goes_on_has_a_new_event_in_each_window_and_no_click() -> None:
    sound, asked = play(tone(), 400)
    steps = [k for k, _ in asked]
    assert len(steps) >= 5
    assert all(PERIOD - 40 < gap <= PERIOD for gap in np.diff(steps[1:]))
    np.testing.assert_array_equal(asked[0][1], HERE)
    assert all(np.array_equal(w, HERE + 0.5) for _, w in asked[1:2])
    assert find_clicks(sound[4000:], 16_000) == []


def test_what_is_over_begins_again_at_its_end_as_suddenly() -> None:
    sound, asked = play(Struck(), 4 * PERIOD)
    level = np.abs(sound[: 4 * PERIOD * HOP]).reshape(-1, HOP).max(axis=1)
    loud = np.flatnonzero((level[1:] > 4 * level[:-1]) & (level[1:] > 0.3 * level.max())) + 1
    strokes = loud[np.diff(loud, prepend=-10) > 3]
    assert np.abs(np.diff(strokes) - PERIOD).max() <= 1
    assert len(strokes) >= 3
    assert np.array_equal(asked[1][1], HERE - 0.5)


def test_the_event_that_sounds_follows_the_performer() -> None:
    moved = HERE + np.float32(1)
    at = 3 * PERIOD // 2
    _, asked = play(tone(), at + 10, lambda k: moved if k >= at else HERE)
    assert asked[-1][0] == at
    np.testing.assert_array_equal(asked[-1][1], moved + 0.5)


def test_another_kind_of_sound_begins_at_its_own_place() -> None:
    at = 3 * PERIOD // 2
    other = Others(OTHERS.going_on, OTHERS.over)
    _, asked = play(tone(), at + 10, others=lambda k: other if k >= at else OTHERS)
    assert asked[-1][0] == at
    np.testing.assert_array_equal(asked[-1][1], HERE)


@pytest.mark.parametrize("off", ["option", "navigator"])
def test_one_window_goes_round_where_no_events_are_wanted(off: str) -> None:
    _, asked = (
        play(tone(), 200, event_seconds=0)
        if off == "option"
        else play(tone(), 200, others=lambda k: None)
    )
    assert len(asked) == 1


def test_a_frozen_playhead_has_no_events() -> None:
    renderer = living_spectrogram.Part(living_spectrogram.Options())
    renderer.prepare(Spec(format=LAYOUT))
    windows = InlineWindows(tone(), renderer, Meters())
    state, still = renderer.start(), Latent(HERE, {"speed": 0.0}, others=OTHERS)
    for _ in range(200):
        _, wants, state = renderer.render(state, still, windows)
        windows.serve(wants[: int(windows.latest() is None)])
        np.testing.assert_array_equal(wants[0].w, HERE)
