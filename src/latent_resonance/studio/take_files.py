"""Sound files that carry their patch: written as a comment, read back from a dropped file."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from latent_resonance import __version__
from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.stage import audio_file
from latent_resonance.studio.patch import Patch

_KEY = "resonance-patch"
_MOST_CHARACTERS = 1_000_000


def describe_patch(patch: Patch) -> Mapping[str, str]:
    """What a stage writes into its file."""
    return {
        _KEY: patch.model_dump_json(exclude_defaults=True),
        "made-by": f"resonance {__version__}",
    }


def read_patch(path: Path) -> Patch | None:
    """The patch in a sound file; None where it has none, or one that cannot be read.

    Raises:
        MediaError: it is no sound file.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            comment = str(file.comment)[:_MOST_CHARACTERS]
    except (OSError, soundfile.SoundFileError) as error:
        raise MediaError(f"cannot read {path.name} as sound") from error
    for part in comment.split("; "):
        key, _, value = part.partition(": ")
        if key == _KEY:
            try:
                return Patch.model_validate_json(value)
            except ValidationError:
                return None
    return None


class TakeFile:
    """A take while it is recorded: 24-bit WAV, whole under its name once it is finished.

    Args:
        path: of the file.
        patch: as it is when the take begins.
        sample_rate: in Hz.
        channels: 1 or 2.
    """

    def __init__(self, path: Path, patch: Patch, sample_rate: int, channels: int) -> None:
        self._stage = audio_file.Part(audio_file.Options(path=path))
        self._rate = sample_rate
        self._frames = 0
        self._stage.prepare(
            Spec(sample_rate=sample_rate, channels=channels, meta=describe_patch(patch))
        )

    @property
    def seconds(self) -> float:
        """So far."""
        return self._frames / self._rate

    def add(self, samples: FloatArray) -> None:
        """Go on; raises OutputError when the disk will not take it."""
        self._stage.play(AudioBlock(samples, self._rate, self._frames))
        self._frames += len(samples)

    def finish(self) -> None:
        """Keep it."""
        self._stage.close()

    def abort(self) -> None:
        """Leave nothing."""
        self._stage.abort()
