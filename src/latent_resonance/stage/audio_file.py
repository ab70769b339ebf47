"""Writes the sound to a file; its name appears when the file is whole."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError, MediaError, OutputError
from latent_resonance.contracts.files import Flusher, claim_partial, give_name, is_full
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.parts import PartOptions, SoundStage
from latent_resonance.contracts.values import AudioBlock, FloatArray, Spec
from latent_resonance.sound.dither import SixteenBits
from latent_resonance.stage.metadata.recipe_of import spell_comment
from latent_resonance.stage.metadata.wav_info import append_comment, mend_wav

_WHOLE = {".wav": "WAV", ".flac": "FLAC"}
_PACKED = {
    ".ogg": ("OGG", "VORBIS", "Vorbis"),
    ".opus": ("OGG", "OPUS", "Opus"),
    ".mp3": ("MP3", "MPEG_LAYER_III", "MP3"),
}
WHOLE_FILES = tuple(_WHOLE)
SOUND_FILES = (*_WHOLE, *_PACKED)
"""Extensions that can be written."""

LOSSY = frozenset(_PACKED)
"""Those of them that keep less than was played."""

_MOST_VORBIS_HZ = 192_000  # libsndfile crashes beyond 200 kHz
_RATES = {
    ".opus": (8_000, 12_000, 16_000, 24_000, 48_000),
    ".mp3": (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
}
_USUAL_HZ = 48_000
# libsndfile's packers keep a block on the stack.
_MOST_FRAMES = 1 << 14


class Options(PartOptions):
    """Where to; the extension chooses the format."""

    path: Path = Field(
        Path("resonance.wav"), description="without loss .wav .flac, packed .ogg .opus .mp3"
    )
    bits: Literal[16, 24] | None = Field(
        default=None, description="of .wav and .flac: 24 where not given, or 16"
    )
    dither: bool = Field(default=False, description="at 16 bits, by triangular noise")
    keep_short: bool = Field(
        default=False, description="on a full disk, keep what was written up to there"
    )


def _packing(path: Path, rate: int) -> tuple[str, str]:
    """Format and subtype of what is packed, as libsndfile calls them; refuses what is not."""
    suffix = path.suffix.lower()
    if suffix not in _PACKED:
        raise OutputError(f"cannot write {path}: use one of {', '.join(SOUND_FILES)}")
    form, subtype, name = _PACKED[suffix]
    if suffix == ".ogg" and rate > _MOST_VORBIS_HZ:
        raise OutputError(f"cannot write {path}: Vorbis ends at {_MOST_VORBIS_HZ} Hz, use .flac")
    known = _RATES.get(suffix, (rate,))
    if rate not in known:
        raise OutputError(
            f"cannot write {path}: {name} takes {', '.join(map(str, known))} Hz, not {rate}: "
            "use a rate of 48000, or .flac"
        )
    return form, subtype


def fitting_rate(rate: int, path: Path) -> int:
    """The rate that a sound goes into a file at: its own, or 48 kHz where the format lacks it."""
    known = _RATES.get(path.suffix.lower(), (rate,))
    return rate if rate in known else _USUAL_HZ


def heard(samples: FloatArray, rate: int, path: Path) -> tuple[FloatArray, int]:
    """What a file of that name plays of a sound, and its rate; as it is, but of ``LOSSY`` ones.

    Raises:
        OutputError: the format does not take it.
    """
    return unpacked(samples, rate, path) if path.suffix.lower() in LOSSY else (samples, rate)


def unpacked(samples: FloatArray, rate: int, path: Path) -> tuple[FloatArray, int]:
    """What is heard of a sound once it was packed as a file of that name is, and its rate.

    Opus of any rate is unpacked at 48 kHz, as players do (RFC 7845, 5.1): their filters raise
    peaks otherwise than those of a decoder at the rate that it was packed at.

    Args:
        samples: float32 ``[samples, channels]`` or ``[samples]``, at a rate that the format takes.
        rate: in Hz.
        path: of a file; its extension is one of ``LOSSY``.

    Raises:
        OutputError: the format does not take it.
    """
    import soundfile

    form, subtype = _packing(path, rate)
    wide = samples if samples.ndim == 2 else samples[:, None]
    packed = io.BytesIO()
    try:
        with soundfile.SoundFile(packed, "w", rate, wide.shape[1], subtype, format=form) as file:
            for begin in range(0, len(wide), _MOST_FRAMES):
                file.write(wide[begin : begin + _MOST_FRAMES])
        packed.seek(0)
        if subtype == "OPUS" and rate != _USUAL_HZ:
            left, rate = _played_opus(packed), _USUAL_HZ
        else:
            left = soundfile.read(packed, dtype="float32", always_2d=True)[0]
    except (OSError, soundfile.SoundFileError) as error:
        reason = str(error).rsplit(": ", 1)[-1]
        raise OutputError(f"cannot write {path}: {reason}") from error
    return left if samples.ndim == 2 else left[:, 0], rate


def _played_opus(packed: io.BytesIO) -> FloatArray:
    """``[samples, channels]`` at 48 kHz."""
    import av

    with av.open(packed, "r") as file:
        even = av.AudioResampler(format="fltp", rate=_USUAL_HZ)
        frames = [made for frame in file.decode(audio=0) for made in even.resample(frame)]
        frames += even.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T


def _reason(path: Path, error: Exception) -> str:
    if is_full(path):
        return "the disk is full"
    return getattr(error, "strerror", None) or str(error)


class _Disk(io.FileIO):
    """A new file that knows whether the disk took all of it.

    libsndfile does not: what its packers hold back until the end is lost without a word.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+")
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        """All of it, as far as libsndfile is told; ``error`` is what went wrong."""
        left = memoryview(data)
        try:
            while left:
                left = left[super().write(left) :]
        except OSError as error:
            self.error = self.error or error
        return len(data)


