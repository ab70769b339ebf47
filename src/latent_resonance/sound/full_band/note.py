"""Which note a place of a space of notes is, as far as its upper band depends on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray

_INSTRUMENT = "instrument/"
# Places this near to an instrument's, as a share of the way to the nearest other one, are it.
_NEAR = 0.35
_LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class NoteAt:
    """One note.

    Attributes:
        pitch: MIDI number.
        velocity: 0..1.
        families: shares that add up to 1 at most.
        instruments: shares of instruments known by name, 1 in all at most.
    """

    pitch: float
    velocity: float
    families: Mapping[str, float]
    instruments: Mapping[str, float]

    @property
    def hz(self) -> float:
        """Of its fundamental."""
        return float(440 * 2 ** ((self.pitch - 69) / 12))


def octaves(note: NoteAt) -> float:
    """Pitch as an input: octaves from middle C."""
    return (note.pitch - 60) / 12


def note_at(space: LatentSpace, w: FloatArray) -> NoteAt | None:
    """The note at a place ``[size]``; None where the space plays none."""
    if not space.plays_notes:
        return None
    timbre = len(space.conditioning["timbre"])
    families = space.conditioning["family"]
    weights = np.clip(w[timbre : timbre + len(families)], 0, None)
    weights = weights / max(float(weights.sum()), 1.0)
    return NoteAt(
        pitch=60 + 12 * float(w[-2]),
        velocity=float(w[-1]),
        families={name: float(s) for name, s in zip(families, weights, strict=True) if s > 0},
        instruments=_instruments(space, w[: timbre + len(families)]),
    )


def _instruments(space: LatentSpace, place: FloatArray) -> dict[str, float]:
    """Shares of the known instruments in timbre and family: 1 at an instrument's own place."""
    names, places, near = _known(space, len(place))
    if not names:
        return {}
    away = ((places - place) ** 2).sum(axis=1) / near
    closeness = np.exp(-0.5 * away)
    shares = closeness / max(float(closeness.sum()), 1.0)
    return {
        name: float(share)
        for name, share in zip(names, shares, strict=True)
        if share > _LEAST_SHARE
    }


@lru_cache(maxsize=4)
def _known(space: LatentSpace, size: int) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Names of instruments, their places, and how near (squared) counts as near to each."""
    names = [name for name in space.places if name.startswith(_INSTRUMENT)]
    places = np.array([space.places[name].w[:size] for name in names], np.float32)
    if len(names) < 2:
        return (), np.zeros((0, size), np.float32), np.zeros(0, np.float32)
    gaps = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    gaps[np.diag_indices(len(names))] = np.inf
    short = tuple(name[len(_INSTRUMENT) :] for name in names)
    return short, places, np.maximum(_NEAR**2 * gaps.min(axis=1), 1e-9).astype(np.float32)
