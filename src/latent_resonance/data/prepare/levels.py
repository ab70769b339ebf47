"""Windows of a sound as levels: where they lie, what is in them, and how they are stored."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.prepare.options import Layout, MelFormat, Options
from latent_resonance.sound.codec import full_scale
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram, stft

_FLOOR_DB = -300.0
# A window that never leaves the last three steps of 16 bits is silence whatever the file.
_SILENT_PEAK = 1e-4
_BYTE_STEPS = 255

StoredArray = npt.NDArray[np.uint8] | npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a file.

    Attributes:
        stored: ``[rows, columns]``, row 0 the lowest; see ``quantise``.
        start_seconds: of its first column in the file.
        seconds: of sound in it; less than the window where it was filled up.
        reference_db: its 0 dB, in dB of a sinusoid of full scale.
    """

    stored: StoredArray
    start_seconds: float
    seconds: float
    reference_db: float


def window_starts(samples: int, options: Options) -> list[int]:
    """First columns of the windows of a sound.

    One window, filled with silence, for a sound that is no longer; else windows that lie wholly
    inside, and one that ends where the sound does if at least half a stride would be lost.
    """
    have = max(1, math.ceil(samples / options.hop))
    if have <= options.columns:
        return [0]
    stride = max(1, round(options.columns * (1 - options.overlap)))
    starts = list(range(0, have - options.columns + 1, stride))
    if have - options.columns - starts[-1] >= stride / 2:
        starts.append(have - options.columns)
    return starts


def cut_windows(samples: FloatArray, options: Options) -> Iterator[Window | None]:
    """The windows of a sound, None for one that is silence.

    Args:
        samples: float32 ``[samples]`` at ``options.sample_rate``, finite.
        options: the layout and what counts as silence.
    """
    layout, hop = options.layout, options.hop
    length = len(samples)
    if options.fill == "mirror" and 0 < length < options.columns * hop:
        samples = np.pad(samples, (0, options.columns * hop - length), mode="symmetric")
    quietest = max(
        _SILENT_PEAK, float(np.abs(samples).max(initial=0)) * 10 ** (options.silence_db / 20)
    )
    starts = window_starts(len(samples), options)
    heard = [
        float(np.abs(samples[start * hop : (start + options.columns) * hop]).max(initial=0))
        >= quietest
        for start in starts
    ]
    loudest = None
    if options.reference == "file":
        loudest = max(
            (
                float(window_level(samples, start, layout).max())
                for start, is_heard in zip(starts, heard, strict=True)
                if is_heard
            ),
            default=None,
        )
    for start, is_heard in zip(starts, heard, strict=True):
        if not is_heard:
            yield None
            continue
        level = window_level(samples, start, layout)
        top = float(level.max()) if loudest is None else loudest
        rest = length - start * hop
        yield Window(
            quantise(np.clip(level - np.float32(top), -options.range_db, 0), options),
            start * hop / options.sample_rate,
            min(options.columns * hop, rest) / options.sample_rate,
            top,
        )


def window_level(samples: FloatArray, start: int, layout: Layout) -> FloatArray:
    """Level of the columns from ``start`` on, in dB of a sinusoid of full scale.

    Sound on both sides of the window reaches into its outer columns, as in the whole file's
    spectrogram, so that no window begins with an onset that is not there.

    Returns:
        float32 ``[rows, columns]``.
    """
    aside = math.ceil(layout.n_fft / 2 / layout.hop)
    begin = (start - aside) * layout.hop
    end = (start + layout.columns + aside) * layout.hop
    piece = samples[max(0, begin) : end]
    piece = np.pad(piece, (max(0, -begin), max(0, end - max(len(samples), 0, begin))))
    if isinstance(layout, MelFormat):
        magnitude = magnitude_spectrogram(piece, layout.n_fft, layout.hop)
        # Half the sum of a Hann window: a sinusoid of amplitude 1.
        power = (magnitude[:, aside : aside + layout.columns] / (layout.n_fft / 4)) ** 2
        power = mel_filters(layout.sample_rate, layout.n_fft, layout.bands) @ power
        level = 10 * np.log10(np.maximum(power, 10 ** (_FLOOR_DB / 10)))
    else:
        spectra = stft(piece, layout.n_fft, layout.hop, layout.window)
        kept = np.abs(spectra[: layout.bins, aside : aside + layout.columns])
        level = 20 * np.log10(
            np.maximum(kept / np.float32(full_scale(layout)), 10 ** (_FLOOR_DB / 20))
        )
    return level.astype(np.float32)


def quantise(level_db: FloatArray, options: Options) -> StoredArray:
    """Levels in ``-range_db .. 0`` as uint8 (0 the floor, 255 for 0 dB) or float16 (dB)."""
    if options.levels == "float16":
        return level_db.astype(np.float16)
    steps = np.rint((level_db / options.range_db + 1) * _BYTE_STEPS)
    return np.asarray(steps, np.uint8)


def dequantise(stored: StoredArray, range_db: float) -> FloatArray:
    """What ``quantise`` stored, float32 in dB, to half a step."""
    if stored.dtype == np.uint8:
        steps = np.arange(_BYTE_STEPS + 1, dtype=np.float32) / np.float32(_BYTE_STEPS)
        table: FloatArray = (steps - np.float32(1)) * np.float32(range_db)
        return table[stored]
    return stored.astype(np.float32)
