"""The place of a window of sound: where the encoder puts it, and what lies beside it."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.space import AIR, ATTACK, GRAIN
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import usable_place
from latent_resonance.sound.attack import find_attack, steepest_rise_db
from latent_resonance.sound.codec import decode
from latent_resonance.sound.full_band.air import Air
from latent_resonance.sound.grain import find_grain
from latent_resonance.sound.unknown import known_columns

Window = Callable[[FloatArray], Spectrogram]
"""A place to the window there."""


def encoded_place(bundle: Bundle, encoder: Member, level_db: FloatArray) -> FloatArray:
    """Where ``encoder`` puts a window, without what lies beside, float32 ``[latent_size]``.

    Args:
        bundle: whose encoder.
        encoder: takes levels alone.
        level_db: ``[bins, columns]``, the loudest at 0 dB.

    Raises:
        InputError: it gives no usable place.
    """
    (name,) = encoder.inputs
    return usable_place(bundle, encoder.run(**{name: level_db}))


class Recording(Protocol):
    """What a window of levels was made from, where that is known."""

    def above(self, wide: SpectrogramFormat) -> FloatArray | None:
        """The same with a band above, as ``wide`` has it; None where there is none."""
        ...

    @property
    def sound(self) -> FloatArray:
        """Float32 ``[samples]`` of its loudest window, at the rate of the levels."""
        ...


def with_beside(
    bundle: Bundle,
    w: FloatArray,
    level_db: FloatArray,
    window: Window,
    recording: Recording | None = None,
) -> FloatArray:
    """``w`` with what lies beside the network's numbers as a sound has it.

    Args:
        bundle: whose place.
        w: ``[latent_size]``.
        level_db: of the sound ``[bins, columns]``; unknown columns count in neither.
        window: of a place.
        recording: what the levels were made from; they alone count where it is not known.
    """
    space, layout = bundle.space, bundle.sound_format
    w = as_rough(bundle, w, level_db, window)
    if ATTACK in space.beside:
        if recording is not None:
            sound = recording.sound
        else:
            known = np.ascontiguousarray(level_db[:, known_columns(level_db, layout.range_db)])
            sound = decode(Spectrogram(known, layout))
        rise = steepest_rise_db(sound, layout.sample_rate)
        w = space.with_beside(w, ATTACK, find_attack(window(w), rise))
    if AIR not in space.beside:
        return w
    air = Air(layout)
    above = None if recording is None else recording.above(air.wide)
    return space.with_beside(w, AIR, air.find(level_db, window(w).level_db, above))


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
