"""Muxes pictures and sound, whichever comes first, into one file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import AudioBlock, Frame
from latent_resonance.stage.video.codecs import Container, choose_encoder
from latent_resonance.stage.video.tracks import PictureTrack, SoundTrack


class VideoWriter:
    """One video file that is being written; one thread at a time.

    A file's header names its tracks, so packets wait until each track that was announced has got
    something; one that gets nothing until the end is not in the file.

    Args:
        path: of the file.
        container: what kind of file.
        comment: text in its metadata; empty for none.
        pictures: size and frame rate, or None.
        sound: sample rate in Hz and channels, or None.
        crf: quality of the pictures, see ``picture_options``.
        kbit: of the sound, kilobits a second.
        threads: of the picture encoder.
    """

    def __init__(
        self,
        path: Path,
        container: Container,
        comment: str,
        pictures: PictureFormat | None,
        sound: tuple[int, int] | None,
        *,
        crf: int,
        kbit: int,
        threads: int,
    ) -> None:
        import av

        kind = container.format
        self._picture_encoder = choose_encoder(container.pictures, kind) if pictures else ""
        self._sound_encoder = choose_encoder(container.sound, kind) if sound else ""
        self._agreed, self._sound_format = pictures, sound
        self._crf, self._kbit, self._threads = crf, kbit, threads
        # Without this flag Matroska files get a random number, and no two are the same.
        self._file: Any = av.open(
            str(path),
            "w",
            format=kind,
            container_options={**container.options, "fflags": "+bitexact"},
        )
        if comment:
            self._file.metadata["comment"] = comment
        self._announced = bool(pictures) + bool(sound)
        self._pictures: PictureTrack | None = None
        self._sound: SoundTrack | None = None
        self._waiting: list[Any] = []
        self._open = False

    @property
    def empty(self) -> bool:
        """Whether nothing was given yet."""
        return self._pictures is None and self._sound is None

    def show(self, frame: Frame) -> None:
        """One more picture."""
        if self._pictures is None:
            if self._agreed is None:
                return
            self._pictures = PictureTrack(
                self._file, self._picture_encoder, self._agreed, self._crf, self._threads
            )
        self._mux(self._pictures.add(frame))

    def play(self, block: AudioBlock) -> None:
        """Some more sound."""
        if self._sound is None:
            if self._sound_format is None:
                return
            rate, channels = self._sound_format
            self._sound = SoundTrack(self._file, self._sound_encoder, rate, channels, self._kbit)
        self._mux(self._sound.add(block))

    def finish(self) -> None:
        """Make both tracks as long, to within a picture, and write the file's end."""
        pictures, sound = self._pictures, self._sound
        if pictures and sound:
            self._mux(pictures.hold(sound.seconds))
            if sound.seconds + pictures.frame_seconds < pictures.seconds:
                self._mux(sound.fill(pictures.seconds))
        for track in (pictures, sound):
            if track:
                self._mux(track.flush())
        self._write()
        self._file.close()

    def drop(self) -> None:
        """Let go of the file, whatever state it is in."""
        self._file.close()

    def _mux(self, packets: Iterable[Any]) -> None:
        self._waiting.extend(packets)
        if (
            self._open
            or (self._pictures is not None) + (self._sound is not None) == self._announced
        ):
            self._write()

    def _write(self) -> None:
        self._open = True
        waiting, self._waiting = self._waiting, []
        self._file.mux(waiting)
