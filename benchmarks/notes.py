"""The notes instrument on one thread: 60 s of MIDI with 16 voices beside real time, the cost of a
voice beside librosa's Griffin-Lim (32 rounds, one window per note), and live latency.

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

from latent_resonance.engine.notes.live import LiveNotes
from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.engine.notes.score import ScorePlayer, play_score
from latent_resonance.sense.midi_files.messages import (
    BEND,
    CONTROL,
    NOTE_OFF,
    NOTE_ON,
    PROGRAM,
    MidiEvent,
)
from latent_resonance.sound.codec import to_magnitude
from latent_resonance.stage import silent

VOICES, SECONDS, CHORD_SECONDS = 16, 60.0, 2.0
LIVE_NOTES = 24
_PROGRAMS = (0, 48, 19, 73, 42, 24, 56, 11)


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on the bundle ``notes``; nothing of ``data_dir`` is needed."""
    results: dict[str, Any] = {}
    with Notes(NotesSetup(polyphony=VOICES, threads=1)) as notes:
        for name, bent in (("song", False), ("song_with_bends", True)):
            results[name] = _song(notes, bent)
        results["voice_second_ms"] = _voice_second(notes)
        results["griffin_lim_second_ms"] = _griffin_lim_second(notes)
        if results["griffin_lim_second_ms"]:
            ratio = results["griffin_lim_second_ms"] / results["voice_second_ms"]
            results["times_cheaper_than_griffin_lim"] = round(ratio, 1)
        results["live"] = _live(notes)
    return results


def lines(result: dict[str, Any]) -> list[str]:
    """For a reader."""
    told = [
        f"{name.replace('_', ' ')}: {SECONDS:.0f} s, {row['notes']} notes, {row['most_voices']} "
        f"voices, {row['windows_made']} windows in {row['seconds']:.1f} s: "
        f"{row['times_real_time']} times real time "
        f"({row['core_seconds']:.1f} s of one core: {row['times_real_time_of_a_core']} times)"
        for name, row in ((n, result[n]) for n in ("song", "song_with_bends"))
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


def score(bent: bool) -> list[MidiEvent]:
    """Chords of 16 notes on eight instruments, 2 s each, legato; velocities and keys vary."""
    random = np.random.default_rng(0)
    events = [MidiEvent(0.0, PROGRAM, n, program) for n, program in enumerate(_PROGRAMS)]
    for chord in range(round(SECONDS / CHORD_SECONDS)):
        begin = chord * CHORD_SECONDS
        for voice in range(VOICES):
            channel = voice % len(_PROGRAMS)
            key = int(36 + 3 * voice + chord % 5)
            velocity = int(random.integers(40, 120))
            events.append(MidiEvent(begin, NOTE_ON, channel, key, velocity))
            events.append(MidiEvent(begin + CHORD_SECONDS - 0.02, NOTE_OFF, channel, key))
        if bent:
            for channel in range(len(_PROGRAMS)):
                events.append(MidiEvent(begin + 0.1, CONTROL, channel, 1, 40))
                events.append(MidiEvent(begin + 0.2, BEND, channel, 0, 72))
    return sorted(events, key=lambda event: event.seconds)


def _song(notes: Notes, bent: bool) -> dict[str, Any]:
    made_before = notes.store.generation.count
    synthesizer = notes.synthesizer()
    # On a busy machine the core's own time tells what a free one would take.
    began, began_core = time.perf_counter(), time.process_time()
    play_score(ScorePlayer(synthesizer, score(bent)), SECONDS, tail=False)
    took, core = time.perf_counter() - began, time.process_time() - began_core
    return {
        "notes": synthesizer.counts.notes,
        "most_voices": synthesizer.counts.most_voices,
        "windows_made": notes.store.generation.count - made_before,
        "seconds": round(took, 3),
        "core_seconds": round(core, 3),
        "times_real_time": round(SECONDS / took, 1),
        "times_real_time_of_a_core": round(SECONDS / core, 1),
    }


def _voice_second(notes: Notes) -> float:
    """Milliseconds for one second of one of 16 held voices, windows made before."""
    synthesizer = notes.synthesizer()
    for key in range(40, 40 + 2 * VOICES, 2):
        synthesizer.handle(MidiEvent(0.0, NOTE_ON, 2, key, 90))
    synthesizer.tick()
    ticks = round(4 / notes.layout.hop_seconds)
    began = time.perf_counter()
    for _ in range(ticks):
        synthesizer.tick()
    return round(1e3 * (time.perf_counter() - began) / 4 / VOICES, 2)


def _griffin_lim_second(notes: Notes) -> float | None:
    """Milliseconds per second of sound of one window."""
    try:
        import librosa
    except ImportError:
        return None
    from latent_resonance.contracts.values import Latent, Spectrogram

    made = notes.model.generate(
        Latent(notes.instruments.note(notes.instruments.default(), 60, 0.8))
    )
    assert isinstance(made, Spectrogram)
    magnitude = to_magnitude(made.level_db, notes.layout)
    hop = notes.layout.hop
    librosa.griffinlim(magnitude[:, :32], n_iter=1, hop_length=hop)
    began = time.perf_counter()
    librosa.griffinlim(magnitude, n_iter=32, hop_length=hop, random_state=0)
    seconds = notes.layout.columns * notes.layout.hop_seconds
    return round(1e3 * (time.perf_counter() - began) / seconds, 2)


def _live(notes: Notes) -> dict[str, Any]:
    """A silent show: a note every 0.2 s, each a key that was not played before."""
    show = LiveNotes(notes, silent.Part(silent.Options()))

    def hands() -> None:
        for number in range(LIVE_NOTES):
            show.send(MidiEvent(time.perf_counter(), NOTE_ON, 0, 48 + number, 60 + 2 * number))
            time.sleep(0.2)

    player = threading.Thread(target=hands, daemon=True)
    show.run(0.2 * LIVE_NOTES + 0.5, player.start)
    report = show.report()
    return {
        **report["note_to_sound_ms"],
        "waited": report["notes_that_waited"],
        "underruns": report["underruns"],
        "generation_ms": report["generation_ms"],
        "tick_ms": report["tick_ms"],
    }


if __name__ == "__main__":
    for line in lines(run()):
        print(line)
    sys.exit(0)
