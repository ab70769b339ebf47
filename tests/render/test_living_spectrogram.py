"""The promises of the living spectrogram, on a tone whose spectrogram is known exactly."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Latent, Spec, Spectrogram
from latent_resonance.models import harmonic
from latent_resonance.render import living_spectrogram
from latent_resonance.render.spectral.loop import close_loop, read_column
from latent_resonance.sound.clicks import find_clicks

LAYOUT = SpectrogramFormat(columns=96)
NOWHERE = Want(np.zeros(3, np.float32))


def make_model(hz: float) -> harmonic.Part:
    model = harmonic.Part(harmonic.Options(hz=hz))
    model.prepare(Spec(format=LAYOUT))
    return model


def window(hz: float, *w: float) -> Spectrogram:
    return make_model(hz).generate(Latent(np.array(w or (0, -4, 0), np.float32)))


def make_renderer(**options: float) -> living_spectrogram.Part:
    part = living_spectrogram.Part(living_spectrogram.Options(**{"most_level_db": 0, **options}))
    part.prepare(Spec(format=LAYOUT, seed=3))
    return part


def rendered(renderer, state, made, **play):
    """One step with what the model made last, as ``ready`` prepared it; None for nothing yet."""
    at = Latent(np.zeros(3, np.float32), play)
    block, (want,), after = renderer.render(state, at, SimpleNamespace(latest=lambda: made))
    assert want.key is None
    return block, after


def play(hops, windows, controls, **options):
    renderer = make_renderer(**options)
    state, latest, out = renderer.start(), None, []
    for k in range(hops):
        made = windows(k)
        latest = latest if made is None else renderer.ready(made, NOWHERE)
        block, state = rendered(renderer, state, latest, **controls(k))
        out.append(block.samples[:, 0])
    return np.concatenate(out)


def frequency(sound: np.ndarray, rate: int = 16_000) -> float:
    n = len(sound)
    level = np.log(np.abs(np.fft.rfft(sound * np.hanning(n), 4 * n)) + 1e-12)
    k = int(level.argmax())
    a, b, c = level[k - 1 : k + 2]
    return (k + 0.5 * (a - c) / (a - 2 * b + c)) * rate / (4 * n)


@pytest.mark.parametrize("hz", [131.0, 220.0, 441.7, 1000.0, 3001.0])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 0.0, -1.0])
def test_a_steady_tone_keeps_pitch_and_level_over_many_wraps(hz: float, speed: float) -> None:
    tone = window(hz)
    sound = play(600, lambda k: tone if k == 0 else None, lambda k: {"speed": speed})[8000:]
    assert abs(1200 * math.log2(frequency(sound) / hz)) < 2
    frames = np.lib.stride_tricks.sliding_window_view(sound, 800)[::100]
    level = 10 * np.log10(2 * np.mean(frames**2, axis=1))
    assert level.max() - level.min() < 1
    assert abs(np.median(level) - 20 * np.log10(0.7)) < 1 or level.max() <= 0  # under the ceiling
    assert find_clicks(sound, 16_000) == []


@pytest.mark.parametrize("semitones", [-24.0, -12.0, -5.5, 7.0, 12.0])
def test_a_transposed_tone_is_in_tune_and_within_an_octave_as_loud(semitones: float) -> None:
    tone = window(441.7)
    sound = play(
        400, lambda k: tone if k == 0 else None, lambda k: {"transpose": semitones, "gain_db": -12}
    )[8000:]
    assert abs(1200 * math.log2(frequency(sound) / 441.7) - 100 * semitones) < 2
    frames = np.lib.stride_tricks.sliding_window_view(sound, 1600)[::100]
    level = 10 * np.log10(2 * np.mean(frames**2, axis=1))
    assert level.max() - level.min() < 1
    assert abs(np.median(level) + 12) < 1 or abs(semitones) > 12
    assert find_clicks(sound, 16_000) == []


def test_a_glide_through_two_octaves_and_back_makes_no_click_and_ends_in_tune() -> None:
    rich = window(220.0, 0, 0.3, 1)

    def controls(k):
        way = math.sin(min(k, 400) / 400 * 2 * math.pi)
        return {"transpose": 12 * way if k < 400 else 0.0, "root": 7.0, "gain_db": -14}

    sound = play(700, lambda k: rich if k == 0 else None, controls)
    assert find_clicks(sound[2000:], 16_000) == []
    fifth = 220 * 2 ** (7 / 12)
    assert abs(1200 * math.log2(frequency(sound[-20_000:]) / fifth)) < 3


def test_the_same_window_again_changes_nothing() -> None:
    rich = window(220.0, 0, 0.3, 1)
    quiet = {"gain_db": -20.0}
    once = play(400, lambda k: rich if k == 0 else None, lambda k: quiet)
    often = play(400, lambda k: rich if k % 12 == 0 else None, lambda k: quiet)
    error = np.linalg.norm(often - once) / np.linalg.norm(once)
    assert error < 1e-3


def test_moving_everything_makes_no_click() -> None:
    model = make_model(200.0)

    def windows(k):
        if k % 5:
            return None
        return model.generate(
            Latent(np.array([0.2 * math.sin(k / 60), 0.3 * math.cos(k / 90), 0], np.float32))
        )

    def controls(k):
        return {
            "speed": 1 + 1.0 * math.sin(k / 50),
            "high_hz": 900 + 700 * math.sin(k / 30),
            "tilt_db": 2 * math.sin(k / 70),
            "gate_db": -60,
            "gain_db": -14 + 3 * math.sin(k / 20),
        }

    sound = play(1200, windows, controls)
    assert np.isfinite(sound).all()
    assert find_clicks(sound[2000:], 16_000) == []
    broken = sound.copy()
    broken[9000:] = sound[8937:-63]  # a splice, as a cross-fade gone wrong
    broken[12_000] += 0.3
    assert any(abs(found - 12_000) < 64 for found in find_clicks(broken, 16_000))


def test_low_pass_narrows_and_entropy_roughens() -> None:
    rich = window(150.0, 0, 0.6, 0)

    def spectrum(**controls):
        sound = play(
            300, lambda k: rich if k == 0 else None, lambda k: {"gain_db": -20, **controls}
        )
        power = np.abs(np.fft.rfft(sound[8000:] * np.hanning(len(sound) - 8000))) ** 2
        return power, np.fft.rfftfreq(len(sound) - 8000, 1 / 16_000)

    def centroid(power, hz):
        return float((power * hz).sum() / power.sum())

    assert centroid(*spectrum(high_hz=500)) < 0.5 * centroid(*spectrum())
    assert centroid(*spectrum(low_hz=2000)) > 1.5 * centroid(*spectrum())

    def flatness(power):
        return float(np.exp(np.mean(np.log(power + 1e-12))) / power.mean())

    assert flatness(spectrum(entropy=0.8)[0]) > 3 * flatness(spectrum()[0])


def test_a_frozen_playhead_has_no_flux_and_a_moving_one_has() -> None:
    swell = window(220.0, 0, 0, 2)

    def change(speed):
        sound = play(400, lambda k: swell if k == 0 else None, lambda k: {"speed": speed})[6400:]
        level = np.sqrt(np.mean(sound.reshape(-1, 640) ** 2, axis=1))
        return float(np.abs(np.diff(level)).mean() / level.mean())

    assert change(0.0) < 0.2 * change(1.0)


def test_loud_is_held_under_the_ceiling() -> None:
    rich = window(110.0, 0, 0.9, 0)
    sound = play(300, lambda k: rich if k == 0 else None, lambda k: {"gain_db": 12})
    assert np.abs(sound).max() <= 0.89


def test_levelled_near_the_target() -> None:
    from latent_resonance.sound.loudness import integrated_loudness

    for w in ((0, -4, 0), (1, 0, 0), (-1, 0.8, 0)):
        rich = window(220.0, *w)
        sound = play(
            900,
            lambda k, rich=rich: rich if k == 0 else None,
            lambda k: {},
            most_level_db=36,
        )
        assert abs(integrated_loudness(sound, 16_000) + 20) < 2


def test_the_state_given_is_left_as_it_was() -> None:
    renderer, tone = make_renderer(), window(220.0)
    made = renderer.ready(tone, NOWHERE)
    _, state = rendered(renderer, renderer.start(), made)
    again = [rendered(renderer, state, made, speed=1)[0].samples for _ in range(2)]
    np.testing.assert_array_equal(*again)


def test_a_loop_joins_its_ends_and_reads_between_columns() -> None:
    level = np.linspace(-60, 0, 96, dtype=np.float32)[None].repeat(LAYOUT.bins, 0)
    loop = close_loop(Spectrogram(level, LAYOUT), 16)
    assert len(loop) == 80
    steps = np.abs(np.diff(np.concatenate([loop, loop[:1]])[:, 0]))
    assert steps.max() < 0.13  # without the blend the wrap would be a step of 0.99
    np.testing.assert_allclose(read_column(loop, 2.25), 0.75 * loop[2] + 0.25 * loop[3], rtol=1e-5)
    np.testing.assert_array_equal(read_column(loop, -1), loop[79])


def test_silence_until_the_model_has_made_something() -> None:
    assert np.abs(play(20, lambda k: None, lambda k: {})).max() < 1e-4


def test_a_window_of_another_size_is_refused() -> None:
    renderer = make_renderer()
    with pytest.raises(AssemblyError, match="something else than a window"):
        renderer.ready(Spectrogram(np.zeros((10, 10), np.float32), LAYOUT), NOWHERE)
    for form in (None, PictureFormat()):
        with pytest.raises(AssemblyError, match="spectrograms"):
            living_spectrogram.Part(living_spectrogram.Options()).prepare(Spec(format=form))


def test_a_short_window_keeps_three_quarters_of_itself_unblended() -> None:
    renderer = make_renderer(wrap_columns=90)
    assert len(renderer.ready(window(220.0), NOWHERE)) == 72


def test_what_is_no_number_is_heard_no_longer_than_it_lasts() -> None:
    tone, broken = window(220.0), window(220.0)
    broken.level_db[40:60, 20:50] = np.nan
    nowhere = Latent(np.full(3, np.nan, np.float32))
    renderer = make_renderer(most_level_db=36)
    good, bad = (renderer.ready(made, NOWHERE) for made in (tone, broken))
    state, out = renderer.start(), []
    for k in range(600):
        ill = 200 <= k < 210
        play = dict.fromkeys(("gain_db", "tilt_db", "entropy"), math.nan if ill else 0.0)
        play["speed"] = math.nan if ill else 1.0
        at = nowhere if ill else Latent(np.zeros(3, np.float32))
        made = SimpleNamespace(latest=lambda ill=ill: bad if ill else good)
        block, _, state = renderer.render(state, Latent(at.w, play), made)
        out.append(block.samples[:, 0])
    sound = np.concatenate(out)
    assert np.isfinite(sound).all()
    assert np.sqrt(np.mean(sound[-8000:] ** 2)) == pytest.approx(
        np.sqrt(np.mean(sound[16_000:24_000] ** 2)), rel=0.05
    )
