"""Writes the sound to a file; its name appears when the file is whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, OutputError
from latent_resonance.contracts.files import claim_partial, flush_to_disk, is_full
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.parts import PartOptions, SoundStage
from latent_resonance.contracts.values import AudioBlock, Spec
from latent_resonance.stage.metadata.recipe_of import spell_comment
from latent_resonance.stage.metadata.wav_info import append_comment, mend_wav

_KINDS = {".wav": ("WAV", "PCM_24"), ".flac": ("FLAC", "PCM_24"), ".ogg": ("OGG", "VORBIS")}
_MOST_VORBIS_HZ = 192_000  # libsndfile crashes beyond 200 kHz


class Options(PartOptions):
    """Where to; the extension chooses the format."""

    path: Path = Field(Path("resonance.wav"), description=".wav and .flac (24-bit), or .ogg")
    keep_short: bool = Field(
        default=False, description="on a full disk, keep what was written up to there"
    )


class Part(SoundStage):
    """Stage: a sound file."""

    accepts = (SoundFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._file: Any = None
        self._partial: Path | None = None
        self._comment = ""

    def prepare(self, spec: Spec) -> None:
        """Open a temporary name beside the wanted one.

        Raises:
            OutputError: another extension, or it cannot be written.
        """
        path = self.options.path
        kind = _KINDS.get(path.suffix.lower())
        if kind is None:
            raise OutputError(f"cannot write {path}: use one of {', '.join(_KINDS)}")
        if kind[0] == "OGG" and spec.sample_rate > _MOST_VORBIS_HZ:
            raise OutputError(
                f"cannot write {path}: Vorbis ends at {_MOST_VORBIS_HZ} Hz, use .flac"
            )
        import soundfile

        partial = claim_partial(path)
        try:
            self._file = soundfile.SoundFile(
                partial, "w", spec.sample_rate, spec.channels, kind[1], format=kind[0]
            )
            comment = spell_comment(spec.meta)
            # A WAV file gets it at its end, where it may be of any length.
            self._comment = comment if kind[0] == "WAV" else ""
            if comment and not self._comment:
                self._file.comment = comment
        except (OSError, soundfile.SoundFileError) as error:
            partial.unlink(missing_ok=True)
            reason = str(error).rsplit(": ", 1)[-1]
            raise OutputError(f"cannot write {path}: {reason}") from error
        self._partial = partial

    def describe(self, meta: Mapping[str, str]) -> None:
        """Another ``meta`` than it was prepared with, for a WAV file, which gets it at its end."""
        if self.options.path.suffix.lower() == ".wav":
            self._comment = spell_comment(meta)

    def play(self, block: AudioBlock) -> None:
        """Append; raises OutputError when the disk will not take it, AssemblyError too early."""
        import soundfile

        if self._file is None:
            raise AssemblyError("the file was not prepared")
        try:
            self._file.write(block.samples)
        except (OSError, soundfile.SoundFileError) as error:
            if not self.options.keep_short:
                self.abort()
            reason = "the disk is full" if is_full(self.options.path) else str(error)
            raise OutputError(f"cannot write {self.options.path}: {reason}") from error

    def abort(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
            self._partial = None

    def close(self) -> None:
        """Finish the file and give it its name; raises OutputError when that fails."""
        if self._file is None or self._partial is None:
            return
        self._file.close()
        self._file = None
        try:
            self._finish(self._partial)
            self._partial.replace(self.options.path)
        except OSError as error:
            if not self.options.keep_short:
                self._partial.unlink(missing_ok=True)
            raise OutputError(f"cannot write {self.options.path}: {error.strerror}") from error
        finally:
            self._partial = None

    def _finish(self, partial: Path) -> None:
        """The comment, which a full disk may not take any more; and all of it on the disk."""
        whole = partial.stat().st_size
        try:
            if self._comment:
                append_comment(partial, self._comment)
        except OSError:
            if not self.options.keep_short:
                raise
            mend_wav(partial, whole)
        flush_to_disk(partial)
