"""How well the pictures of the recipe ``vision`` follow a sound, by judges that see pixels alone.

Bass that comes and goes against redness; clicks that the picture answers within 100 ms; beats of
synthetic tracks against the moments at which the picture changes most; silence; how many frames a
pulse takes to come in. On the music of DATA: bass against redness, the largest steps between frames
outside of attacks, and how far songs look apart beside passages of one song.

The named baseline of each figure is the same picture under music that it did not hear: the next
track's beats, the next song's bass.

    python benchmarks/heard_and_seen.py [DATA]
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.synthetic.rhythms import RHYTHMS, make_rhythm
from latent_resonance.engine.setup import Setup
from latent_resonance.evaluation.beats import lags
from latent_resonance.evaluation.pictures.heard_and_seen import (
    answered_clicks,
    attack_frames,
    attacks,
    bass_to_red,
    between_over_within,
    calm_frames,
    frame_steps,
    look_of_passages,
    pulse_times,
)
from latent_resonance.evaluation.pictures.watch import watch

RATE, FPS, SIZE = 44_100, 30, 128
TRACKS = (
    *("66 bpm", "84 bpm", "98 bpm", "116 bpm", "132 bpm", "160 bpm"),
    *("3/4", "6/8", "swing", "tempo jumps"),
)
_TRACK_SECONDS, _SONG_SECONDS = 24.0, 45.0


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on made sounds, and on the music of ``data_dir`` where it is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = {
            "bass_sweep": _bass_sweep(folder),
            "clicks": _clicks(folder),
            "silence": _silence(folder),
            "beats": _beats(folder),
        }
    return {"made": made, "music": _music(data_dir)}


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` with what is asked of them."""
    made, music = result["made"], result["music"]
    clicks, beats, silence = made["clicks"], made["beats"], made["silence"]
    told = [
        f"bass sweep against redness: {made['bass_sweep']:.2f} (0.6 or more)",
        f"clicks answered within 100 ms: {clicks['answered']:.0%} (90 % or more)",
        f"  moments between clicks that look the same: {clicks['baseline']:.0%}",
        f"frames until a pulse is in: {clicks['attack_frames']} (3 or more)",
        f"step between frames in silence: {silence:.3%} (less than 0.2 %)",
        f"beats: lag {beats['lag_ms_median']} ms, p90 {beats['lag_ms_p90']} ms (20 and 70)",
        f"  against another track's beats: {beats['baseline_ms_median']} ms",
        *(f"  {name}: {row}" for name, row in beats["tracks"].items()),
    ]
    for name, row in music.get("songs", {}).items():
        told.append(
            f"{name}: bass against redness {row['bass_to_red']:.2f} (0.3; against the next song's "
            f"{row['baseline']:.2f}), largest steps outside of attacks {row['p99_to_median']:.1f} "
            "times the median (4 or less)"
        )
    if music:
        told.append(f"between songs over within: {music['between_over_within']:.2f} (1.3 or more)")
    return told


def _see(folder: Path, name: str, sound: FloatArray, **setup: Any) -> ByteArray:
    path = folder / f"{name}.wav"
    soundfile.write(path, sound, RATE)
    return watch(path, size=SIZE, setup=Setup(seed=1, threads=1, **setup))


def _bass_sweep(folder: Path) -> float:
    t = np.arange(16 * RATE) / RATE
    level = (0.5 - 0.5 * np.cos(2 * np.pi * t / 3)) ** 2
    noise = 0.02 * np.random.default_rng(0).standard_normal(len(t))
    sound = (0.5 * level * np.sin(2 * np.pi * 60 * t) + noise).astype(np.float32)
    return bass_to_red(_see(folder, "sweep", sound), sound, RATE)


