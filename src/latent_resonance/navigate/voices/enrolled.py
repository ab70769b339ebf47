"""Voices that a user has told us by name: kept on this machine, one small file each."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.voices.noise import Directions, VoiceNoise
from latent_resonance.navigate.voices.shapes import BASE

_SUFFIX = ".safetensors"
_FORMAT, _VERSION = "enrolled-voice", "1"
# Of a cosine: as far as that of a voice's last 1.2 s wanders while it speaks on.
STAYS = 0.15
# Halves of one clip, with other words, are at .44 in the mean, strangers at 0 with .17 around it.
_STRANGE = 0.15
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """An enrolled voice.

    Attributes:
        name: what the user calls it.
        direction: where it lies, a unit vector.
        noise: of the mode ``voice``, ``[4, 32, 32]``.
        statistics: name of those that it was placed by; by others it lies elsewhere.
        clips: how many recordings it was made of.
    """

    name: str
    direction: FloatArray
    noise: FloatArray
    statistics: str
    clips: int


def unlike_the_rest(clips: Sequence[Directions]) -> list[int]:
    """Which clips lie no nearer to the mean of the others than strangers do."""
    voices = np.stack([clip.voice for clip in clips])
    rest = voices.sum(axis=0) - voices
    near = (rest * voices).sum(axis=1) / np.maximum(np.linalg.norm(rest, axis=1), 1e-12)
    return [at for at, cosine in enumerate(near) if len(clips) > 1 and cosine < _STRANGE]


def voices_folder() -> Path:
    """Where enrolled voices lie; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("latent-resonance", appauthor=False) / "voices"


class KnownVoices:
    """The enrolled voices of a folder.

    Args:
        folder: ``voices_folder()`` for the user's own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def enrol(
        self, name: str, clips: Sequence[Directions], maker: VoiceNoise, *, replace: bool = False
    ) -> KnownVoice:
        """Keep a voice: the mean of its clips' directions.

        Args:
            name: a-z, A-Z, 0-9, - and _.
            clips: at least one.
            maker: gives the noise.
            replace: whether a voice of that name may be there already.

        Raises:
            InputError: the name cannot be, or is taken.
            OutputError: the file cannot be written.
        """
        from safetensors.numpy import save

        path = self._path(name)
        if path.exists() and not replace:
            raise InputError(f"a voice '{name}' is there already: delete it first, or --replace it")
        mean = np.mean([clip.voice for clip in clips], axis=0)
        direction = np.asarray(mean / np.linalg.norm(mean), np.float32)
        noise = maker.noise(Directions(direction, clips[0].words), "voice")
        voice = KnownVoice(name, direction, noise, maker.statistics.name, len(clips))
        told = {
            "format": _FORMAT,
            "version": _VERSION,
            "statistics": voice.statistics,
            "clips": str(voice.clips),
        }
        with suppress(OSError):  # said by the write that follows
            self.folder.mkdir(parents=True, exist_ok=True)
        content = save({"direction": direction, "noise": noise}, told)
        with whole_output(path) as partial:
            partial.write_bytes(content)
        return voice

    def names(self) -> list[str]:
        """All enrolled voices, sorted."""
        if not self.folder.is_dir():
            return []
        found = (path.stem for path in self.folder.glob(f"*{_SUFFIX}"))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def open(self, name: str) -> KnownVoice:
        """A voice by its name.

        Raises:
            UnknownNameError: there is none.
            InputError: its file is damaged.
        """
        from safetensors import SafetensorError, safe_open

        path = self._existing(name)
        try:
            with safe_open(path, framework="numpy") as opened:
                told = opened.metadata() or {}
                direction, noise = opened.get_tensor("direction"), opened.get_tensor("noise")
            if told["format"] != _FORMAT or told["version"] != _VERSION:
                raise ValueError("another format or version")  # noqa: TRY301 - one message for all
            if direction.ndim != 1 or noise.shape != BASE:
                raise ValueError("other shapes")  # noqa: TRY301
            if not (np.isfinite(direction).all() and np.isfinite(noise).all()):
                raise ValueError("not finite")  # noqa: TRY301
            clips = int(told["clips"])
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise InputError(f"{path} is no enrolled voice ({error}): enrol it again") from error
        direction = direction.astype(np.float32)
        return KnownVoice(name, direction, noise.astype(np.float32), told["statistics"], clips)

    def delete(self, name: str) -> None:
        """Forget a voice.

        Raises:
            UnknownNameError: there is none.
            OutputError: its file cannot be removed.
        """
        path = self._existing(name)
        try:
            path.unlink()
        except OSError as error:
            raise OutputError(f"cannot delete {path}: {error.strerror}") from error

    def snap(self, at: Directions, maker: VoiceNoise) -> tuple[Directions, str | None]:
        """A clip's directions with the voice replaced by the enrolled one nearest to it.

        Voices that were enrolled by other statistics are passed over.

        Returns:
            The directions and the voice's name; as given, and None, where none is near enough.

        Raises:
            InputError: a voice's file is damaged.
        """
        nearest = nearest_voice(self.usable(maker), at.voice, maker.statistics.threshold)
        if nearest is None:
            return at, None
        return replace(at, voice=nearest.direction), nearest.name

    def usable(self, maker: VoiceNoise) -> list[KnownVoice]:
        """The enrolled voices that lie where these statistics place them.

        Raises:
            InputError: a voice's file is damaged.
        """
        found = (self.open(name) for name in self.names())
        size = maker.statistics.voice.weight.shape[1:]
        name = maker.statistics.name
        return [one for one in found if one.statistics == name and one.direction.shape == size]

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(f"'{name}' cannot name a voice: a-z, A-Z, 0-9, - and _, at most 40")
        return self.folder / f"{name}{_SUFFIX}"

    def _existing(self, name: str) -> Path:
        path = self._path(name)
        if not path.is_file():
            raise UnknownNameError("voice", name, self.names())
        return path


def nearest_voice(
    voices: Sequence[KnownVoice],
    direction: FloatArray,
    threshold: float,
    before: KnownVoice | None = None,
) -> KnownVoice | None:
    """Whom a voice is taken for.

    Args:
        voices: those that it could be.
        direction: where it lies, a unit vector.
        threshold: cosine from which on it is taken for one.
        before: whom it was taken for a moment ago, in a sound that runs on. It stays that one until
            it lies ``STAYS`` below the threshold, or another lies as much nearer.
    """
    if not voices:
        return None
    near = [
        float(direction @ one.direction)
        + (STAYS if before is not None and one.name == before.name else 0.0)
        for one in voices
    ]
    best = int(np.argmax(near))
    return voices[best] if near[best] >= threshold else None
