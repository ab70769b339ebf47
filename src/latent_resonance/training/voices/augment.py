"""What may befall a recording between two takes: rooms, equalisers, levels, lines, people, cuts."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.voice.clip import RATE

_Doubles = npt.NDArray[np.float64]
Change = Callable[[_Doubles, np.random.Generator], _Doubles]


def reverberate(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A room: decaying noise behind the direct sound (Moorer 1979)."""
    from scipy.signal import fftconvolve

    decay = random.uniform(0.01, 0.08)
    count = round(min(6 * decay, 0.5) * RATE)
    tail = random.standard_normal(count) * np.exp(-np.arange(count) / (decay * RATE))
    tail *= np.sqrt(random.uniform(0.2, 2.0) / (tail @ tail))
    tail[0] = 1.0
    return np.asarray(fftconvolve(sound, tail)[: len(sound)], np.float64)


def equalise(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A microphone: a shelf of one pole or zero, or a smooth curve through eight bands."""
    from scipy.signal import lfilter

    kind = random.integers(3)
    edge = random.uniform(0.2, 0.75)
    if kind == 0:
        return np.asarray(lfilter([1 - edge], [1, -edge], sound), np.float64)
    if kind == 1:
        return np.asarray(lfilter([1, -edge], [1], sound), np.float64)
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE)
    centres = np.log2(62.5 * 2.0 ** np.arange(8))
    gain = np.interp(np.log2(hz + 20), centres, random.normal(0, 4, 8))
    return np.fft.irfft(spectrum * 10 ** (gain / 20), len(sound))


def telephone(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A telephone's band."""
    from scipy.signal import butter, sosfiltfilt

    edges = [random.uniform(200, 400), random.uniform(3000, 4500)]
    made = sosfiltfilt(butter(4, edges, "band", fs=RATE, output="sos"), sound)
    return np.asarray(made, np.float64)


def hiss(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """Noise, white to brown, 12 to 30 dB below the sound."""
    from scipy.signal import lfilter

    noise = random.standard_normal(len(sound))
    if random.random() < 0.5:
        noise = lfilter([1], [1, -random.uniform(0, 0.95)], noise)
    return _add(sound, noise, random.uniform(12, 30))


def overdrive(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A level too high for the converter."""
    peak = float(np.abs(sound).max())
    return np.clip(sound * random.uniform(1.5, 6), -peak, peak)


def shift(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A start up to 150 ms later."""
    late = int(random.uniform(0, 0.15) * RATE)
    return np.concatenate([np.zeros(late), sound])[: len(sound)]


def cut(sound: _Doubles, random: np.random.Generator) -> _Doubles:
    """A piece of the recording, 60 to 95 % of it."""
    count = int(random.uniform(0.6, 0.95) * len(sound))
    start = int(random.integers(len(sound) - count + 1))
    return sound[start : start + count]


def babble(others: Sequence[_Doubles]) -> Change:
    """Three other voices, 8 to 18 dB below the sound."""

    def change(sound: _Doubles, random: np.random.Generator) -> _Doubles:
        chosen = random.integers(len(others), size=3)
        crowd = sum((np.resize(others[one], len(sound)) for one in chosen), np.zeros(len(sound)))
        return _add(sound, crowd, random.uniform(8, 18))

    return change


def record_again(
    sound: _Doubles, others: Sequence[_Doubles], random: np.random.Generator, *, cuts: bool = True
) -> _Doubles:
    """Another take of the same: some of the changes above, at another level.

    Args:
        sound: ``[samples]`` at 16 kHz.
        others: other voices, for the crowd.
        random: decides what happens.
        cuts: whether a piece may be all that is left.
    """
    steps: list[tuple[float, Change]] = [
        (0.25 if cuts else 0.0, cut),
        (0.6, reverberate),
        (0.65, equalise),
        (0.1, telephone),
        (0.1, overdrive),
        (0.15, babble(others)),
        (0.6, hiss),
        (0.5, shift),
    ]
    for chance, change in steps:
        if random.random() < chance:
            sound = change(sound, random)
    return sound * 10 ** (random.uniform(-20, 6) / 20)


def _add(sound: _Doubles, noise: npt.ArrayLike, below_db: float) -> _Doubles:
    other = np.asarray(noise, np.float64)
    ratio = float(sound @ sound) / max(float(other @ other), 1e-12)
    gain = float(np.sqrt(ratio)) * 10 ** (-below_db / 20)
    return np.asarray(sound + other * gain, np.float64)
