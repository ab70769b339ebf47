"""Columns of the living spectrogram, made from what is heard, only while somebody looks."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sound.stft import window
from latent_resonance.studio.play.rows import LowRows, row_edges
from latent_resonance.studio.wire import MOST_COLUMNS, PictureLayout

_ROWS = 512
_LOW_HZ = 40.0
_MOST_HIGH_HZ = 16_000.0
_SEAM_HZ = 2_000.0
_SHORT_SECONDS = 0.064
_LONG = 4
_OVERLAP = 8
_RANGE_DB = 80.0


class PictureMaker:
    """Keeps the latest sound and draws it when it is asked to.

    Rows are even in octaves, so the low ones lie closer than a short transform can tell apart:
    below 2 kHz each row has a window of its own, longer the lower it is.

    Args:
        sample_rate: of the sound, before it goes to the page's rate.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        # Hops of 8 ms and windows of 64 to 256 ms, whatever the rate; 64 keeps transforms quick.
        self._n_fft = 64 * round(_SHORT_SECONDS * sample_rate / 64)
        self._hop = self._n_fft // _OVERLAP
        self._length = _LONG * self._n_fft
        self._high_hz = min(sample_rate / 2, _MOST_HIGH_HZ)
        edges = row_edges(_ROWS, _LOW_HZ, self._high_hz)
        self._seam = int(np.searchsorted(edges, _SEAM_HZ))
        self._low = LowRows.of(
            sample_rate, self._n_fft, self._length, tuple(edges[: self._seam + 1])
        )
        self._window = window("gauss", self._n_fft) / (window("gauss", self._n_fft).sum() / 2)
        self._bins = np.round(edges[self._seam : -1] * self._n_fft / sample_rate).astype(int)
        self._last_bin = int(np.ceil(self._high_hz * self._n_fft / sample_rate))
        self._sound: FloatArray = np.zeros(self._length, np.float32)
        self._new = 0

    @property
    def layout(self) -> PictureLayout:
        """What the page is told once."""
        return PictureLayout(
            rows=_ROWS,
            low_hz=_LOW_HZ,
            high_hz=self._high_hz,
            seconds_per_column=self._hop / self._rate,
            range_db=_RANGE_DB,
        )

    def add(self, samples: FloatArray) -> None:
        """What goes out, ``[frames, channels]``."""
        most = self._length + MOST_COLUMNS * self._hop
        self._sound = np.concatenate([self._sound, samples.mean(axis=1, dtype=np.float32)])[-most:]
        self._new += len(samples)

    @property
    def ready(self) -> int:
        """Columns that nobody has seen."""
        return self._new // self._hop

    def draw(self, most: int) -> tuple[ByteArray, int, float]:
        """The latest columns, at most ``most``; there has to be one.

        Returns:
            uint8 ``[columns, rows]``, how many older ones are left out, and how many samples the
            middle of the last one lies behind the latest sample.
        """
        ready = self.ready
        count = min(ready, most, MOST_COLUMNS)
        over = self._new - ready * self._hop
        end = len(self._sound) - over
        sound = self._sound[end - self._length - (count - 1) * self._hop : end]
        frames = sliding_window_view(sound, self._length)[:: self._hop]
        middle = slice((self._length - self._n_fft) // 2, (self._length + self._n_fft) // 2)
        short = np.abs(np.fft.rfft(frames[:, middle] * self._window))[:, : self._last_bin]
        high = np.maximum.reduceat(short, self._bins, axis=1)
        magnitude = np.concatenate([self._low.of_frames(frames), high], axis=1)
        level = 20 * np.log10(np.maximum(magnitude, 1e-6))
        columns = np.clip((level / _RANGE_DB + 1) * 255, 0, 255).astype(np.uint8)
        self._new = over
        return columns, ready - count, over + self._length / 2
