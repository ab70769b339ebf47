"""What notes sound like with a fit, and what a law has to be so that they sound as it says.

Levels of windows are not those of the sound: attacks, frames that do not agree, brightness by
velocity and the bands below, which a law shares its say with, move them by a dB or two, each family
its own way.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Note, Spec
from latent_resonance.models.engines.full_band import FullBand
from latent_resonance.render.voices.note_wants import WINDOW_VELOCITY, note_key, note_want
from latent_resonance.render.voices.note_window import NoteWindow, prepare_window
from latent_resonance.render.voices.sounding_notes import SoundingNotes
from latent_resonance.sound.full_band.extension import RANGE_DB
from latent_resonance.sound.full_band.fitted import Doubles, Fitted
from latent_resonance.sound.full_band.law import Law
from latent_resonance.sound.full_band.note import NoteAt
from latent_resonance.sound.notes import make_tone
from latent_resonance.training.full_band.law import fit_law
from latent_resonance.training.full_band.recordings import (
    LEAST_DB,
    OWN,
    TIMES,
    Recording,
    whole_energies,
)

# Of what is heard beside the law, against what the law itself may be; and what is left of it.
_SCALE, _NOISE_DB = 0.3, 1.0
_SILENT_TICKS = 20


def law_to_be_heard(known: Fitted, recordings: Sequence[Recording], bundle: Bundle) -> Fitted:
    """A fit whose law is moved by what notes of the recordings sound like beside it.

    Args:
        known: the fit.
        recordings: of notes, as they were recorded; those of instruments that the bundle lacks
            say nothing.
        bundle: of notes.
    """
    if known.law is None:
        return known
    notes, beside = [], []
    for _, note, levels in heard(known, recordings, bundle):
        notes.append(note)
        beside.append(levels - np.maximum(known.law.levels(note), LEAST_DB))
    off = fit_law(notes, np.array(beside), _SCALE, _NOISE_DB)
    lines = {n: v - off.lines.get(n, 0.0) for n, v in known.law.lines.items()}
    courses = dict(known.law.courses)
    for name, course in off.courses.items():
        courses[name] = replace(course, weights=courses[name].weights - course.weights)
    return replace(known, law=Law(lines, courses))


def heard(
    known: Fitted, recordings: Iterable[Recording], bundle: Bundle
) -> Iterator[tuple[Recording, NoteAt, Doubles]]:
    """The same notes as the bundle plays them: bands as ``Recording.whole`` has them."""
    law = known.law
    if law is None:
        return
    layout, space = bundle.sound_format, bundle.space
    wide = layout.widened(TIMES, RANGE_DB)
    player = find_part("models", "openvino").make({"threads": 1}, bundle)
    player.prepare(Spec(format=layout, space=space, threads=1))
    model = FullBand(player, wide, space, known)
    for one in recordings:
        note = one.note
        name = next(iter(note.instruments)) if note else ""
        if note is None or f"instrument/{name}" not in space.places:
            continue
        tone = make_tone(space, name, space.place(f"instrument/{name}"))
        tone = replace(tone, velocity_above_db=law.per_velocity(note))
        key = note_key(tone, round(note.pitch))
        made = model.generate(Latent(note_want(space, tone, key).w))
        usual = tone.t60(key.pitch), tone.attack_seconds(key.pitch)
        noise, tilt = tone.noise_db(key.pitch), tone.tilt_db(key.pitch)
        above = law.levels(replace(note, velocity=WINDOW_VELOCITY))
        window = prepare_window(made, *usual, note.hz, noise, tilt, above)
        struck = Note(0, round(note.pitch), round(127 * note.velocity), (tone,))
        sounding = SoundingNotes(wide, space, 1, 1, 0)
        ticks = round(one.low.shape[1] * OWN.hop_seconds / wide.hop_seconds)
        ticks = max(ticks, _SILENT_TICKS + 1)
        played = [sounding.tick([struck], 0.0, _Only(window)) for _ in range(ticks)]
        yield one, note, whole_energies(_ended(np.concatenate(played)[:, 0], wide.hop))
    player.close()


def _ended(sound: FloatArray, hop: int) -> FloatArray:
    """Between silence, and without an edge where its key goes up."""
    silence = np.zeros(_SILENT_TICKS * hop, np.float32)
    ending = np.linspace(1, 0, len(silence), dtype=np.float32) ** 2
    sound = np.concatenate([silence, sound, silence])
    sound[-2 * len(silence) : -len(silence)] *= ending
    return sound


@dataclass(frozen=True, slots=True)
class _Only:
    """Windows, where there is one."""

    window: NoteWindow

    def latest(self) -> Any | None:
        return self.window

    def get(self, want: Want) -> Any | None:
        return self.window

    def nearest(self, distance: Callable[[Any], float]) -> tuple[Any, Any] | None:
        return None
