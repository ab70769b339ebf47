"""Beats: how well they are announced, beside aubio's tracker where it is installed, in one run.

Synthetic tracks have exact beats: F-measure (+-70 ms, after 5 s) and lag. The music of DATA has no
annotations: there the share of beats on which two trackers agree stands in their place. Costs are
processor time for a second of sound, on one thread; aubio's is that of its tracker alone, the
listener's that of all its controls.

    python benchmarks/beats.py [DATA]
"""

import os
import sys

if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import importlib
import importlib.util
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.rhythms import RHYTHMS, make_rhythm
from latent_resonance.evaluation.beats import f_measure, lags
from latent_resonance.sense.listening.controls import ListeningOptions
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sound.beats import BeatTracker
from latent_resonance.sound.mel_flux import MelFlux

RATE, SECONDS = 44_100, 40.0
_Tracker = Callable[[FloatArray, int], np.ndarray]


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on synthetic tracks, and on the music of ``data_dir`` where it is."""
    trackers: dict[str, _Tracker] = {"own": announced}
    if importlib.util.find_spec("aubio"):
        trackers["aubio"] = _aubio
    tracks: dict[str, dict[str, Any]] = {}
    spent = dict.fromkeys(trackers, 0.0)
    far: dict[str, list[float]] = {name: [] for name in trackers}
    for seed, (name, rhythm) in enumerate(RHYTHMS.items()):
        track = make_rhythm(rhythm, SECONDS, RATE, 100 + seed)
        row: dict[str, Any] = {}
        for who, tracker in trackers.items():
            began = time.process_time()
            beats = tracker(track.samples, RATE)
            spent[who] += time.process_time() - began
            away = np.abs(lags(beats, track.beats))
            far[who] += away.tolist()
            row[f"{who}_f"] = round(f_measure(beats, track.beats), 3)
            row[f"{who}_lag_ms"] = round(float(np.median(away)) * 1e3, 1)
        tracks[name] = row
    seconds = SECONDS * len(RHYTHMS)
    summary = {
        who: {
            "f_measure": round(float(np.mean([row[f"{who}_f"] for row in tracks.values()])), 3),
            "lag_ms_median": round(float(np.median(far[who])) * 1e3, 1),
            "lag_ms_p90": round(float(np.percentile(far[who], 90)) * 1e3, 1),
            "ms_per_second": round(spent[who] / seconds * 1e3, 1),
        }
        for who in trackers
    }
    summary["own"]["beats_alone_ms_per_second"] = round(_tracking_alone(), 1)
    return {"tracks": tracks, "summary": summary, "music": _music(data_dir, trackers)}


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as a table, own tracker beside aubio."""
    told = []
    for name, row in result["tracks"].items():
        cells = [f"{key.replace('_', ' ')} {value}" for key, value in row.items()]
        told.append(f"  {name:16} " + "  ".join(cells))
    for who, row in result["summary"].items():
        cells = [f"{key.replace('_', ' ')} {value}" for key, value in row.items()]
        told.append(f"  {who:16} " + "  ".join(cells))
    if "aubio" not in result["summary"]:
        told.append("  aubio is not installed: pip install aubio-ledfx")
    for name, row in result["music"].items():
        told.append(f"  {name:24} " + "  ".join(f"{key} {value}" for key, value in row.items()))
    return told


def announced(sound: FloatArray, rate: int, ahead_seconds: float = 0.06) -> np.ndarray:
    """Times for which beats were announced, in seconds."""
    options = ListeningOptions(beat_ahead_seconds=ahead_seconds)
    updates = Listener(rate, options).feed(sound)
    beat = np.array([update.values["beat"] for update in updates])
    when = np.array([update.time_seconds for update in updates])
    return when[1:][np.diff(beat) > 0] + ahead_seconds


def _aubio(sound: FloatArray, rate: int) -> np.ndarray:
    aubio: Any = importlib.import_module("aubio")
    tempo = aubio.tempo("default", 1024, 512, rate)
    found = [
        tempo.get_last_s()
        for start in range(0, len(sound) - 511, 512)
        if tempo(sound[start : start + 512])[0] > 0
    ]
    return np.array(found)


def _tracking_alone() -> float:
    """Milliseconds per second of sound for the flux and the tracker, without the spectra."""
    step = 512 / RATE
    power = np.random.default_rng(0).random((200, 513))
    flux, tracker = MelFlux(RATE, 1024, step), BeatTracker(step, 0.018)
    began = time.process_time()
    count = round(20 / step)
    for number in range(count):
        tracker.step(flux.step(power[number % 200]))
    return (time.process_time() - began) / (count * step) * 1e3


def _music(data_dir: Path | None, trackers: dict[str, _Tracker]) -> dict[str, dict[str, Any]]:
    """The tempo that each finds, and the F-measure of one against another."""
    found: dict[str, dict[str, Any]] = {}
    folder = data_dir / "music" if data_dir else None
    for path in sorted(folder.glob("*.ogg")) if folder and folder.is_dir() else ():
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        mono = sound.mean(axis=1)
        beats = {who: tracker(mono, rate) for who, tracker in trackers.items()}
        if importlib.util.find_spec("librosa"):
            beats["librosa"] = _librosa(mono, rate)
        row: dict[str, Any] = {f"{who}_bpm": _bpm(one) for who, one in beats.items()}
        for one, other in (("own", "aubio"), ("own", "librosa"), ("aubio", "librosa")):
            if one in beats and other in beats:
                row[f"{one}_as_{other}"] = round(f_measure(beats[one], beats[other]), 2)
        found[path.stem] = row
    return found


def _librosa(sound: FloatArray, rate: int) -> np.ndarray:
    """Knows the whole piece at once (Ellis 2007)."""
    librosa: Any = importlib.import_module("librosa")
    return np.asarray(librosa.beat.beat_track(y=sound, sr=rate, units="time")[1])


def _bpm(beats: np.ndarray) -> float:
    return round(60 / float(np.median(np.diff(beats))), 1) if len(beats) > 2 else math.nan


if __name__ == "__main__":
    print("\n".join(lines(run(Path(sys.argv[1]) if len(sys.argv) > 1 else None))))
