"""How files are read and written everywhere: whole or not at all."""

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from latent_resonance.contracts.errors import InputError, OutputError

M = TypeVar("M", bound=BaseModel)


def partial_path(path: Path) -> Path:
    """The temporary name beside ``path`` that is written first and renamed when whole."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


@contextmanager
def whole_output(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` for a file or folder that is renamed when the block ends.

    Raises:
        OutputError: it cannot be written; as after any error, nothing is left half-written.
    """
    partial = partial_path(path)
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all; raises OutputError."""
    with whole_output(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="")


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


def read_toml(path: Path, model: type[M], what: str) -> M:
    """A TOML file as a checked model.

    Args:
        path: the file.
        model: what it must be.
        what: its name in messages, such as ``"recipe"``.

    Raises:
        InputError: it cannot be read, is not TOML, or an entry is wrong; names the entry.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the {what} {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid TOML: {error}") from error
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"the {what} {path}, '{where}': {first['msg'].lower()}") from error
