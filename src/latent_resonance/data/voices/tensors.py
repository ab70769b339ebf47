"""Files of noise: checked before they are used, and no pickle is read."""

import math
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray

SUFFIXES = (".npy", ".safetensors")
_PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")
_NAME = "noise"
_CHANNELS = (1, 128)
_MOST_NUMBERS = 1 << 28


def read_noises(path: Path) -> FloatArray:
    """Noises ``[n, channels, rows, columns]`` of a .npy or .safetensors file; one alone has n = 1.

    Raises:
        InputError: the file cannot be read, is a pickle, or holds something else.
    """
    if path.suffix.lower() in _PICKLES:
        raise InputError(
            f"{path.name} is a pickle, which can run programs when it is read: "
            "save it as .npy or .safetensors where you made it"
        )
    try:
        found = _safetensors(path) if path.suffix.lower() == ".safetensors" else _npy(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if found.ndim == 3:
        found = found[None]
    if (
        found.ndim != 4
        or not np.issubdtype(found.dtype, np.floating)
        or not _CHANNELS[0] <= found.shape[1] <= _CHANNELS[1]
        or not 0 < math.prod(found.shape) <= _MOST_NUMBERS
    ):
        shape = "x".join(map(str, found.shape)) or "one number"
        raise InputError(
            f"{path.name} holds {shape} of {found.dtype}, not noises: "
            "subjects x channels x rows x columns, such as 10x4x32x32"
        )
    made = np.array(found, np.float32)
    if not np.isfinite(made).all():
        raise InputError(f"{path.name} holds numbers that are not finite")
    return made


def pick_subject(noises: FloatArray, subject: int, name: str) -> FloatArray:
    """One of some noises, ``[channels, rows, columns]``; they are counted from 0.

    Raises:
        InputError: there are not so many.
    """
    check_subject(subject, len(noises), name)
    picked: FloatArray = noises[subject]
    return picked


def check_subject(subject: int, count: int, name: str) -> None:
    """Whether there is one of that number; raises InputError."""
    if not 0 <= subject < count:
        raise InputError(f"{name} has the subjects 0 to {count - 1}, no subject {subject}")


def write_noises(path: Path, noises: FloatArray) -> None:
    """Write noises as .npy or, named ``noise``, as .safetensors; whole or not at all.

    Raises:
        InputError: another kind of file.
        OutputError: it cannot be written.
    """
    from safetensors.numpy import save

    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"noise is written as {' or '.join(SUFFIXES)}, not as {path.name}")
    plain = np.ascontiguousarray(noises, np.float32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    with whole_output(path) as partial, partial.open("wb") as file:
        if path.suffix.lower() == ".npy":
            np.save(file, plain, allow_pickle=False)
        else:
            file.write(save({_NAME: plain}))


def _npy(path: Path) -> np.ndarray:
    try:
        # Mapped: a header that claims terabytes costs nothing.
        return np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except (ValueError, EOFError) as error:
        raise InputError(f"{path.name} is no .npy file of numbers") from error


def _safetensors(path: Path) -> np.ndarray:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as opened:
            names = list(opened.keys())
            name = _NAME if _NAME in names else names[0] if len(names) == 1 else ""
            if not name:
                raise InputError(f"{path.name} holds {len(names)} tensors, none of them '{_NAME}'")
            return np.asarray(opened.get_tensor(name))
    except (SafetensorError, TypeError, AttributeError) as error:
        raise InputError(f"{path.name} is no .safetensors file of numbers") from error
