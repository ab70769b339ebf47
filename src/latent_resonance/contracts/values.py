"""The values that flow through an instrument: plain, frozen, without behaviour of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Controls:
    """What a sensor knows at one moment.

    Attributes:
        time_seconds: when it was true, on the performance's own clock (0 at the start).
        values: control name to value, for example ``{"mouth": 0.4, "yaw_degrees": -12.0}``.
        present: whether there is a performer (a face in view, a signal on the line).
    """

    time_seconds: float
    values: Mapping[str, float] = field(default_factory=dict)
    present: bool = True


@dataclass(frozen=True, slots=True)
class Latent:
    """A place in a model's latent space, and the manner in which it is to be played.

    Attributes:
        w: the place, float32 ``[latent_size]``.
        play: renderer controls that go with it, for example ``{"speed": 0.0, "high_hz": 900.0}``.
            A renderer ignores those it does not have, so that any sense can drive any model.
    """

    w: FloatArray
    play: Mapping[str, float] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """A window of sound as level over time and frequency.

    Attributes:
        level_db: float32 ``[bins, columns]``, in ``[-range_db, 0]`` dB below the reference,
            row 0 the lowest frequency.
        format: the layout.
    """

    level_db: FloatArray
    format: SpectrogramFormat


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: uint8 ``[height, width, 3]``, sRGB, at a time of the performance's clock."""

    pixels: ByteArray
    time_seconds: float


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Some sound: float32 ``[samples, channels]`` in -1..1, starting at ``start_sample``."""

    samples: FloatArray
    sample_rate: int
    start_sample: int = 0


@dataclass(frozen=True, slots=True)
class ControlRange:
    """A control's name, its range and its rest value; sliders, flags and docs derive from it."""

    name: str
    low: float
    high: float
    rest: float = 0.0
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the parts of one instrument agree on before they play.

    Attributes:
        sample_rate: of the sound, in Hz.
        channels: of the sound.
        step_seconds: time between two steps of the instrument.
        seed: of everything random.
        latent_size: length of ``Latent.w``.
        landmarks: the model's named places, name to float32 ``[latent_size]``.
        format: the model's spectrogram layout, None for a model of pictures.
        threads: processor threads a part may use, 0 for its own choice.
        meta: what else travels with the chain (a stage writes it into files where it can).
    """

    sample_rate: int = 16_000
    channels: int = 1
    step_seconds: float = 0.008
    seed: int = 0
    latent_size: int = 0
    landmarks: Mapping[str, FloatArray] = field(default_factory=dict)
    format: SpectrogramFormat | None = None
    threads: int = 0
    meta: Mapping[str, str] = field(default_factory=dict)
