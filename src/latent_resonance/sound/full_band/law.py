"""How loud a note is above 8 kHz as a whole, by what it is: pitch, velocity, family, instrument.

The mean of a Gaussian process (Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning",
2.2) whose covariance is that of straight lines over pitch and velocity, of all notes, of each
family and of each instrument, and of a smooth course over pitch of each instrument. So what few
recordings say of an instrument counts little against its family, and what many say counts much.
The lines are kept as such; only the course needs the notes that it was learnt from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.full_band.note import NoteAt, octaves

Doubles = npt.NDArray[np.float64]

PIVOT_VELOCITY = 0.9
"""Velocities are told from here: what windows of notes are made at."""
BELOW_HZ = 7000.0
"""Bands are told against the energy of the note below here."""
REACH_OCTAVES = 0.6
"""Of the course over pitch."""


@dataclass(frozen=True, slots=True)
class Course:
    """What one instrument's notes add to its line, ``weights`` ``[n, bands]`` at ``at`` ``[n]``."""

    at: Doubles
    weights: Doubles


@dataclass(frozen=True, slots=True)
class Law:
    """Levels of bands of whole notes, dB re their energy below 7 kHz.

    Attributes:
        lines: by the names of ``line_inputs`` ``[bands]``.
        courses: by name of the instrument.
    """

    lines: Mapping[str, Doubles]
    courses: Mapping[str, Course]

    def levels(self, note: NoteAt) -> Doubles:
        """Of a note's bands ``[bands]``."""
        inputs = line_inputs(note)
        told = np.sum([v * self.lines[name] for name, v in inputs.items() if name in self.lines], 0)
        for name, share in note.instruments.items():
            course = self.courses.get(name)
            if course is not None:
                told = told + share * (likeness(octaves(note), course.at) @ course.weights)
        return np.asarray(told)

    def per_velocity(self, note: NoteAt) -> FloatArray:
        """What velocity from 0 to 1 brings, dB: at middle C and per octave ``[2, bands]``."""
        shares = [("", 1.0), *((f"family/{n} ", s) for n, s in note.families.items())]
        shares += [(f"instrument/{n} ", s) for n, s in note.instruments.items()]
        nothing = np.zeros_like(self.lines["velocity"])
        return np.array(
            [
                np.sum([s * self.lines.get(of + what, nothing) for of, s in shares], axis=0)
                for what in ("velocity", "pitch velocity")
            ],
            np.float32,
        )


def line_inputs(note: NoteAt) -> dict[str, float]:
    """What the lines of a note are read at, by name."""
    pitch, velocity = octaves(note), note.velocity - PIVOT_VELOCITY
    terms = {"": 1.0, "pitch": pitch, "velocity": velocity, "pitch velocity": pitch * velocity}
    found = terms | {"pitch 2": pitch * pitch}
    for kind, shares in (("family", note.families), ("instrument", note.instruments)):
        for name, share in shares.items():
            found |= {f"{kind}/{name} {what}": share * value for what, value in terms.items()}
    return found


def likeness(here: float | Doubles, there: Doubles) -> Doubles:
    """Of pitches in octaves ``[...]`` to ``[n]``: 1 at the same."""
    away = (np.asarray(here)[..., None] - there) / REACH_OCTAVES
    return np.asarray(np.exp(-0.5 * away * away))
