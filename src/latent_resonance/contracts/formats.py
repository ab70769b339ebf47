"""What parts give and accept: layouts of spectrograms, of sound and of pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpectrogramFormat:
    """How a spectrogram is laid out; travels inside the bundle as its codec.

    A linear log-magnitude STFT without the Nyquist bin: ``n_fft // 2`` bins.

    Attributes:
        sample_rate: in Hz.
        n_fft: window and FFT length in samples.
        hop: samples between columns.
        columns: columns in one window of the model.
        range_db: dynamic range that is kept below the reference, in dB.
        window: ``"gauss"`` (truncated Gaussian) or ``"hann"``.
    """

    sample_rate: int = 16_000
    n_fft: int = 512
    hop: int = 128
    columns: int = 256
    range_db: float = 80.0
    window: str = "gauss"

    @property
    def bins(self) -> int:
        """Frequency bins kept: all but Nyquist."""
        return self.n_fft // 2

    @property
    def hop_seconds(self) -> float:
        """Time from one column to the next."""
        return self.hop / self.sample_rate

    def widened(self, times: int, range_db: float) -> "SpectrogramFormat":
        """Bins and columns of the same width, up to ``times`` the frequency.

        Its lowest ``bins`` rows are those of this layout.
        """
        return SpectrogramFormat(
            self.sample_rate * times,
            self.n_fft * times,
            self.hop * times,
            self.columns,
            range_db,
            self.window,
        )

    def __str__(self) -> str:
        return f"spectrograms at {self.sample_rate} Hz"


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """Sound as a renderer gives it: ``step_samples`` frames of ``channels`` samples a step.

    Where a step covers no whole number of samples, ``seconds`` says how long it is; it then gives
    ``step_samples`` or one fewer.
    """

    sample_rate: int = 16_000
    channels: int = 1
    step_samples: int = 128
    seconds: float = 0.0

    @property
    def step_seconds(self) -> float:
        """Time that one step covers."""
        return self.seconds or self.step_samples / self.sample_rate

    def __str__(self) -> str:
        return "sound"


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """Pictures of three sRGB bytes a pixel.

    Attributes:
        width: in pixels.
        height: in pixels.
        frame_rate: pictures a second; 0 where nobody set one (a model, a still).
    """

    width: int = 256
    height: int = 256
    frame_rate: float = 0.0

    @property
    def step_seconds(self) -> float:
        """Time from one picture to the next; 0 without a frame rate."""
        return 1 / self.frame_rate if self.frame_rate else 0.0

    def __str__(self) -> str:
        return "pictures"
