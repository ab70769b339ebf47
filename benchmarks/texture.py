"""The texture instrument on one core: a slider is moved, and the new 2 s sound is ready.

Split into z to w, finding the place by measuring (up to seven sounds and the first), one synthesis,
measuring it, and phase; beside it a slider that is dragged on by half a step, one along a straight
line, a query's 16 variations, and librosa's Griffin-Lim (32 rounds) in place of the phase.

    python benchmarks/texture.py
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.navigate.latent_space.query import draw, posterior
from latent_resonance.sound.attributes.table import measure_window
from latent_resonance.sound.codec import to_magnitude

ROUNDS, VARIATIONS = 24, 16
_VALUES = (-4.0, -2.0, 1.0, 3.0, 5.0)
_DRAGGED = 0.5
# Nothing is heard of it, and nothing that was made or measured for another figure is known there.
_APART = 1e-4


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on the bundle ``texture``; nothing of ``data_dir`` is needed."""
    with Explorer("texture", PartChoice(part="openvino"), threads=1) as explorer:
        seeded = [explorer.seeded(seed) for seed in range(ROUNDS + 1)]
        windows = [explorer.window(place) for place in seeded]
        found = {
            "seed_to_place": _median(explorer.seeded),
            "find_place": _moves(explorer, 1, explorer.move),
            "synthesis": _median(lambda k: explorer.levels(seeded[k] + np.float32(_APART * 2))),
            "measuring": _median(lambda k: measure_window(windows[k], explorer.measured)),
            "phase": _median(
                lambda k: explorer.sound(seeded[k]), lambda k: explorer.levels(seeded[k])
            ),
            "slider_to_sound": _moves(explorer, 3, _heard_by(explorer)),
            "slider_from_what_sounds": _moves(
                explorer, 4, _heard_by(explorer), lambda w, _: explorer.sound(w)
            ),
            "slider_dragged_on": _moves(
                explorer,
                5,
                _heard_by(explorer),
                lambda w, asked: explorer.sound(explorer.move(w, _nearer(asked))),
            ),
            "straight_slider_to_sound": _moves(
                explorer,
                6,
                lambda w, asked: explorer.sound(
                    explorer.sliders.move(w, asked.settings, straight=True)
                ),
            ),
            "sixteen_variations": _median(lambda k: _variations(explorer, seeded[k]), rounds=4),
        }
        result: dict[str, Any] = {f"{name}_ms": value for name, value in found.items()}
        result["griffin_lim_ms"] = _griffin_lim(explorer, seeded[0])
    return result


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    sound = result["slider_to_sound_ms"]
    straight = result["straight_slider_to_sound_ms"]["p50"]
    told = [
        f"slider to 2 s of sound: median {sound['p50']} ms, slowest {sound['max']} ms of a core",
        f"  where the place sounded before: {result['slider_from_what_sounds_ms']['p50']} ms",
        f"  dragged on by half a step: {result['slider_dragged_on_ms']['p50']} ms",
        f"  along a straight line, not measured: {straight} ms",
        *(
            f"  {name.replace('_', ' ')}: {result[f'{name}_ms']['p50']} ms"
            for name in ("seed_to_place", "find_place", "synthesis", "measuring", "phase")
        ),
        f"16 variations as sound: {result['sixteen_variations_ms']['p50']} ms",
    ]
    if result["griffin_lim_ms"]:
        ratio = result["griffin_lim_ms"] / result["phase_ms"]["p50"]
        told.append(
            f"librosa Griffin-Lim 32 for the same window: {result['griffin_lim_ms']} ms, "
            f"{ratio:.1f} times the phase here"
        )
    return told


def _heard_by(explorer: Explorer) -> Callable[[np.ndarray, PlaceRequest], Any]:
    return lambda w, asked: explorer.sound(explorer.move(w, asked))


def _nearer(asked: PlaceRequest) -> PlaceRequest:
    """The same slider where it was before it was dragged on."""
    return PlaceRequest(
        settings={name: value - _DRAGGED * np.sign(value) for name, value in asked.settings.items()}
    )


def _variations(explorer: Explorer, w: np.ndarray) -> None:
    around = posterior(explorer.space, [w])
    for place in draw(around, VARIATIONS, np.random.default_rng(0)):
        explorer.sound(place)


def _moves(
    explorer: Explorer,
    number: int,
    work: Callable[[np.ndarray, PlaceRequest], Any],
    before: Callable[[np.ndarray, PlaceRequest], Any] | None = None,
) -> dict[str, float]:
    """``_median`` over a slider each from a place each, at places of this number's own."""
    names = explorer.sliders.names
    places = [explorer.seeded(seed) + np.float32(_APART * number) for seed in range(ROUNDS + 1)]
    requests = [
        PlaceRequest(settings={names[k % len(names)]: _VALUES[k % len(_VALUES)]})
        for k in range(ROUNDS + 1)
    ]
    return _median(
        lambda k: work(places[k], requests[k]),
        None if before is None else lambda k: before(places[k], requests[k]),
    )


def _median(
    work: Callable[[int], Any],
    before: Callable[[int], Any] | None = None,
    rounds: int = ROUNDS,
) -> dict[str, float]:
    """Milliseconds of processor time: on a busy machine, what a free core would take.

    What is done ``before`` does not count to it.
    """
    work(rounds)
    took = []
    for k in range(rounds):
        if before is not None:
            before(k)
        began = time.process_time()
        work(k)
        took.append(time.process_time() - began)
    return {
        "p50": round(1e3 * float(np.median(took)), 1),
        "max": round(1e3 * float(np.max(took)), 1),
    }


def _griffin_lim(explorer: Explorer, w: np.ndarray) -> float | None:
    try:
        import librosa
    except ImportError:
        return None
    magnitude = to_magnitude(explorer.levels(w), explorer.layout)
    librosa.griffinlim(magnitude[:, :32], n_iter=1, hop_length=explorer.layout.hop)
    began = time.process_time()
    librosa.griffinlim(magnitude, n_iter=32, hop_length=explorer.layout.hop, random_state=0)
    return round(1e3 * (time.process_time() - began), 1)


if __name__ == "__main__":
    for line in lines(run()):
        print(line)
    sys.exit(0)
