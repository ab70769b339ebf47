"""Do notes have the pitch that was asked? Heard, not read: from the rendered sound."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from latent_resonance.contracts.values import Spectrogram
from latent_resonance.evaluation.charts.plots import draw_histogram, draw_points
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.pitch import note_pitch
from latent_resonance.evaluation.pitch_error import PitchErrors, pitch_errors
from latent_resonance.evaluation.report import Chapter, percent
from latent_resonance.sound.codec import decode

_REAL_NOTES = 200
_GOOD = 0.95
_NOTE = (
    "YIN on the rendered sound; sure where at least half of the loud frames agree within 50 cents. "
    "An octave slip is an error within 50 cents of whole octaves; it may be the estimator's, so "
    "real notes stand beside, rendered from their levels by the same phase."
)
_ROWS = {
    "sure_share": "the estimator is sure",
    "within_5_cents_share": "of these, within 5 cents",
    "within_20_cents_share": "within 20 cents",
    "within_50_cents_share": "within 50 cents",
    "octave_slip_share": "octave slips",
    "within_20_cents_octave_aside_share": "within 20 cents, octave aside",
}


def measure_pitch(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Pitch errors of generated notes, beside what the estimator says of real ones.

    Real notes go through the same codec and phase, so that only the model differs. None for models
    that take no pitch.
    """
    if not material.bundle.space.plays_notes:
        return None
    random = np.random.default_rng(material.seed)
    labelled = [window for window in material.real if np.isfinite(window.midi)]
    chosen = random.permutation(len(labelled))[:_REAL_NOTES]
    real = [labelled[index] for index in chosen]
    total = len(material.made) + len(real)
    found = []
    for index, window in enumerate([*material.made, *real]):
        sound = decode(Spectrogram(window.level_db.astype(np.float32), material.layout))
        found.append(note_pitch(sound, material.layout.sample_rate))
        on_progress((index + 1) / total)
    count = len(material.made)
    errors = pitch_errors(found[:count], [window.midi for window in material.made])
    summary = errors.summary()
    by_family = _by_family(material, errors)
    columns = [("generated", summary)]
    metrics: dict[str, object] = {**summary, "by_family": by_family}
    groups = {"generated": errors.cents[errors.sure]}
    if real:
        of_real = pitch_errors(found[count:], [window.midi for window in real])
        metrics["real"] = of_real.summary()
        columns.append(("real, against their labels", of_real.summary()))
        groups["real"] = of_real.cents[of_real.sure]
    draw_histogram(
        folder / "pitch-errors.png",
        "Pitch errors of the notes of which the estimator is sure",
        groups,
        "cents; beyond the ends counted in the last bins",
        (-60.0, 60.0),
    )
    midi = np.array([window.midi for window in material.made])
    shown = np.stack([midi, np.clip(np.nan_to_num(errors.cents), -100, 100)], axis=1)
    sets = {name: shown[mask] for name, mask in (("sure", errors.sure), ("not", ~errors.sure))}
    draw_points(
        folder / "pitch-errors-by-pitch.png",
        "Pitch errors by pitch",
        {name: points for name, points in sets.items() if len(points)},
        "MIDI pitch asked",
        "cents, held within 100",
    )
    rows = [
        [text, *[percent(values[key]) if key in values else "" for _, values in columns]]
        for key, text in _ROWS.items()
    ]
    for key, text in (
        ("median_absolute_cents", "median error, cents"),
        ("p95_absolute_cents", "95th percentile, cents"),
    ):
        rows.append([text, *[f"{values.get(key, np.nan):.1f}" for _, values in columns]])
    heading = ["", *[f"{name} ({int(values['notes'])})" for name, values in columns]]
    return Chapter(
        "pitch",
        "Pitch",
        metrics,
        [heading, *rows],
        [_NOTE, *_weak_families(by_family)],
        {
            "pitch-errors.png": "Histogram of pitch errors in cents",
            "pitch-errors-by-pitch.png": "Pitch error against the pitch asked",
        },
    )


def _weak_families(by_family: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence on the families that are out of tune or without a clear pitch."""
    told = [
        f"{family} ({percent(values.get('within_20_cents_share', 0))} of "
        f"{percent(values['sure_share'])})"
        for family, values in by_family.items()
        if family and values.get("within_20_cents_share", 0) * values["sure_share"] < _GOOD
    ]
    text = f"Fewer than {percent(_GOOD)} sure and within 20 cents: {', '.join(told)}."
    return [text] if told else []


def _by_family(material: Material, errors: PitchErrors) -> dict[str, dict[str, float]]:
    labels = np.array([window.label for window in material.made])
    return {
        str(label): PitchErrors(
            errors.cents[labels == label], errors.sure[labels == label]
        ).summary()
        for label in np.unique(labels)
    }
