"""Attacks of textures: how many sounds strike, and what a clip's attack loses on its way back.

Two measures, each of a sound's steepest moment that is within 30 dB of its loudest. A *rise* is the
mean power of 2 ms over that of the 2 ms that were 5 ms before; gaps in noise and the period of low
tones rise too. A *strike* is the most of any 2 ms within 5 ms over the mean of the 12 ms before:
only what breaks a silence does. Real clips, windows of the model's length where they are loudest;
random sounds; the bundle's prototypes; and real clips that the model was given and plays back.
Flatness is that of the power spectra of 64 ms, in the median over what is within 40 dB of the
loudest; crest is peak over root mean square; both as distances of Kolmogorov and Smirnov to real
clips.

Only numpy, scipy and soundfile judge; nothing of what makes the sounds.

    python benchmarks/texture_attacks.py ../shared/data
"""

import os
import sys

# One thread: many sounds on a machine that others share.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.signal import resample_poly
from scipy.stats import ks_2samp

RATE, SECONDS = 16_000, 2.048
Measure = Callable[[np.ndarray], float]
STRUCK = ("fire_crackle", "metal", "door", "impact_thud")
RISE_DB = 20.0
_BLOCK, _WITHIN, _BEFORE = 32, 80, 192
_HEARD_DB, _FLOOR_DB = -30.0, -75.0
_FRAME = 1024


def run(data_dir: Path, random_sounds: int = 400, bundle: str = "texture") -> dict[str, Any]:
    """Figures of real clips and of what the bundle makes; see the module."""
    real, back = list(clips(data_dir / "textures")), []
    from latent_resonance.engine.exploration.explorer import Explorer

    with Explorer(bundle, threads=1) as explorer:
        names = sorted(explorer.space.places)
        random = [explorer.sound(explorer.seeded(k), seed=k) for k in range(random_sounds)]
        prototypes = [explorer.sound(explorer.space.places[name].w) for name in names]
        for path, label, sound in real:
            if label in STRUCK or is_held_out(path.name):
                back.append((path, label, sound, explorer.sound(explorer.example(path))))
    groups = {
        "real": [sound for _, _, sound in real],
        "real, unseen": [sound for path, _, sound in real if is_held_out(path.name)],
        "random": random,
        "prototypes": prototypes,
        "unseen, back": [made for path, *_, made in back if is_held_out(path.name)],
    }
    known = groups["real"]
    result: dict[str, Any] = {
        "flatness_ks": distance(flatness, known, random),
        "crest_ks": distance(crest, known, random),
        "prototypes": {
            name: round(rise_db(s), 1) for name, s in zip(names, prototypes, strict=True)
        },
    }
    for name, measure in (("rise", rise_db), ("strike", strike_db)):
        unseen = [one for one in back if is_held_out(one[0].name)]
        result[name] = {
            "share": {group: share(measure, sounds) for group, sounds in groups.items()},
            "median_db": {group: median(measure, sounds) for group, sounds in groups.items()},
            "lost_db": {label: lost(measure, back, label) for label in STRUCK}
            | {"unseen": lost(measure, unseen, None)},
        }
    return result


def clips(folder: Path) -> Iterator[tuple[Path, str, np.ndarray]]:
    """Path, label and loudest window of each clip of a folder with a manifest."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            path = folder / row["file"]
            sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
            mono = sound.mean(axis=1)
            if rate != RATE:
                mono = resample_poly(mono, RATE, rate)
            yield path, row["label"], loudest(mono)


def is_held_out(name: str) -> bool:
    """Whether training never saw the clip: one in twenty, by the hash of its name."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16) % 20 == 0


def loudest(sound: np.ndarray) -> np.ndarray:
    """The window with the most energy, silence after it where it is short."""
    length = round(SECONDS * RATE)
    if len(sound) <= length:
        return np.pad(sound, (0, length - len(sound)))
    energy = np.concatenate([[0.0], np.cumsum(sound**2)])
    begin = int(np.argmax(energy[length:] - energy[:-length]))
    return sound[begin : begin + length]


