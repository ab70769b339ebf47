"""From the sample that holds an onset to the frame that shows it, live, beside the sound itself.

Clicks at uneven moments over a soft chord, so that no beat announces them, played by the recipe
``vision`` at 256 px and 30 frames a second. A click is heard when the sound card's callback takes
its sample (or, without ``--speaker``, when the clock's own pace does), ``heard later`` is what the
card says that it adds; it is seen in the first frame that differs from the one before by four times
the usual step. Below 0 the frame is first. The named baseline is the same for moments between the
clicks.

    python benchmarks/sound_to_frame.py [--speaker] [--seconds 60] [--size 256] [--busy 0]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.values import AudioBlock, FloatArray, Frame, Spec
from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.fitting import find_recipe
from latent_resonance.engine.pass_through import RATE as SOUND_RATE
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup

RATE = 44_100
_BEFORE, _AFTER = 0.1, 0.3
_TIMES_MEDIAN = 4.0
# Clicks alone move the picture much; the flow moves it a little, so that each frame is a new one.
_STILL = (
    *("drift_speed", "wander", "warmth", "light", "jagged", "detail", "edge", "contrast"),
    *("spread", "chroma", "scale", "energy"),
)
_HELD = dict.fromkeys(_STILL, 0.0) | {"flow_speed": 0.1}


class Watching(PictureStage):
    """Stage: when each frame came, and how far it is from the one before."""

    accepts = (PictureFormat,)

    def __init__(self) -> None:
        self.times: list[float] = []
        self.steps: list[float] = []
        self._last: Any = None

    def prepare(self, spec: Spec) -> None: ...

    def show(self, frame: Frame) -> None:
        self.times.append(time.perf_counter())
        small = frame.pixels[::4, ::4].astype(np.float32)
        self.steps.append(0.0 if self._last is None else float(np.abs(small - self._last).mean()))
        self._last = small


def clicks(seconds: float) -> tuple[FloatArray, FloatArray]:
    """A sound, and when its clicks begin in seconds."""
    rng = np.random.default_rng(7)
    at = np.cumsum(rng.uniform(0.9, 1.5, round(seconds)))
    at = at[(at > 3) & (at < seconds - 1)]
    t = np.arange(round(seconds * RATE)) / RATE
    sound = 0.02 * sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6))
    burst = rng.standard_normal(RATE // 100) * np.linspace(1, 0, RATE // 100)
    for start in np.round(at * RATE).astype(int):
        sound[start : start + len(burst)] += 0.5 * burst
    return np.asarray(sound, np.float32), at


def run(
    data_dir: Path | None = None, seconds: float = 60.0, size: int = 256, speaker: bool = False
) -> dict[str, Any]:
    """Play once; nothing of ``data_dir`` is needed."""
    sound, at = clicks(seconds)
    recipe = find_recipe("vision")
    watching = Watching()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clicks.wav"
        soundfile.write(path, sound, RATE)
        setup = sense_file(recipe, Setup(adaptive=True, held=_HELD, render={"size": size}), path)
        with assemble(recipe, setup) as performance:
            part = PartChoice(part="speaker" if speaker else "silent")
            stage = attach(performance, performance.of_sound()[0], part, live=True)
            performance.chain.stages.append(watching)
            clock = LiveClock(performance)
            heard = _listen(stage)
            adds: list[float] = []
            clock.run(ready=lambda: adds.append(stage.latency_seconds))
            report = clock.meters.report()
            underruns = sum(meters.underruns for meters in clock.all_meters)
            model = performance.chain.model.report()  # type: ignore[attr-defined]
    played, when = np.array(heard).T
    delays = delay_of(np.interp(at, played, when), watching)
    between = delay_of(np.interp(at[:-1] + np.diff(at) / 2, played, when), watching)
    found = delays[np.isfinite(delays)]
    quantiles = np.percentile(found, [5, 50, 95]) if len(found) else [np.nan] * 3
    return {
        "clicks": len(at),
        "seen": round(float(np.isfinite(delays).mean()), 3),
        "seen_between_the_clicks": round(float(np.isfinite(between).mean()), 3),
        "usual_step": round(float(np.median(watching.steps)), 3),
        "largest_steps": np.round(np.percentile(watching.steps, [90, 95, 99]), 2).tolist(),
        **dict(
            zip(("p5_ms", "p50_ms", "p95_ms"), np.round(1e3 * np.array(quantiles), 1), strict=True)
        ),
        "heard_later_ms": round(1e3 * adds[0], 1),
        "frames": len(watching.times),
        "underruns": underruns,
        "card_underflows": stage.report().get("card_underflows", 0) if speaker else 0,  # type: ignore[attr-defined]
        "dropped_frames": report.get("dropped_frames", 0),
        "dropped_requests": report["dropped_requests"],
        "generation_ms": report["generation_ms"],
        **model,
    }


def _listen(stage: Any) -> list[tuple[float, float]]:
    """Filled while it plays: seconds of sound that were taken, and when."""
    heard: list[tuple[float, float]] = []
    taken = 0

    def note(samples: int, when: float) -> None:
        nonlocal taken
        heard.append((taken / SOUND_RATE, when))
        taken += samples

    opening, playing = getattr(stage, "open", None), stage.play
    if opening is not None:

        def open_noting(pull: Callable[[FloatArray], int]) -> None:
            def noting(out: FloatArray) -> int:
                began = time.perf_counter()
                count = pull(out)
                note(count, began)
                return count

            opening(noting)

        stage.open = open_noting
    else:

        def play(block: AudioBlock) -> None:
            note(len(block.samples), time.perf_counter())
            playing(block)

        stage.play = play
    return heard


def delay_of(moments: FloatArray, watching: Watching) -> FloatArray:
    """Seconds from each moment to the first frame that shows a change; NaN where none does."""
    times, steps = np.array(watching.times), np.array(watching.steps)
    limit = _TIMES_MEDIAN * np.median(steps)
    found = np.full(len(moments), np.nan)
    for k, moment in enumerate(moments):
        near = (times >= moment - _BEFORE) & (times <= moment + _AFTER) & (steps >= limit)
        if near.any():
            found[k] = times[near][0] - moment
    return found


def lines(result: dict[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in result.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speaker", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--busy", type=int, default=0, help="programs that do nothing but work")
    asked = parser.parse_args()
    work = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(work) for _ in range(asked.busy)]
    try:
        result = run(seconds=asked.seconds, size=asked.size, speaker=asked.speaker)
    finally:
        for one in busy:
            one.kill()
    print("\n".join(lines(result)))


if __name__ == "__main__":
    main()
