"""A sound as controls: onsets, pitch, silence, and the same whatever way it comes in."""

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.values import Controls
from latent_resonance.sense.listening.controls import CONTROLS, REST, ListeningOptions
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sense.listening.mood_map import AXES
from latent_resonance.sense.listening.running_range import RunningRange
from latent_resonance.sound.pitch import find_pitch

RATE = 44_100
STAY = {"pitch", "tempo", "beat_phase", "bar_phase", "harmony_hue", *AXES}
NORMALISED = [control.name for control in CONTROLS if control.name not in STAY]


def tone(hz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    at = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def noise(seconds: float, rate: int = RATE, level: float = 0.1) -> np.ndarray:
    made = np.random.default_rng(3).standard_normal(round(seconds * rate))
    return (level * made).astype(np.float32)


def music(seconds: float, rate: int = RATE) -> np.ndarray:
    """Four notes a second over a little noise, that die away, far above the gate."""
    made = noise(seconds, rate, 0.002)
    length = rate // 4
    for beat in range(int(4 * seconds)):
        hz = 220 * 2 ** ((beat * 5 % 12) / 12)
        at = np.arange(length) / rate
        note = np.exp(-6 * at) * sum(np.sin(2 * np.pi * k * hz * at) / k for k in range(1, 6))
        made[beat * length : (beat + 1) * length] += 0.2 * note[: len(made) - beat * length]
    return made.astype(np.float32)


def listen(sound: np.ndarray, rate: int = RATE, **options: float) -> list[Controls]:
    return Listener(rate, ListeningOptions(**options)).feed(sound)


def series(updates: list[Controls], name: str) -> np.ndarray:
    return np.array([update.values[name] for update in updates])


def test_what_comes_out_is_within_its_range_and_in_step() -> None:
    updates = listen(music(2.0))
    assert 0.010 < updates[0].time_seconds < 0.012
    assert len(updates) == 2 * RATE // 512
    assert updates[9].time_seconds == pytest.approx(10 * 512 / RATE)
    for update in updates:
        assert update.values.keys() == REST.keys()
        for control in CONTROLS:
            assert control.low <= update.values[control.name] <= control.high
    for name in set(NORMALISED) - {"novelty", "bar_confidence"}:
        assert series(updates, name).std() > 0.02, f"{name} does not move"


def test_silence_is_nobody_and_nothing() -> None:
    updates = listen(np.zeros(RATE, np.float32))
    assert all(update.values == REST and not update.present for update in updates)


def test_after_the_sound_everything_glides_to_nothing() -> None:
    sound = np.concatenate([music(1.0), np.zeros(2 * RATE, np.float32)])
    updates = listen(sound)
    assert updates[80].present
    assert not updates[-1].present
    for name in NORMALISED:
        later = series(updates, name)[110:]
        assert later[-1] == 0, name
        assert np.abs(np.diff(later)).max() < 0.2, f"{name} falls at once"
    for name in STAY:
        assert updates[-1].values[name] == updates[110].values[name]


def test_it_is_still_after_0_3_seconds_of_silence() -> None:
    sound = np.concatenate([music(4.0), np.zeros(2 * RATE, np.float32)])
    updates = [update for update in listen(sound) if update.time_seconds > 4.3]
    assert all(update.values == updates[0].values for update in updates)
    assert all(updates[0].values[name] == 0 for name in NORMALISED)


def test_the_gate_does_not_flutter() -> None:
    # At the gate, 3 dB under it, 8 dB under it: -50 dB is what opens, -56 dB what shuts.
    quiet = np.concatenate([noise(0.5, level=10 ** (db / 20)) for db in (-49, -53, -49, -58)])
    present = [update.present for update in listen(quiet)]
    assert present[20:129] == [True] * 109
    assert not present[-1]
    assert not any(update.present for update in listen(noise(1, level=10 ** (-53 / 20))))
    assert listen(noise(1, level=10 ** (-53 / 20)), gate_db=-60)[-1].present


@pytest.mark.parametrize("bed", [0.0, 0.01])
def test_a_click_is_an_onset_within_two_steps(bed: float) -> None:
    rng = np.random.default_rng(1)
    clicks = noise(6, level=bed) if bed else np.zeros(6 * RATE, np.float32)
    # Anywhere between two steps.
    places = [int(RATE * (0.6 + 0.5 * k)) + int(rng.integers(512)) for k in range(10)]
    for place in places:
        clicks[place : place + 60] += 0.7 * rng.standard_normal(60).astype(np.float32)
    updates = listen(clicks)
    onset, level = series(updates, "onset"), series(updates, "rms")
    for place in places:
        step = place // 512  # The first update that has a sample of the click.
        assert onset[step - 1] < 0.1, "between two clicks there is none"
        assert onset[step : step + 2].max() > 0.7
        assert level[step : step + 2].max() > level[step - 1] + 0.3
        assert onset[step + 20] < 0.3 * onset[step : step + 2].max(), "it falls back"


def test_steady_sound_has_no_onsets() -> None:
    for sound in (noise(4), tone(440, 4)):
        assert series(listen(sound), "onset")[60:].max() < 0.1


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("hz", [82.4, 233.9, 440.0, 1046.5, 1800.0])
def test_a_tone_has_its_pitch(hz: float, rate: int) -> None:
    last = listen(tone(hz, 0.6, rate), rate)[-1].values
    assert last["pitch"] == pytest.approx(69 + 12 * np.log2(hz / 440), abs=0.2)
    assert last["voicing"] > 0.8


def test_pitch_follows_a_slide_and_not_the_octave() -> None:
    at = np.arange(2 * RATE) / RATE
    hz = 220 * 2 ** (at / 2)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 9)).astype(np.float32) * 0.1
    pitch = series(listen(voice), "pitch")[20:]
    wanted = 57 + 12 * ((np.arange(20, 20 + len(pitch)) + 1) * 512 / RATE / 2)
    assert np.abs(pitch - wanted).max() < 0.6, "a step or two late, in the octave that is sung"


