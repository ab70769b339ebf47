"""The speaker encoder: its arithmetic, its file, and what does not change what it says."""

import numpy as np
import pytest

from latent_resonance.sound.voice.clip import RATE
from latent_resonance.sound.voice.speaker import (
    BLOCKS,
    GROUPS,
    SPEAKER_SIZE,
    centred,
    describe_speaker,
    embed,
    mel_levels,
)
from latent_resonance.sound.voice.speaker_weights import (
    Rounded,
    eighths_of,
    load_weights,
    tensors_of,
    weights_of,
)

BANDS, WIDE, THIN, SIZE = 6, 16, 3, 5


def hum(seconds: float, hz: float = 140.0) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * k * hz * at + np.sin(3 * at)) / k for k in range(1, 12))
    breath = np.random.default_rng(1).standard_normal(len(at))
    return (0.1 * (1.2 + np.sin(25 * at)) * (tone + 0.02 * breath)).astype(np.float32)


def voice(hz: float, size: float, words: int = 1) -> np.ndarray:
    """Two seconds of syllables: harmonics through three formants that wander.

    Args:
        hz: pitch.
        size: of the throat, which its formants are divided by.
        words: which vowels.
    """
    random = np.random.default_rng(words)
    count = 2 * RATE
    at = np.arange(count) / RATE
    pitch = hz * (1 + 0.12 * np.sin(2 * np.pi * 1.3 * at))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    vowels = np.array([[700, 1200, 2600], [300, 2200, 2900], [350, 800, 2500], [500, 1800, 2500]])
    begins = np.arange(0, count, RATE // 5)
    chosen = vowels[random.integers(0, 4, len(begins))] / size
    formants = [np.interp(np.arange(count), begins, one) for one in chosen.T]
    sound = np.zeros(count)
    for k in range(1, int(7600 / hz)):
        away = [(k * pitch - one) / (60 + 40 * j) for j, one in enumerate(formants)]
        gain = sum(height / (1 + one**2) for height, one in zip((1, 0.6, 0.3), away, strict=True))
        sound += gain * np.sin(k * phase) / k**0.3
    sound *= np.clip(1.1 + np.sin(2 * np.pi * 3.1 * at), 0, None)
    sound += 0.003 * random.standard_normal(count)
    return (0.1 * sound / np.abs(sound).max()).astype(np.float32)


def small() -> dict[str, np.ndarray]:
    """A network of few channels."""
    random = np.random.default_rng(0)
    made: dict[str, np.ndarray] = {}

    def put(name: str, *shape: int) -> None:
        made[name] = (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)

    def pair(name: str, out: int, into: int) -> None:
        put(f"{name}.left", out, THIN)
        put(f"{name}.right", THIN, into)

    def rectified(name: str, size: int) -> None:
        for kind in ("bias", "gain", "shift"):
            put(f"{name}.{kind}", size)

    pair("stem", WIDE, 5 * BANDS)
    rectified("stem", WIDE)
    part = WIDE // GROUPS
    for block in range(1, BLOCKS + 1):
        for name in (f"block{block}.first", f"block{block}.last"):
            pair(name, WIDE, WIDE)
            rectified(name, WIDE)
        for group in range(1, GROUPS):
            put(f"block{block}.group{group}.whole", part, 3 * part)
            rectified(f"block{block}.group{group}", part)
        for name, out, into in (("squeeze", 4, WIDE), ("excite", WIDE, 4)):
            put(f"block{block}.{name}.whole", out, into)
            put(f"block{block}.{name}.bias", out)
    pair("gathered", 2 * WIDE, 3 * WIDE)
    rectified("gathered", 2 * WIDE)
    put("attend.whole", 4, 2 * WIDE)
    put("context.whole", 4, 4 * WIDE)
    rectified("attend", 4)
    pair("frames", 2 * WIDE, 4)
    put("place.whole", SIZE, 4 * WIDE)
    put("place.bias", SIZE)
    return made


def as_written(frames: np.ndarray, own: dict[str, np.ndarray]) -> np.ndarray:
    """The paper's equations a frame at a time, in double precision."""
    count = frames.shape[1]

    def mirrored(at: int) -> int:
        return -at if at < 0 else 2 * (count - 1) - at if at >= count else at

    def rectified(name: str, value: np.ndarray) -> np.ndarray:
        bias, gain, shift = (own[f"{name}.{k}"][:, None].astype(float) for k in _RECTIFIED)
        return np.maximum(value + bias, 0) * gain + shift

    def whole(name: str) -> np.ndarray:
        if f"{name}.whole" in own:
            return own[f"{name}.whole"].astype(float)
        return own[f"{name}.left"].astype(float) @ own[f"{name}.right"]

    def in_time(name: str, value: np.ndarray, taps: int, apart: int) -> np.ndarray:
        kernel = whole(name).reshape(-1, taps, len(value))
        made = np.zeros((len(kernel), count))
        for at in range(count):
            for tap in range(taps):
                made[:, at] += kernel[:, tap] @ value[:, mirrored(at + (tap - taps // 2) * apart)]
        return rectified(name, made)

    value = in_time("stem", frames.astype(float), 5, 1)
    outputs = []
    for block in range(1, BLOCKS + 1):
        name, given = f"block{block}", value
        parts = np.split(in_time(f"{name}.first", value, 1, 1), GROUPS)
        for group in range(1, GROUPS):
            came = parts[group] if group == 1 else parts[group] + parts[group - 1]
            parts[group] = in_time(f"{name}.group{group}", came, 3, block + 1)
        value = in_time(f"{name}.last", np.concatenate(parts), 1, 1)
        mean = value.mean(axis=1)
        mean = np.maximum(whole(f"{name}.squeeze") @ mean + own[f"{name}.squeeze.bias"], 0)
        share = 1 / (1 + np.exp(-(whole(f"{name}.excite") @ mean + own[f"{name}.excite.bias"])))
        value = given + share[:, None] * value
        outputs.append(value)
    value = in_time("gathered", np.concatenate(outputs), 1, 1)
    around = np.concatenate([value.mean(axis=1), value.std(axis=1)])
    hidden = whole("attend") @ value + (whole("context") @ around)[:, None]
    score = whole("frames") @ np.tanh(rectified("attend", hidden))
    share = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    mean = (share * value).sum(axis=1)
    deviation = np.sqrt((share * (value - mean[:, None]) ** 2).sum(axis=1))
    return np.asarray(whole("place") @ np.concatenate([mean, deviation]) + own["place.bias"])


_RECTIFIED = ("bias", "gain", "shift")


@pytest.mark.parametrize("count", [9, 40])
def test_it_is_the_network_of_the_paper(count: int) -> None:
    frames = np.random.default_rng(count).standard_normal((BANDS, count)).astype(np.float32)
    own = small()
    # Deviations are differences of squares in single precision.
    np.testing.assert_allclose(embed(frames, own), as_written(frames, own), atol=3e-4)


@pytest.mark.slow
def test_it_is_what_learns() -> None:
    torch = pytest.importorskip("torch")
    from latent_resonance.training.voices.encoder_in_torch import Encoder

    frames = np.random.default_rng(2).standard_normal((3, BANDS, 30)).astype(np.float32)
    own = small()
    encoder = Encoder({name: torch.from_numpy(one) for name, one in own.items()})
    found = encoder(torch.from_numpy(frames)).numpy()
    np.testing.assert_allclose(found, [embed(one, own) for one in frames], atol=3e-4)


def test_weights_come_back_from_their_file() -> None:
    random = np.random.default_rng(3)
    matrices = {
        f"{name}.whole": Rounded(
            random.integers(-127, 128, size).astype(np.int8),
            eighths_of(random.uniform(0.01, 1, size[0])),
            eighths_of(random.uniform(0.01, 1, size[1])),
        )
        for name, size in (("one", (24, 5)), ("two", (3, 60)), ("three", (1, 1)))
    }
    vectors = {"one.bias": np.arange(24, dtype=np.float32)}
    found = weights_of(tensors_of(matrices, vectors))
    assert set(found) == {*matrices, *vectors}
    np.testing.assert_array_equal(found["one.bias"], vectors["one.bias"])
    for name, one in matrices.items():
        steps = 2.0 ** ((one.rows[:, None].astype(float) + one.columns) / 8)
        np.testing.assert_allclose(found[name], one.numbers * steps, rtol=1e-6)


def test_neither_level_nor_silence_around_change_it() -> None:
    sound = voice(120.0, 1.0)
    here = describe_speaker(sound)
    around = np.concatenate([np.zeros(RATE // 2), 0.2 * sound, np.zeros(RATE // 4)])
    assert here.shape == (SPEAKER_SIZE,)
    assert here.dtype == np.float32
    assert np.linalg.norm(here) == pytest.approx(1, abs=1e-5)
    assert here @ describe_speaker(0.2 * sound) > 0.999
    assert here @ describe_speaker(around.astype(np.float32)) > 0.93


def test_throats_differ_more_than_words() -> None:
    tall, small_one = (120.0, 1.0), (210.0, 0.85)
    here = describe_speaker(voice(*tall))
    same = here @ describe_speaker(voice(*tall, 5))
    others = [here @ describe_speaker(voice(*small_one, words)) for words in (1, 5, 7)]
    assert same > max(others) + 0.1


def test_levels_are_of_triangles_in_mel() -> None:
    sound = hum(0.5)
    made = mel_levels(sound)
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 82) / 2595) - 1)
    bins = np.arange(201) * 40.0
    scaled = np.pad(sound.astype(float) * 10 ** (-30 / 20) / np.sqrt(np.mean(sound**2)), 200)
    turn = 2 * np.pi * np.arange(400) / 400
    for at in (0, 17, made.shape[1] - 1):
        frame = scaled[160 * at : 160 * at + 400] * (0.54 - 0.46 * np.cos(turn))
        power = np.abs(np.fft.rfft(frame)) ** 2
        for band in (5, 40, 79):
            width = edges[band + 1] - edges[band]
            share = np.clip(1 - np.abs(bins - edges[band + 1]) / width, 0, None)
            level = 10 * np.log10(max(share @ power, 1e-10))
            assert made[band, at] == pytest.approx(level, abs=0.01)


def test_no_band_has_a_mean_and_none_lies_far_below() -> None:
    levels = np.random.default_rng(4).uniform(-200, 0, (80, 50)).astype(np.float32)
    made = centred(levels)
    np.testing.assert_allclose(made.mean(axis=1), 0, atol=1e-4)
    assert np.ptp(made, axis=1).max() <= 80


@pytest.mark.parametrize("sound", [np.eye(1, 4800, 2000)[0], 1e-3 * np.ones(4800), hum(0.3)])
def test_whatever_sounds_has_a_place(sound: np.ndarray) -> None:
    assert np.isfinite(describe_speaker(sound.astype(np.float32))).all()


def test_the_shipped_one_is_whole() -> None:
    made = load_weights()
    assert made["stem.right"].shape[1] == 5 * 80
    assert len(made["place.whole"]) == SPEAKER_SIZE
    assert all(np.isfinite(one).all() for one in made.values())
