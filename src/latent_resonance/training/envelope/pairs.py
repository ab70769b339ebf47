"""What an envelope is fitted to: recordings, and the sounds that a bundle makes of them.

Envelopes here are the power of every quarter of a column, above the rumble, whose own waves would
pass for one; in dB under their loudest.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.sound.codec import decode, encode, fit_columns
from latent_resonance.sound.fine_envelope import VALUES, envelope_inputs
from latent_resonance.training.directions.workshop import Workshop

_RUMBLE_HZ = 150.0
_LEAST = 1e-7
_SILENT = 1e-4
# Of more than this, some are taken from all over the folder.
_MOST_CLIPS = 1000
# One clip in so many is kept from the fit and judges it.
_KEPT_ONE_IN = 5


@dataclass(frozen=True, slots=True)
class Made:
    """Sounds of a bundle.

    Attributes:
        inputs: of the network ``[n, inputs, columns]``.
        envelope: of the sounds without gains ``[n, columns * VALUES]``, dB.
    """

    inputs: FloatArray
    envelope: FloatArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Recordings and what the bundle makes of them and of nothing.

    Attributes:
        real: envelopes of the recordings ``[clips, columns * VALUES]``, dB.
        back: of each the sound that comes back.
        kept: which are kept from the fit, bool ``[clips]``.
        random: sounds of random places.
    """

    real: FloatArray
    back: Made
    kept: npt.NDArray[np.bool_]
    random: Made


def make_pairs(
    workshop: Workshop,
    folders: Sequence[Path],
    random_sounds: int,
    seed: int = 0,
    on_progress: Callable[[float], None] = lambda share: None,
) -> Pairs:
    """Hear the clips of some folders, each with or without ``manifest.csv``.

    What cannot be read, or is silent, is passed over.

    Raises:
        InputError: a folder cannot be used, or too few clips sound.
    """
    layout = workshop.layout
    rows = [(folder, row["file"]) for folder in folders for row in read_rows(folder, "file", {})]
    rows = rows[:: max(1, math.ceil(len(rows) / _MOST_CLIPS))]
    places = workshop.draw(random_sounds, np.random.Generator(np.random.PCG64(seed)))
    steps = len(rows) + len(places)
    real, kept, levels = [], [], []
    for folder, name in rows:
        try:
            sound = loudest(read_mono(folder / name, layout.sample_rate), layout)
        except MediaError:
            continue
        if np.abs(sound).max() < _SILENT:
            continue
        level = fit_columns(encode(sound, layout), layout)
        levels.append(workshop.levels(workshop.encode(level)))
        real.append(envelope(sound, layout))
        kept.append(is_held_out(name, _KEPT_ONE_IN))
        on_progress(len(levels) / steps)
    if len(kept) > 1 and len(set(kept)) == 1:  # of few clips, names may keep all or none
        kept[0] = not kept[0]
    if len(set(kept)) < 2:
        raise InputError(f"{', '.join(map(str, folders))}: too few clips to fit to and judge by")
    back = _heard(levels, layout)
    drawn = _heard([workshop.levels(w) for w in places], layout)
    return Pairs(np.array(real), back, np.array(kept), drawn)


def loudest(sound: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """The window of a sound with most energy ``[columns * hop]``, silence after a short one."""
    length = layout.columns * layout.hop
    if len(sound) <= length:
        return np.pad(sound, (0, length - len(sound)))
    energy = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    begin = int((energy[length:] - energy[:-length]).argmax())
    return sound[begin : begin + length]


def envelope(sound: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """See the module: ``[columns * VALUES]`` of a window."""
    from scipy.signal import butter, sosfilt

    above = butter(2, _RUMBLE_HZ, "high", fs=layout.sample_rate, output="sos")
    power = sosfilt(above, sound.astype(np.float64)) ** 2
    power = power.reshape(layout.columns * VALUES, -1).mean(axis=1)
    return np.asarray(10 * np.log10(power / max(power.max(), 1e-20) + _LEAST), np.float32)


def _heard(levels: Sequence[FloatArray], layout: SpectrogramFormat) -> Made:
    sounds = [decode(Spectrogram(one, layout), seed=k) for k, one in enumerate(levels)]
    return Made(
        np.array([envelope_inputs(one) for one in levels]),
        np.array([envelope(one, layout) for one in sounds]),
    )
