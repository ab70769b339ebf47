"""Writes pictures and sound to one video file; its name appears when the file is whole."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, OutputError
from latent_resonance.contracts.files import claim_partial
from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage, SoundStage
from latent_resonance.contracts.values import AudioBlock, Frame, Spec
from latent_resonance.stage.metadata.recipe_of import spell_comment
from latent_resonance.stage.video.codecs import CONTAINERS
from latent_resonance.stage.video.writer import VideoWriter


class Options(PartOptions):
    """Where to, and how good; the extension chooses the format."""

    path: Path = Field(
        Path("resonance.mp4"),
        description=".mp4 (H.264, AAC), .webm (VP9, Opus) or .mkv (H.264, FLAC)",
    )
    crf: int = Field(18, ge=0, le=51, description="pictures: 0 the best, 18 very good, 51 small")
    sound_kbit: int = Field(192, ge=16, le=512, description="sound: kilobits a second")


class Part(SoundStage, PictureStage):
    """Stage: a video file; sound and pictures may come from two threads."""

    accepts = (SoundFormat, PictureFormat)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._lock = threading.Lock()
        self._writer: VideoWriter | None = None
        self._partial: Path | None = None

    def prepare(self, spec: Spec) -> None:
        """Open a temporary name beside the wanted one.

        Raises:
            OutputError: another extension, or it cannot be written.
            AssemblyError: there is neither sound nor a picture, or more than two channels.
            MissingPartError: the installed PyAV has no encoder for this kind of file.
        """
        path = self.options.path
        container = CONTAINERS.get(path.suffix.lower())
        if container is None:
            raise OutputError(f"cannot write {path}: use one of {', '.join(CONTAINERS)}")
        sound = (spec.sample_rate, spec.channels) if spec.sample_rate and spec.channels else None
        if sound is None and spec.picture is None:
            raise AssemblyError("video_file needs pictures or sound")
        if spec.channels > 2:
            raise AssemblyError(f"video_file takes one or two channels, not {spec.channels}")
        self._partial = claim_partial(path)
        with self._told():
            self._writer = VideoWriter(
                self._partial,
                container,
                spell_comment(spec.meta),
                spec.picture,
                sound,
                crf=self.options.crf,
                kbit=self.options.sound_kbit,
                # One thread, unless more are asked for: what is encoded depends on their number.
                threads=spec.threads or 1,
            )

    def show(self, frame: Frame) -> None:
        """Append a picture; raises OutputError when the disk will not take it."""
        self._write(lambda writer: writer.show(frame))

    def play(self, block: AudioBlock) -> None:
        """Append sound; raises OutputError when the disk will not take it."""
        self._write(lambda writer: writer.play(block))

    def abort(self) -> None:
        """Leave no file."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        """Finish the file and give it its name; raises OutputError when that fails."""
        with self._lock:
            if self._writer is None or self._partial is None or self._writer.empty:
                self._drop()
                return
            with self._told():
                self._writer.finish()
                self._partial.replace(self.options.path)
            self._writer = self._partial = None

    def _write(self, act: Callable[[VideoWriter], None]) -> None:
        with self._lock:
            if self._writer is None:
                raise AssemblyError("the video file was not prepared")
            with self._told():
                act(self._writer)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """An error of the encoder or the disk leaves no file, and is said in one line."""
        import av

        try:
            yield
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._drop()
            reason = getattr(error, "strerror", None) or " ".join(str(error).split())
            raise OutputError(f"cannot write {self.options.path}: {reason}") from error
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        import av

        writer, partial = self._writer, self._partial
        self._writer = self._partial = None
        if writer is not None:
            with suppress(av.error.FFmpegError, OSError, ValueError):
                writer.drop()
        if partial is not None:
            partial.unlink(missing_ok=True)
