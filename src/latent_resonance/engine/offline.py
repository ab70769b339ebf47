"""Renders a performance to a stage faster or slower than real time: same code, other clock."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.parts import Stage
from latent_resonance.contracts.values import AudioBlock, Controls, FloatArray
from latent_resonance.engine.assemble import Chain
from latent_resonance.engine.instrument import StepOutput
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.player import Player
from latent_resonance.sense.performances.csv_file import PerformanceWriter
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness, true_peak_db

_BLOCK_SECONDS = 0.25
# A file that stops in mid-swing would click in every player.
_FADE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished performance.

    Attributes:
        samples: float32 ``[samples, channels]``.
        sample_rate: in Hz.
        report: plain numbers, as in ``--json``.
    """

    samples: FloatArray
    sample_rate: int
    report: Mapping[str, Any] = field(default_factory=dict)


def render(
    chain: Chain,
    stage: Stage,
    seconds: float | None = None,
    record: Path | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> Rendered:
    """Play a chain on a stage, paced by a counter.

    Args:
        chain: the assembled instrument.
        stage: prepared; closed by whoever made it.
        seconds: how long, or the length of the sensor's recording.
        record: where to save the controls as a performance.
        on_progress: called with seconds done and seconds in all.

    Raises:
        InputError: the sensor is live and no length was given.
    """
    total = seconds if seconds is not None else chain.sensor.duration_seconds
    if total is None:
        raise InputError("this input has no end of its own: say how many --seconds to render")
    rate = chain.spec.sample_rate
    samples = max(1, round(total * rate))
    meters = Meters()
    recorder, played = Recorder(chain, record), PlayRanges()

    def note(now: float, controls: Controls, output: StepOutput) -> None:
        recorder.add(now, controls, output)
        played.add(output)

    try:
        player = Player(chain.instrument, chain.sensor, meters, note)
        sound = _play(player, stage, samples, rate, on_progress)
        recorder.close()
    except BaseException:
        recorder.abort()
        raise
    return Rendered(sound, rate, _report(chain, sound, rate, meters, played))


def _play(
    player: Player,
    stage: Stage,
    samples: int,
    rate: int,
    on_progress: Callable[[float, float], None] | None,
) -> FloatArray:
    block = round(_BLOCK_SECONDS * rate)
    fade = min(samples, round(_FADE_SECONDS * rate))
    pieces: list[FloatArray] = []
    done = 0
    while done < samples:
        count = min(block, samples - done)
        piece = player.read(count).samples.copy()
        _fade_out(piece, samples - done, fade)
        stage.play(AudioBlock(piece, rate, done))
        pieces.append(piece)
        done += count
        if on_progress:
            on_progress(done / rate, samples / rate)
    return np.concatenate(pieces)


def _fade_out(piece: FloatArray, left: int, fade: int) -> None:
    """Scale what lies within ``fade`` samples of the end, in place; ``left`` from piece[0]."""
    to_end = left - 1 - np.arange(len(piece), dtype=np.float32)
    piece *= np.minimum(to_end / np.float32(max(1, fade)), 1)[:, None]


class PlayRanges:
    """Least, mean and greatest of what the navigator played, such as the playhead's speed."""

    def __init__(self) -> None:
        self._seen: dict[str, list[float]] = {}

    def add(self, output: StepOutput) -> None:
        """Note one step."""
        for name, value in output.latent.play.items():
            low, total, high, count = self._seen.get(name, [value, 0.0, value, 0])
            self._seen[name] = [min(low, value), total + value, max(high, value), count + 1]

    def report(self) -> dict[str, dict[str, float]]:
        """By control name."""
        return {
            name: {"min": round(low, 4), "mean": round(total / count, 4), "max": round(high, 4)}
            for name, (low, total, high, count) in self._seen.items()
        }


class Recorder:
    """Saves controls, if anybody asked for it."""

    def __init__(self, chain: Chain, path: Path | None) -> None:
        names = [control.name for control in chain.sensor.controls]
        self._writer = PerformanceWriter(path, names) if path else None

    def add(self, now: float, controls: Controls, output: StepOutput) -> None:
        """Note what was in force in one step."""
        if self._writer:
            self._writer.add(now, controls)

    def close(self) -> None:
        """Keep the file."""
        if self._writer:
            self._writer.close()

    def abort(self) -> None:
        """Leave no file."""
        if self._writer:
            self._writer.abort()


def _report(
    chain: Chain, sound: FloatArray, rate: int, meters: Meters, played: PlayRanges
) -> dict[str, Any]:
    mono = sound.mean(axis=1)
    loudness = integrated_loudness(mono, rate)
    peak = true_peak_db(mono, rate)
    latency = chain.instrument.renderer.latency_seconds + chain.sensor.latency_seconds
    return {
        "bundle": chain.bundle.name,
        "seed": chain.spec.seed,
        "duration_seconds": round(len(sound) / rate, 6),
        "sample_rate": rate,
        "channels": sound.shape[1],
        "loudness_lufs": round(loudness, 2) if math.isfinite(loudness) else None,
        "true_peak_db": round(peak, 2) if math.isfinite(peak) else None,
        "clicks": len(find_clicks(mono, rate)),
        "latency_ms": round(latency * 1e3, 2),
        **chain.sensor.statistics(),
        "played": played.report(),
        **meters.report(),
    }
