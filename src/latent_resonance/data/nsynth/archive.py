"""Download and unpack one split of NSynth; a cut run goes on.

The archives and their layout: https://magenta.tensorflow.org/datasets/nsynth. They are offered
over plain http and without checksums; give the one you know, or compare the one that is printed.
"""

import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.data.prepare.work import file_sha256
from latent_resonance.data.web.client import Client
from latent_resonance.data.web.download import Wanted, download

SERVER = "http://download.magenta.tensorflow.org"
SPLITS = ("train", "valid", "test")
EXAMPLES = "examples.json"

_MEMBER = re.compile(
    r"(?:\./)?nsynth-(train|valid|test)/(examples\.json|audio/[\w.-]+\.wav)", re.ASCII
)
# A note is 4 s of 16 bits at 16 kHz: 128 kB; train has 289,205 of them.
_MOST_WAV, _MOST_JSON, _MOST_ARCHIVE = 1 << 20, 2 << 30, 40 << 30
_MOST_FILES = 400_000
_CHUNK = 1 << 20
_NOTE = ".archive"

Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: bytes of a WAV file and of examples.json, files, bytes in all."""

    wav: int = _MOST_WAV
    examples: int = _MOST_JSON
    files: int = _MOST_FILES
    total: int = 60 << 30


def archive_name(split: str) -> str:
    """The file that the server offers for a split."""
    return f"nsynth-{split}.jsonwav.tar.gz"


def fetch_split(
    client: Client,
    split: str,
    folder: Path,
    sha256: str | None = None,
    on_progress: Progress | None = None,
) -> tuple[Path, str]:
    """Download the archive of a split, unless it is here; gives its path and sha256.

    Raises:
        InputError: another checksum than ``sha256``; the archive is kept under another name.
        WebError: the server refuses or breaks off.
        OutputError: it cannot be written.
    """
    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise InputError("--sha256 takes 64 hexadecimal digits")
    path = folder / archive_name(split)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            url = f"{client.home}/datasets/nsynth/{path.name}"
            download(client, Wanted(url, path, _MOST_ARCHIVE, resume=True), on_progress)
        digest = file_sha256(path)
        if sha256 is not None and digest != sha256.lower():
            refused = path.with_name(f"{path.name}.refused")
            path.replace(refused)
            raise InputError(
                f"{refused} has sha256 {digest}, not {sha256}: it is damaged or another file"
            )
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror}") from error
    return path, digest


def unpack(
    archive: Path, folder: Path, limits: Limits | None = None, on_progress: Progress | None = None
) -> Path:
    """Unpack an archive to ``folder/nsynth-SPLIT``, which appears when it is whole; gives it.

    Only plain files with the names of NSynth are taken, and nothing is written but those. Files
    that an interrupted run unpacked are not written again.

    Raises:
        InputError: the archive is damaged, or holds anything else or too much.
        OutputError: the folder cannot be written.
    """
    matched = re.search(r"nsynth-(train|valid|test)\.", archive.name)
    if matched is None:
        raise InputError(f"{archive} is not named as an archive of NSynth")
    split = f"nsynth-{matched[1]}"
    target, partial = folder / split, folder / f".{split}.partial"
    if (target / EXAMPLES).is_file():
        return target
    limits = limits or Limits()
    try:
        size = archive.stat().st_size
        _begin(partial, archive)
        with _opened(archive) as tar:
            taken = total = 0
            has_examples = False
            for member in tar:
                tar.members = []  # type: ignore[attr-defined]  # else 300,000 are kept
                name = _checked(member, split, archive, limits)
                if name is None:
                    continue
                taken += 1
                total += member.size
                if taken > limits.files or total > limits.total:
                    raise InputError(f"{archive} holds more than NSynth does")
                _write(tar, member, partial / name)
                has_examples |= name == EXAMPLES
                if on_progress and taken % 100 == 0:
                    on_progress(min(size, _position(tar)), size)
        if not has_examples:
            raise InputError(f"{archive} holds no {split}/{EXAMPLES}")
        (partial / _NOTE).unlink()
        partial.replace(target)
    except OSError as error:
        raise OutputError(f"cannot unpack to {folder}: {error.strerror}") from error
    return target


def _begin(partial: Path, archive: Path) -> None:
    """Keep what an earlier run unpacked, if it was of this very archive."""
    stat = archive.stat()
    mark = f"{stat.st_size} {stat.st_mtime_ns}"
    note = partial / _NOTE
    if not note.is_file() or note.read_text(encoding="utf-8") != mark:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        note.write_text(mark, encoding="utf-8")


def _position(tar: tarfile.TarFile) -> int:
    # Of the compressed file; its uncompressed length is not known.
    raw = getattr(tar.fileobj, "fileobj", None)
    return int(raw.tell()) if raw is not None else 0


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    import zlib

    try:
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise InputError(f"{archive} is damaged or cut off: {error}") from error
    except OSError as error:
        if type(error).__name__ == "BadGzipFile":
            raise InputError(f"{archive} is no gzip file") from error
        raise


def _checked(member: tarfile.TarInfo, split: str, archive: Path, limits: Limits) -> str | None:
    """The name inside the split; None for its folders."""
    if member.isdir() and re.fullmatch(rf"(?:\./)?(?:{split}(?:/audio)?)?/?|\.", member.name):
        return None
    matched = _MEMBER.fullmatch(member.name)
    if not member.isreg() or matched is None or f"nsynth-{matched[1]}" != split:
        shown = "".join(mark if mark.isprintable() else "?" for mark in member.name)[:120]
        raise InputError(f"{archive} holds '{shown}', which NSynth does not: not unpacked")
    most = limits.examples if matched[2] == EXAMPLES else limits.wav
    if member.size > most:
        raise InputError(f"{archive}: {matched[2]} has {member.size} bytes, more than {most}")
    return matched[2]


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    if path.is_file() and path.stat().st_size == member.size:
        return
    source = tar.extractfile(member)
    if source is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with source, partial.open("wb") as file:
        shutil.copyfileobj(source, file, _CHUNK)
    partial.replace(path)