def test_noise_and_silence_have_no_pitch() -> None:
    assert series(listen(noise(2)), "voicing").max() < 0.3
    for sound in (np.zeros(2048, np.float32), np.ones(2048, np.float32)):
        pitch, clarity = find_pitch(sound, RATE)
        assert np.isnan(pitch)
        assert clarity == 0


def test_bands_know_their_frequencies() -> None:
    for name, hz in (("bass", 60), ("mids", 700), ("highs", 5000)):
        last = listen(tone(hz, 1.0))[-1].values
        assert last[name] == pytest.approx(0.5, abs=0.1), "it is steady"
        assert all(last[other] < 0.01 for other in {"bass", "mids", "highs"} - {name})
    low, high = np.concatenate([tone(300, 1.5), tone(3000, 1.5)]), "centroid"
    centroid = series(listen(low), high)
    assert centroid[110] < 0.6
    assert centroid[-30] > 0.9
    mixed = np.concatenate([tone(440, 1.5), noise(1.5)])
    flatness = series(listen(mixed), "flatness")
    assert flatness[-30] > flatness[110] + 0.3


def test_bass_that_stops_at_once_falls_evenly() -> None:
    """A strike is heard at once; its end takes a third of a second for the whole range."""
    sound = noise(2.0, level=0.01)
    for begin in range(0, len(sound), RATE):
        sound[begin : begin + RATE // 2] += tone(60, 0.5)
    listener = Listener(RATE)
    bass = series(listener.feed(sound), "bass")
    steps, falls = np.diff(bass), 3.0 * listener.step_seconds
    assert bass.max() > 0.9
    assert steps.max() > 2 * falls
    assert steps.min() == pytest.approx(-falls)
    assert bass[-1] < 0.1


def test_how_loud_it_is_does_not_matter() -> None:
    sound = music(4.0)
    loud, quiet = listen(sound), listen(0.1 * sound)
    for name in NORMALISED:
        away = np.abs(series(loud, name) - series(quiet, name))
        assert away.mean() < 0.01, name
    assert np.abs(series(loud, "pitch") - series(quiet, "pitch")).mean() < 0.01


def test_a_fade_is_followed_over_the_range() -> None:
    sound = music(9.0)
    sound[3 * RATE :] *= 0.1
    level = series(listen(sound, range_seconds=3.0), "rms")
    before, just, late = level[120:250].mean(), level[265:330].mean(), level[-130:].mean()
    assert just < 0.5 * before
    assert late > 0.8 * before


@pytest.mark.parametrize("sizes", [[1, 7, 300], [353], [5000, 3], [44_100]])
def test_the_same_however_it_is_cut(sizes: list[int]) -> None:
    sound = music(3.0)
    whole = listen(sound)
    assert whole[-1].values["beat_confidence"] > 0
    listener, made, at, turn = Listener(RATE), [], 0, 0
    while at < len(sound):
        size = sizes[turn % len(sizes)]
        made += listener.feed(sound[at : at + size])
        at, turn = at + size, turn + 1
    assert made == whole
    listener.reset()
    assert listener.feed(sound) == whole, "nothing is left of the first time"


def test_it_does_not_look_ahead() -> None:
    sound = music(1.0)
    other = sound.copy()
    other[512 * 40 :] = 0
    assert listen(sound)[:40] == listen(other)[:40]


def test_samples_that_are_no_numbers_do_no_harm() -> None:
    sound = music(1.0)
    sound[1000:1100] = np.nan
    sound[5000] = np.inf
    sound[6000] = 1e30
    for update in listen(sound):
        assert np.isfinite(list(update.values.values())).all()


def test_a_range_of_its_own() -> None:
    seen = RunningRange(10.0, 0.1, [1.0, 10.0, 10.0], ["low", "low", "middle"])
    for value in np.linspace(0, 10, 101):
        seen.add(np.array([value, 5.0, 5.0]))
    for _ in range(30):
        seen.add(np.full(3, 5.0))
    assert seen.low[0] == pytest.approx(3.8, abs=0.5)
    assert seen.high[0] == pytest.approx(9, abs=0.5)
    np.testing.assert_allclose(seen.place(np.full(3, 5.0))[1:], [0, 0.5])


def test_music_moves_every_control(shared_data) -> None:
    sound, rate = soundfile.read(
        shared_data / "music" / "lofi_cue.ogg", frames=20 * 44_100, dtype="float32"
    )
    updates = listen(sound.mean(axis=1), rate)[200:]
    for name in NORMALISED:
        assert series(updates, name).std() > 0.05, name
    onset = series(updates, "onset")
    per_second = np.count_nonzero((onset[1:] > 0.3) & (onset[:-1] <= 0.3)) / 18
    assert 1 < per_second < 8
