"""What a finished performance says of itself: plain numbers, as in ``--json``."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance import __version__
from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.engine.performance import StepOutput
from latent_resonance.engine.senses import Sensed, Senses
from latent_resonance.sense.performances.csv_file import PerformanceWriter
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness, true_peak_db
from latent_resonance.stage import audio_file
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe
from latent_resonance.stage.spectrogram_picture import draw_spectrogram


def measure_sound(sound: FloatArray, rate: int, path: Path) -> dict[str, Any]:
    """Length, loudness, peak and clicks of sound ``[samples, channels]`` in a file."""
    mono = sound.mean(axis=1)
    return {
        "duration_seconds": round(len(sound) / rate, 6),
        "sample_rate": rate,
        "channels": sound.shape[1],
        **levels_in_file(sound, rate, path),
        "clicks": len(find_clicks(mono, rate)),
        **(_measure_sides(sound) if sound.shape[1] == 2 else {}),
    }


def levels_in_file(sound: FloatArray, rate: int, path: Path) -> dict[str, float | None]:
    """Loudness and true peak as the file of that name plays them: packing with loss changes both.

    None where there is none: of silence, and the loudness of what is too short.
    """
    played, played_rate = audio_file.heard(sound, rate, path)
    loudness = integrated_loudness(played, played_rate)
    peak = true_peak_db(played, played_rate)
    return {
        "loudness_lufs": round(loudness, 2) if math.isfinite(loudness) else None,
        "true_peak_db": round(peak, 2) if math.isfinite(peak) else None,
    }


def _measure_sides(sound: FloatArray) -> dict[str, Any]:
    """How alike left and right are, and what their sum loses of their power, in dB."""
    left, right = sound.T.astype(np.float64)
    powers = float(left @ left), float(right @ right)
    if not all(powers):
        return {}
    middle = float(((left + right) ** 2).sum()) / 4
    return {
        "stereo_correlation": round(float(left @ right) / math.sqrt(powers[0] * powers[1]), 3),
        "mono_loss_db": round(10 * math.log10(sum(powers) / 2 / max(middle, 1e-30)), 2),
    }


def carrying(recipe: Mapping[str, Any]) -> dict[str, str]:
    """A stage's ``meta`` that carries a recipe, and says what made it."""
    return {KEY: spell_recipe(dict(recipe)), "made by": f"resonance {__version__}"}


def write_sound(
    path: Path,
    sound: FloatArray,
    rate: int,
    meta: Mapping[str, str] | None = None,
    picture: Path | None = None,
    title: str = "",
    options: Mapping[str, Any] | None = None,
) -> None:
    """Write sound ``[samples, channels]``, and its spectrogram where one is asked for: all or none.

    ``options`` are more of the stage ``audio_file``'s.

    Raises:
        OutputError: it cannot be written.
    """
    stage = audio_file.Part(audio_file.Options(path=path, **(options or {})))
    stage.prepare(Spec(sample_rate=rate, channels=sound.shape[1], meta=meta or {}))
    try:
        stage.play(AudioBlock(sound, rate))
        if picture:
            draw_spectrogram(sound.mean(axis=1), rate, picture, title)
    except BaseException:
        stage.abort()
        raise
    stage.close()


class Recorder:
    """Notes what was played, and saves what is sensed to be replayed, if anybody asked for it.

    Args:
        senses: what is sensed.
        path: of the CSV file; None saves nothing.
        with_events: save notes as well.
        with_tempo: save the performer's tempo as well.
        end_seconds: when what is sensed ends, where that is known. What is played after it, notes
            that ring out, is no part of it.
        live: what is saved cannot be made again: on a full disk, what there is of it is still
            there, for ``keep``, and an earlier file of the name gets a number.
    """

    def __init__(
        self,
        senses: Senses,
        path: Path | None,
        *,
        with_events: bool,
        with_tempo: bool = False,
        end_seconds: float | None = None,
        live: bool = False,
    ) -> None:
        self._end, self._full = end_seconds, False
        names = [control.name for control in senses.controls]
        self._writer = (
            PerformanceWriter(
                path,
                names,
                with_events=with_events,
                with_tempo=with_tempo,
                keep_short=live,
                keep_earlier=live,
            )
            if path
            else None
        )
        self.last: Mapping[str, float] = {}
        self._seen: dict[str, list[float]] = {}

    def add(self, now: float, sensed: Sensed, output: StepOutput) -> None:
        """Note what was in force in one step.

        Raises:
            OutputError: the disk will not take it; later steps are noted, and not saved.
        """
        self.last = sensed.controls.values
        for name, value in output.latent.play.items():
            low, total, high, count = self._seen.get(name, [value, 0.0, value, 0])
            self._seen[name] = [min(low, value), total + value, max(high, value), count + 1]
        if self._writer and not self._full and (self._end is None or now < self._end):
            try:
                self._writer.add(now, sensed.controls)
            except OutputError:
                self._full = True
                raise

    def played(self) -> dict[str, dict[str, float]]:
        """Least, mean and greatest of what the navigator played, such as the playhead's speed."""
        return {
            name: {"min": round(low, 4), "mean": round(total / count, 4), "max": round(high, 4)}
            for name, (low, total, high, count) in self._seen.items()
        }

    @property
    def earlier(self) -> Path | None:
        """Where a file that had the name before is now; None where there was none."""
        return self._writer.earlier if self._writer else None

    def close(self, end_seconds: float | None = None) -> None:
        """End the table: the file is whole under its own name, and says when it ends.

        Args:
            end_seconds: of what was played, where the end was not known before.
        """
        if self._writer:
            self._writer.close(end_seconds if self._end is None else self._end)

    def keep(self) -> None:
        """End the table where the disk was full; raises OutputError where it took nothing."""
        if self._writer:
            self._writer.keep()

    def abort(self) -> None:
        """End the table and remove what was written of it."""
        if self._writer:
            self._writer.abort()
