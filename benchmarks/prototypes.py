"""Are the prototypes of a texture bundle what they say?

Sixteen draws of each, as ``render texture --prototype NAME --variations 16`` makes them, beside
real clips of its class. The judge is three machines of scikit-learn for each class, on features of
librosa; it learns from one half of the clips and never hears a sound of the model, and the kin
that draws are made of are found with the other half. Its threshold lets by four of five clips of
the class that it has not heard; how many of the other classes' it stops says what that is worth.

    python benchmarks/prototypes.py ../shared/data
"""

import argparse
import csv
import hashlib
import itertools
import os
import sys

# One thread: many sounds on a machine that others share.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import medfilt, resample_poly

Doubles = npt.NDArray[np.float64]

RATE, SECONDS, DRAWS = 16_000, 2.048, 16
CLASSES: Mapping[str, tuple[str, ...]] = {
    "hit": ("impact_thud",),
    "scratch": ("scrape_scratch",),
    "rain": ("rain_thunder",),
    "pouring": ("pouring",),
    "water": ("water",),
    "fire": ("fire_crackle",),
    "animals": ("animals", "birds", "insects", "dog_bark"),
    "engine": ("engine_motor",),
    "bell": ("bell_chime",),
    "wind": ("wind_air",),
    "glass": ("glass",),
    "wood": ("wood",),
    "metal": ("metal",),
    "steps": ("footsteps",),
    "paper": ("paper_card", "tearing"),
}
"""Prototypes and the labels of real clips that they stand for."""

ACCEPTED = 0.8
_LENGTH = round(RATE * SECONDS)
_HOP, _FRAME, _BANDS, _HEARD_DB = 128, 512, 40, -45.0
_RANGE_DB = 50.0
# Of the mean rise of all bands in 16 ms, dB, over what is usual around: strokes, not grain.
_ONSET: Mapping[str, Any] = {
    "pre_max": 6,
    "post_max": 6,
    "pre_avg": 25,
    "post_avg": 6,
    "delta": 3,
    "wait": 6,
}
_MODULATION_HZ = (0.5, 2, 4, 8, 16, 32, 64, 125)
_WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Clips:
    """Windows of real clips.

    Attributes:
        features: ``[n, features]``.
        labels: of the manifest, ``[n]``.
        judged: whether the judge learns from it, ``[n]``.
        first: whether it is its clip's loudest window, ``[n]``.
    """

    features: Doubles
    labels: npt.NDArray[np.str_]
    judged: npt.NDArray[np.bool_]
    first: npt.NDArray[np.bool_]


def run(data_dir: Path, bundle: str = "texture", draws: int = DRAWS) -> dict[str, Any]:
    """Figures of each prototype that ``bundle`` has, by its name."""
    real = read_clips(data_dir / "textures")
    from latent_resonance.engine.exploration.explorer import Explorer
    from latent_resonance.engine.exploration.request import PlaceRequest, Weighted

    found = {}
    with Explorer(bundle, threads=1) as explorer:
        for name in CLASSES:
            if name not in explorer.space.places:
                continue
            request = PlaceRequest(prototypes=[Weighted(name)])
            places = explorer.variations(request, draws)
            sounds = [explorer.sound(w, seed) for seed, w in enumerate(places)]
            found[name] = judge(name, np.array([features(one) for one in sounds]), real)
    return found


def judge(name: str, drawn: Doubles, real: Clips) -> dict[str, float]:
    """What the draws of a prototype, ``[draws, features]``, are beside the real clips."""
    own = np.isin(real.labels, CLASSES[name])
    unseen = ~real.judged & real.first
    score, heard = _scores(
        real.features[real.judged], own[real.judged], real.features[unseen], drawn
    )
    least = float(np.quantile(score[own[unseen]], 1 - ACCEPTED))
    theirs = real.features[own & real.judged & real.first]
    spread = real.features.std(axis=0) + 1e-9
    onsets = [_onsets(one) for one in (drawn, theirs)]
    decay = [float(np.median(one[:, _DECAY])) for one in (drawn, theirs)]
    return {
        "recognised": float((heard >= least).mean()),
        "others_refused": float((score[~own[unseen]] < least).mean()),
        "onsets": onsets[0],
        "class_onsets": onsets[1],
        "decay_db_per_second": decay[0],
        "class_decay_db_per_second": decay[1],
        "spread_ratio": float(
            (drawn.std(axis=0) / spread).mean() / (theirs.std(axis=0) / spread).mean()
        ),
    }


