"""The notes instrument on one thread: 60 s of MIDI with 16 voices beside real time, plain and with
all of them bent and in vibrato, at the model's own rate and at 48 kHz stereo, the cost of a voice
beside librosa's Griffin-Lim (32 rounds, one window per note), and live latency.

    python benchmarks/notes.py
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.values import Event, Latent, Spectrogram
from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.meters import Distribution, Meters
from latent_resonance.engine.performance import Performance, StepOutput, Steps
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows, KeptWindows
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.sound.codec import to_magnitude

VOICES, SECONDS, CHORD_SECONDS = 16, 60.0, 2.0
LIVE_NOTES = 24
_PROGRAMS = (0, 48, 19, 73, 42, 24, 56, 11)


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on the bundle ``notes``; nothing of ``data_dir`` is needed."""
    results: dict[str, Any] = {}
    with _notes() as performance:
        kept = KeptWindows()
        results["song"] = _song(performance, kept, False)
        results["song_with_bends"] = _song(performance, kept, True)
        results["voice_second_ms"] = _voice_second(performance, kept)
        results["griffin_lim_second_ms"] = _griffin_lim_second(performance)
        if results["griffin_lim_second_ms"]:
            ratio = results["griffin_lim_second_ms"] / results["voice_second_ms"]
            results["times_cheaper_than_griffin_lim"] = round(ratio, 1)
    with _notes(48_000) as performance:
        kept = KeptWindows()
        results["song_at_48_khz"] = _song(performance, kept, False)
        results["song_with_bends_at_48_khz"] = _song(performance, kept, True)
    with _notes() as performance:
        results["live"] = _live(performance)
    return results


def _notes(rate: int | None = None) -> Performance:
    hands = PartChoice(part="sliders")
    setup = Setup(senses=(hands,), render={"polyphony": VOICES}, rate=rate, threads=1)
    return assemble(load_recipe("notes"), setup)


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = [
        f"{name.replace('_', ' ')}: {SECONDS:.0f} s, {row['notes']} notes, {row['most_voices']} "
        f"voices, {row['windows_made']} windows in {row['seconds']:.1f} s: "
        f"{row['times_real_time']} times real time "
        f"({row['core_seconds']:.1f} s of one core: {row['times_real_time_of_a_core']} times)"
        for name, row in result.items()
        if name.startswith("song")
    ]
    told.append(f"one second of one voice: {result['voice_second_ms']} ms")
    if result["griffin_lim_second_ms"]:
        told.append(
            f"one second by librosa Griffin-Lim 32: {result['griffin_lim_second_ms']} ms, "
            f"{result['times_cheaper_than_griffin_lim']} times as much"
        )
    live = result["live"]
    told.append(
        f"live, 16 ms buffer: note to sound p50 {live['p50']} ms, p95 {live['p95']} ms; "
        f"underruns {live['underruns']}"
    )
    return told


def score(bent: bool) -> list[Event]:
    """Chords of 16 notes on eight instruments, 2 s each, legato; velocities and keys vary."""
    random = np.random.default_rng(0)
    events = [Event(0.0, "program", n, value=program) for n, program in enumerate(_PROGRAMS)]
    for chord in range(round(SECONDS / CHORD_SECONDS)):
        begin = chord * CHORD_SECONDS
        for voice in range(VOICES):
            channel = voice % len(_PROGRAMS)
            key = int(36 + 3 * voice + chord % 5)
            velocity = int(random.integers(40, 120))
            events.append(Event(begin, "note_on", channel, key, velocity))
            events.append(Event(begin + CHORD_SECONDS - 0.02, "note_off", channel, key))
        if bent:
            for channel in range(len(_PROGRAMS)):
                events.append(Event(begin + 0.1, "control", channel, 1, 40))
                events.append(Event(begin + 0.2, "bend", channel, value=0.125))
    return sorted(events, key=lambda event: event.time_seconds)


