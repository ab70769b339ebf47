"""Writes pictures and sound to one video file; its name appears when the file is whole."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, OutputError, in_a_line
from latent_resonance.contracts.files import claim_partial, give_name
from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import PartOptions, PictureStage, SoundStage
from latent_resonance.contracts.values import AudioBlock, Frame, Spec
from latent_resonance.stage.metadata.recipe_of import spell_comment
from latent_resonance.stage.video.codecs import CONTAINERS, choose_encoder
from latent_resonance.stage.video.disk_space import DiskSpace
from latent_resonance.stage.video.tracks import PictureTrack, SoundTrack


class Options(PartOptions):
    """Where to, and how good; the extension chooses the format."""

    path: Path = Field(
        Path("resonance.mp4"),
        description=".mp4, .mov (H.264, AAC), .webm (VP9, Opus) or .mkv (H.264, FLAC)",
    )
    crf: int = Field(18, ge=0, le=51, description="pictures: 0 the best, 18 very good, 51 small")
    sound_kbit: int = Field(192, ge=16, le=512, description="sound: kilobits a second")


class Part(SoundStage, PictureStage):
    """Stage: a video file; sound and pictures may come from two threads.

    A file's header names its tracks, so packets wait until each track that was announced has got
    something; one that gets nothing until the end is not in the file.
    """

    accepts = (SoundFormat, PictureFormat)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._lock = threading.Lock()
        self._spec = Spec()
        self._partial: Path | None = None
        self._file: Any = None
        self._picture_encoder = self._sound_encoder = ""
        self._pictures: PictureTrack | None = None
        self._sound: SoundTrack | None = None
        self._waiting: list[Any] = []
        self._space: DiskSpace | None = None
        self._full = ""

    def prepare(self, spec: Spec) -> None:
        """Open a temporary name beside the wanted one.

        Raises:
            OutputError: another extension, it cannot be written, or the disk is almost full.
            AssemblyError: there is neither sound nor a picture, or more than two channels.
            MissingPartError: the installed PyAV has no encoder for this kind of file.
        """
        import av

        path = self.options.path
        container = CONTAINERS.get(path.suffix.lower())
        if container is None:
            raise OutputError(f"cannot write {path}: use one of {', '.join(CONTAINERS)}")
        sound = spec.sample_rate > 0 and spec.channels > 0
        if not sound and spec.picture is None:
            raise AssemblyError("video_file needs pictures or sound")
        if spec.channels > 2:
            raise AssemblyError(f"video_file takes one or two channels, not {spec.channels}")
        self._full, self._space = "", DiskSpace(path.parent)
        if not self._space.has_room():
            raise OutputError(f"cannot write {path}: the disk is full")
        self._spec, self._partial = spec, claim_partial(path)
        with self._as_output_error():
            kind = container.format
            if spec.picture is not None:
                self._picture_encoder = choose_encoder(container.pictures, kind)
            if sound:
                self._sound_encoder = choose_encoder(container.sound, kind)
            # Without this flag Matroska files get a random number, and no two are the same.
            own = (container.live if spec.live else None) or container.options
            options = {**own, "fflags": "+bitexact"}
            self._file = av.open(str(self._partial), "w", format=kind, container_options=options)
            comment = spell_comment(spec.meta)
            if comment:
                self._file.metadata["comment"] = comment

    def show(self, frame: Frame) -> None:
        """Append a picture; raises OutputError when the disk will not take it.

        Where the disk is about to be full, what was recorded is a whole file when that is raised.
        """
        with self._writing():
            if self._pictures is None and self._spec.picture is not None:
                # One thread, unless more are asked for: what is encoded depends on their number.
                self._pictures = PictureTrack(
                    self._file,
                    self._picture_encoder,
                    self._spec.picture,
                    self.options.crf,
                    self._spec.threads or 1,
                )
            if self._pictures is not None:
                self._mux(self._pictures.add(frame))
            self._end_where_full()

    def play(self, block: AudioBlock) -> None:
        """Append sound; raises OutputError as ``show`` does."""
        with self._writing():
            if self._sound is None and self._sound_encoder:
                self._sound = SoundTrack(
                    self._file,
                    self._sound_encoder,
                    self._spec.sample_rate,
                    self._spec.channels,
                    self.options.sound_kbit,
                )
            if self._sound is not None:
                self._mux(self._sound.add(block))
            self._end_where_full()

    def abort(self) -> None:
        with self._lock:
            self._drop()

    def keep(self) -> None:
        """As ``close``: what was recorded is a whole film."""
        self.close()

    def close(self) -> None:
        """Finish the file and give it its name; raises OutputError when that fails."""
        with self._lock:
            if self._partial is None or (self._pictures is None and self._sound is None):
                self._drop()
                return
            with self._as_output_error():
                self._finish()
                give_name(self._partial, self.options.path)
            self._forget()

    def _end_where_full(self) -> None:
        """What was recorded becomes a whole file while there is room for its end."""
        if self._space is None or self._partial is None or self._space.has_room():
            return
        seconds = max(track.seconds for track in (self._pictures, self._sound) if track)
        self._finish()
        give_name(self._partial, self.options.path)
        self._forget()
        self._full = f"the disk is full: {self.options.path} has the first {seconds:.1f} s"
        raise OutputError(self._full)

    def _finish(self) -> None:
        """Make both tracks as long, to within a picture, and write the file's end."""
        pictures, sound = self._pictures, self._sound
        if pictures and sound:
            self._mux(pictures.hold(sound.seconds))
            if sound.seconds + pictures.frame_seconds < pictures.seconds:
                self._mux(sound.fill(pictures.seconds))
        for track in (pictures, sound):
            if track:
                self._mux(track.flush())
        self._mux((), now=True)
        self._file.close()

    def _mux(self, packets: Iterable[Any], *, now: bool = False) -> None:
        self._waiting.extend(packets)
        complete = (self._pictures is not None or not self._picture_encoder) and (
            self._sound is not None or not self._sound_encoder
        )
        if complete or now:
            waiting, self._waiting = self._waiting, []
            self._file.mux(waiting)
            if self._space is not None:
                self._space.wrote(len(waiting))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            if self._full:
                raise OutputError(self._full)
            if self._file is None:
                raise AssemblyError("the video file was not prepared")
            with self._as_output_error():
                yield

    @contextmanager
    def _as_output_error(self) -> Iterator[None]:
        """An error of the encoder or the disk leaves no file and becomes one line."""
        import av

        try:
            yield
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._drop()
            reason = getattr(error, "strerror", None) or in_a_line(error)
            raise OutputError(f"cannot write {self.options.path}: {reason}") from error
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        import av

        file, partial = self._file, self._partial
        self._forget()
        if file is not None:
            with suppress(av.error.FFmpegError, OSError, ValueError):
                file.close()
        if partial is not None:
            partial.unlink(missing_ok=True)

    def _forget(self) -> None:
        self._file = self._partial = None
        self._picture_encoder = self._sound_encoder = ""
        self._pictures = self._sound = None
        self._waiting = []
