"""Notes as training material: windows from their attack on, with pitch, family and velocity."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import (
    SourceCount,
    count_sources,
    read_mono,
    read_rows,
    synthetic_source,
)
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.corpus import make_sounds
from latent_resonance.sound.codec import encode
from latent_resonance.sound.hush import hush
from latent_resonance.sound.partial_fit import fit_partials
from latent_resonance.training.missing_material import demand_labels, nothing_to_see
from latent_resonance.training.notes.recipe import NotesRecipe
from latent_resonance.training.prepared import count_owned, is_prepared, read_prepared
from latent_resonance.training.recipe import CorpusFolder

LAYOUT = SpectrogramFormat(n_fft=1024, hop=128, columns=384)
_SECONDS_OF_FADE = 0.1
_CUT_SECONDS = 2.95
_USUAL_VELOCITY = 80.0
# The synthetic families that sound like one of the recorded ones.
_SYNTHETIC = {
    "pad": "synth_pad",
    "choir_a": "vocal",
    "choir_o": "vocal",
    "organ": "organ",
    "bass": "synth_bass",
    "flute": "flute",
    "brass": "brass",
    "reed": "reed",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes:
        level_db: float16 ``[bins, columns]``, column 0 at its start, the loudest bin at 0 dB.
        family: what it is,
        instrument: and which one.
        pitch: MIDI, measured.
        stretch: inharmonicity B, measured.
        velocity: 0..1.
        file: where from.
    """

    level_db: np.ndarray
    family: str
    instrument: str
    pitch: float
    stretch: float
    velocity: float
    file: str


@dataclass(frozen=True, slots=True)
class NoteBatch:
    """Tensors of a batch: levels ``[batch, bins, columns]``, the rest ``[batch, ...]``."""

    level: Tensor
    family: Tensor
    pitch: Tensor
    velocity: Tensor
    stretch: Tensor


class Notes:
    """All notes of a recipe; families are drawn by the square root of their size."""

    def __init__(self, recipe: NotesRecipe) -> None:
        self.seen: list[Note] = []
        self.held_out: list[Note] = []
        self.sources: list[SourceCount] = []
        for folder in recipe.folders:
            if folder.optional and not folder.path.is_dir():
                continue
            if is_prepared(folder.path):
                self._take_prepared(folder, recipe.merge)
                continue
            rows = read_rows(folder.path, folder.label, folder.keep)
            for row in rows:
                samples = read_mono(folder.path / row["file"], LAYOUT.sample_rate)
                note = _note(samples, row, recipe.merge.get(row[folder.label], row[folder.label]))
                (self.held_out if is_held_out(row["file"]) else self.seen).append(note)
            self.sources += count_sources(rows, folder.path.name)
        made = 0
        for sound, samples in make_sounds(recipe.synthetic, seed=recipe.seed):
            family = _SYNTHETIC.get(sound.family)
            if family is None:
                continue
            made += 1
            row = {
                "midi_pitch": str(sound.midi_pitch),
                "velocity": str(40 + 80 * sound.brightness),
                "instrument": f"synthetic_{sound.family}",
                "file": "",
            }
            self.seen.append(_note(samples, row, family))
        if made:
            self.sources.append(synthetic_source(made))
        if not self.seen:
            raise InputError(nothing_to_see("notes", len(self.held_out)))
        demand_labels((note.family for note in self.seen), "a model of notes")
        self.families = sorted({note.family for note in self.seen})
        counts = {f: sum(note.family == f for note in self.seen) for f in self.families}
        weights = np.array([1 / math.sqrt(counts[note.family]) for note in self.seen])
        self._chances = weights / weights.sum()

    def _take_prepared(self, folder: CorpusFolder, merge: dict[str, str]) -> None:
        """Windows at the start of their sound, of which the pitch is known."""
        windows = [
            window
            for window in read_prepared(folder, LAYOUT, starts=True)
            if math.isfinite(window.pitch)
        ]
        if not windows:
            raise InputError(f"{folder.path}: no note has a midi_pitch")
        for window in windows:
            row = {
                "midi_pitch": str(window.pitch),
                "velocity": str(window.velocity) if math.isfinite(window.velocity) else "",
                "instrument": window.row["instrument"],
                "file": window.file,
            }
            family = merge.get(window.label, window.label)
            note = _levelled(window.level_db, window.seconds, row, family)
            (self.held_out if is_held_out(window.file) else self.seen).append(note)
        self.sources += count_owned(windows)

    def draw(self, count: int, generator: np.random.Generator) -> NoteBatch:
        """A random batch."""
        chosen = generator.choice(len(self.seen), size=count, p=self._chances)
        return self.batch([self.seen[i] for i in chosen])

    def batch(self, notes: list[Note]) -> NoteBatch:
        """Chosen notes as one batch of tensors."""
        family = torch.zeros(len(notes), len(self.families))
        for row, note in enumerate(notes):
            family[row, self.families.index(note.family)] = 1

        def column(values: list[float]) -> Tensor:
            return torch.tensor(values, dtype=torch.float32)[:, None]

        return NoteBatch(
            torch.from_numpy(np.stack([note.level_db for note in notes]).astype(np.float32)),
            family,
            column([(note.pitch - 60) / 12 for note in notes]),
            column([note.velocity for note in notes]),
            column([note.stretch for note in notes]),
        )


def _note(samples: FloatArray, row: dict[str, str], family: str) -> Note:
    level = encode(samples, LAYOUT)
    return _levelled(level, len(samples) / LAYOUT.sample_rate, row, family)


def _levelled(level: FloatArray, seconds: float, row: dict[str, str], family: str) -> Note:
    label = float(row["midi_pitch"])
    near = float(row.get("f0_midi") or "nan")
    rough = near if abs(near - label) < 0.6 else label
    pitch, stretch = fit_partials(level, LAYOUT, rough)
    ends = min(LAYOUT.columns, level.shape[1])
    window = np.full((LAYOUT.bins, LAYOUT.columns), -LAYOUT.range_db, np.float32)
    window[:, :ends] = level[:, :ends]
    if seconds >= _CUT_SECONDS:
        # What was cut after three seconds goes on: its last moments, backwards.
        heard = ends - round(_SECONDS_OF_FADE / LAYOUT.hop_seconds)
        missing = LAYOUT.columns - heard
        window[:, heard:] = window[:, heard - missing : heard][:, ::-1]
    return Note(
        hush(window, LAYOUT.range_db).astype(np.float16),
        family,
        row.get("instrument") or family,
        pitch,
        stretch,
        min(1.0, float(row.get("velocity") or _USUAL_VELOCITY) / 127),
        row["file"],
    )
