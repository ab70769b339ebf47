"""Sound files that carry their patch: written as a comment, read back from a dropped file."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.engine.report import carrying
from latent_resonance.stage import audio_file
from latent_resonance.stage.metadata.recipe_of import read_recipe
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.channels import with_channels

_FORMAT = "latent-resonance patch"
_CHANNELS = 2


def describe_patch(patch: Patch) -> Mapping[str, str]:
    """What a stage writes into its file."""
    said = patch.model_dump(mode="json", exclude_defaults=True)
    # Left out, these would be the instrument's own.
    always = patch.model_dump(mode="json", include={"moves", "tempo"}, exclude_none=True)
    return carrying({"format": _FORMAT, **said, **always})


def read_patch(path: Path) -> Patch | None:
    """The patch in a sound file; None where it has none of the studio's, or a damaged one.

    Raises:
        MediaError: it is no sound file.
    """
    found = read_recipe(path)
    if found is None or found.pop("format", None) != _FORMAT:
        return None
    try:
        return Patch.model_validate(found)
    except ValidationError:
        return None


class TakeFile:
    """A take while it is recorded: 24-bit WAV, whole under its name once it is finished.

    It has two channels whatever is played, so that instruments of one and of two go into it.

    Args:
        path: of the file.
        sample_rate: in Hz.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._stage = audio_file.Part(audio_file.Options(path=path, keep_short=True))
        self._rate = sample_rate
        self._frames = 0
        self._stage.prepare(Spec(sample_rate=sample_rate, channels=_CHANNELS))

    @property
    def seconds(self) -> float:
        """So far."""
        return self._frames / self._rate

    def add(self, samples: FloatArray) -> None:
        """Go on, ``[frames, channels]``; raises OutputError when the disk will not take it."""
        both = with_channels(samples, _CHANNELS)
        self._stage.play(AudioBlock(both, self._rate, self._frames))
        self._frames += len(samples)

    def finish(self, patch: Patch) -> None:
        """Keep it, with what it was played with at its end."""
        self._stage.describe(describe_patch(patch))
        self._stage.keep()
        self._stage.abort()  # where nothing was played
