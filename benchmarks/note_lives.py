"""The lives of notes: do struck ones end, as fast as recordings do, do all begin as fast, and are
hard ones brighter. Judged on sound alone, beside recordings of the same instrument, key, velocity.
And of random timbres: are they in tune, do they end, how far are they from each other.

    python benchmarks/note_lives.py [DATA]
"""

import csv
import itertools
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer
from latent_resonance.evaluation import note_lives
from latent_resonance.evaluation.pitch import note_pitch

FAMILIES = (
    *("bass", "brass", "flute", "guitar", "keyboard", "mallet", "organ"),
    *("reed", "string", "string_plucked", "synth_bass", "synth_lead", "synth_pad", "vocal"),
)
STRUCK = ("bass", "guitar", "keyboard", "mallet", "string_plucked", "synth_bass")
KEYS, VELOCITIES = (36, 48, 60, 72, 84, 96), (30, 64, 110)
LADDER = (20, 64, 100, 127)
_HELD_SECONDS = 8.0
_WEAKEST_PARTIAL_DB, _KIN_KEYS = -40.0, 4
_RISES_DB, _HOLDS_DB_PER_SECOND, _OVER_DB = 1.0, 1.0, -60.0
_PER_INSTRUMENT = 6
_SOME_VELOCITY = 100
_SEED = 14
_RANDOM_TIMBRES, _RANDOM_KEYS = 32, (48, 60, 72)
_THIRD_OCTAVES_HZ = 50 * 2 ** (np.arange(22) / 3)


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure the recipe ``notes``, and recordings of ``data_dir`` where it is given."""
    return {
        "families": [row for family in FAMILIES for row in _family(family)],
        "random": _random(),
        "recordings": _recordings(data_dir) if data_dir else [],
    }


@contextmanager
def _playing(instrument: str) -> Iterator[NotePlayer]:
    setup = Setup(navigate={"instrument": instrument}, render={"channels": 1}, threads=1)
    with NotePlayer(load_recipe("notes"), setup) as player:
        yield player


def _held(player: NotePlayer, pitch: float, velocity: int, seconds: float) -> FloatArray:
    """The key stays down throughout."""
    made = player.play(pitch, velocity, seconds + 0.5).samples[:, 0]
    return made[: round(seconds * player.rate)]


def _family(family: str) -> list[dict[str, Any]]:
    rows = []
    struck = family in STRUCK
    with _playing(family) as player:
        rate = player.rate
        for key in KEYS:
            centroids = [
                note_lives.centroid_hz(_held(player, key, velocity, 1.0), rate)
                for velocity in LADDER
            ]
            climbs = [b / a for a, b in itertools.pairwise(centroids)]
            for velocity in VELOCITIES:
                sound = _held(player, key, velocity, _HELD_SECONDS if struck else 2.0)
                pitch = note_pitch(sound[:rate], rate)
                row = {
                    "family": family,
                    "key": key,
                    "velocity": velocity,
                    "cents": round(100 * (pitch.midi - key), 1),
                    "sure": bool(pitch.sure),
                    "least_climb": round(min(climbs), 3),
                }
                if struck:
                    row |= _end(sound, rate)
                rows.append(row)
    return rows


def _end(sound: FloatArray, rate: int) -> dict[str, Any]:
    """Whether a struck note rises, and how its last three seconds fall."""
    steps = note_lives.levels(sound, rate, note_lives.STEP_SECONDS, note_lives.STEP_SECONDS)
    late = steps[-round(3 / note_lives.STEP_SECONDS) :]
    over = late[0] < steps.max() + _OVER_DB
    slope = float(np.polyfit(np.arange(len(late)) * note_lives.STEP_SECONDS, late, 1)[0])
    rise = note_lives.greatest_rise(sound, rate)
    return {
        "rise_db": round(rise, 2),
        "late_db_per_second": None if over else round(slope, 2),
        "left_db": round(float(steps[-1] - steps.max()), 1),
        "faulty": rise > _RISES_DB or (not over and slope > -_HOLDS_DB_PER_SECOND),
    }


def _random() -> dict[str, Any]:
    """Random timbres; how far each is from the next, beside how far instruments are."""
    cents, ends, spectra = [], [], []
    for number in range(_RANDOM_TIMBRES):
        with _playing(f"random_{number}") as player:
            rate = player.rate
            for key in _RANDOM_KEYS:
                sound = player.play(key, 100, 2.0, tail=True).samples[:, 0]
                cents.append(100 * (note_pitch(sound[:rate], rate).midi - key))
                ends.append(float(np.abs(sound[-rate // 100 :]).max()))
                if key == 60:
                    spectra.append(_spectrum(sound[:rate], rate))
    named = []
    for place in open_bundle("notes").space.places:
        group, _, name = place.partition("/")
        if group == "instrument":
            with _playing(name) as player:
                named.append(_spectrum(player.play(60, 100, 1.5).samples[:, 0][:rate], rate))
    return {
        "cents": [round(float(c), 1) for c in cents],
        "loudest_at_end": max(ends),
        "apart_db": _apart(spectra),
        "instruments_apart_db": _apart(named),
    }


def _spectrum(sound: FloatArray, rate: int) -> FloatArray:
    """Third-octave levels in dB re the loudest, none below -60."""
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / rate)
    edges = np.searchsorted(hz, _THIRD_OCTAVES_HZ)
    levels = 10 * np.log10(np.add.reduceat(power, edges)[:-1] + 1e-12)
    return np.asarray(np.maximum(levels - levels.max(), -60), np.float32)


def _apart(spectra: list[FloatArray]) -> dict[str, float]:
    """RMS difference of each to its nearest, in dB: the least and the median."""
    rows = np.stack(spectra)
    far = np.sqrt(((rows[:, None] - rows) ** 2).mean(axis=2))
    near = np.where(np.eye(len(rows), dtype=bool), np.inf, far).min(axis=1)
    return {"least": round(float(near.min()), 2), "median": round(float(np.median(near)), 2)}


def _recordings(data_dir: Path) -> list[dict[str, Any]]:
    """Each chosen recording beside what is rendered for its instrument, key and velocity."""
    folder = data_dir / "notes" if (data_dir / "notes").is_dir() else data_dir
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if _usable(row)]
    of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in known:
        of[row["instrument"]].append(row)
    random = np.random.default_rng(_SEED)
    rows = []
    for instrument, there in sorted(of.items()):
        chosen = random.permutation(len(there))[:_PER_INSTRUMENT]
        with _playing(instrument) as player:
            for n in sorted(chosen):
                row = _beside(player, there[n], folder)
                rows.append(row | {"kin_db": _kin_apart(there[n], there, folder)})
    return rows


def _kin_apart(known: Mapping[str, str], there: list[dict[str, str]], folder: Path) -> float:
    """How far another recording of the instrument is off, a third away at most."""
    pitch, velocity = float(known["midi_pitch"]), float(known["velocity"] or 0)

    def far(other: Mapping[str, str]) -> tuple[float, float]:
        keys = abs(float(other["midi_pitch"]) - pitch)
        return keys, abs(float(other["velocity"] or 0) - velocity)

    others = [one for one in there if one is not known and far(one)[0] <= _KIN_KEYS]
    if not others:
        return math.nan
    kin = min(others, key=far)
    real, made = (_read(folder / one["file"]) for one in (known, kin))
    hz, of_kin = (440 * 2 ** ((float(one["midi_pitch"]) - 69) / 12) for one in (known, kin))
    return _partials_apart(real, made, hz, of_kin)


def _read(path: Path) -> tuple[FloatArray, float]:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples.mean(axis=1), rate


def _usable(row: Mapping[str, str]) -> bool:
    """Of a known pitch that is no octave off, and not cut before half a second."""
    good = row["f0_agrees"] == "1" and row["family"] in FAMILIES
    return good and float(row["duration_s"]) > 0.5 and 28 <= float(row["midi_pitch"]) <= 96


def _beside(player: NotePlayer, known: Mapping[str, str], folder: Path) -> dict[str, Any]:
    real, real_rate = _read(folder / known["file"])
    pitch = float(known["midi_pitch"])
    velocity = int(float(known["velocity"] or _SOME_VELOCITY))
    seconds = len(real) / real_rate
    made, rate = _held(player, pitch, velocity, seconds + 0.5), player.rate
    hz = 440 * 2 ** ((pitch - 69) / 12)
    attacks = [note_lives.attack_seconds(s, r) for s, r in ((real, real_rate), (made, rate))]
    row: dict[str, Any] = {
        "file": known["file"],
        "family": known["family"],
        "attack_ms": [round(1000 * a) for a in attacks],
        "noise_db": [
            round(note_lives.noise_between_partials_db(s, r, hz), 1)
            for s, r in ((real, real_rate), (made, rate))
        ],
        "partials_db": _partials_apart((real, real_rate), (made, rate), hz, hz),
    }
    if known["family"] in STRUCK:
        there = note_lives.fall(real, real_rate)
        here = note_lives.fall(made, rate, end=there.end)
        row["t60"] = [round(f.seconds_60, 2) for f in (there, here)]
    return row


def _partials_apart(
    real: tuple[FloatArray, float], made: tuple[FloatArray, float], hz: float, made_hz: float
) -> float:
    """Mean absolute difference of partials that the recording has, within 40 dB of its loudest."""
    there = note_lives.partial_levels_db(*real, hz)
    here = note_lives.partial_levels_db(*made, made_hz)
    both = min(len(there), len(here))
    if not both:
        return math.nan
    there, here = there[:both], here[:both]
    heard = there > there.max() + _WEAKEST_PARTIAL_DB
    return round(float(np.abs(np.maximum(here, -60) - there)[heard].mean()), 2)


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    rows = result["families"]
    struck = [row for row in rows if row["family"] in STRUCK]
    faulty = [row for row in struck if row["faulty"]]
    sure = [row for row in rows if row["sure"]]
    told = [
        f"struck notes that hold or rise: {len(faulty)} of {len(struck)}",
        *(
            f"    {row['family']} {row['key']} at {row['velocity']}: rises {row['rise_db']} dB, "
            f"late {row['late_db_per_second']} dB/s, {row['left_db']} dB at the end"
            for row in faulty
        ),
    ]
    in_tune = _share([abs(r["cents"]) <= 20 for r in sure])
    told.append(
        f"pitch within 20 cents: {in_tune} of {len(sure)} that the estimator is sure of, "
        f"of {len(rows)}"
    )
    brighter = _share([r["least_climb"] > 1 for r in rows])
    least = min(r["least_climb"] for r in rows)
    told.append(f"brighter with every step of velocity {LADDER}: {brighter}; least {least}")
    random = result["random"]
    cents = np.abs(random["cents"])
    told.append(
        f"random timbres, {_RANDOM_TIMBRES} at keys {_RANDOM_KEYS}: within 20 cents "
        f"{_share(list(cents <= 20))}, at most {cents.max():.1f}; loudest sample of the last 10 ms "
        f"{random['loudest_at_end']:.1e}; from each to the next {random['apart_db']} dB, between "
        f"instruments {random['instruments_apart_db']} dB"
    )
    return told + _told_of_recordings(result["recordings"])


def _told_of_recordings(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    told = []
    for title, key, factor in (("T60", "t60", 1.5), ("attack", "attack_ms", 2.0)):
        by_family: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            if key in row and all(math.isfinite(v) and v > 0 for v in row[key]):
                by_family[row["family"]].append(row[key][1] / row[key][0])
        ratios = [r for found in by_family.values() for r in found]
        within = _share([1 / factor <= r <= factor for r in ratios])
        told.append(f"{title} within a factor of {factor} of {len(ratios)} recordings: {within}")
        told += [
            f"    {family}: {_share([1 / factor <= r <= factor for r in found])}, "
            f"median {np.median(found):.2f} times, n {len(found)}"
            for family, found in sorted(by_family.items())
        ]
    apart = {f: [r["partials_db"] for r in rows if r["family"] == f] for f in FAMILIES}
    apart = {f: [v for v in found if math.isfinite(v)] for f, found in apart.items()}
    every = [v for found in apart.values() for v in found]
    kin = [row["kin_db"] for row in rows if math.isfinite(row["kin_db"])]
    told.append(
        f"levels of partials off by {np.mean(every):.1f} dB in the mean of {len(every)} "
        f"recordings, within 5 dB: {_share([v <= 5 for v in every])}; another recording of the "
        f"instrument, a third away at most: {np.mean(kin):.1f} dB, n {len(kin)}"
    )
    told += [f"    {f}: {np.mean(v):.1f} dB, n {len(v)}" for f, v in apart.items() if v]
    told.append("noise between partials, dB, recordings and ours:")
    for family in FAMILIES:
        pairs = np.array([r["noise_db"] for r in rows if r["family"] == family], float)
        pairs = pairs[np.isfinite(pairs).all(axis=1)] if len(pairs) else pairs
        if len(pairs):
            real, ours = np.median(pairs, axis=0)
            told.append(f"    {family}: {real:.0f}, {ours:.0f}, n {len(pairs)}")
    return told


def _share(good: list[bool]) -> str:
    return f"{100 * sum(good) / max(len(good), 1):.0f} %"


if __name__ == "__main__":
    print("\n".join(lines(run(Path(sys.argv[1]) if len(sys.argv) > 1 else None))))