def _scores(known: Doubles, own: npt.NDArray[np.bool_], *asked: Doubles) -> list[Doubles]:
    """How surely sounds are of a class, ``[n]`` for each of ``asked``: three machines' mean.

    Each machine's scores are in deviations of its scores of the first of ``asked``.
    """
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    even: dict[str, Any] = {"class_weight": "balanced", "random_state": 0}
    found = [np.zeros(len(one)) for one in asked]
    for machine in (
        SVC(C=3, gamma=0.004, **even),
        LogisticRegression(C=0.003, max_iter=400, **even),
        ExtraTreesClassifier(200, min_samples_leaf=2, **even),
    ):
        taught = make_pipeline(StandardScaler(), machine).fit(known, own)
        trees = isinstance(machine, ExtraTreesClassifier)
        told = [
            taught.predict_proba(one)[:, 1] if trees else taught.decision_function(one)
            for one in asked
        ]
        mean, spread = told[0].mean(), told[0].std() + 1e-9
        found = [sums + (one - mean) / spread for sums, one in zip(found, told, strict=True)]
    return found


def _onsets(told: Doubles) -> float:
    """Mean onsets a second."""
    return float(told[:, _ONSETS].mean())


def read_clips(folder: Path) -> Clips:
    """The windows of a folder with a manifest."""
    rows = []
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            for index, window in enumerate(windows(_mono(folder / row["file"]))):
                rows.append((features(window), row["label"], is_judged(row["file"]), index == 0))
    told, labels, judged, first = zip(*rows, strict=True)
    return Clips(np.array(told), np.array(labels), np.array(judged), np.array(first))


