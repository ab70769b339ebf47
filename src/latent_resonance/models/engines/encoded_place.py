"""The place of a window of sound: where the encoder puts it, and its grain."""

from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import usable_place
from latent_resonance.sound.grain import find_grain

Window = Callable[[FloatArray], Spectrogram]
"""A place to the window there."""


def encoded_place(bundle: Bundle, encoder: Member, level_db: FloatArray) -> FloatArray:
    """Where ``encoder`` puts a window, without grain, float32 ``[latent_size]``.

    Args:
        bundle: whose encoder.
        encoder: takes levels alone.
        level_db: ``[bins, columns]``, the loudest at 0 dB.

    Raises:
        InputError: it gives no usable place.
    """
    (name,) = encoder.inputs
    return usable_place(bundle, encoder.run(**{name: level_db}))


def as_rough(bundle: Bundle, w: FloatArray, level_db: FloatArray, window: Window) -> FloatArray:
    """``w`` with the grain at which it is as rough as levels; as it is in a bundle without grain.

    Args:
        bundle: whose place.
        w: ``[latent_size]``.
        level_db: ``[bins, columns]``; unknown columns count in neither.
        window: of a place.
    """
    if not bundle.space.beside:
        return w

    def at(amount: float) -> FloatArray:
        return np.append(w[: bundle.network_size], np.float32(amount))

    wanted = Spectrogram(level_db, bundle.sound_format)
    return at(find_grain(wanted, lambda amount: window(at(amount))))
