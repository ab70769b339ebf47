"""Renders MIDI files and single notes to sound files, as ``resonance render notes`` does."""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.engine.notes.instruments import check_pitch
from latent_resonance.engine.notes.open import Notes
from latent_resonance.engine.notes.score import ScorePlayer, play_score
from latent_resonance.engine.notes.synthesizer import Synthesizer
from latent_resonance.engine.perform import check_writable
from latent_resonance.sense.midi_files.messages import (
    BEND,
    DRUM_CHANNEL,
    NOTE_OFF,
    NOTE_ON,
    MidiEvent,
)
from latent_resonance.sense.midi_files.read import read_midi
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness, true_peak_db
from latent_resonance.stage import audio_file
from latent_resonance.stage.spectrogram_picture import draw_spectrogram

Progress = Callable[[float, float], None]
_RELEASE_SECONDS = 0.35


def render_song(
    notes: Notes,
    source: Path,
    output: Path,
    seconds: float | None = None,
    picture: Path | None = None,
    on_progress: Progress | None = None,
    meta: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A MIDI file as a sound file, which carries ``meta``; gives the report.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    _check(output, picture)
    song = read_midi(source)
    drums = sum(_strikes(event) and event.channel == DRUM_CHANNEL for event in song.events)
    if sum(_strikes(event) for event in song.events) == drums:
        also = f" but {drums} on the drum channel, which it does not play" if drums else ""
        raise InputError(f"{source} has no notes for this instrument{also}")
    length = song.seconds if seconds is None else min(seconds, song.seconds)
    cut = seconds is not None and seconds < song.seconds
    synthesizer = notes.synthesizer(morph_seconds=length)
    player = ScorePlayer(synthesizer, song.events)
    began = time.perf_counter()
    sound = play_score(player, length, on_progress, tail=not cut)
    took = time.perf_counter() - began
    report = _write(notes, synthesizer, sound, output, picture, source.name, took, meta)
    return {"input": str(source), **report}


def render_note(
    notes: Notes,
    output: Path,
    pitch: float,
    velocity: int = 100,
    seconds: float = 2.0,
    picture: Path | None = None,
    meta: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One note as a sound file of exactly ``seconds``; the key goes up before its end.

    Pitches between two keys come from the model's own nearest semitone, transposed.

    Raises:
        InputError: the pitch or velocity cannot be played.
    """
    _check(output, picture)
    sound, synthesizer, took = play_note(notes, pitch, velocity, seconds)
    name = notes.tone.name if notes.tone else notes.instruments.default().name
    report = _write(notes, synthesizer, sound, output, picture, f"{name} {pitch:g}", took, meta)
    return {"pitch": pitch, "velocity": velocity, **report}


def play_note(
    notes: Notes, pitch: float, velocity: int, seconds: float, tail: bool = False
) -> tuple[FloatArray, Synthesizer, float]:
    """The sound of one note, its synthesizer, and how long it took.

    With ``tail`` the key is held for ``seconds`` and the note then rings out; otherwise it goes
    up early enough for its release to lie within ``seconds``.
    """
    check_pitch(pitch)
    if not 1 <= velocity <= 127:
        raise InputError(f"velocity {velocity} is out of range: 1 to 127")
    if not math.isfinite(seconds) or not 0 < seconds <= 600:
        raise InputError(f"--seconds {seconds:g}: a note lasts up to 600 seconds")
    key = min(max(round(pitch), 21), 108)
    up = seconds if tail else max(seconds / 2, seconds - _RELEASE_SECONDS)
    bend = round(8192 + 8191.5 * (pitch - key) / 2)
    events = [
        MidiEvent(0.0, BEND, 0, bend & 0x7F, bend >> 7),
        MidiEvent(0.0, NOTE_ON, 0, key, velocity),
        MidiEvent(up, NOTE_OFF, 0, key, 0),
    ]
    channels = 2 if notes.setup.reverb else 1
    synthesizer = notes.synthesizer(morph_seconds=seconds, channels=channels)
    began = time.perf_counter()
    sound = play_score(ScorePlayer(synthesizer, events), seconds, tail=tail)
    return sound, synthesizer, time.perf_counter() - began


def _check(*paths: Path | None) -> None:
    """Before the work, not after it."""
    for path in paths:
        check_writable(path)


def _strikes(event: MidiEvent) -> bool:
    return event.kind == NOTE_ON and event.two > 0


def _write(
    notes: Notes,
    synthesizer: Synthesizer,
    sound: FloatArray,
    output: Path,
    picture: Path | None,
    title: str,
    took: float,
    meta: Mapping[str, str] | None,
) -> dict[str, Any]:
    rate, channels = notes.layout.sample_rate, sound.shape[1]
    stage = audio_file.Part(audio_file.Options(path=output))
    stage.prepare(Spec(sample_rate=rate, channels=channels, meta=meta or {}))
    try:
        stage.play(AudioBlock(sound, rate))
        if picture:
            draw_spectrogram(sound.mean(axis=1), rate, picture, f"notes · {title}")
    except BaseException:
        stage.abort()
        raise
    stage.close()
    files = {"output": output, "spectrogram": picture}
    return {
        "recipe": "notes",
        **{name: str(path) for name, path in files.items() if path},
        **report(notes, synthesizer, sound, took),
    }


def report(
    notes: Notes, synthesizer: Synthesizer, sound: FloatArray, took: float
) -> dict[str, Any]:
    """Plain numbers for ``--json``."""
    rate = notes.layout.sample_rate
    mono = sound.mean(axis=1)
    loudness, peak = integrated_loudness(mono, rate), true_peak_db(sound, rate)
    counts = synthesizer.counts
    return {
        "bundle": notes.bundle.name,
        "seed": notes.setup.seed,
        "duration_seconds": round(len(sound) / rate, 6),
        "sample_rate": rate,
        "channels": sound.shape[1],
        "loudness_lufs": round(loudness, 2) if math.isfinite(loudness) else None,
        "true_peak_db": round(peak, 2) if math.isfinite(peak) else None,
        "clicks": len(find_clicks(mono, rate)),
        "notes": counts.notes,
        "instruments": sorted(counts.instruments),
        "drum_notes_skipped": counts.drum_notes,
        "most_voices": counts.most_voices,
        "voices_stolen": counts.stolen,
        "limiter_db": round(20 * math.log10(synthesizer.limiter.least), 2),
        "windows_made": notes.store.generation.count,
        "generation_ms": notes.store.generation.summary(1e3),
        "times_real_time": round(len(sound) / rate / max(took, 1e-9), 2),
    }