def is_judged(name: str) -> bool:
    """Whether the judge learns from the clip: one in two, by the hash of its name."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _mono(path: Path) -> Doubles:
    sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
    mono = np.asarray(sound.mean(axis=1))
    return mono if rate == RATE else np.asarray(resample_poly(mono, RATE, rate))


def windows(sound: Doubles) -> list[Doubles]:
    """The window with the most energy, then others that are not near it and not faint."""
    if len(sound) <= _LENGTH:
        return [np.pad(sound, (0, _LENGTH - len(sound)))]
    ahead = np.concatenate([[0.0], np.cumsum(sound**2)])
    energy = ahead[_LENGTH:] - ahead[:-_LENGTH]
    begins = [int(energy.argmax())]
    for begin in np.linspace(0, len(sound) - _LENGTH, _WINDOWS - 1).astype(int):
        if abs(begin - begins[0]) > RATE // 4 and energy[begin] > 0.1 * energy.max():
            begins.append(int(begin))
    return [sound[begin : begin + _LENGTH] for begin in begins]


def features(sound: npt.NDArray[Any]) -> Doubles:
    """What a window sounds like; onsets a second and decay in dB a second are the first two.

    Cepstrum, bands, flatness, centroid, zero crossings, onsets, modulation of the level, decay of
    the loudest event, tones: means and deviations over the frames that are heard.
    """
    import librosa

    y = np.asarray(sound, np.float32)
    y = y / (np.abs(y).max() + 1e-9)
    magnitude = np.abs(librosa.stft(y, n_fft=_FRAME, hop_length=_HOP))
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=RATE, n_mels=_BANDS)
    level = librosa.power_to_db(mel, ref=np.max, top_db=70)
    loudness = librosa.power_to_db(mel.sum(axis=0), ref=np.max, top_db=70)
    heard = loudness > _HEARD_DB
    cepstrum = librosa.feature.mfcc(S=level, n_mfcc=16)
    bands = level.reshape(8, -1, level.shape[1]).mean(axis=1)
    flatness = np.log(librosa.feature.spectral_flatness(S=magnitude)[0][heard] + 1e-9)
    centroid = np.log(librosa.feature.spectral_centroid(S=magnitude, sr=RATE)[0][heard] + 20)
    crossings = librosa.feature.zero_crossing_rate(y)[0]
    strength = librosa.onset.onset_strength(
        S=np.maximum(level, -_RANGE_DB), sr=RATE, hop_length=_HOP, lag=2
    )
    onsets = librosa.util.peak_pick(strength, **_ONSET)
    envelope = librosa.feature.rms(y=y, frame_length=256, hop_length=64)[0]
    centred = envelope - envelope.mean()
    loudest = int(loudness.argmax())
    tail = loudness[loudest : loudest + RATE // _HOP // 2]
    fall = np.polyfit(np.arange(len(tail)) * _HOP / RATE, tail, 1)[0] if len(tail) > 5 else 0.0
    mean = np.log(magnitude[:, heard].mean(axis=1) + 1e-7)
    tones = np.sort(mean - medfilt(mean, 15))
    parts = [
        [len(onsets) / SECONDS, -fall],
        [np.log2(len(onsets) / SECONDS + 0.25), np.log(strength.max() + 1e-6)],
        [np.log(strength.mean() + 1e-6), strength.std() / (strength.mean() + 1e-6)],
        cepstrum[:, heard].mean(axis=1),
        cepstrum[:, heard].std(axis=1),
        *(np.abs(cepstrum[:8, lag:] - cepstrum[:8, :-lag]).mean(axis=1) for lag in (1, 8)),
        *(np.percentile(bands, share, axis=1) - loudness.max() for share in (10, 50, 90)),
        np.percentile(loudness, [5, 10, 25, 50, 75, 90]),
        [loudness.std(), heard.mean(), loudest / len(loudness)],
        [flatness.mean(), flatness.std(), centroid.mean(), centroid.std()],
        [crossings.mean(), crossings.std()],
        _modulation(np.sqrt(envelope)),
        [
            np.log((centred**4).mean() / ((centred**2).mean() ** 2 + 1e-12) + 1e-9),
            np.log(envelope.max() / (envelope.mean() + 1e-9)),
        ],
        [tones[-1], tones[-8:].mean(), (tones > 0.7).sum()],
    ]
    return np.concatenate([np.asarray(part, np.float64) for part in parts])


_ONSETS, _DECAY = 0, 1


def _modulation(envelope: npt.NDArray[Any]) -> list[float]:
    """Shares of the envelope's motion in octaves of its frequency, log."""
    motion = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope)))) ** 2
    hz = np.fft.rfftfreq(len(envelope), 64 / RATE)
    whole = motion.sum() + 1e-12
    edges = itertools.pairwise(_MODULATION_HZ)
    return [float(np.log(motion[(hz >= a) & (hz < b)].sum() / whole + 1e-6)) for a, b in edges]


def lines(result: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = [
        f"{name:8} recognised {100 * row['recognised']:3.0f} % (others refused "
        f"{100 * row['others_refused']:3.0f} %), onsets/s {row['onsets']:4.1f} (class "
        f"{row['class_onsets']:4.1f}), decay {row['decay_db_per_second']:5.1f} dB/s (class "
        f"{row['class_decay_db_per_second']:5.1f}), spread ratio {row['spread_ratio']:.2f}"
        for name, row in result.items()
    ]
    recognised = 100 * np.mean([row["recognised"] for row in result.values()])
    within = sum(0.5 <= row["onsets"] / row["class_onsets"] <= 2 for row in result.values())
    mean = f"mean     recognised {recognised:3.0f} %; onsets within a factor of 2 of the class in "
    return [*told, f"{mean}{within} of {len(result)}"]


def main(arguments: Sequence[str]) -> int:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bundle", default="texture")
    parser.add_argument("--draws", type=int, default=DRAWS)
    given = parser.parse_args(arguments)
    if given.draws < 2:
        parser.error("--draws is 2 or more")
    print("\n".join(lines(run(given.data, given.bundle, given.draws))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