def _clicks(folder: Path) -> dict[str, Any]:
    """Clicks every 0.8 s above a soft chord."""
    t = np.arange(24 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6))
    sound = 0.02 * np.asarray(chord)
    clicks = np.arange(2.0, 23.5, 0.8)
    burst = np.random.default_rng(1).standard_normal(RATE // 100) * np.linspace(1, 0, RATE // 100)
    for click in clicks:
        start = round(click * RATE)
        sound[start : start + len(burst)] += 0.5 * burst
    frames = _see(folder, "clicks", sound.astype(np.float32))
    # One pulse by itself, nothing else moving.
    still = dict.fromkeys(("flow_speed", "drift_speed", "wander", "warmth", "light", "jagged"), 0.0)
    still |= dict.fromkeys(("detail", "edge", "contrast", "spread", "chroma", "scale"), 0.0)
    alone = _see(folder, "click", sound.astype(np.float32), held={**still, "energy": 0.0})
    first = round((clicks[0] - 0.1) * FPS)
    return {
        "answered": answered_clicks(frames, clicks),
        "baseline": answered_clicks(frames, clicks + 0.4),
        "attack_frames": attack_frames(alone[first : first + 12]),
    }


def _silence(folder: Path) -> float:
    noise = 1e-4 * np.random.default_rng(0).standard_normal(4 * RATE)
    return float(frame_steps(_see(folder, "silence", noise.astype(np.float32)))[FPS // 3 :].mean())


def _beats(folder: Path) -> dict[str, Any]:
    """Pulses alone move the picture, so that what is seen is the lock to the beat."""
    held = dict.fromkeys(("warmth", "chroma", "light", "contrast", "spread", "scale"), 0.0)
    held |= dict.fromkeys(("jagged", "detail", "edge"), 0.0)
    rows: dict[str, dict[str, float]] = {}
    far, other = [], []
    tracks = [
        make_rhythm(RHYTHMS[name], _TRACK_SECONDS, RATE, 100 + k) for k, name in enumerate(TRACKS)
    ]
    for k, (name, track) in enumerate(zip(TRACKS, tracks, strict=True)):
        seen = pulse_times(_see(folder, f"track {k}", track.samples, held=held))
        away = np.abs(lags(seen, track.beats, skip_seconds=8.0))
        far += away.tolist()
        other += np.abs(lags(seen, tracks[(k + 1) % len(tracks)].beats, 8.0)).tolist()
        rows[name] = _spread(away)
    found = _spread(np.array(far))
    return {
        **found,
        "baseline_ms_median": _spread(np.array(other))["lag_ms_median"],
        "tracks": rows,
    }


def _spread(away: np.ndarray) -> dict[str, float]:
    return {
        "lag_ms_median": round(float(np.median(away)) * 1e3, 1),
        "lag_ms_p90": round(float(np.percentile(away, 90)) * 1e3, 1),
    }


def _music(data_dir: Path | None) -> dict[str, Any]:
    folder = data_dir / "music" if data_dir else None
    paths = sorted(folder.glob("*.ogg")) if folder and folder.is_dir() else []
    if len(paths) < 2:
        return {}
    sounds = [soundfile.read(path, dtype="float32", always_2d=True) for path in paths]
    songs, looks = {}, []
    for k, path in enumerate(paths):
        frames = watch(path, size=SIZE, seconds=_SONG_SECONDS, setup=Setup(seed=1, threads=1))
        sound, rate = sounds[k][0].mean(axis=1), sounds[k][1]
        other, other_rate = (
            sounds[(k + 1) % len(paths)][0].mean(axis=1),
            sounds[(k + 1) % len(paths)][1],
        )
        frames = frames[: round(len(sound) / rate * FPS)]
        steps = frame_steps(frames)
        calm = calm_frames(attacks(sound, rate), len(frames)) & (np.arange(len(steps)) > 2 * FPS)
        looks.append(look_of_passages(frames[2 * FPS :]))
        songs[path.stem] = {
            "bass_to_red": round(bass_to_red(frames, sound, rate), 3),
            "baseline": round(bass_to_red(frames, other, other_rate), 3),
            "p99_to_median": round(
                float(np.percentile(steps[calm], 99) / np.median(steps[2 * FPS :])), 2
            ),
        }
    return {"songs": songs, "between_over_within": round(between_over_within(looks), 3)}


if __name__ == "__main__":
    print("\n".join(lines(run(Path(sys.argv[1]) if len(sys.argv) > 1 else None))))
