"""The place of a window of sound: where the encoder puts it, its grain and its air."""

from collections.abc import Callable

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.space import AIR, GRAIN
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import usable_place
from latent_resonance.sound.full_band.air import Air
from latent_resonance.sound.grain import find_grain

Window = Callable[[FloatArray], Spectrogram]
"""A place to the window there."""


def encoded_place(bundle: Bundle, encoder: Member, level_db: FloatArray) -> FloatArray:
    """Where ``encoder`` puts a window, without grain and air, float32 ``[latent_size]``.

    Args:
        bundle: whose encoder.
        encoder: takes levels alone.
        level_db: ``[bins, columns]``, the loudest at 0 dB.

    Raises:
        InputError: it gives no usable place.
    """
    (name,) = encoder.inputs
    return usable_place(bundle, encoder.run(**{name: level_db}))


def with_beside(
    bundle: Bundle,
    w: FloatArray,
    level_db: FloatArray,
    window: Window,
    recorded: Callable[[SpectrogramFormat], FloatArray | None] | None = None,
) -> FloatArray:
    """``w`` with what lies beside the network's numbers as a sound has it: its grain, its air.

    Args:
        bundle: whose place.
        w: ``[latent_size]``.
        level_db: of the sound ``[bins, columns]``; unknown columns count in neither.
        window: of a place.
        recorded: the same sound in a format with a band above, None where it has none.
    """
    w = as_rough(bundle, w, level_db, window)
    if AIR not in bundle.space.beside:
        return w
    air = Air(bundle.sound_format)
    above = recorded(air.wide) if recorded else None
    return bundle.space.with_beside(w, AIR, air.find(level_db, window(w).level_db, above))


def as_rough(bundle: Bundle, w: FloatArray, level_db: FloatArray, window: Window) -> FloatArray:
    """``w`` with the grain at which it is as rough as levels; as it is in a bundle without grain.

    Args:
        bundle: whose place.
        w: ``[latent_size]``.
        level_db: ``[bins, columns]``; unknown columns count in neither.
        window: of a place.
    """
    space = bundle.space
    if GRAIN not in space.beside:
        return w

    def at(amount: float) -> FloatArray:
        return space.with_beside(w, GRAIN, amount)

    wanted = Spectrogram(level_db, bundle.sound_format)
    return at(find_grain(wanted, lambda amount: window(at(amount))))