def rise_db(sound: np.ndarray) -> float:
    """The steepest rise, dB."""
    mean, least = _blocks(sound)
    rise = 10 * np.log10((mean[_WITHIN:] + least) / (mean[:-_WITHIN] + least))
    return _steepest(rise, mean[_WITHIN:])


def strike_db(sound: np.ndarray) -> float:
    """The steepest strike, dB."""
    mean, least = _blocks(sound)
    power = np.concatenate([[0.0], np.cumsum(np.asarray(sound, np.float64) ** 2)])
    before = (power[_BEFORE:] - power[:-_BEFORE]) / _BEFORE
    count = len(sound) - _BEFORE - _WITHIN - _BLOCK
    after = np.max([mean[_BEFORE + k :][:count] for k in range(0, _WITHIN - _BLOCK + 1, 8)], axis=0)
    return _steepest(10 * np.log10((after + least) / (before[:count] + least)), after)


def _blocks(sound: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean powers of 2 ms from each sample on, and what counts as silence."""
    power = np.concatenate([[0.0], np.cumsum(np.asarray(sound, np.float64) ** 2)])
    mean = (power[_BLOCK:] - power[:-_BLOCK]) / _BLOCK
    return mean, float(mean.max()) * 10 ** (_FLOOR_DB / 10) + 1e-20


def _steepest(rise: np.ndarray, to: np.ndarray) -> float:
    return float(rise[to > to.max() * 10 ** (_HEARD_DB / 10)].max(initial=0.0))


def share(measure: Measure, sounds: list[np.ndarray]) -> float:
    """Of sounds that rise by 20 dB."""
    return round(float(np.mean([measure(s) >= RISE_DB for s in sounds])), 3)


def median(measure: Measure, sounds: list[np.ndarray]) -> float:
    """Of the steepest, dB."""
    return round(float(np.median([measure(s) for s in sounds])), 1)


def lost(
    measure: Measure, back: list[tuple[Path, str, np.ndarray, np.ndarray]], label: str | None
) -> float:
    """Median of what attacks lose that clips have, dB; of one label or of all."""
    pairs = [(measure(clip), measure(made)) for _, one, clip, made in back if label in (None, one)]
    return round(float(np.median([a - b for a, b in pairs if a >= RISE_DB])), 1)


def flatness(sound: np.ndarray) -> float:
    """Geometric over arithmetic mean of the power spectrum, dB, of the sound's median frame."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[:: _FRAME // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)[:, 4:-32]) ** 2
    total = power.sum(axis=1)
    power = power[total > 1e-4 * total.max()] + 1e-12 * power.max()
    each = 10 * np.log10(np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1))
    return float(np.median(each))


def crest(sound: np.ndarray) -> float:
    """Peak over root mean square, dB."""
    return float(20 * np.log10(np.abs(sound).max() / np.sqrt(np.mean(np.square(sound)) + 1e-20)))


def distance(measure: Measure, real: list[np.ndarray], made: list[np.ndarray]) -> float:
    """Of Kolmogorov and Smirnov, between two distributions of a measure."""
    return round(
        float(ks_2samp([measure(s) for s in real], [measure(s) for s in made]).statistic), 3
    )


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""

    def spelled(table: dict[str, float], times: float, unit: str) -> str:
        return ", ".join(f"{name} {times * value:.1f}{unit}" for name, value in table.items())

    told = [f"KS flatness {result['flatness_ks']}, crest {result['crest_ks']}"]
    for name in ("rise", "strike"):
        told += [
            f"{name} of 20 dB: {spelled(result[name]['share'], 100, ' %')}",
            f"  median: {spelled(result[name]['median_db'], 1, ' dB')}",
            f"  lost, clip and back: {spelled(result[name]['lost_db'], 1, ' dB')}",
        ]
    return [*told, f"rises of prototypes: {spelled(result['prototypes'], 1, '')}"]


if __name__ == "__main__":
    for line in lines(run(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))):
        print(line)
