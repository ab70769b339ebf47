"""What Python users get: sounds, pictures and clips that save and show themselves."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import ByteArray, FloatArray, Spectrogram
from latent_resonance.engine.arguments import (
    file_path,
    number,
    number_or_none,
    whole_or_none,
)
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.outputs import PICTURES
from latent_resonance.engine.python_words import in_python_words
from latent_resonance.engine.report import write_sound
from latent_resonance.stage.video.codecs import CONTAINERS


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Some sound, and what it was made of; plays itself in a notebook.

    Two are equal that sound the same: samples and rate.

    Attributes:
        samples: float32 ``[samples]``, or ``[samples, channels]``, in -1..1.
        sample_rate: in Hz.
        spectrogram: the model's window; None where there is more than one.
        report: plain numbers.
        carries: what its file tells of how it was made, by how it is finished.
    """

    samples: FloatArray
    sample_rate: int
    spectrogram: Spectrogram | None = None
    report: dict[str, Any] = field(default_factory=dict)
    carries: Callable[[Mastering], Mapping[str, str]] | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sound):
            return NotImplemented
        same = np.array_equal(self.samples, other.samples)
        return same and self.sample_rate == other.sample_rate

    def __hash__(self) -> int:
        return hash((np.shape(self.samples), self.sample_rate))

    @property
    def seconds(self) -> float:
        """Length of the samples at their rate."""
        return len(self.samples) / self.sample_rate

    @in_python_words
    def save(
        self,
        path: str | Path,
        *,
        loudness: float | None = None,
        fade_in: float = 0.0,
        fade_out: float = 0.0,
        bits: int | None = None,
        dither: bool = False,
    ) -> Path:
        """Write .wav, .flac, .ogg, .opus or .mp3; it stays as it is but for what is asked.

        Args:
            path: of the file.
            loudness: in LUFS, -60 to -6; true peaks are then held under -1 dBTP.
            fade_in: in seconds.
            fade_out: likewise.
            bits: 16 or 24, of .wav and .flac; 24 if not given.
            dither: of 16 bits.

        Raises:
            InputError: a value is out of range.
            OutputError: it cannot be written.
        """
        goal = file_path("path", path)
        wide = self.samples if self.samples.ndim == 2 else self.samples[:, None]
        finish = finished(loudness, fade_in, fade_out, bits, dither)
        sound = finish(wide, self.sample_rate, goal)
        meta = self.carries(finish) if self.carries else None
        write_sound(goal, sound, self.sample_rate, meta, options=finish.stage_options())
        return goal

    def _repr_html_(self) -> str:
        """A player for notebooks."""
        import soundfile

        out = io.BytesIO()
        soundfile.write(out, self.samples, self.sample_rate, format="WAV", subtype="PCM_16")
        return f'<audio controls src="data:audio/wav;base64,{_spelled(out.getvalue())}"></audio>'


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture, uint8 ``[height, width, 3]`` sRGB; shows itself in a notebook.

    Two are equal whose pixels are.
    """

    pixels: ByteArray

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Picture):
            return NotImplemented
        return np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        return hash(np.shape(self.pixels))

    def save(self, path: str | Path) -> Path:
        """Write .png, .jpg, .jpeg or .webp.

        Raises:
            OutputError: another extension, or it cannot be written.
        """
        from PIL import Image

        goal = file_path("path", path)
        if goal.suffix.lower() not in PICTURES:
            raise OutputError(f"cannot write {goal}: use one of {', '.join(PICTURES)}")
        form = Image.registered_extensions()[goal.suffix.lower()]
        with whole_output(goal) as partial:
            Image.fromarray(self.pixels).save(partial, format=form)
        return goal

    def _repr_png_(self) -> bytes:
        """For notebooks."""
        from PIL import Image

        out = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(self.pixels)).save(out, format="PNG")
        return out.getvalue()


@dataclass(frozen=True, slots=True)
class Clip:
    """A performance that was written to a file; plays itself in a notebook.

    Attributes:
        path: of the file.
        report: plain numbers, as in ``--json``.
    """

    path: Path
    report: dict[str, Any] = field(default_factory=dict, hash=False)

    def _repr_html_(self) -> str:
        """A player for notebooks, with the file inside."""
        kind = self.path.suffix.lower()
        player = "video" if kind in CONTAINERS else "audio"
        data = f"data:{player}/{kind[1:]};base64,{_spelled(self.path.read_bytes())}"
        return f'<{player} controls src="{data}"></{player}>'


def finished(
    loudness: float | None, fade_in: float, fade_out: float, bits: int | None, dither: bool
) -> Mastering:
    """How a file is finished, as Python was asked; raises InputError."""
    return Mastering(
        number_or_none("loudness", loudness),
        number("fade_in", fade_in),
        number("fade_out", fade_out),
        whole_or_none("bits", bits),
        bool(dither),
    )


def _spelled(data: bytes) -> str:
    return base64.b64encode(data).decode()
