"""A sample pack in foreign samplers: pitch and level of notes beside the instrument's.

Its SoundFont is played by the program ``fluidsynth`` (Debian: ``apt-get install fluidsynth``), its
SFZ file by sfizz (``pip install pysfizz``), with the keys that go up.

    python benchmarks/foreign_sampler.py
"""

import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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
KEY_UPS = ((48, 127, 0.5), (60, 64, 0.5), (72, 30, 0.5), (60, 64, 2.5))
_SECONDS, _MEASURED = 2.0, slice(round(0.3 * RATE), round(1.5 * RATE))
# sfizz reads the end of a sample beside playing: the second time it is there.
_READ_SECONDS, _BLOCK = 0.5, 64


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure; nothing of ``data_dir`` is needed."""
    with tempfile.TemporaryDirectory() as name:
        return {
            "notes": [row for one in INSTRUMENTS for row in _instrument(Path(name), one)],
            "key_ups": _key_ups(Path(name)),
        }


def _instrument(folder: Path, instrument: str) -> list[dict[str, Any]]:
    recipe, pack = load_recipe("notes"), folder / instrument
    setup = _setup(instrument)
    render_pack(recipe, setup, pack, PackPlan(48, 60, velocities=2, step=6))
    rows = []
    with NotePlayer(recipe, setup) as player:
        for sampler, suffix, play in (("FluidSynth", "sf2", _fluidsynth), ("sfizz", "sfz", _sfizz)):
            for key, velocity in NOTES:
                there = play(pack / f"{instrument}.{suffix}", key, velocity, _SECONDS)
                here = player.play(key, velocity, _SECONDS).samples
                level = [10 * np.log10(np.mean(s[_MEASURED] ** 2)) for s in (here, there)]
                pitch = note_pitch(there[_MEASURED].mean(axis=1), RATE)
                rows.append(
                    {
                        "instrument": instrument,
                        "sampler": sampler,
                        "key": key,
                        "velocity": velocity,
                        "cents": round(100 * (pitch.midi - key), 1),
                        "db_beside_ours": round(float(level[1] - level[0]), 2),
                    }
                )
    return rows


def _key_ups(folder: Path) -> list[dict[str, Any]]:
    """What is heard of a piano's keys in sfizz, re its note, beside the instrument's own."""
    recipe, pack = load_recipe("notes"), folder / "piano"
    setup = _setup("grand_piano")
    render_pack(recipe, setup, pack, PackPlan(48, 72, step=12))
    whole = pack / "grand_piano.sfz"
    silent = pack / "silent.sfz"
    silent.write_text(whole.read_text("utf-8").split("<group>")[0], "utf-8")
    with NotePlayer(recipe, setup) as player:

        def ours(heard: bool) -> Callable[[int, int, float], np.ndarray]:
            return lambda key, velocity, up: (
                player.play(key, velocity, up + 0.35, key_is_heard=heard).samples
            )

        def theirs(path: Path) -> Callable[[int, int, float], np.ndarray]:
            return lambda key, velocity, up: _sfizz(path, key, velocity, up, up + 0.35)

        rows = []
        for note in KEY_UPS:
            levels = []
            for with_it, without in (
                (ours(True), ours(False)),
                (theirs(whole), theirs(silent)),
            ):
                body = without(*note)
                heard = with_it(*note) - body
                levels.append(10 * np.log10(np.sum(heard**2) / np.sum(body[: RATE // 2] ** 2)))
            begins = np.flatnonzero(np.abs(heard).max(axis=1) > 1e-5)[0] / RATE
            rows.append(
                {
                    "key": note[0],
                    "velocity": note[1],
                    "up_seconds": note[2],
                    "begins_seconds": round(float(begins), 3),
                    "db_beside_ours": round(float(levels[1] - levels[0]), 2),
                }
            )
    return rows


def _setup(instrument: str) -> Setup:
    navigate = {"instrument": instrument}
    return Setup(navigate=navigate, render={"channels": CHANNELS}, rate=RATE, threads=1)


def _sfizz(
    path: Path, key: int, velocity: int, up: float, seconds: float | None = None
) -> np.ndarray:
    """What sfizz plays, ``[samples, 2]``; the key goes up at ``up`` seconds."""
    import pysfizz

    synth = pysfizz.Synth(RATE, _BLOCK)
    synth.load_sfz_file(path)
    synth.render_note(key, velocity, up, seconds or up)
    time.sleep(_READ_SECONDS)
    return np.asarray(synth.render_note(key, velocity, up, seconds or up)).T


def _fluidsynth(path: Path, key: int, velocity: int, up: float) -> np.ndarray:
    """What FluidSynth plays, without its rooms, ``[samples, 2]``."""
    ticks = round(up * 960)
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
    notes = [
        f"{row['instrument']} {row['key']} at {row['velocity']} in {row['sampler']}: "
        f"{row['cents']} cents off, {row['db_beside_ours']} dB beside the instrument"
        for row in result["notes"]
    ]
    return notes + [
        f"piano key {row['key']} struck at {row['velocity']}, up at {row['up_seconds']} s: heard "
        f"from {row['begins_seconds']} s on, {row['db_beside_ours']} dB beside the instrument"
        for row in result["key_ups"]
    ]


if __name__ == "__main__":
    print("\n".join(lines(run())))
    sys.exit(0)
