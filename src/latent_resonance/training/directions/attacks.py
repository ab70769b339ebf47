"""Prototypes and their kin strike as recordings of their kind do.

What one place strikes like is chance: a generator was taught the levels of a kind, not its attacks.
So the sounds of a kind's places are ranked by how steeply they rise, and each gets the amount
(``sound.attack``) at which it rises as recordings of the same rank do; the prototype, as those of
the middle rank.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.space import ATTACK
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.attack import find_attack, steepest_rise_db
from latent_resonance.sound.codec import decode
from latent_resonance.sound.loudest_window import loudest_part
from latent_resonance.training.directions.named import (
    names_of_kinds,
    prepared_clips,
    recorded_clips,
)
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.prepared import is_prepared

Named = dict[str, FloatArray]


def recorded_rises(
    data: Sequence[Path], layout: SpectrogramFormat, *, one_in: int = 20
) -> dict[str, list[float]]:
    """By how much some clips of each label rise at their steepest, dB; of those not kept back.

    Of prepared folders, whose sounds are levels, what is left of it in these.

    Args:
        data: folders as ``labelled_windows`` takes them.
        layout: of the windows.
        one_in: of how many clips one is kept back.
    """
    found: dict[str, list[float]] = {}
    length = layout.columns * layout.hop
    for folder in data:
        if is_prepared(folder):
            for label, level in prepared_clips(folder, layout, one_in):
                sound = decode(Spectrogram(level.astype(np.float32), layout))
                found.setdefault(label, []).append(steepest_rise_db(sound, layout.sample_rate))
        else:
            for label, samples in recorded_clips(folder, layout, one_in):
                rise = steepest_rise_db(loudest_part(samples, length), layout.sample_rate)
                found.setdefault(label, []).append(rise)
    return found


def strike_as_recorded(
    workshop: Workshop,
    rises: Mapping[str, Sequence[float]],
    prototypes: Mapping[str, FloatArray],
    kin: Mapping[str, FloatArray],
    show: Callable[[float], None] = lambda share: None,
    *,
    own: bool = False,
) -> tuple[Named, Named]:
    """Prototypes ``[w_dim]`` and kin ``[n, w_dim]`` by their names, with their attacks.

    As they are where no clip is of their kind, or the bundle has no attacks.

    Args:
        workshop: of the bundle.
        rises: of clips by their label, see ``recorded_rises``.
        prototypes: name to place.
        kin: name to places.
        show: gets the share that is done.
        own: kinds as ``find_prototypes`` has them with it.
    """
    made, others = dict(prototypes), dict(kin)
    if ATTACK not in workshop.bundle.space.beside:
        return made, others
    names = names_of_kinds(rises, own=own)
    given: dict[str, list[float]] = {}
    for label, some in rises.items():
        given.setdefault(names.get(label, label), []).extend(some)
    for done, name in enumerate(prototypes):
        known = np.sort(given.get(name, []))
        if len(known):
            made[name] = _at_rise(workshop, made[name], float(np.median(known)))
            if name in others:
                others[name] = _ranked(workshop, others[name], known)
        show((done + 1) / len(prototypes))
    return made, others


def _ranked(workshop: Workshop, places: FloatArray, rises: np.ndarray) -> FloatArray:
    plain = [_without(workshop, w) for w in places]
    own = [steepest_rise_db(decode(workshop.window(w)), _rate(workshop)) for w in plain]
    ranks = np.argsort(np.argsort(own, kind="stable"), kind="stable")
    wanted = np.quantile(rises, (ranks + 0.5) / len(places))
    pairs = zip(plain, wanted, strict=True)
    return np.array([_at_rise(workshop, w, float(rise)) for w, rise in pairs], np.float32)


def _at_rise(workshop: Workshop, w: FloatArray, rise_db: float) -> FloatArray:
    plain = _without(workshop, w)
    amount = find_attack(workshop.window(plain), rise_db)
    return workshop.bundle.space.with_beside(plain, ATTACK, amount)


def _without(workshop: Workshop, w: FloatArray) -> FloatArray:
    return workshop.bundle.space.with_beside(w, ATTACK, 0.0)


def _rate(workshop: Workshop) -> int:
    return workshop.layout.sample_rate
