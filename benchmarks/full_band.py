"""Levels above 8 kHz against full-band twins that the fit has not seen, and what 48 kHz costs.

Third-octave levels of wave forms, by FFT and soundfile alone, against the energy below 7 kHz, so
that gain does not matter. Three ways to a sound at 48 kHz: the bundle of notes plays the note of a
held-back recording; the bundle of textures plays the place that it finds for a held-back
recording's twin at 16 kHz, or for the recording itself; and the twin's own levels, widened. The
cost is that of steps at 48 kHz stereo against the same at the model's own rate, mono.

The package's fit leaves that third out. To fit anew, and measure the other fit:

    python -m latent_resonance.training.full_band ../shared/data --without-held-back --output FILE
    python benchmarks/full_band.py ../shared/data FILE
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import csv
import hashlib
import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

RATE = 48_000
# Third-octave bands above 8 kHz (IEC 61260, base 10).
CENTRES = np.array([10_000.0, 12_500.0, 16_000.0, 20_000.0])
EDGE = 10 ** (1 / 20)
# Below this under the energy below 7 kHz nothing is told apart: the recordings have 16 bits.
FLOOR_DB = -80.0


def run(data_dir: Path | None = None, limit: int = 40) -> dict[str, Any]:
    """Errors by family, and costs; without data only the costs."""
    result: dict[str, Any] = {"cost": cost()}
    if data_dir is not None and (data_dir / "fullband").is_dir():
        result["notes"] = summary(played_notes(data_dir, limit))
        result["textures"] = summary(played_textures(data_dir, limit))
        result["textures_by_recordings"] = summary(played_textures(data_dir, limit, twins=False))
        result["twins_of_notes"] = summary(widened(data_dir, "notes", limit))
        result["twins_of_textures"] = summary(widened(data_dir, "textures", limit))
    return result


def held_back(data: Path, kind: str, limit: int) -> list[dict[str, str]]:
    """Rows of the manifest that the fit leaves out: a third, by the hash of the file's name."""
    with (data / "fullband" / kind / "manifest.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if _digest(row["file"]) % 3 == 0]
    return sorted(rows, key=lambda row: _digest(row["file"]))[:limit]


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def third_octaves(sound: np.ndarray, rate: int) -> tuple[np.ndarray, float]:
    """Levels in the bands and above 8 kHz in all, dB re the energy below 7 kHz."""
    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
    power = np.abs(np.fft.rfft(mono.astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(len(mono), 1 / rate)

    def energy(low: float, high: float) -> float:
        return float(power[(hz >= low) & (hz < high)].sum())

    below = energy(40, 7000)
    levels = [energy(c / EDGE, c * EDGE) / below for c in CENTRES]
    told = np.maximum(10 * np.log10(np.maximum(levels, 1e-30)), FLOOR_DB)
    return told, max(10 * np.log10(max(energy(8000, 1e9) / below, 1e-30)), FLOOR_DB)


def truth(data: Path, kind: str, row: dict[str, str]) -> tuple[np.ndarray, np.ndarray, float, int]:
    """The recording's levels, which of them its source has, its energy above 8 kHz, its length."""
    sound, rate = soundfile.read(data / "fullband" / kind / row["file"], always_2d=True)
    levels, above = third_octaves(sound, rate)
    cut = float(row["cut_hz"])
    end = min(rate / 2 - 800, cut - 1200 if cut else 1e9)
    if row["source_path"].endswith(".mp3"):
        end = min(end, 14_200)
    return levels, end + 100 >= CENTRES * EDGE, above, len(sound) * RATE // rate


def played_notes(data: Path, limit: int) -> list[tuple[str, np.ndarray, float]]:
    import latent_resonance as lr

    found = []
    with lr.load("notes") as notes:
        for row in held_back(data, "notes", limit):
            if f"instrument/{row['instrument']}" not in notes.places:
                continue
            levels, known, above, length = truth(data, "notes", row)
            sound = notes.generate(
                pitch=float(row["midi_pitch"]),
                velocity=round(float(row["velocity"] or 0)) or 100,
                instrument=row["instrument"],
                seconds=length / RATE,
                rate=RATE,
            )
            found.append(_compared(row["family"], sound.samples, levels, known, above))
    return found


def played_textures(
    data: Path, limit: int, *, twins: bool = True
) -> list[tuple[str, np.ndarray, float]]:
    """Asked by what is at 16 kHz, or by the full-band recordings themselves."""
    import latent_resonance as lr

    found = []
    with lr.load("texture") as texture:
        for row in held_back(data, "textures", limit):
            levels, known, above, _ = truth(data, "textures", row)
            twin, whole = data / "textures" / row["twin"], data / "fullband" / "textures"
            asked = twin if twins else whole / row["file"]
            sound = texture.generate(query=[asked], rate=RATE, channels=2)
            found.append(_compared(row["label"], sound.samples, levels, known, above))
    return found


def widened(data: Path, kind: str, limit: int) -> list[tuple[str, np.ndarray, float]]:
    """The extension alone, on levels of the twins."""
    from latent_resonance.contracts.formats import SpectrogramFormat
    from latent_resonance.contracts.values import Spectrogram
    from latent_resonance.engine.output_rate import wide_layout
    from latent_resonance.sound.codec import decode, encode
    from latent_resonance.sound.full_band.extension import Extension
    from latent_resonance.sound.full_band.note import NoteAt

    own = SpectrogramFormat()
    wide = wide_layout(own, RATE)
    extension, found = Extension(own, wide), []
    for row in held_back(data, kind, limit):
        levels, known, above, _ = truth(data, kind, row)
        twin, rate = soundfile.read(data / kind / row["twin"], dtype="float32")
        assert rate == own.sample_rate
        note = None
        if kind == "notes":
            velocity = (float(row["velocity"] or 0) or 100) / 127
            names = {row["family"]: 1.0}, {row["instrument"]: 1.0}
            note = NoteAt(float(row["midi_pitch"]), velocity, *names)
        sound = decode(Spectrogram(extension.widen(encode(twin, own), note), wide))
        found.append(_compared(row.get("family") or row["label"], sound, levels, known, above))
    return found


def _compared(
    group: str, sound: np.ndarray, levels: np.ndarray, known: np.ndarray, above: float
) -> tuple[str, np.ndarray, float]:
    made, made_above = third_octaves(sound, RATE)
    return group, np.where(known, made - levels, np.nan), made_above - above


def summary(found: list[tuple[str, np.ndarray, float]]) -> dict[str, Any]:
    """Mean absolute error of the bands, mean error of the energy above 8 kHz, by group, dB."""
    groups: dict[str, list[tuple[np.ndarray, float]]] = defaultdict(list)
    for group, error, above in found:
        groups[group].append((error, above))
    errors = np.array([error for _, error, _ in found])
    return {
        "sounds": len(found),
        "bands_hz": CENTRES.tolist(),
        "mean_abs_error_db": _rounded(np.nanmean(np.abs(errors))),
        "by_band_db": [_rounded(v) for v in np.nanmean(np.abs(errors), axis=0)],
        "above_8k_mean_error_db": _rounded(np.mean([above for _, _, above in found])),
        "groups": {
            name: {
                "sounds": len(own),
                "mean_abs_error_db": _rounded(np.nanmean(np.abs([e for e, _ in own]))),
                "above_8k_mean_error_db": _rounded(np.mean([a for _, a in own])),
            }
            for name, own in sorted(groups.items())
        },
    }


def _rounded(value: float) -> float | None:
    return round(float(value), 2) if np.isfinite(value) else None


def cost(seconds: float = 4.0, rounds: int = 3) -> dict[str, float]:
    """Seconds of sound a second, at the model's own rate and at 48 kHz stereo, on one thread."""
    found = {}
    for name, ways in (("texture", (None, RATE)), ("notes", (None, RATE))):
        taken = []
        for rate in ways:
            times = [_texture(rate, seconds) if name == "texture" else _notes(rate, seconds)
                     for _ in range(rounds)]  # fmt: skip
            taken.append(min(times) / seconds)
        found |= {
            f"{name}_own_rate_times_real_time": round(1 / taken[0], 1),
            f"{name}_48k_stereo_times_real_time": round(1 / taken[1], 1),
            f"{name}_cost_ratio": round(taken[1] / taken[0], 2),
        }
    return found


def _texture(rate: int | None, seconds: float) -> float:
    """A place that moves all the time."""
    from latent_resonance.engine.assemble import assemble
    from latent_resonance.engine.clocks.counter import count
    from latent_resonance.engine.recipe import PartChoice, load_recipe
    from latent_resonance.engine.setup import Setup

    sides = {} if rate is None else {"channels": 2}
    setup = Setup(senses=(PartChoice(part="sliders"),), rate=rate, threads=1, render=sides)
    recipe = load_recipe("texture")
    with assemble(recipe, setup) as performance:
        began = time.process_time()
        count(performance, seconds)
        return time.process_time() - began


def _notes(rate: int | None, seconds: float) -> float:
    """Sixteen held notes, their windows made before."""
    from latent_resonance.contracts.values import Event
    from latent_resonance.engine.assemble import assemble
    from latent_resonance.engine.clocks.counter import count
    from latent_resonance.engine.recipe import PartChoice, load_recipe
    from latent_resonance.engine.setup import Setup
    from latent_resonance.engine.windows import KeptWindows

    channels = 1 if rate is None else 2
    setup = Setup(
        senses=(PartChoice(part="sliders"),), rate=rate, threads=1, render={"channels": channels},
        navigate={"instrument": "cello"},
    )  # fmt: skip
    with assemble(load_recipe("notes"), setup) as performance:
        (hands,) = performance.senses.sensors
        kept = KeptWindows()
        for length in (0.02, seconds):
            performance.senses.reset()
            hands.press(*(Event(0.0, "note_on", 0, 40 + 2 * n, 90) for n in range(16)))
            began = time.process_time()
            count(performance, length, kept=kept, ring_out=False)
        return time.process_time() - began


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = [f"{name}: {value}" for name, value in result["cost"].items()]
    for name, one in result.items():
        if name == "cost":
            continue
        told.append(
            f"{name}: {one['sounds']} sounds, |e| {one['mean_abs_error_db']} dB, above 8 kHz "
            f"{one['above_8k_mean_error_db']} dB; by band {one['by_band_db']}"
        )
        told += [
            f"  {group:18s} {g['sounds']:3d}  |e| {g['mean_abs_error_db']} dB, "
            f"above 8 kHz {g['above_8k_mean_error_db']} dB"
            for group, g in one["groups"].items()
        ]
    return told


if __name__ == "__main__":
    if len(sys.argv) > 2:
        from latent_resonance.render import note_voices
        from latent_resonance.sound import notes as note_tones
        from latent_resonance.sound.full_band import extension
        from latent_resonance.sound.full_band.fitted import read_fitted

        other = read_fitted(Path(sys.argv[2]).read_text(encoding="utf-8"))
        for reads_it in (extension, note_tones, note_voices):
            reads_it.fitted = lambda: other
    outcome = run(Path(sys.argv[1]) if len(sys.argv) > 1 else None, limit=1000)
    print("\n".join(lines(outcome)))
    print(json.dumps(outcome))