class Part(SoundStage):
    """Stage: a sound file."""

    accepts = (SoundFormat,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._file: Any = None
        self._disk: _Disk | None = None
        self._partial: Path | None = None
        self._flusher: Flusher | None = None
        self._comment = ""
        self._rounded: SixteenBits | None = None
        self._written = False

    def prepare(self, spec: Spec) -> None:
        """Open a temporary name beside the wanted one.

        Raises:
            OutputError: another extension, a rate or bits that the format does not have, or it
                cannot be written.
        """
        path = self.options.path
        form, subtype = self._kind(spec)
        import soundfile

        partial = claim_partial(path)
        try:
            self._disk = _Disk(partial)
            self._file = soundfile.SoundFile(
                self._disk, "w", spec.sample_rate, spec.channels, subtype, format=form
            )
            comment = spell_comment(spec.meta)
            # A WAV file gets it at its end, where it may be of any length.
            self._comment = comment if form == "WAV" else ""
            if comment and not self._comment:
                self._file.comment = comment
        except (OSError, soundfile.SoundFileError) as error:
            if self._disk is not None:
                self._disk.close()
            partial.unlink(missing_ok=True)
            reason = str(error).rsplit(": ", 1)[-1]
            raise OutputError(f"cannot write {path}: {reason}") from error
        self._partial = partial
        self._flusher = Flusher(partial)

    def _kind(self, spec: Spec) -> tuple[str, str]:
        """Format and subtype, as libsndfile calls them; ``_rounded`` is made for 16 bits."""
        path, bits, rate = self.options.path, self.options.bits, spec.sample_rate
        suffix = path.suffix.lower()
        if self.options.dither and bits != 16:
            raise OutputError(f"cannot write {path}: dither is for 16 bits, give bits 16 with it")
        if suffix in _WHOLE:
            self._rounded = SixteenBits(self.options.dither) if bits == 16 else None
            return _WHOLE[suffix], f"PCM_{bits or 24}"
        if bits and suffix in _PACKED:
            raise OutputError(
                f"cannot write {path}: {_PACKED[suffix][2]} has no bits, use .wav or .flac"
            )
        return _packing(path, rate)

    def describe(self, meta: Mapping[str, str]) -> None:
        """Another ``meta`` than it was prepared with, for a WAV file, which gets it at its end."""
        if self.options.path.suffix.lower() == ".wav":
            self._comment = spell_comment(meta)

    def play(self, block: AudioBlock) -> None:
        """Append; raises OutputError when the disk will not take it, AssemblyError too early.

        With ``keep_short``, what it took is still there, for ``keep``.
        """
        import soundfile

        if self._file is None or self._disk is None:
            raise AssemblyError("the file was not prepared")
        try:
            for begin in range(0, len(block.samples), _MOST_FRAMES):
                piece = block.samples[begin : begin + _MOST_FRAMES]
                self._written = True
                self._file.write(self._rounded(piece) if self._rounded else piece)
            if self._disk.error is not None:
                raise self._disk.error
        except (OSError, soundfile.SoundFileError) as error:
            path = self.options.path
            reason = _reason(path, error)  # asked before anything is removed
            if not self.options.keep_short:
                self.abort()
            raise OutputError(f"cannot write {path}: {reason}") from error

    def abort(self) -> None:
        self._end()
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
            self._partial = None

    def _end(self) -> None:
        if self._file is not None and self._disk is not None:
            self._file.close()
            self._disk.close()
            self._file = None
        if self._flusher is not None:
            self._flusher.close()
            self._flusher = None

    def close(self) -> None:
        """Finish the file and give it its name; raises OutputError when that fails."""
        self._close(short=False)

    def keep(self) -> None:
        """As ``close``; what a full disk has taken is kept, and lies there under either name."""
        if self._written:
            self._close(short=True)

    def _close(self, *, short: bool) -> None:
        if self._file is None or self._partial is None or self._disk is None:
            return
        self._end()
        try:
            if self._disk.error is None:
                self._finish(self._partial, short=short)
            elif not short:
                raise self._disk.error
            elif self.options.path.suffix.lower() == ".wav":
                mend_wav(self._partial)
            give_name(self._partial, self.options.path)
        except OSError as error:
            if not short:
                self._partial.unlink(missing_ok=True)
            path = self.options.path
            raise OutputError(f"cannot write {path}: {_reason(path, error)}") from error
        finally:
            self._partial = None

    def _finish(self, partial: Path, *, short: bool) -> None:
        """The comment, which neither a full disk may take any more nor a WAV of 4 GiB."""
        whole = partial.stat().st_size
        try:
            if self._comment:
                append_comment(partial, self._comment)
        except MediaError:
            mend_wav(partial, whole)
        except OSError:
            if not short:
                raise
            mend_wav(partial, whole)
