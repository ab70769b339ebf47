"""A sound file, or the sound of a video: what it announces, and its blocks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.files import open_regular
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.recordings.announced import (
    announced_seconds,
    is_shorter,
    tells_mp3_length,
)
from latent_resonance.sound.recordings.container import open_container

_SUFFIXES = (
    ".wav", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au",
    ".caf", ".m4a", ".m4b", ".mp4", ".aac", ".wma", ".mka", ".mkv", ".webm", ".mov",
)  # fmt: skip
SOUND_SUFFIXES = frozenset(_SUFFIXES)
"""What a folder is searched for; anything else in it is reported as no sound."""

# libsndfile would do, but its MP3 decoder prints warnings that cannot be turned off.
_BY_FFMPEG = frozenset((".mp3",))
_BLOCK = 4096
_LOWEST_HZ, _HIGHEST_HZ, _MOST_CHANNELS = 1_000, 768_000, 64
# Files that stream: libsndfile says so by no length, or by the greatest that there is.
_NO_LENGTH = 1 << 62
_ESTIMATED = frozenset(("aac", "mp3", "ac3", "eac3", "dts", "amr"))


class NoSoundError(MediaError):
    """A file that is whole, but holds no sound: a silent film."""


class Recording:
    """A sound file whose blocks can be read, again and again, piece by piece.

    Messages of errors begin with a verb: the caller puts the file's name before them.

    Args:
        path: a regular file.

    Attributes:
        rate: in Hz, 1,000 to 768,000.
        channels: 1 to 64.
        announced: seconds that the file says it holds; None where it does not say, as streams.
        damaged: places that were left out by ``blocks``.

    Raises:
        NoSoundError: it is a video without sound.
        MediaError: it cannot be opened, is not a regular file, or is no sound that can be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0
        self.announced: float | None = None
        self.rate = self.channels = 0
        try:
            with open_regular(path) as file:
                if not file.read(1):
                    raise MediaError("is empty (0 bytes)")
        except OSError as error:
            raise MediaError(f"cannot be opened: {error.strerror or error}") from error
        self._by_ffmpeg = path.suffix.lower() in _BY_FFMPEG or not self._libsndfile_is_sure()
        if self._by_ffmpeg:
            self._look_with_ffmpeg()
        if not _LOWEST_HZ <= self.rate <= _HIGHEST_HZ or not 1 <= self.channels <= _MOST_CHANNELS:
            raise MediaError(f"has {self.channels} channels at {self.rate} Hz")

    def blocks(self, start_seconds: float = 0.0) -> Iterator[FloatArray]:
        """All of it, or all from a moment on, as float32 ``[samples, channels]``.

        Damaged places are left out and counted.
        """
        read = self._ffmpeg_blocks if self._by_ffmpeg else self._libsndfile_blocks
        return read(max(0.0, start_seconds))

    def missing(self, seconds: float) -> float | None:
        """What was announced, where ``seconds`` of sound are clearly less than that; else None."""
        if self.announced is None or not is_shorter(seconds, self.announced):
            return None
        return self.announced

    def count_seconds(self) -> float:
        """Its length where it announces none, by its packets; nothing is decoded."""
        seconds = 0.0
        with self._container() as container:
            track = container.streams.audio[0]
            for packet in container.demux(track):
                if packet.pts is not None:
                    end = (packet.pts + (packet.duration or 0)) * track.time_base
                    seconds = max(seconds, float(end))
        return seconds

    def _libsndfile(self) -> Any:
        import soundfile

        open_regular(self.path).close()
        # Bytes, since a name need not be text; Windows knows none that is not.
        return soundfile.SoundFile(str(self.path) if os.name == "nt" else os.fsencode(self.path))

    def _libsndfile_is_sure(self) -> bool:
        import soundfile

        try:
            with self._libsndfile() as sound:
                self.rate, self.channels = int(sound.samplerate), int(sound.channels)
                sure = bool(0 < sound.frames < _NO_LENGTH)
                if sure:
                    self.announced = announced_seconds(sound)
                return sure
        except (soundfile.SoundFileError, OSError, RuntimeError):
            return False

    def _libsndfile_blocks(self, start: float) -> Iterator[FloatArray]:
        import soundfile

        try:
            with self._libsndfile() as sound:
                if start:
                    sound.seek(min(round(start * self.rate), sound.frames))
                while len(block := sound.read(_BLOCK, "float32", always_2d=True)):
                    yield block
        except (soundfile.SoundFileError, OSError, RuntimeError):
            self.damaged += 1  # From here on: it ends.

    def _look_with_ffmpeg(self) -> None:
        import av

        with self._container() as container:
            if not container.streams.audio:
                raise NoSoundError("has no sound track")
            track: Any = container.streams.audio[0]
            # A track that no decoder is known for has neither.
            self.rate = int(getattr(track, "rate", 0) or 0)
            self.channels = int(getattr(track, "channels", 0) or 0)
            names = set(container.format.name.split(","))
            if names & _ESTIMATED and not ("mp3" in names and tells_mp3_length(self.path)):
                self.announced = None  # Only guessed from the file's size.
            elif track.duration is not None:
                self.announced = float(track.duration * track.time_base)
            elif container.duration is not None:
                self.announced = container.duration / av.time_base

    def _ffmpeg_blocks(self, start: float) -> Iterator[FloatArray]:
        import av

        # Only the sample type changes here.
        floats = av.AudioResampler(format="fltp", rate=self.rate)
        try:
            with self._container() as container:
                track: Any = container.streams.audio[0]
                if start:
                    container.seek(int(start / track.time_base), stream=track)
                for packet in container.demux(track):
                    try:
                        frames = packet.decode()
                    except av.error.FFmpegError:
                        self.damaged += 1
                        continue
                    for frame in frames:
                        if start and frame.time is not None and frame.time < start:
                            continue  # a seek ends at the moment or before it
                        for part in floats.resample(frame):
                            yield self._shaped(np.asarray(part.to_ndarray(), np.float32).T)
        except (av.error.FFmpegError, MediaError, ValueError, OSError):
            self.damaged += 1

    def _shaped(self, block: FloatArray) -> FloatArray:
        if block.shape[1] == self.channels:
            return np.ascontiguousarray(block, np.float32)
        # A stream may change its layout on the way.
        return np.repeat(block.mean(axis=1, dtype=np.float32)[:, None], self.channels, axis=1)

    @contextmanager
    def _container(self) -> Iterator[Any]:
        import av

        try:
            with open_container(self.path) as container:
                yield container
        except (av.error.FFmpegError, ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MediaError(f"is no sound that can be read: {reason}") from error
