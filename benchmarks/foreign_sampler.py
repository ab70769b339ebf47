"""A sample pack's SoundFont in a foreign sampler: pitch and level of notes beside the instrument's.

Needs the program ``fluidsynth`` (Debian: ``apt-get install fluidsynth``).

    python benchmarks/foreign_sampler.py
"""

import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sample_pack import PackPlan
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer, render_pack
from latent_resonance.evaluation.pitch import note_pitch

INSTRUMENTS = ("cello", "harp", "church_organ")
NOTES = ((48, 127), (53, 64), (60, 100))
RATE, CHANNELS = 48_000, 2
_SECONDS, _MEASURED = 2.0, slice(round(0.3 * RATE), round(1.5 * RATE))


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure; nothing of ``data_dir`` is needed."""
    with tempfile.TemporaryDirectory() as name:
        return {"notes": [row for one in INSTRUMENTS for row in _instrument(Path(name), one)]}


def _instrument(folder: Path, instrument: str) -> list[dict[str, Any]]:
    recipe, pack = load_recipe("notes"), folder / instrument
    navigate = {"instrument": instrument}
    setup = Setup(navigate=navigate, render={"channels": CHANNELS}, rate=RATE, threads=1)
    render_pack(recipe, setup, pack, PackPlan(48, 60, velocities=2, step=6))
    rows = []
    with NotePlayer(recipe, setup) as player:
        for key, velocity in NOTES:
            there = _foreign(pack / f"{instrument}.sf2", key, velocity)
            here = player.play(key, velocity, _SECONDS).samples
            level = [10 * np.log10(np.mean(s[_MEASURED] ** 2)) for s in (here, there)]
            pitch = note_pitch(there[_MEASURED].mean(axis=1), RATE)
            rows.append(
                {
                    "instrument": instrument,
                    "key": key,
                    "velocity": velocity,
                    "cents": round(100 * (pitch.midi - key), 1),
                    "db_beside_ours": round(float(level[1] - level[0]), 2),
                }
            )
    return rows


def _foreign(path: Path, key: int, velocity: int) -> np.ndarray:
    """What FluidSynth plays, without its rooms, ``[samples, 2]``."""
    ticks = round(_SECONDS * 960)
    long = bytes([0x80 | ticks >> 7, ticks & 0x7F])
    track = bytes([0, 0x90, key, velocity]) + long + bytes([0x80, key, 0, 0, 0xFF, 0x2F, 0])
    song = path.with_suffix(".mid")
    head = b"MThd" + struct.pack(">I3H", 6, 0, 1, 480)
    song.write_bytes(head + b"MTrk" + struct.pack(">I", len(track)) + track)
    made = path.with_suffix(".wav")
    command = ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "1.0", "-r", str(RATE)]
    command += ["-O", "float", "-T", "wav", "-F", str(made), str(path), str(song)]
    subprocess.run(command, check=True, capture_output=True)
    return np.asarray(soundfile.read(made, always_2d=True)[0])


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    return [
        f"{row['instrument']} {row['key']} at {row['velocity']}: {row['cents']} cents off, "
        f"{row['db_beside_ours']} dB beside the instrument"
        for row in result["notes"]
    ]


if __name__ == "__main__":
    print("\n".join(lines(run())))
    sys.exit(0)
