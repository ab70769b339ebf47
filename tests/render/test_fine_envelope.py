"""An envelope finer than columns acts on the sound, at any speed, and leaves no click."""

import numpy as np
import pytest
from test_living_spectrogram import LAYOUT, NOWHERE, make_renderer, play, rendered, window

from latent_resonance.contracts.values import Spectrogram
from latent_resonance.render.spectral.loop import Loop, mix, read_envelope
from latent_resonance.sound.codec import decode
from latent_resonance.sound.fine_envelope import VALUES

COUNT = LAYOUT.columns * VALUES
STEP = 40.25  # columns: in the middle of a column's quarter


def with_step(depth_db: float = -30.0) -> Spectrogram:
    """A tone that is low up to a moment between two columns, and then as it was."""
    envelope = np.full(COUNT, depth_db, np.float32)
    envelope[round(STEP * VALUES) :] = 0
    tone = window(440.0)
    return Spectrogram(tone.level_db - 20, tone.format, envelope)


def plain(made: Spectrogram) -> Spectrogram:
    return Spectrogram(made.level_db, made.format)


def gain_db(sound: np.ndarray, without: np.ndarray) -> np.ndarray:
    def power(x: np.ndarray) -> np.ndarray:
        return np.convolve(x.astype(float) ** 2, np.ones(37) / 37, "same")  # a period of the tone

    return 10 * np.log10((power(sound) + 1e-12) / (power(without) + 1e-12))


@pytest.mark.parametrize("speed", [1.0, 0.5, -1.0])
def test_a_step_is_as_steep_as_the_playhead_is_quick(speed: float) -> None:
    made = with_step()

    def played(one: Spectrogram) -> np.ndarray:
        return play(
            round(70 / abs(speed)),
            lambda k: one if k == 0 else None,
            lambda k: {"speed": speed},
            wrap_columns=0,
        )

    gain = gain_db(played(made), played(plain(made)))[LAYOUT.n_fft // 2 :]
    columns = STEP if speed > 0 else LAYOUT.columns - STEP
    at = round(columns / abs(speed) * LAYOUT.hop)
    near = round(LAYOUT.hop / VALUES / abs(speed)) + 20  # and half of the tone's period
    low, high = gain[[at - near, at + near]][:: 1 if speed > 0 else -1]
    assert low == pytest.approx(-30, abs=1)
    assert high == pytest.approx(0, abs=0.3)


def test_streamed_and_whole_have_the_same_envelope() -> None:
    made = with_step()
    whole = gain_db(decode(made), decode(plain(made)))
    streamed = gain_db(
        play(90, lambda k: made if k == 0 else None, lambda k: {}, wrap_columns=0),
        play(90, lambda k: plain(made) if k == 0 else None, lambda k: {}, wrap_columns=0),
    )[LAYOUT.n_fft // 2 :]
    inside = slice(8 * LAYOUT.hop, 80 * LAYOUT.hop)
    # Tones of different phases differ a little where the gain moves within their period.
    apart = np.abs(whole[inside] - streamed[inside])
    assert apart.max() < 1.5
    assert apart.mean() < 0.1


def test_windows_with_and_without_an_envelope_are_blended() -> None:
    with_one, without = Loop.of(with_step(), 16), Loop.of(plain(with_step()), 16)
    half = mix(with_one, without, 0.5)
    low = np.float32(10 ** (-30 / 20))
    found = read_envelope(half, np.array([30.0, 60.0], np.float32))
    np.testing.assert_allclose(found, [(low + 1) / 2, 1], rtol=1e-5)
    assert mix(without, without, 0.5).envelope is None


def test_a_loops_envelope_joins_its_ends() -> None:
    made = with_step()
    loop = Loop.of(made, 16)
    assert loop.envelope is not None
    assert len(loop.envelope) == len(loop) * VALUES
    around = read_envelope(loop, np.arange(-2, 2, 0.05, dtype=np.float32))
    assert np.abs(np.diff(around)).max() < 0.02


def test_a_frozen_playhead_holds_its_gain() -> None:
    renderer, made = make_renderer(wrap_columns=0), with_step()
    state, out = renderer.start(), []
    ready = renderer.ready(made, NOWHERE)
    for k in range(60):
        block, state = rendered(renderer, state, ready, speed=2.0 if k < 15 else 0.0)
        out.append(block.samples[:, 0])
    steady = np.concatenate(out)[20 * LAYOUT.hop :]
    levels = [float(np.abs(part).max()) for part in np.split(steady, 8)]
    assert max(levels) < 1.1 * min(levels)


def test_what_an_envelope_makes_louder_is_levelled_as_all_else() -> None:
    made = []
    for gains_db in (None, 6.0, -8.0):
        tone = window(440.0)
        rough = np.zeros(COUNT, np.float32)
        rough[::2] = gains_db or 0.0  # every other quarter of a column
        level = tone.level_db - 20
        loop = Spectrogram(level, tone.format, None if gains_db is None else rough)
        shown = lambda k, loop=loop: loop if k == 0 else None  # noqa: E731
        sound = play(500, shown, lambda k: {}, most_level_db=30)
        made.append(10 * np.log10((sound[200 * LAYOUT.hop :].astype(np.float64) ** 2).mean()))
    assert np.ptp(made) < 0.7
