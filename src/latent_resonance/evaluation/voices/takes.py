"""Other takes of a recording, simulated: a box-shaped room, an equaliser, level, delay, noise."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]
Take = Callable[[_Doubles, int, np.random.Generator], _Doubles]

_SOUND_SPEED = 343.0
_ORDER = 8  # images on each side, in each direction
_LATE_SECONDS = 0.06
_NOISE_DB = 20.0


def room_response(rate: int, random: np.random.Generator) -> _Doubles:
    """What a microphone half a metre to a metre away gets of a click, the direct sound being 1.

    The image method in a box (Allen and Berkley 1979, JASA 65), rounded to samples.
    """
    size = random.uniform([3.0, 2.5, 2.3], [6.0, 5.0, 3.0])
    reflected = random.uniform(0.65, 0.85)
    source = size * random.uniform(0.25, 0.75, 3)
    away = random.standard_normal(3)
    microphone = source + away / np.linalg.norm(away) * random.uniform(0.5, 1.0)
    microphone = np.clip(microphone, 0.1, size - 0.1)
    steps = np.arange(-_ORDER, _ORDER + 1)
    places, bounces = [], []
    for axis in range(3):
        # Images at 2 n L + x and 2 n L - x, after |2 n| and |2 n - 1| walls.
        at = np.concatenate([2 * steps * size[axis] + side * source[axis] for side in (1, -1)])
        places.append(at - microphone[axis])
        bounces.append(np.concatenate([np.abs(2 * steps), np.abs(2 * steps - 1)]))
    x, y, z = np.meshgrid(*places, indexing="ij")
    walls = bounces[0][:, None, None] + bounces[1][None, :, None] + bounces[2][None, None, :]
    distance = np.sqrt(x**2 + y**2 + z**2)
    nearest = float(np.linalg.norm(source - microphone))
    sample = np.rint((distance - nearest) / _SOUND_SPEED * rate).astype(int)
    gain = reflected**walls * nearest / np.maximum(distance, 1e-3)
    inside = (sample >= 0) & (sample < rate // 3)
    response = np.zeros(rate // 3)
    np.add.at(response, sample[inside], gain[inside])
    return response


def bell(rate: int, hz: float, gain_db: float, quality: float) -> _Doubles:
    """A peaking equaliser as one second-order section ``[6]`` (Bristow-Johnson's cookbook)."""
    turn = 2 * math.pi * hz / rate
    slope = math.sin(turn) / (2 * quality)
    gain = 10 ** (gain_db / 40)
    ahead = [1 + slope * gain, -2 * math.cos(turn), 1 - slope * gain]
    back = [1 + slope / gain, -2 * math.cos(turn), 1 - slope / gain]
    return np.array(ahead + back) / back[0]


def recorded_again(sound: _Doubles, rate: int, random: np.random.Generator) -> _Doubles:
    """Room, equaliser, half the level, 60 ms late, noise 20 dB below."""
    from scipy.signal import fftconvolve, sosfilt

    made = fftconvolve(sound, room_response(rate, random))[: len(sound)]
    bands = ((150.0, 0.7), (700.0, 0.8), (2500.0, 0.8), (5500.0, 0.7))
    sections = [bell(rate, hz, random.uniform(-6, 6), quality) for hz, quality in bands]
    made = 0.5 * np.asarray(sosfilt(np.stack(sections), made), np.float64)
    late = round(_LATE_SECONDS * rate)
    made = np.concatenate([np.zeros(late), made])[: len(sound)]
    noise = random.standard_normal(len(made))
    return np.asarray(made + noise * np.sqrt(np.mean(made**2)) * 10 ** (-_NOISE_DB / 20))


def telephoned(sound: _Doubles, rate: int, random: np.random.Generator) -> _Doubles:
    """300 to 3400 Hz, in 256 steps of the mu-law (ITU-T G.711)."""
    from scipy.signal import cheby1, sosfilt

    edges = cheby1(4, 0.5, [300, 3400], "bandpass", fs=rate, output="sos")
    band = np.asarray(sosfilt(edges, sound))
    peak = max(float(np.abs(band).max()), 1e-9)
    steps = np.sign(band) * np.log1p(255 * np.abs(band) / peak) / math.log(256)
    steps = np.rint(steps * 127) / 127
    return np.asarray(np.sign(steps) * (256 ** np.abs(steps) - 1) / 255 * peak, np.float64)


def saturated(sound: _Doubles, rate: int, random: np.random.Generator) -> _Doubles:
    """Four times too loud for an amplifier that bends softly."""
    peak = max(float(np.abs(sound).max()), 1e-9)
    return np.asarray(np.tanh(4 * sound / peak) * peak, np.float64)


def shortened(sound: _Doubles, rate: int, random: np.random.Generator) -> _Doubles:
    """The first four fifths."""
    return sound[: 4 * len(sound) // 5]


TAKES: Mapping[str, Take] = {
    "recorded again": recorded_again,
    "telephone": telephoned,
    "saturated": saturated,
    "shortened": shortened,
}
