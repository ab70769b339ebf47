"""Phase reconstruction: how near the sound comes to its magnitudes, and at what cost.

All in one run, on one thread: streaming phase with and without one column of look-ahead, PGHI,
PGHI with 8 rounds of fast Griffin-Lim, and librosa's Griffin-Lim of 32 rounds as the baseline.
Convergence is 20 log10(|| |STFT(x)| - |X| || / || X ||): lower is better.

    python benchmarks/phase.py [DATA]
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.griffin_lim import fast_griffin_lim
from latent_resonance.sound.pghi import pghi
from latent_resonance.sound.phase_streaming import (
    PhasePlan,
    propagate,
    reconstruct_phase,
    start,
)
from latent_resonance.sound.stft import istft, stft

N_FFT, HOP = 1024, 128
CLIPS_PER_KIND, SECONDS = 6, 4.0
KINDS = ("music", "voice", "notes", "textures")
_RANGE = 1e-5
_Method = Callable[[FloatArray], FloatArray]


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Measure on recordings of ``data_dir``, or on synthetic sounds where there are none."""
    clips = recordings(data_dir) if data_dir and data_dir.is_dir() else []
    source = "recordings" if clips else "synthetic"
    clips = clips or synthetic()
    rows = {name: _measure(method, window, clips) for name, (method, window) in _methods().items()}
    baseline = rows.get("librosa_griffin_lim_32")
    for row in rows.values():
        if baseline:
            row["times_cheaper"] = round(baseline["seconds"] / row["seconds"], 1)
    return {
        "source": source,
        "clips": len(clips),
        "n_fft": N_FFT,
        "hop": HOP,
        "methods": rows,
        "propagate_ms_at_512": round(_frame_milliseconds(), 3),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The result as a table."""
    table = [
        f"{result['clips']} {result['source']} clips, n_fft {result['n_fft']}, hop {result['hop']}",
        f"{'method':<26}{'mean dB':>9}{'worst':>8}{'seconds':>9}{'x librosa':>11}",
    ]
    for name, row in result["methods"].items():
        cheaper = f"{row['times_cheaper']:.1f}" if "times_cheaper" in row else "-"
        table.append(
            f"{name:<26}{row['mean_db']:>9.2f}{row['worst_db']:>8.1f}"
            f"{row['seconds']:>9.2f}{cheaper:>11}"
        )
    table.append(f"one streaming column at n_fft 512: {result['propagate_ms_at_512']:.3f} ms")
    return table


def recordings(folder: Path) -> list[FloatArray]:
    """The first seconds of recordings, evenly picked from each kind."""
    clips: list[FloatArray] = []
    for kind in KINDS:
        files = sorted(
            path for path in (folder / kind).glob("*.*") if path.suffix in {".flac", ".ogg", ".wav"}
        )
        picks = np.linspace(0, len(files) - 1, min(CLIPS_PER_KIND, len(files))).round()
        for index in picks.astype(int):
            rate = soundfile.info(files[index]).samplerate
            sound, _ = soundfile.read(
                files[index], frames=round(SECONDS * rate), dtype="float32", always_2d=True
            )
            clips.append(sound.mean(axis=1))
    return clips


def synthetic(rate: int = 16_000) -> list[FloatArray]:
    """A held chord, a glide, plucks and noise."""
    at = np.arange(round(SECONDS * rate)) / rate
    generator = np.random.default_rng(1)
    chord = sum(np.sin(2 * np.pi * hz * at) for hz in (110.0, 165.2, 220.7, 1330.0))
    glide = np.sin(2 * np.pi * (200 * at + 150 * at**2))
    plucks = sum(
        np.where(at > t, np.exp(-6 * (at - t)) * np.sin(2 * np.pi * 300 * (1 + t) * at), 0)
        for t in (0.3, 1.1, 1.9, 2.7)
    )
    noise = generator.standard_normal(len(at)) * (1 + np.sin(2 * np.pi * at))
    return [
        np.asarray(0.2 * sound / np.abs(sound).max(), np.float32)
        for sound in (chord, glide, plucks, noise)
    ]


def convergence(magnitude: FloatArray, phase: FloatArray, window: str, samples: int) -> float:
    """Spectral convergence in dB."""
    spectra = (magnitude * np.exp(1j * phase)).astype(np.complex64)
    again = np.abs(stft(istft(spectra, HOP, window, samples), N_FFT, HOP, window))
    return float(20 * np.log10(np.linalg.norm(again - magnitude) / np.linalg.norm(magnitude)))


def _methods() -> dict[str, tuple[_Method, str]]:
    plan = PhasePlan.build(N_FFT, HOP, "gauss")

    def streaming(look_ahead: int) -> _Method:
        return lambda magnitude: reconstruct_phase(
            plan, np.log(np.maximum(magnitude, magnitude.max() * _RANGE)), look_ahead
        )

    def polished(magnitude: FloatArray) -> FloatArray:
        return fast_griffin_lim(magnitude, pghi(plan, magnitude), HOP, "gauss", 8)

    methods: dict[str, tuple[_Method, str]] = {
        "streaming_look_ahead_1": (streaming(1), "gauss"),
        "streaming_look_ahead_0": (streaming(0), "gauss"),
        "pghi": (lambda magnitude: pghi(plan, magnitude), "gauss"),
        "pghi_griffin_lim_8": (polished, "gauss"),
    }
    try:
        import librosa
    except ImportError:
        return methods

    def griffin_lim(magnitude: FloatArray) -> FloatArray:
        sound = librosa.griffinlim(
            magnitude, n_iter=32, hop_length=HOP, window="hann", random_state=0
        )
        return np.asarray(np.angle(stft(sound, N_FFT, HOP, "hann"))[:, : magnitude.shape[1]])

    methods["librosa_griffin_lim_32"] = (griffin_lim, "hann")
    return methods


def _measure(method: _Method, window: str, clips: list[FloatArray]) -> dict[str, float]:
    reached: list[float] = []
    seconds = 0.0
    method(np.abs(stft(clips[0][: 8 * N_FFT], N_FFT, HOP, window)))
    for clip in clips:
        magnitude = np.abs(stft(clip, N_FFT, HOP, window))
        begin = time.perf_counter()
        phase = method(magnitude)
        seconds += time.perf_counter() - begin
        reached.append(convergence(magnitude, phase, window, len(clip)))
    return {
        "mean_db": round(float(np.mean(reached)), 2),
        "worst_db": round(max(reached), 2),
        "seconds": round(seconds, 3),
    }


def _frame_milliseconds() -> float:
    """Best of five, for one column as the live renderer asks for it."""
    plan = PhasePlan.build(512, 128, "gauss")
    level = np.log(np.abs(stft(synthetic()[3], 512, 128))[:256].T + np.float32(1e-6))
    slope = np.gradient(level, axis=0).astype(np.float32)
    best = np.inf
    for _ in range(5):
        state = start(plan)
        begin = time.perf_counter()
        for column in range(200):
            _, state = propagate(plan, state, level[column], slope[column])
        best = min(best, time.perf_counter() - begin)
    return best / 200 * 1e3


def main() -> None:
    """Print the table."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    print("\n".join(lines(run(folder))))


if __name__ == "__main__":
    main()
