"""Features of all windows for the judge of kinds."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.encode import Rebuilder, has_encoder
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.timbre import (
    describe_note,
    describe_spectrum,
    transpose,
)
from latent_resonance.sound.hush import loudest_at_zero

Array = npt.NDArray[np.float64]
Features = dict[str, Array]
Levels = npt.NDArray[np.float16]

# Real notes are also shown to the judge transposed, so that it does not go by pitch: families have
# ranges of their own, a model plays all of them everywhere.
_SHIFTS = (0, -7, 7)
_MOST_REBUILT = 300


def note_features(
    material: Material, real: Sequence[int], on_progress: Callable[[float], None]
) -> tuple[list[Features], Features]:
    """Features of the chosen real notes, as they are and transposed, and of the generated ones."""
    chosen = [material.real[index] for index in real]
    notes: list[tuple[Levels, float, int]] = [
        (window.level_db, window.tuned, shift) for shift in _SHIFTS for window in chosen
    ]
    notes += [(window.level_db, window.midi, 0) for window in material.made]
    layout, found = material.layout, []
    for index, (stored, midi, shift) in enumerate(notes):
        level = stored.astype(np.float32)
        if shift:
            level = transpose(level, shift, layout.range_db)
        found.append(describe_note(level, layout, midi + shift))
        on_progress((index + 1) / len(notes))
    cuts = [len(chosen) * (number + 1) for number in range(len(_SHIFTS))]
    *versions, made = np.split(np.array(found), cuts)
    return [{"sound": version} for version in versions], {"sound": made}


def rebuilt_features(material: Material, real: Sequence[int], features: Array) -> Features | None:
    """Features of some of the chosen real sounds after encoder and decoder, NaN for the others.

    None when the bundle has no encoder.

    Args:
        material: bundle and windows.
        real: indices of the chosen windows.
        features: theirs as they are, ``[real, size]``.
    """
    if not has_encoder(material.bundle):
        return None
    layout, found = material.layout, np.full_like(features, np.nan)
    notes = material.bundle.space.plays_notes
    rebuilder = Rebuilder(material.bundle)
    try:
        chosen = np.random.default_rng(material.seed).permutation(len(real))[:_MOST_REBUILT]
        for row in chosen:
            window = material.real[real[row]]
            if rebuilder.takes(window):
                made = loudest_at_zero(rebuilder.rebuild(window), layout.range_db)
                found[row] = (
                    describe_note(made, layout, window.tuned)
                    if notes
                    else describe_spectrum(made, layout)
                )
    finally:
        rebuilder.close()
    return {"sound": found}


def sound_features(
    material: Material, real: Sequence[int], on_progress: Callable[[float], None]
) -> tuple[list[Features], Features]:
    """Features of the chosen real sounds, and of the generated ones."""
    stored = [material.real[index].level_db for index in real]
    stored += [window.level_db for window in material.made]
    spectra = []
    for index, level in enumerate(stored):
        spectra.append(describe_spectrum(level.astype(np.float32), material.layout))
        on_progress((index + 1) / len(stored))
    features = np.array(spectra)
    return [{"sound": features[: len(real)]}], {"sound": features[len(real) :]}
