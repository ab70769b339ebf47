"""A model's window without what is no number: one such level would silence all that follows."""

import numpy as np

from latent_resonance.contracts.values import Spectrogram


def finite_window(made: Spectrogram) -> Spectrogram:
    """The window itself where it is finite; else with silence for NaN, and gains of 1."""
    envelope = made.envelope_db
    good = np.isfinite(made.level_db.sum())
    if good and (envelope is None or np.isfinite(envelope.sum())):
        return made
    floor = -made.format.range_db
    level = np.nan_to_num(made.level_db, nan=floor, posinf=0.0, neginf=floor)
    if envelope is not None:
        envelope = np.nan_to_num(envelope, nan=0.0, posinf=0.0, neginf=floor)
    return Spectrogram(level, made.format, envelope)
