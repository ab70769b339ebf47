"""How a folder of sounds is turned into spectrograms; kept beside the shards it made."""

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.data.decode import Channel


@dataclass(frozen=True, slots=True)
class MelFormat:
    """How a mel picture is laid out; the defaults are those of 512 x 512 StyleGAN folders.

    Attributes:
        sample_rate: in Hz.
        n_fft: Hann window and FFT length in samples.
        hop: samples between columns.
        bands: Slaney's mel bands from 0 Hz to half the rate: the picture's height.
        columns: the picture's width.
        range_db: what is black, in dB below white.
    """

    sample_rate: int = 22_050
    n_fft: int = 2048
    hop: int = 512
    bands: int = 512
    columns: int = 512
    range_db: float = 80.0


Layout = SpectrogramFormat | MelFormat

# What each codec takes where nothing is said: the bundles' and StyleGAN folders' own numbers.
_DEFAULTS: dict[str, dict[str, object]] = {
    "linear": {"sample_rate": 16_000, "n_fft": 512, "hop": 128, "columns": 256},
    "mel": {"sample_rate": 22_050, "n_fft": 2048, "hop": 512, "columns": 512, "bands": 512},
}


class Options(BaseModel):
    """Everything that the bytes of a shard depend on, besides the sounds.

    Attributes:
        codec: ``linear``, a log-STFT without its Nyquist bin, or ``mel``.
        bands: of mel; the linear codec has ``n_fft // 2`` rows.
        overlap: share of a window that the next one repeats.
        reference: what is 0 dB: the loudest of each ``window`` or of the whole ``file``.
        levels: how they are stored: ``uint8`` (steps of range_db / 255) or ``float16``.
        silence_db: a window whose peak lies this far below the file's is left out.
        min_seconds: shorter files are left out.
        fill: what follows a sound shorter than a window: ``silence``, or its ``mirror`` image.
        most_seconds: of a file; the rest is left out.
        channel: what is taken of several: their ``mean``, ``left`` or ``right``.
        shard_megabytes: bound of a shard's size.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codec: Literal["linear", "mel"] = "linear"
    sample_rate: int = Field(ge=1_000, le=192_000)
    n_fft: int = Field(ge=16, le=65_536)
    hop: int = Field(ge=1, le=32_768)
    columns: int = Field(ge=4, le=65_536)
    bands: int | None = Field(None, ge=4, le=4096)
    range_db: float = Field(80.0, gt=0, le=200)
    overlap: float = Field(0.0, ge=0, le=0.95)
    reference: Literal["window", "file"] = "window"
    levels: Literal["uint8", "float16"] = "uint8"
    silence_db: float = Field(-50.0, ge=-200, lt=0)
    min_seconds: float = Field(0.1, gt=0)
    fill: Literal["silence", "mirror"] = "silence"
    most_seconds: float = Field(3600.0, gt=0, le=86_400)
    channel: Channel = "mean"
    shard_megabytes: int = Field(64, ge=1, le=4096)

    @model_validator(mode="before")
    @classmethod
    def _codec_defaults(cls, given: dict[str, object]) -> dict[str, object]:
        known = {name: value for name, value in given.items() if value is not None}
        return {**_DEFAULTS.get(str(known.get("codec", "linear")), {}), **known}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.n_fft % 2:
            raise ValueError("n_fft must be even")
        if self.codec == "linear":
            if self.n_fft % self.hop or self.hop > self.n_fft // 2:
                raise ValueError("hop must divide n_fft and be at most half of it")
            if self.bands is not None:
                raise ValueError("bands belong to the mel codec")
        return self

    @property
    def layout(self) -> Layout:
        """As the codecs of ``sound`` take it."""
        if self.codec == "mel":
            return MelFormat(
                self.sample_rate, self.n_fft, self.hop, self.rows, self.columns, self.range_db
            )
        return SpectrogramFormat(
            self.sample_rate, self.n_fft, self.hop, self.columns, self.range_db
        )

    @property
    def rows(self) -> int:
        """Frequency bins or mel bands."""
        return self.bands or self.n_fft // 2

    @property
    def windows_per_shard(self) -> int:
        """As many as fit its bound, at least one."""
        each = self.rows * self.columns * (1 if self.levels == "uint8" else 2)
        return max(1, (self.shard_megabytes << 20) // each)


def make_options(**given: object) -> Options:
    """Options from flags; None stands for the codec's own number.

    Raises:
        InputError: names the flag that is wrong.
    """
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        where, said = first_fault(error)
        flag = f"--{where.replace('_', '-')}: " if where else ""
        raise InputError(f"{flag}{said}") from error
