"""Columns of the living spectrogram, made from what is heard, only while somebody looks."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.sound.codec import full_scale
from latent_resonance.sound.stft import window
from latent_resonance.studio.wire import MOST_COLUMNS, PictureLayout

_N_FFT = 1024
_HOP = 128
_RANGE_DB = 80.0


class PictureMaker:
    """Keeps the latest sound and draws it when it is asked to.

    Args:
        sample_rate: of the sound, before it goes to the page's rate.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        # Hops of 8 ms and rows of about 16 Hz, whatever the rate.
        scale = max(1, round(sample_rate / 16_000))
        self._n_fft, self._hop = _N_FFT * scale, _HOP * scale
        self._rows = _N_FFT // 2
        layout = SpectrogramFormat(sample_rate, self._n_fft, self._hop)
        self._window = window("gauss", self._n_fft)
        self._full = full_scale(layout)
        self._sound: FloatArray = np.zeros(self._n_fft, np.float32)
        self._new = 0

    @property
    def layout(self) -> PictureLayout:
        """What the page is told once."""
        return PictureLayout(
            rows=self._rows,
            high_hz=self._rows * self._rate / self._n_fft,
            seconds_per_column=self._hop / self._rate,
            range_db=_RANGE_DB,
        )

    def add(self, samples: FloatArray) -> None:
        """What goes out, ``[frames, channels]``."""
        most = self._n_fft + MOST_COLUMNS * self._hop
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
        starts = end - self._n_fft - self._hop * np.arange(count - 1, -1, -1)
        frames = self._sound[starts[:, None] + np.arange(self._n_fft)]
        magnitude = np.abs(np.fft.rfft(frames * self._window))[:, : self._rows]
        level = 20 * np.log10(np.maximum(magnitude / self._full, 1e-6))
        columns = np.clip((level / _RANGE_DB + 1) * 255, 0, 255).astype(np.uint8)
        self._new = over
        return columns, ready - count, over + self._n_fft / 2
