"""Places of recorded notes, which random timbres of a bundle lie near."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.space import EXAMPLES
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import ENCODER, LATENT
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.member import Member
from latent_resonance.training.directions.workshop import Progress
from latent_resonance.training.notes.material import LAYOUT, Note, Notes
from latent_resonance.training.notes.recipe import NotesRecipe
from latent_resonance.training.recipe import CorpusFolder

USUAL_VELOCITY = 0.8
MOST_OF_A_FAMILY = 64

_MOST_PARTIALS = 40
_OCTAVE_UP_DB = -15.0


def sounds_an_octave_up(note: Note) -> bool:
    """Whether its odd partials lack, so that a timbre like it would be heard above its key.

    Some recordings are named by the octave below; of 1,513 these are 14 sitars and 2 bassoons.
    """
    step = 440 * 2 ** ((note.pitch - 69) / 12) * LAYOUT.n_fft / LAYOUT.sample_rate
    at = np.round(step * np.arange(1, _MOST_PARTIALS + 1)).astype(int)
    power = np.power(10.0, note.level_db.astype(np.float64) / 10).mean(axis=1)
    beside = np.maximum(np.maximum(power[:-2], power[1:-1]), power[2:])
    heard = beside[at[(at > 0) & (at < len(power) - 1)] - 1]
    return bool(heard[0::2].sum() < 10 ** (_OCTAVE_UP_DB / 10) * heard[1::2].sum())


def choose_examples(w: FloatArray, latent: int) -> FloatArray:
    """Of each family at most 64 places of its notes ``[n, size]``, spread over all of them.

    Args:
        w: places of notes in the order of their manifest ``[notes, size]``.
        latent: length of the timbre.
    """
    of_family = w[:, latent:-2].argmax(axis=1)
    chosen: list[int] = []
    for family in np.unique(of_family):
        there = np.flatnonzero(of_family == family)
        count = min(len(there), MOST_OF_A_FAMILY)
        chosen += there[np.linspace(0, len(there) - 1, count).round().astype(int)].tolist()
    made = w[np.sort(chosen)]
    made[:, -2:] = 0.0, USUAL_VELOCITY
    return np.asarray(made, np.float32)


def add_examples(
    path: Path, output: Path, data: Sequence[Path], *, on_progress: Progress | None = None
) -> dict[str, Any]:
    """Write the bundle of notes ``path`` with places of recorded notes; all else of it stays.

    Args:
        path: a bundle of notes with an encoder.
        output: the new bundle, may be the same file.
        data: folders of notes, prepared ones too; those kept from training are left out, and
            those of families that the bundle lacks, or that sound an octave above their label.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        How many places there are.

    Raises:
        ResonanceError: the bundle or a folder cannot be read, no note is of a family of the bundle,
            or it cannot be written.
    """
    from safetensors.numpy import load, save

    bundle = read_bundle(path)
    if not bundle.space.plays_notes or bundle.format != LAYOUT:
        raise InputError(f"'{bundle.name}' plays no notes as 'resonance train' makes them")
    w = _encoded(bundle, data, on_progress or (lambda text, share: None))
    examples = choose_examples(w, len(bundle.space.conditioning["timbre"]))
    tensors = load(bundle.members[LATENT]) | {EXAMPLES: examples}
    content = save({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)})
    rewrite_bundle(output, bundle, {**bundle.members, LATENT: content})
    return {"bundle": str(output), "places": len(examples)}


def _encoded(bundle: Bundle, data: Sequence[Path], show: Progress) -> FloatArray:
    families = bundle.space.conditioning["family"]
    folders = [CorpusFolder(path=folder, label="family") for folder in data]
    known = {"name": bundle.name, "family": "note_autoencoder", "folders": folders}
    recipe = NotesRecipe.model_validate(known)
    notes = [
        note
        for note in Notes(recipe).seen
        if note.family in families and not sounds_an_octave_up(note)
    ]
    if not notes:
        raise InputError(f"no note is of a family of '{bundle.name}': {', '.join(families)}")
    encoder, found = Member(bundle, ENCODER), []
    for note in notes:
        told = {
            "level_db": note.level_db.astype(np.float32),
            "family": np.eye(len(families), dtype=np.float32)[families.index(note.family)],
            "pitch": np.array([(note.pitch - 60) / 12], np.float32),
            "velocity": np.array([note.velocity], np.float32),
        }
        found.append(encoder.run(**told).reshape(-1))
        show("seeds", len(found) / len(notes))
    return np.array(found, np.float32)
