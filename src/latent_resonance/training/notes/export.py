"""Trained notes as a bundle: player and reader as ONNX, a place for each instrument."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.space import EXAMPLES
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import ENCODER, LATENT, PREVIEW, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks.note_autoencoder import NotePlayer, NoteReader
from latent_resonance.training.bundling import (
    codec_of,
    convergence_db,
    pack_weights,
    preview_of,
    provenance_of,
)
from latent_resonance.training.notes.examples import (
    USUAL_VELOCITY,
    choose_examples,
    sounds_an_octave_up,
)
from latent_resonance.training.notes.loop import TrainedNotes
from latent_resonance.training.notes.material import LAYOUT, Note
from latent_resonance.training.notes.recipe import NotesRecipe
from latent_resonance.training.onnx_export import largest_difference, to_onnx
from latent_resonance.training.place_names import place_names

_PREVIEW_FAMILIES = 14


def export_notes(trained: TrainedNotes, recipe: NotesRecipe, command: str, path: Path) -> Path:
    """Write ``path`` (a ``.resonance`` file); its networks are checked against PyTorch.

    Raises:
        InputError: an anchor names an instrument that there is not.
        OutputError: it cannot be written.
    """
    size, networks, notes = trained.size, trained.networks, trained.notes
    player = NotePlayer(networks.decoder, networks.prior).eval()
    reader = NoteReader(networks.encoder, networks.prior).eval()
    length = size.latent + size.conditions
    synthesis = to_onnx(player, {"w": torch.zeros(1, length)}, "level_db", halve=True)
    shapes = {
        "level_db": (size.bins, size.columns),
        "family": (size.families,),
        "pitch": (1,),
        "velocity": (1,),
    }
    examples = {name: torch.zeros(1, *shape) for name, shape in shapes.items()}
    encoder = to_onnx(reader, examples, "w", halve=True)
    places = find_places(trained, recipe)
    metrics = {
        "steps": float(trained.steps),
        "training_minutes": round(trained.seconds / 60, 1),
        "onnx_largest_difference_db": round(
            largest_difference(synthesis, player, {"w": (length,)}, places=_asked(places)), 4
        ),
        **_reconstruction(trained, player, reader),
    }
    families = place_names(notes.families).values()
    sample = np.stack([places[f"anchor/family/{name}"] for name in families])
    with torch.no_grad():
        levels = player(torch.from_numpy(sample[:_PREVIEW_FAMILIES])).numpy()
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="sound",
        family=recipe.family,
        description=recipe.description,
        latent_size=length,
        conditioning={
            "timbre": [str(i + 1) for i in range(size.latent)],
            "family": notes.families,
            "pitch": ["octaves from middle C"],
            "velocity": ["0 soft .. 1 hard"],
        },
        codec=codec_of(LAYOUT),
        provenance=provenance_of(recipe, trained.sources, command, metrics),
        members={},
    )
    settings = {
        name: getattr(size, name)
        for name in (
            "families", "latent", "lobe_bins", "partials", "bands", "hidden", "channels", "seeds",
            "scatter",
        )
    }  # fmt: skip
    facts = {"family": recipe.family, "settings": settings}
    state = {name: value.numpy() for name, value in player.state_dict().items()}
    members = {
        SYNTHESIS: synthesis,
        WEIGHTS: pack_weights(facts, state, {SYNTHESIS: synthesis}),
        ENCODER: encoder,
        LATENT: save_tensors(
            {name: np.ascontiguousarray(value, np.float32) for name, value in places.items()}
        ),
        PREVIEW: preview_of(levels, LAYOUT),
    }
    return write_bundle(path, manifest, members)


@torch.no_grad()
def encode(trained: TrainedNotes, notes: list[Note]) -> FloatArray:
    """W of notes ``[n, latent + families + 2]``."""
    reader = NoteReader(trained.networks.encoder, trained.networks.prior).eval()
    found = []
    for start in range(0, len(notes), 32):
        batch = trained.notes.batch(notes[start : start + 32])
        found.append(reader(batch.level, batch.family, batch.pitch, batch.velocity).numpy())
    return np.concatenate(found)


def find_places(trained: TrainedNotes, recipe: NotesRecipe) -> dict[str, FloatArray]:
    """The middle, examples, a place for each instrument and family, and the recipe's anchors.

    Raises:
        InputError: an anchor names an instrument that there is not.
    """
    size, notes = trained.size, trained.notes
    w = encode(trained, notes.seen)
    in_tune = [not sounds_an_octave_up(note) for note in notes.seen]
    examples = choose_examples(w[in_tune], size.latent)
    w[:, -2] = 0.0
    w[:, -1] = USUAL_VELOCITY
    found = {"w_avg": w.mean(axis=0), "w_std": w.std(axis=0), EXAMPLES: examples}
    names = np.array([note.instrument for note in notes.seen])
    instruments = place_names(sorted(set(names.tolist())))
    for label, name in instruments.items():
        found[f"anchor/instrument/{name}"] = w[names == label].mean(axis=0)
    for label, name in place_names(notes.families).items():
        place = np.zeros(w.shape[1], np.float32)
        place[size.latent + notes.families.index(label)] = 1
        place[-1] = USUAL_VELOCITY
        found[f"anchor/family/{name}"] = place
    for anchor in recipe.anchors:
        known = [instruments[label] for label in anchor.labels if label in instruments]
        if not known:
            raise InputError(
                f"no note is labelled {' or '.join(anchor.labels)}, for '{anchor.name}'"
            )
        place = found[f"anchor/instrument/{known[0]}"].copy()
        place[-2] = (anchor.pitch - 60) / 12
        found[f"anchor/{anchor.name}"] = place
    return found


def _asked(places: dict[str, FloatArray]) -> FloatArray:
    """Places as players ask for them: each instrument at a pitch and velocity of its own."""
    names = sorted(name for name in places if name.startswith("anchor/instrument/"))
    w = np.stack([places[name] for name in names])
    w[:, -2] = np.linspace(-2, 2, len(w))
    w[:, -1] = np.linspace(1, 0.2, len(w))
    return w


@torch.no_grad()
def _reconstruction(
    trained: TrainedNotes, player: NotePlayer, reader: NoteReader
) -> dict[str, float]:
    """Spectral convergence in dB on notes that training did not see, beside the seen ones'."""
    found: dict[str, float] = {}
    for name, notes in (
        ("held_out", trained.notes.held_out), ("seen", trained.notes.seen[::16])
    ):  # fmt: skip
        if not notes:
            continue
        errors = []
        for note in notes:
            batch = trained.notes.batch([note])
            w = reader(batch.level, batch.family, batch.pitch, batch.velocity)
            level, wanted = player(w)[0].numpy(), batch.level[0].numpy()
            errors.append(convergence_db(level, wanted))
        found[f"{name}_spectral_convergence_db"] = round(float(np.mean(errors)), 2)
        found[f"{name}_notes"] = float(len(notes))
    return found
