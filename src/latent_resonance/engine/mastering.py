"""What is done to a finished sound on its way to a file: fades, loudness, headroom, bits."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.loudness import fade, integrated_loudness, normalise, true_peak_db
from latent_resonance.stage.audio_file import LOSSY, SOUND_FILES, WHOLE_FILES, unpacked

STREAMING_LUFS = -16.0
"""What streaming asks of tracks (AES TD1008)."""

NO_FILE = Path()
"""Of a sound that goes into none: nothing of it is lost."""

LOUDEST, QUIETEST = -6.0, -60.0
_LONGEST_FADE = 600.0
_CEILING_DB = -1.0
_TRIALS, _NEAR_LU = 4, 0.2
_REACHED_LU = 0.5


@dataclass(frozen=True, slots=True)
class Mastering:
    """How a file is finished; as it is, a sound stays as it was played.

    Attributes:
        loudness: target in LUFS (ITU-R BS.1770-4), -60 to -6; true peaks are then held under
            -1 dBTP, of .ogg, .opus and .mp3 as they are unpacked.
        fade_in: seconds, 0 to 600.
        fade_out: likewise.
        bits: 16 or 24, of .wav and .flac; 24 when None.
        dither: of 16 bits.

    Raises:
        InputError: a value is out of range.
    """

    # Where it comes from outside; its values are checked below, wherever it comes from.
    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    loudness: float | None = None
    fade_in: float = 0.0
    fade_out: float = 0.0
    bits: int | None = None
    dither: bool = False

    def __post_init__(self) -> None:
        if self.loudness is not None and not QUIETEST <= self.loudness <= LOUDEST:
            raise InputError(f"--loudness {self.loudness:g}: from {QUIETEST:g} to {LOUDEST:g} LUFS")
        for flag, seconds in (("--fade-in", self.fade_in), ("--fade-out", self.fade_out)):
            if not 0 <= seconds <= _LONGEST_FADE:
                raise InputError(f"{flag} {seconds:g}: from 0 to {_LONGEST_FADE:g} seconds")
        if self.bits not in {None, 16, 24}:
            raise InputError(f"--bits {self.bits}: 16 or 24")
        if self.dither and self.bits != 16:
            raise InputError("--dither is for --bits 16: give both")

    @property
    def changes_sound(self) -> bool:
        """Whether what is heard is another than what was played."""
        return self.loudness is not None or bool(self.fade_in or self.fade_out)

    def check_output(self, output: Path) -> None:
        """Refuse what is no sound file.

        Raises:
            InputError: something is asked for that only sound files have.
        """
        if self != Mastering() and output.suffix.lower() not in SOUND_FILES:
            known = ", ".join(SOUND_FILES)
            raise InputError(
                f"{output} is no sound file ({known}): --loudness, --fade-in, --fade-out, --bits "
                "and --dither are for those"
            )

    def again(self, output: Path, given: Mapping[str, Any]) -> "Mastering":
        """How a file that is made again is finished: as it was, but for what is given now.

        Args:
            output: of the new file; one of another kind may have no bits to choose.
            given: values of these fields.
        """
        own = {"bits": self.bits, "dither": self.dither}
        if "bits" in given or output.suffix.lower() not in WHOLE_FILES:
            own = {"bits": None, "dither": False}
        return replace(self, **{**own, **given})

    def stage_options(self) -> dict[str, Any]:
        """Of the stage ``audio_file``, those that were given."""
        return {} if self.bits is None else {"bits": self.bits, "dither": self.dither}

    def __call__(self, samples: FloatArray, rate: int, path: Path) -> FloatArray:
        """The sound as it goes into a file: faded, then brought to the loudness.

        Args:
            samples: float32 ``[samples]`` or ``[samples, channels]``.
            rate: in Hz.
            path: of the file.
        """
        if self.fade_in or self.fade_out:
            samples = fade(samples, rate, self.fade_in, self.fade_out)
        if self.loudness is None:
            return samples
        return at_loudness(samples, rate, self.loudness, path)

    def remark(self, samples: FloatArray, loudness: float | None) -> Mapping[str, str]:
        """A ``note`` for the report where a file does not reach the loudness, and why.

        Args:
            samples: of the sound.
            loudness: of the file in LUFS, as reports tell it; None where it has none.
        """
        if self.loudness is None:
            return {}
        if loudness is not None and abs(loudness - self.loudness) <= _REACHED_LU:
            return {}
        if not samples.any():
            return {"note": "the sound is silent: it has no loudness"}
        if loudness is None:
            return {"note": "the sound is too short or too soft for its loudness to be measured"}
        return {"note": f"peaks hold the sound at {loudness:.1f} LUFS"}


def at_loudness(samples: FloatArray, rate: int, lufs: float, path: Path) -> FloatArray:
    """A sound brought to a loudness, true peaks under -1 dBTP, as it is heard from the file.

    What is packed with loss is unpacked again to measure it: Vorbis can add 2 dB to peaks of noise.

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``.
        rate: in Hz.
        lufs: the loudness.
        path: of the file.
    """
    made = normalise(samples, rate, lufs, _CEILING_DB)
    if path.suffix.lower() not in LOSSY or not math.isfinite(integrated_loudness(made, rate)):
        return made
    target, ceiling = lufs, _CEILING_DB
    for _ in range(_TRIALS):
        kept, heard_rate = unpacked(made, rate, path)
        over = true_peak_db(kept, heard_rate) - _CEILING_DB
        missing = lufs - integrated_loudness(kept, heard_rate)
        if over <= 0 and abs(missing) <= _NEAR_LU:
            break
        target += missing
        ceiling -= max(0.0, over)
        made = normalise(samples, rate, target, ceiling)
    return made
