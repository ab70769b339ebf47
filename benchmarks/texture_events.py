"""Does a sound that goes on bring new events, or does one window go round?

Twenty seconds of prototypes as ``play texture`` makes them, by the clock that needs no speaker: how
like its levels are to those one to 2.6 s later (1: the same again), with new events and, as the
baseline, with one window going round; clicks; and a step's time on the slider's way.

    python benchmarks/texture_events.py
"""

import os
import sys

# One thread: times of steps on a machine that others share.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import stft

from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.sound.clicks import find_clicks

SECONDS, NAMES = 20.0, ("rain", "fire", "hit", "wind", "steps", "bell")
_BANDS, _FLOOR_DB = 24, 60.0
_FIRST_SECONDS, _LAST_SECONDS = 1.0, 2.6


def run(data_dir: Path | None = None, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """Figures of each prototype of the bundle ``texture``; nothing of ``data_dir`` is needed."""
    with Explorer("texture", threads=1) as explorer:
        places = {n: explorer.space.place(n) for n in names if n in explorer.space.places}
    found = {}
    for name, place in places.items():
        events, rate, step_ms = _played(place, {})
        round_, _, plain_ms = _played(place, {"event_seconds": 0})
        found[name] = {
            "likeness": likeness(events, rate),
            "likeness_of_one_window": likeness(round_, rate),
            "clicks": len(find_clicks(events, rate)),
            "clicks_of_one_window": len(find_clicks(round_, rate)),
            "step_ms": step_ms,
            "step_ms_of_one_window": plain_ms,
        }
    return found


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    return [
        f"{name}: likeness to 1-2.6 s later {one['likeness']:.3f} (one window going round: "
        f"{one['likeness_of_one_window']:.3f}), clicks {one['clicks']} "
        f"({one['clicks_of_one_window']}), a step {one['step_ms']} ms "
        f"({one['step_ms_of_one_window']})"
        for name, one in result.items()
    ]


def likeness(sound: FloatArray, rate: int) -> float:
    """The most that levels of 24 bands correlate with those 1 to 2.6 s later."""
    size = round(0.032 * rate)
    hop = size // 2
    _, _, spectrum = stft(sound, rate, nperseg=size, noverlap=size - hop, padded=False)
    power = np.abs(spectrum[1:]) ** 2
    edges = np.unique(np.geomspace(1, len(power), _BANDS + 1).astype(int) - 1)
    bands = 10 * np.log10(np.add.reduceat(power, edges[:-1], axis=0) + 1e-20)
    levels = np.maximum(bands, bands.max() - _FLOOR_DB)
    levels -= levels.mean(axis=1, keepdims=True)
    lags = range(round(_FIRST_SECONDS * rate / hop), round(_LAST_SECONDS * rate / hop))
    return max(_correlation(levels[:, :-lag], levels[:, lag:]) for lag in lags)


def _correlation(one: FloatArray, other: FloatArray) -> float:
    size = np.sqrt(float((one**2).sum()) * float((other**2).sum()))
    return float((one * other).sum()) / max(size, 1e-12)


def _played(place: FloatArray, render: dict[str, Any]) -> tuple[FloatArray, int, float]:
    setup = Setup(start=place, threads=1, render=render)
    with assemble(load_recipe("texture"), setup) as performance:
        (made,) = count(performance, SECONDS)
        step = made.steps.meters.report()["step_ms"]
        rate = performance.chain.spec.sample_rate
    return made.samples[:, 0], rate, step["p50"]


if __name__ == "__main__":
    print("\n".join(lines(run(names=tuple(sys.argv[1:]) or NAMES))))
