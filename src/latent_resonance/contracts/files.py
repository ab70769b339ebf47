"""How files are read and written everywhere: whole or not at all."""

import errno
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from latent_resonance.contracts.errors import OutputError

_NO_ROOM = 1 << 16
_FLUSH_SECONDS = 1.0
_PARTIAL = re.compile(r"\.(?P<wanted>.+)\.\d+\.partial", re.DOTALL)


def check_writable(path: Path | None) -> None:
    """Before the work, not after it.

    Raises:
        OutputError: the folder is missing or the name is a folder.
    """
    if path is None:
        return
    if path.is_dir():
        raise OutputError(f"cannot write {path}: it is a folder")
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {path.parent}")


def check_apart(outputs: Iterable[Path | None], inputs: Iterable[Path | None] = ()) -> None:
    """Before the work: no file is written over one that is read, nor over another result.

    Args:
        outputs: what is written.
        inputs: what is read, and is to stay.

    Raises:
        OutputError: two of them are the same file.
    """
    taken = {os.path.realpath(path): "what is read" for path in inputs if path is not None}
    for path in outputs:
        if path is None:
            continue
        place = os.path.realpath(path)
        if place in taken:
            raise OutputError(f"cannot write {path}: it is {taken[place]}, choose another name")
        taken[place] = "another result's file"


def free_name(path: Path) -> Path:
    """``path``, or where that is there already the first ``NAME-2``, ``NAME-3`` that is not."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def is_hidden(path: Path, folder: Path) -> bool:
    """Whether a file below ``folder``, or a folder on the way to it, begins with a dot.

    Such are no material: systems keep things of their own there (``._clip.wav`` beside every
    file that macOS wrote to a stick).
    """
    return any(step.startswith(".") for step in path.relative_to(folder).parts)


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file to read bytes; links to one are followed.

    A named pipe would wait for a writer for ever, a terminal for keys: neither is opened.

    Raises:
        OSError: there is none, or it is something else; ``strerror`` says what.
    """
    try:
        _check_regular(path.stat().st_mode, path)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags | getattr(os, "O_NOCTTY", 0))
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file can have such a name", repr(path)) from error
    try:
        # Again: what lies under the name may have changed in between.
        _check_regular(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def _check_regular(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def cache_folder(kind: str) -> Path:
    """Where what can be made again is kept, a folder a kind; ``RESONANCE_CACHE_DIR`` moves them."""
    given = os.environ.get("RESONANCE_CACHE_DIR")
    if given:
        return Path(given) / kind
    from platformdirs import user_cache_path

    return user_cache_path("latent-resonance", appauthor=False) / kind


def keep_in_cache(path: Path, data: bytes) -> bool:
    """Write a file of a ``cache_folder``, whole; False where nothing can be written."""
    partial = partial_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        return False
    return True


def partial_path(path: Path) -> Path:
    """The temporary name beside ``path`` that is written first and renamed when whole."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def wanted_path(partial: Path) -> Path | None:
    """What a name of ``partial_path`` stands for; None for any other name."""
    found = _PARTIAL.fullmatch(partial.name)
    return partial.with_name(found["wanted"]) if found else None


def is_being_written(partial: Path) -> bool:
    """Whether the process that writes a partial file, whose name has its number, still runs.

    Windows has no harmless way to ask: there it is False.
    """
    number = partial.name.split(".")[-2]
    if os.name == "nt" or not number.isdecimal() or int(number) in {0, os.getpid()}:
        return False
    try:
        os.kill(int(number), 0)
    except (OSError, OverflowError) as error:  # no process has such a number
        return isinstance(error, PermissionError)
    return True


@contextmanager
def whole_output(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` for a file or folder that is renamed when the block ends.

    Raises:
        OutputError: it cannot be written; as after any error, nothing is left half-written.
    """
    partial = partial_path(path)
    try:
        yield partial
        give_name(partial, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def give_name(partial: Path, path: Path) -> None:
    """Rename a file or folder that is whole: after a loss of power it is there, and whole.

    Raises:
        OSError: it cannot be written or renamed; ``partial`` is still there.
    """
    files = partial.rglob("*") if partial.is_dir() else [partial]
    for one in files:
        if one.is_file() and not one.is_symlink():
            flush_to_disk(one)
    partial.replace(path)
    if os.name != "nt":
        # Where a file system cannot do this, the rename was all that there is to do.
        with suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def flush_to_disk(path: Path) -> None:
    """What was written of a file survives a loss of power; raises OSError when it cannot."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


class Flusher:
    """Takes a file that grows to the disk every second, on a thread: who writes never waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flush", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop flushing, and wait for a flush that has begun."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_FLUSH_SECONDS):
            with suppress(OSError):
                flush_to_disk(self._path)


def is_full(path: Path) -> bool:
    """Whether the disk that ``path`` is on has no room left."""
    try:
        return shutil.disk_usage(path.parent).free < _NO_ROOM
    except OSError:
        return False


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all; raises OutputError.

    Lone surrogates, as names of files have that are not UTF-8, are spelled as JSON does.
    """
    with whole_output(path) as partial:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")


def claim_partial(path: Path) -> Path:
    """An empty file under the temporary name of ``path``: whether it can be written is known now.

    Raises:
        OutputError: it cannot.
    """
    partial = partial_path(path)
    try:
        if path.is_dir():
            raise OutputError(f"cannot write {path}: it is a folder")
        partial.touch()
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    return partial
