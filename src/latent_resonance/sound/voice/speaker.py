"""Who speaks, by a network that has heard thousands: much the same whatever is said.

A speaker encoder of the generalized end-to-end loss (Wan, Wang, Papir, Moreno 2018,
arXiv:1710.10467): three LSTM layers over mel frames, the last state through a linear layer, windows
of 1.6 s that overlap by half. ``speaker_weights`` says whose weights.
"""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.sound.voice.clip import RATE, trim
from latent_resonance.sound.voice.speaker_weights import Encoder, Layer, load_encoder

SPEAKER_SIZE = 256
# As the network was trained: 25 ms every 10 ms, levels brought to -30 dBFS.
_N_FFT, _HOP, _BANDS = 400, 160, 40
_LEVEL = 10 ** (-30 / 20)
_WINDOW, _APART = 160, 80  # frames
# What a band has in a tenth of the frames is the room's and the noise's, not the voice's.
_FLOOR_PERCENTILE, _LEFT = 10, 0.02
_ROWS_AT_ONCE = 4


def describe_speaker(samples: FloatArray) -> FloatArray:
    """Where the network places a speaker: ``[256]``, none below 0, of length 1.

    Args:
        samples: ``[samples]`` at 16 kHz, as ``take_voice`` gives them.
    """
    frames = speaker_frames(trim(samples))
    last = len(frames) - _WINDOW
    starts = np.linspace(0, max(last, 0), 1 + max(0, -(-last // _APART))).astype(int)
    windows = np.stack([frames[start : start + _WINDOW] for start in starts], axis=1)
    mean = encode(windows, load_encoder()).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def speaker_frames(sound: npt.NDArray[np.floating]) -> FloatArray:
    """Power in 40 mel bands less what each always has, float32 ``[frames, 40]``.

    Args:
        sound: ``[samples]`` at 16 kHz.
    """
    level = _LEVEL / np.sqrt(np.mean(np.square(sound, dtype=np.float64)) + 1e-12)
    power = magnitude_spectrogram(sound * level, _N_FFT, _HOP) ** 2
    mel = (mel_filters(RATE, _N_FFT, _BANDS) @ power).T
    floor = np.percentile(mel, _FLOOR_PERCENTILE, axis=0)
    return np.maximum(mel - floor, _LEFT * mel).astype(np.float32)


def encode(windows: FloatArray, encoder: Encoder) -> FloatArray:
    """Embeddings ``[n, 256]``, each of length 1, of mel frames ``[time, n, 40]``."""
    given = windows
    for layer in encoder.layers:
        given = run_layer(given, layer)
    made = np.maximum(given[-1] @ encoder.weight + encoder.bias, 0)
    length = np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made / np.maximum(length, 1e-9), np.float32)


def run_layer(given: FloatArray, layer: Layer) -> FloatArray:
    """States ``[time, n, units]`` of an LSTM layer (Hochreiter and Schmidhuber 1997; Gers 2000).

    Gates are input, forget, cell, output. Their sigmoids come from one ``tanh`` of all four.

    Args:
        given: ``[time, n, inputs]``.
        layer: its weights.
    """
    steps, count, inputs = given.shape
    units = len(layer.recurrent)
    entering, recurrent, bias = layer.by_tanh
    # What comes in is known beforehand: one product for all steps.
    driven = given.reshape(-1, inputs) @ entering + bias
    driven = driven.reshape(steps, count, 4 * units)
    states = np.zeros((steps, count, units), np.float32)
    cell = np.zeros((count, units), np.float32)
    state = np.zeros((count, units), np.float32)
    for step in range(steps):
        gates = driven[step]
        gates += _product(state, recurrent)
        np.tanh(gates, out=gates)
        take, keep, new, show = (gates[:, k * units : (k + 1) * units] for k in range(4))
        cell = (0.5 + 0.5 * keep) * cell + (0.5 + 0.5 * take) * new
        state = states[step]
        np.multiply(0.5 + 0.5 * show, np.tanh(cell), out=state)
    return states


def _product(states: FloatArray, weights: FloatArray) -> FloatArray:
    """``states @ weights``; BLAS takes longer for two or three rows than for each by itself."""
    if len(states) < _ROWS_AT_ONCE:
        return np.stack([state @ weights for state in states])
    return np.asarray(states @ weights, np.float32)
