"""Sounds that are given as examples, as the windows that an encoder reads."""

from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.decode import decode_mono
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.unknown import known_columns

_MOST_SECONDS = 900.0


def read_example(path: Path, layout: SpectrogramFormat, *, unknown: bool = False) -> FloatArray:
    """The loudest window of a sound file, its top at 0 dB, ``[bins, columns]``.

    Any rate and channels (their mean); of long files the first 15 minutes are read, and what is
    shorter than a window has silence after it; or, where ``unknown`` allows it and the file ends
    while it still sounds, unknown columns.

    Raises:
        MediaError: it cannot be read, is silent, or holds samples that are not numbers.
    """
    if not path.exists():
        raise MediaError(f"there is no sound file {path}")
    try:
        samples = decode_mono(path, layout.sample_rate, _MOST_SECONDS).samples
    except MediaError as error:
        raise MediaError(f"{path} {error}") from error
    return loudest_window(samples, layout, str(path), unknown=unknown)


def read_above(path: Path, wide: SpectrogramFormat, own_rate: int) -> FloatArray | None:
    """The same of the file with its band above ``own_rate``'s, ``[bins, columns]``.

    None where the file's own rate is not above. Columns after the file's end are left out.

    Raises:
        MediaError: as ``read_example``.
    """
    if RecordingApart(path).rate <= own_rate:
        return None
    samples = decode_mono(path, wide.sample_rate, _MOST_SECONDS).samples
    level = loudest_window(samples, wide, str(path), unknown=True)
    return np.ascontiguousarray(level[:, known_columns(level, wide.range_db)])
