"""Anywhere in a model: a place that its seeds lead to, or a timbre near recorded notes."""

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.navigate.keys.instruments import Instruments, random_name
from latent_resonance.studio.patch import Place


def random_place(bundle: Bundle, seed: int) -> Place:
    """What ``--seed`` and, for notes, ``--random`` begin at.

    Args:
        bundle: which model.
        seed: from 0 on.

    Raises:
        InputError: the bundle's mapping gives no usable place.
    """
    space = bundle.space
    if space.plays_notes:
        w = Instruments(space).find(random_name(seed)).w
    else:
        w = seeded_place(bundle, seed)
    return Place(w=[round(float(number), 6) for number in w])
