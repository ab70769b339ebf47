"""Synthetic textures with named parameters: impacts, scrapes, rain, pouring, bursts of noise.

Impacts and scrapes are struck and rubbed modes after Gaver 1993 ("What in the world do we hear?");
pouring is a rising resonance of the air above the water with bubbles (van den Doel 2005,
"Physically based models for liquid sounds"). Every parameter lies in 0..1; the same seed, the
same samples.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray

Doubles = np.ndarray


@dataclass(frozen=True, slots=True)
class TextureModel:
    """A family of sounds.

    Attributes:
        make: ``(parameters, seconds, sample_rate, generator) -> samples``.
        parameters: their names, each in 0..1.
    """

    make: Callable[[Mapping[str, float], float, int, np.random.Generator], Doubles]
    parameters: tuple[str, ...]


def _modes(size: float, damping: float, rate: int, generator: np.random.Generator) -> Doubles:
    """``[modes, 3]``: frequency in Hz, decay in 1/s, strength; a larger body rings lower."""
    base = 1600 * 2 ** (-4 * size)
    ratios = np.cumsum(np.r_[1.0, generator.uniform(0.4, 1.9, 11)])
    frequency = base * ratios
    decay = (4 + 120 * damping**2) * (1 + (0.1 + damping) * (ratios - 1))
    strength = generator.uniform(0.4, 1, 12) / ratios**0.6
    kept = frequency < rate * 0.47
    return np.stack([frequency, decay, strength], 1)[kept]


def _ring(modes: Doubles, force: Doubles, rate: int) -> Doubles:
    """Force through a bank of two-pole resonators."""
    from scipy.signal import lfilter

    out = np.zeros_like(force)
    for frequency, decay, strength in modes:
        radius = math.exp(-decay / rate)
        angle = math.tau * frequency / rate
        poles = [1.0, -2 * radius * math.cos(angle), radius * radius]
        out += strength * lfilter([math.sin(angle)], poles, force)
    return out


def _low_pass(samples: Doubles, cutoff: float, rate: int) -> Doubles:
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(2, min(0.49, cutoff / rate) * 2, output="sos"), samples))


def _band(samples: Doubles, low: float, high: float, rate: int) -> Doubles:
    from scipy.signal import butter, sosfilt

    edges = [max(20.0, low) / rate * 2, min(0.49 * rate, high) / rate * 2]
    return np.asarray(sosfilt(butter(2, edges, "band", output="sos"), samples))


def _impacts(
    p: Mapping[str, float], seconds: float, rate: int, generator: np.random.Generator
) -> Doubles:
    count = round(seconds * rate)
    force = np.zeros(count)
    per_second = 0.4 * 2 ** (4.5 * p["rate"])
    moment = generator.uniform(0, min(0.3, 1 / per_second))
    # A hard mallet touches for 0.2 ms, a soft one for 8 ms.
    touch = max(2, round(rate * 0.008 * 2 ** (-5.3 * p["hardness"])))
    pulse = np.hanning(touch + 2)[1:-1] / touch
    while moment < seconds:
        start = int(moment * rate)
        piece = pulse[: count - start] * generator.uniform(0.5, 1)
        force[start : start + len(piece)] += piece
        moment += generator.gamma(6, 1 / (6 * per_second))
    return _ring(_modes(p["size"], p["damping"], rate, generator), force, rate)


def _scrape(
    p: Mapping[str, float], seconds: float, rate: int, generator: np.random.Generator
) -> Doubles:
    count = round(seconds * rate)
    time = np.arange(count) / rate
    strokes = 0.3 * 2 ** (3.5 * p["rate"])
    push = np.sin(np.pi * strokes * time + generator.uniform(0, math.pi)) ** 2
    grain = generator.standard_normal(count)
    # A rough surface meets the tip in single bumps, a smooth one all the time.
    bumps = generator.uniform(size=count) < 2.0 ** (-1 - 6 * p["roughness"])
    force = _low_pass(grain * bumps, 400 * 2 ** (4 * p["hardness"]), rate) * push
    ringing = _ring(_modes(p["size"], p["damping"], rate, generator), force, rate)
    return np.asarray(ringing / (np.std(ringing) + 1e-9) + 0.5 * force / (np.std(force) + 1e-9))


def _rain(
    p: Mapping[str, float], seconds: float, rate: int, generator: np.random.Generator
) -> Doubles:
    count = round(seconds * rate)
    drops = generator.poisson(seconds * 20 * 2 ** (7 * p["rate"]))
    force = np.zeros(count)
    np.add.at(force, generator.integers(0, count, drops), generator.gamma(0.5, 1, drops))
    high = 1500 * 2 ** (2.2 * p["brightness"])
    near = _band(force, high / 3, high, rate)
    far = _band(generator.standard_normal(count), high / 4, high, rate)
    share = p["distance"]
    return np.asarray(near / (np.std(near) + 1e-9) * (1.2 - share) + far * share)


def _pouring(
    p: Mapping[str, float], seconds: float, rate: int, generator: np.random.Generator
) -> Doubles:
    count = round(seconds * rate)
    time = np.arange(count) / rate
    fill = np.clip(p["fill"] + 0.25 * time / seconds, 0, 1.2)
    out = np.zeros(count)
    # Bubbles: short sines whose pitch rises, smaller ones higher and shorter.
    for _ in range(generator.poisson(seconds * 15 * 2 ** (4 * p["rate"]))):
        start = int(generator.integers(0, count))
        length = min(count - start, int(rate * 0.06))
        t = np.arange(length) / rate
        pitch = generator.uniform(500, 2600)
        turn = math.tau * pitch * (t + 4 * t * t)
        sound = np.sin(turn) * np.exp(-t * pitch / 14) * generator.uniform(0.2, 1)
        out[start : start + length] += sound
    column = 300 * 2 ** (2.5 * fill)
    carrier = _band(generator.standard_normal(count), 50, 900, rate)
    air = carrier * np.sin(math.tau * np.cumsum(column) / rate)
    stream = _band(generator.standard_normal(count), 900, 5000, rate)
    air = 0.36 * air / (np.std(air) + 1e-9)
    return np.asarray(out + air + 0.12 * stream * (1 + p["rate"]))


def _bursts(
    p: Mapping[str, float], seconds: float, rate: int, generator: np.random.Generator
) -> Doubles:
    count = round(seconds * rate)
    time = np.arange(count) / rate
    per_second = 0.5 * 2 ** (4 * p["rate"])
    since = (time * per_second + generator.uniform()) % 1 / per_second
    envelope = np.exp(-since * (3 + 40 * p["damping"])) * np.minimum(1, since * 400)
    middle = 300 * 2 ** (4 * p["brightness"])
    width = 2 ** (0.2 + 1.2 * p["width"])
    noise = _band(generator.standard_normal(count), middle / width, middle * width, rate)
    return np.asarray(noise * envelope)


TEXTURES: dict[str, TextureModel] = {
    "impact": TextureModel(_impacts, ("hardness", "damping", "size", "rate")),
    "scrape": TextureModel(_scrape, ("hardness", "damping", "size", "rate", "roughness")),
    "rain": TextureModel(_rain, ("rate", "brightness", "distance")),
    "pouring": TextureModel(_pouring, ("fill", "rate")),
    "noise_burst": TextureModel(_bursts, ("rate", "damping", "brightness", "width")),
}


def make_texture(
    family: str,
    parameters: Mapping[str, float] | None = None,
    *,
    seconds: float = 4.0,
    sample_rate: int = 16_000,
    seed: int = 0,
) -> FloatArray:
    """One sound, float32 ``[samples]``, peak 0.7; parameters not given are drawn from the seed.

    Raises:
        ValueError: no such family or parameter, or a value outside 0..1.
    """
    if family not in TEXTURES:
        raise ValueError(f"no synthetic texture '{family}': there are {', '.join(TEXTURES)}")
    model = TEXTURES[family]
    generator = np.random.Generator(np.random.PCG64(seed))
    chosen = {name: float(generator.uniform()) for name in model.parameters}
    for name, value in (parameters or {}).items():
        if name not in chosen or not 0 <= value <= 1:
            raise ValueError(f"{family}: {name}={value} must be one of {', '.join(chosen)} in 0..1")
        chosen[name] = float(value)
    samples = model.make(chosen, seconds, sample_rate, generator)
    return np.asarray(0.7 * samples / max(1e-9, float(np.abs(samples).max())), np.float32)
