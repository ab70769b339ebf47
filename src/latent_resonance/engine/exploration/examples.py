"""Sounds that are given as examples, as the windows that an encoder reads."""

from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.decode import decode_mono
from latent_resonance.sound.loudest_window import loudest_part, loudest_window
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.unknown import known_columns

_MOST_SECONDS = 900.0


class Example:
    """A sound file that is given as an example, decoded once.

    Any rate and channels (their mean); of long files the first 15 minutes are read.

    Args:
        path: the file.
        layout: of the windows.
        unknown: what is shorter than a window and ends while it still sounds has unknown columns
            after it; silence where not.

    Attributes:
        level_db: its loudest window, its top at 0 dB, ``[bins, columns]``.

    Raises:
        MediaError: it cannot be read, is silent, or holds samples that are not numbers.
    """

    def __init__(self, path: Path, layout: SpectrogramFormat, *, unknown: bool = False) -> None:
        if not path.exists():
            raise MediaError(f"there is no sound file {path}")
        self._path, self._layout = path, layout
        self._samples = self._read(layout.sample_rate)
        self.level_db = loudest_window(self._samples, layout, str(path), unknown=unknown)

    def _read(self, rate: int) -> FloatArray:
        try:
            return decode_mono(self._path, rate, _MOST_SECONDS).samples
        except MediaError as error:
            raise MediaError(f"{self._path} {error}") from error

    @property
    def sound(self) -> FloatArray:
        """Its loudest moments, as long as a window, float32 ``[samples]``."""
        return loudest_part(self._samples, self._layout.columns * self._layout.hop)

    def above(self, wide: SpectrogramFormat) -> FloatArray | None:
        """Its loudest window in a format with a band above, ``[bins, columns]``.

        None where the file's own rate is not above. Columns after its end are left out.
        """
        if RecordingApart(self._path).rate <= self._layout.sample_rate:
            return None
        samples = self._read(wide.sample_rate)
        level = loudest_window(samples, wide, str(self._path), unknown=True)
        return np.ascontiguousarray(level[:, known_columns(level, wide.range_db)])


def read_example(path: Path, layout: SpectrogramFormat, *, unknown: bool = False) -> FloatArray:
    """The window of an example, ``[bins, columns]``; as ``Example``."""
    return Example(path, layout, unknown=unknown).level_db
