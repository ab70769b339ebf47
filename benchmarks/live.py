"""One step and one window of the face instrument beside the time they may take: the named
baseline is real time itself, 8 ms of sound in 8 ms."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.values import Latent
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.demo import performance_path
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup

SECONDS = 10.0


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Medians over the recorded performance; nothing of ``data_dir`` is needed."""
    recipe = load_recipe("face")
    setup = sense_file(recipe, Setup(threads=1), performance_path("face"))
    with assemble(recipe, setup) as performance:
        chain = performance.chain
        began, began_core = time.perf_counter(), time.process_time()
        (made,) = count(performance, SECONDS)
        whole, core = time.perf_counter() - began, time.process_time() - began_core
        w = Latent(np.zeros(chain.spec.space.size, np.float32))
        times = []
        for _ in range(50):
            before = time.perf_counter()
            chain.model.generate(w)
            times.append(time.perf_counter() - before)
        report = made.steps.meters.report()
    return {
        "step_ms": report["step_ms"]["p50"],
        "window_ms": round(1e3 * float(np.median(times)), 3),
        "real_time_over_cost": round(SECONDS / whole, 1),
        "real_time_over_cost_of_a_core": round(SECONDS / core, 1),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    return [
        f"a step of 8 ms of sound: {result['step_ms']} ms; a window: {result['window_ms']} ms",
        f"whole chain on one inference thread: {result['real_time_over_cost']} times real time",
        f"by the time of one core: {result['real_time_over_cost_of_a_core']} times",
    ]
