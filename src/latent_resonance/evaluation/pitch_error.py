"""How far notes are from the pitch that was asked: in cents, with octave slips told apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.pitch import NotePitch

_OCTAVE = 1200.0
_NEAR_OCTAVE_CENTS = 50.0


@dataclass(frozen=True, slots=True)
class PitchErrors:
    """Errors of a set of notes.

    Attributes:
        cents: ``[notes]``, positive where too high; NaN where there was no pitch at all.
        sure: ``[notes]``, whether the estimator was.
    """

    cents: npt.NDArray[np.float64]
    sure: npt.NDArray[np.bool_]

    @property
    def slipped(self) -> npt.NDArray[np.bool_]:
        """``[notes]``, within 50 cents of one or more whole octaves off."""
        octaves = np.rint(np.nan_to_num(self.cents) / _OCTAVE)
        near = np.abs(self.cents - octaves * _OCTAVE) <= _NEAR_OCTAVE_CENTS
        return np.asarray((octaves != 0) & near)

    @property
    def folded(self) -> npt.NDArray[np.float64]:
        """``[notes]`` in cents, whole octaves left out of account: -600 .. 600."""
        return np.asarray(self.cents - _OCTAVE * np.rint(self.cents / _OCTAVE))

    def summary(self) -> dict[str, float]:
        """Shares and quantiles, over the notes of which the estimator was sure."""
        known = self.cents[self.sure]
        found = {"notes": float(len(self.cents)), "sure_share": float(self.sure.mean())}
        if not len(known):
            return found
        size = np.abs(known)
        folded = np.abs(self.folded[self.sure])
        return found | {
            "within_5_cents_share": float((size <= 5).mean()),
            "within_20_cents_share": float((size <= 20).mean()),
            "within_50_cents_share": float((size <= 50).mean()),
            "median_absolute_cents": float(np.median(size)),
            "p95_absolute_cents": float(np.percentile(size, 95)),
            "octave_slip_share": float(self.slipped[self.sure].mean()),
            "within_20_cents_octave_aside_share": float((folded <= 20).mean()),
        }


def pitch_errors(found: Sequence[NotePitch], asked_midi: Sequence[float]) -> PitchErrors:
    """Compare estimates with what was asked, note by note.

    Raises:
        ValueError: not as many pitches as notes, or none.
    """
    if not found or len(found) != len(asked_midi):
        raise ValueError(f"{len(found)} notes and {len(asked_midi)} pitches")
    midi = np.array([note.midi for note in found], np.float64)
    sure = np.array([note.sure for note in found], np.bool_)
    return PitchErrors(100 * (midi - np.asarray(asked_midi, np.float64)), sure)