def _song(performance: Performance, kept: KeptWindows, bent: bool) -> dict[str, Any]:
    performance.senses.reset()
    performance.senses.sensors[0].press(*score(bent))
    # On a busy machine the core's own time tells what a free one would take.
    began, began_core = time.perf_counter(), time.process_time()
    (made,) = count(performance, SECONDS, kept=kept, ring_out=False)
    took, core = time.perf_counter() - began, time.process_time() - began_core
    report = made.steps.report()
    return {
        "notes": report["notes"],
        "most_voices": report["most_voices"],
        "windows_made": made.steps.meters.generation.count,
        "seconds": round(took, 3),
        "core_seconds": round(core, 3),
        "times_real_time": round(SECONDS / took, 1),
        "times_real_time_of_a_core": round(SECONDS / core, 1),
    }


def _voice_second(performance: Performance, kept: KeptWindows) -> float:
    """Milliseconds for one second of one of 16 held voices, windows made before."""
    chain, meters = performance.chain, Meters()
    performance.senses.reset()
    keys = range(40, 40 + 2 * VOICES, 2)
    hands = performance.senses.sensors[0]
    hands.press(*(Event(0.0, "note_on", 2, key, 90) for key in keys))
    windows = InlineWindows(chain.model, chain.renderer, meters, kept)
    steps = Steps(chain, performance.senses, windows, meters)
    steps.step()
    rounds = round(4 / chain.step_seconds)
    began = time.perf_counter()
    for _ in range(rounds):
        steps.step()
    return round(1e3 * (time.perf_counter() - began) / 4 / VOICES, 2)


def _griffin_lim_second(performance: Performance) -> float | None:
    """Milliseconds per second of sound of one window."""
    try:
        import librosa
    except ImportError:
        return None
    chain, space = performance.chain, performance.chain.spec.space
    made = chain.model.generate(Latent(space.note(Instruments(space).default().w, 60, 0.8)))
    assert isinstance(made, Spectrogram)
    layout = made.format
    magnitude = to_magnitude(made.level_db, layout)
    librosa.griffinlim(magnitude[:, :32], n_iter=1, hop_length=layout.hop)
    began = time.perf_counter()
    librosa.griffinlim(magnitude, n_iter=32, hop_length=layout.hop, random_state=0)
    seconds = layout.columns * layout.hop_seconds
    return round(1e3 * (time.perf_counter() - began) / seconds, 2)


def _live(performance: Performance) -> dict[str, Any]:
    """A silent performance: a note every 0.2 s, each a key that was not played before.

    From the press to the moment when the first sample of its note is handed to the stage.
    """
    chain, hands = performance.chain, performance.senses.sensors[0]
    attach(performance, chain, PartChoice(part="silent"))
    pressed: dict[int, float] = {}
    asked: dict[float, list[float]] = {}
    latency = Distribution()

    def follow(now: float, sensed: Sensed, output: StepOutput) -> None:
        seen = time.perf_counter()
        for event in sensed.controls.events:
            if event.kind == "note_on":
                asked.setdefault(event.time_seconds, []).append(pressed[event.key])
        ahead = clock._lines[0].waiting / chain.spec.sample_rate  # noqa: SLF001 - nobody else asks
        for when in clock.steps[0].state.renderer.notes.begun:
            latency.add(seen - asked[when].pop(0) + ahead)

    def play() -> None:
        for number in range(LIVE_NOTES):
            key = 48 + number
            pressed[key] = time.perf_counter()
            hands.press(Event(clock.seconds, "note_on", 0, key, 60 + 2 * number))
            time.sleep(0.2)

    clock = LiveClock(performance, Meters(), on_step=follow)
    player = threading.Thread(target=play, daemon=True)
    clock.run(0.2 * LIVE_NOTES + 0.5, player.start)
    report = clock.meters.report()
    return {
        **latency.summary(1e3),
        "waited": clock.steps[0].report()["notes_that_waited"],
        "underruns": report["underruns"],
        "generation_ms": report["generation_ms"],
        "step_ms": report["step_ms"],
    }


if __name__ == "__main__":
    for line in lines(run()):
        print(line)
    sys.exit(0)
