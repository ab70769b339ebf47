"""Do the sliders of a texture bundle do what they say to other ears?

Every slider at both ends over many seeds, and after queries by clips, judged on the sound that is
written, by librosa and by the modulation spectrum: nothing that the steering measures with.

    python benchmarks/sliders.py --seeds 200 --queries 50 --data ../shared/data
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import MissingPartError, ResonanceError
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.data.decode import decode_mono
from latent_resonance.engine.exploration.examples import read_example
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.sound.codec import decode

Doubles = npt.NDArray[np.float64]

SEEDS, QUERIES, TRANSFERS = 40, 20, 20
_END = 5.0
_NAMES = ("brightness", "rate", "impact", "size", "roughness")
# Of the spread among random sounds: closer than this, there is no gap to close.
_LEAST_GAP = 0.5
_RATE, _QUIET_DB = 16_000, -50.0
_FRAME, _HOP, _BANDS, _COLUMNS = 256, 32, 24, 128
_SOUNDING_DB = -40.0
_ROUGH_HZ = (20.0, 150.0)


@dataclass(frozen=True, slots=True)
class Told:
    """One slider over many places, by the judge's measures in deviations of random sounds.

    Attributes:
        low: with the slider at -5, ``[places, measures]``.
        middle: at 0.
        high: at 5.
    """

    low: Doubles
    middle: Doubles
    high: Doubles

    def row(self, own: int) -> dict[str, float]:
        """Ends right, both halves right, effect, and leakage into what leaks most."""
        mine = [one[:, own] for one in (self.low, self.middle, self.high)]
        change = self.high - self.low
        mean = np.abs(change.mean(axis=0))
        others = np.arange(change.shape[1]) != own
        worst = int(np.flatnonzero(others)[mean[others].argmax()])
        return {
            "ends_right": float((mine[2] > mine[0]).mean()),
            "halves_right": float(((mine[2] > mine[1]) & (mine[1] > mine[0])).mean()),
            "effect": float(change[:, own].mean()),
            "leakage": float(mean[worst] / max(mean[own], 1e-9)),
            "leakage_of_seeds": float(
                np.abs(change).mean(axis=0)[worst] / max(np.abs(change[:, own]).mean(), 1e-9)
            ),
            "leaks_into": worst,
        }


def judge(samples: npt.NDArray[np.float32], rate: int) -> Doubles:
    """Brightness, rate, impact, size and roughness of mono ``samples``, ``[5]``.

    Centroid of librosa over the frames that sound, in octaves; onsets a second of librosa, log2;
    kurtosis of the amplitude envelope, log2, which a hit has and a scratch has not; the frequency
    that a tenth of the energy lies below (librosa's roll-off), in octaves down; depth of the
    modulation of bands between 20 and 150 Hz, log2 (Fastl and Zwicker 2007, chapter 11).
    """
    import librosa

    magnitude = np.abs(librosa.stft(samples, n_fft=1024, hop_length=256))
    loud = librosa.amplitude_to_db(magnitude.max(axis=0), ref=np.max, top_db=None) > _QUIET_DB
    weight = magnitude[:, loud].sum(axis=0) + 1e-9
    centroid = librosa.feature.spectral_centroid(S=magnitude[:, loud], sr=rate)[0]
    whole = (magnitude**2).sum(axis=1, keepdims=True)
    low = librosa.feature.spectral_rolloff(S=whole, sr=rate, roll_percent=0.1)[0, 0]
    onsets = librosa.onset.onset_detect(y=samples, sr=rate, hop_length=256, units="time")
    envelope = librosa.feature.rms(y=samples, frame_length=256, hop_length=64)[0]
    centred = envelope - envelope.mean()
    kurtosis = (centred**4).mean() / max(float((centred**2).mean()) ** 2, 1e-30)
    return np.array(
        [
            np.average(np.log2(np.maximum(centroid, 20) / 1000), weights=weight),
            np.log2((len(onsets) + 0.5) / (len(samples) / rate)),
            np.log2(kurtosis + 1e-9),
            -np.log2(max(float(low), 20) / 1000),
            _modulation(samples, rate),
        ]
    )


def _modulation(samples: npt.NDArray[np.float32], rate: int) -> float:
    """Depth of the motion of 24 bands at 20 to 150 Hz, log2: the middle of frames of 256 ms.

    The middle, so that one attack is no roughness.
    """
    import librosa

    mel = librosa.feature.melspectrogram(
        y=samples, sr=rate, n_fft=_FRAME, hop_length=_HOP, n_mels=_BANDS, power=1.0
    )
    frames = librosa.util.frame(mel, frame_length=_COLUMNS, hop_length=_COLUMNS // 4)
    window = np.hanning(_COLUMNS)[:, None]
    still = (frames * window).sum(axis=1)
    motion = frames * window - still[:, None] * window / window.sum()
    hz = np.fft.rfftfreq(_COLUMNS, _HOP / rate)
    heard = (hz >= _ROUGH_HZ[0]) & (hz <= _ROUGH_HZ[1])
    depth = np.sqrt((np.abs(np.fft.rfft(motion, axis=1)[:, heard]) ** 2).sum(axis=1))
    loud = still.sum(axis=0)
    sounds = loud >= loud.max() * 10 ** (_SOUNDING_DB / 20)
    # Loudness goes as the 0.6th power of magnitude.
    weight = (still[:, sounds] + 1e-12) ** 0.6
    depth = depth[:, sounds] / (still[:, sounds] + 1e-12)
    middle = float(np.median((depth * weight).sum(axis=0) / weight.sum(axis=0)))
    return float(np.log2(middle + 1e-6))


def run(
    data_dir: Path | None = None,
    *,
    seeds: int = SEEDS,
    queries: int = QUERIES,
    transfers: int = TRANSFERS,
    bundle: str = "texture",
) -> dict[str, Any]:
    """Judge the sliders of ``bundle``; queries and transfers need the clips of ``data_dir``.

    Raises:
        MissingPartError: librosa is not installed.
    """
    try:
        import librosa  # noqa: F401
    except ImportError:
        raise MissingPartError("the judge needs librosa: pip install librosa") from None
    clips = _clips(data_dir) if data_dir else []
    with Explorer(bundle, PartChoice(part="openvino"), threads=1) as explorer:

        def hear(w: npt.NDArray[np.float32]) -> Doubles:
            return judge(explorer.sound(w), explorer.layout.sample_rate)

        places = [explorer.seeded(seed) for seed in range(seeds)]
        middle = np.array([hear(w) for w in places])
        spread = middle.std(axis=0) + 1e-9
        result: dict[str, Any] = {
            "seeds": _sliders(explorer, places, middle, spread, hear),
        }
        if clips:
            asked = [explorer.example(path) for path in clips[:queries]]
            around = np.array([hear(w) for w in asked])
            result["queries"] = _sliders(explorer, asked, around, spread, hear)
            result["transfer"] = _transfers(explorer, clips, transfers, spread, hear)
    return result


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = []
    for kind in ("seeds", "queries"):
        for name, row in result.get(kind, {}).items():
            told.append(
                f"{kind:8} {name:11} ends right {100 * row['ends_right']:5.1f} %, both halves "
                f"{100 * row['halves_right']:5.1f} %, effect {row['effect']:.2f} deviations, "
                f"leakage {row['leakage']:.2f} into {_NAMES[row['leaks_into']]} "
                f"(of places {row['leakage_of_seeds']:.2f})"
            )
    for name, row in result.get("transfer", {}).items():
        told.append(
            f"transfer {name:11} closes {row['closed']:.2f} of the gap (median of {row['count']}), "
            f"nearer {100 * row['nearer']:.0f} %"
        )
    return told


def _sliders(
    explorer: Explorer,
    places: Sequence[npt.NDArray[np.float32]],
    middle: Doubles,
    spread: Doubles,
    hear: Callable[[npt.NDArray[np.float32]], Doubles],
) -> dict[str, dict[str, float]]:
    found = {}
    for own, name in enumerate(_NAMES):
        ends = [
            np.array([hear(explorer.move(w, PlaceRequest(settings={name: end}))) for w in places])
            for end in (-_END, _END)
        ]
        found[name] = Told(ends[0] / spread, middle / spread, ends[1] / spread).row(own)
    return found


def _transfers(
    explorer: Explorer,
    clips: Sequence[Path],
    count: int,
    spread: Doubles,
    hear: Callable[[npt.NDArray[np.float32]], Doubles],
) -> dict[str, dict[str, float]]:
    """How much of the gap to a clip's attribute is closed, as the judge hears it."""
    rate = explorer.layout.sample_rate
    found: dict[str, dict[str, float]] = {}
    for own, name in enumerate(_NAMES):
        closed = []
        for seed, path in enumerate(clips):
            if len(closed) >= count:
                break
            # The clip as the codec gives it back: what can be reached at all.
            wanted = judge(_heard(explorer, path), rate)[own]
            w = explorer.seeded(10_000 + seed)
            before = hear(w)[own]
            if abs(wanted - before) < _LEAST_GAP * spread[own]:
                continue
            request = PlaceRequest(seed=10_000 + seed, source=path, transfer=(name,))
            after = hear(explorer.find(request))[own]
            closed.append(1 - abs(wanted - after) / abs(wanted - before))
        found[name] = {
            "closed": float(np.median(closed)) if closed else float("nan"),
            "nearer": float(np.mean(np.array(closed) > 0)) if closed else float("nan"),
            "count": len(closed),
        }
    return found


def _heard(explorer: Explorer, path: Path) -> npt.NDArray[np.float32]:
    level = read_example(path, explorer.layout)
    return decode(Spectrogram(level, explorer.layout), seed=0)


def _clips(data_dir: Path) -> list[Path]:
    """Clips that can be read, in an order that has nothing to do with their names."""
    folder = data_dir / "textures"
    paths = sorted(folder.glob("*.flac")) or sorted(data_dir.glob("*.flac"))
    mixed = [paths[k] for k in np.random.default_rng(0).permutation(len(paths))]
    return [path for path in mixed if _readable(path)]


def _readable(path: Path) -> bool:
    try:
        return bool(np.abs(decode_mono(path, _RATE, 10.0).samples).max(initial=0) > 1e-3)
    except ResonanceError:
        return False


def main(arguments: Sequence[str]) -> int:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--bundle", default="texture")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--transfers", type=int, default=TRANSFERS)
    given = parser.parse_args(arguments)
    if min(given.seeds, given.queries, given.transfers) < 1:
        parser.error(
            "--seeds, --queries and --transfers are 1 or more; without --data, seeds alone"
        )
    result = run(
        given.data,
        seeds=given.seeds,
        queries=given.queries,
        transfers=given.transfers,
        bundle=given.bundle,
    )
    print("\n".join(lines(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
