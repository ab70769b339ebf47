"""The speaker encoder: its arithmetic, its file, and what does not change what it says."""

import numpy as np
import pytest

from latent_resonance.sound.voice import speaker
from latent_resonance.sound.voice.clip import RATE
from latent_resonance.sound.voice.speaker import (
    SPEAKER_SIZE,
    describe_speaker,
    encode,
    run_layer,
    speaker_frames,
)
from latent_resonance.sound.voice.speaker_weights import (
    BIASES,
    MATRICES,
    Encoder,
    Layer,
    Rounded,
    encoder_of,
    load_encoder,
    tensors_of,
)


def hum(seconds: float, hz: float = 140.0) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * k * hz * at + np.sin(3 * at)) / k for k in range(1, 12))
    breath = np.random.default_rng(1).standard_normal(len(at))
    return (0.1 * (1.2 + np.sin(25 * at)) * (tone + 0.02 * breath)).astype(np.float32)


def layer(inputs: int, units: int) -> Layer:
    random = np.random.default_rng(inputs)
    shapes = (inputs, 4 * units), (units, 4 * units), (4 * units,)
    return Layer(*(random.standard_normal(shape).astype(np.float32) for shape in shapes))


def as_written(given: np.ndarray, one: Layer) -> np.ndarray:
    """An LSTM by its equations, a window and a step at a time, in double precision."""

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    states = np.zeros((*given.shape[:2], len(one.recurrent)))
    for window in range(given.shape[1]):
        state = cell = np.zeros(len(one.recurrent))
        for step in range(len(given)):
            drive = given[step, window].astype(float) @ one.inputs + state @ one.recurrent
            take, keep, new, show = np.split(drive + one.bias, 4)
            cell = sigmoid(keep) * cell + sigmoid(take) * np.tanh(new)
            state = states[step, window] = sigmoid(show) * np.tanh(cell)
    return states


@pytest.mark.parametrize("windows", [1, 3, 6])
def test_a_layer_is_an_lstm(windows: int) -> None:
    given = np.random.default_rng(0).standard_normal((12, windows, 5)).astype(np.float32)
    one = layer(5, 7)
    np.testing.assert_allclose(run_layer(given, one), as_written(given, one), atol=2e-6)


@pytest.mark.slow
def test_it_is_pytorchs_lstm() -> None:
    torch = pytest.importorskip("torch")
    made = torch.nn.LSTM(5, 7, 2)
    given = torch.randn(20, 3, 5)
    value = given.numpy()
    for k in range(2):
        names = (f"weight_ih_l{k}", f"weight_hh_l{k}", f"bias_ih_l{k}", f"bias_hh_l{k}")
        inputs, recurrent, *bias = (getattr(made, name).detach().numpy() for name in names)
        value = run_layer(value, Layer(inputs.T, recurrent.T, sum(bias)))
    np.testing.assert_allclose(value, made(given)[0].detach().numpy(), atol=1e-6)


def test_weights_come_back_from_their_file() -> None:
    random = np.random.default_rng(3)
    sizes = [(24, 5), (24, 6), (24, 6), (24, 6), (24, 6), (24, 6), (8, 6)]
    matrices = {
        name: Rounded(
            random.integers(-127, 128, size).astype(np.int8),
            random.uniform(0.01, 1, size[0]).astype(np.float16),
            random.uniform(0.01, 1, size[1]).astype(np.float16),
        )
        for name, size in zip(MATRICES, sizes, strict=True)
    }
    biases = {name: np.ones(24, np.float32) for name in BIASES}
    read = encoder_of(tensors_of(matrices, biases))
    found = [side for one in read.layers for side in (one.inputs, one.recurrent)]
    for name, value in zip(MATRICES, [*found, read.weight], strict=True):
        one = matrices[name]
        steps = one.rows.astype(float)[:, None] * one.columns.astype(float)
        np.testing.assert_allclose(value.T, one.numbers * steps, rtol=1e-6)


def test_neither_level_nor_silence_around_change_it() -> None:
    sound = hum(1.3)
    here, other = describe_speaker(sound), describe_speaker(hum(1.3, 260.0))
    around = np.concatenate([np.zeros(RATE // 2), 0.2 * sound, np.zeros(RATE // 4)])
    assert here.shape == (SPEAKER_SIZE,)
    assert here.dtype == np.float32
    assert np.linalg.norm(here) == pytest.approx(1, abs=1e-5)
    assert here @ describe_speaker(around.astype(np.float32)) > 0.97
    assert here @ other < 0.9


def test_a_long_one_is_the_mean_of_its_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = tuple(layer(inputs, 6) for inputs in (40, 6, 6))
    weight = np.random.default_rng(5).standard_normal((6, 8)).astype(np.float32)
    small = Encoder(layers, weight, np.zeros(8, np.float32))
    monkeypatch.setattr(speaker, "load_encoder", lambda: small)
    sound = hum(4.0)
    frames = speaker_frames(speaker.trim(sound))
    last = len(frames) - 160
    starts = np.linspace(0, last, 1 + -(-last // 80)).astype(int)
    assert max(np.diff(starts)) <= 80
    each = [encode(frames[start : start + 160, None], small)[0] for start in starts]
    mean = np.mean(each, axis=0)
    np.testing.assert_allclose(describe_speaker(sound), mean / np.linalg.norm(mean), atol=1e-5)


@pytest.mark.parametrize("sound", [np.eye(1, 4800, 2000)[0], 1e-3 * np.ones(4800), hum(0.3)])
def test_whatever_sounds_has_a_place(sound: np.ndarray) -> None:
    assert np.isfinite(describe_speaker(sound.astype(np.float32))).all()


def test_the_shipped_one_is_whole() -> None:
    made = load_encoder()
    assert [one.inputs.shape[0] for one in made.layers] == [40, 256, 256]
    assert made.weight.shape == (256, SPEAKER_SIZE)
