"""What commands that train have in common: what has to be installed, and lines in a log."""

import time
from collections.abc import Callable
from typing import NoReturn

import click

from latent_resonance.contracts.errors import MissingPartError

_NEEDED = {"torch", "onnx", "onnxscript", "safetensors", "lightning_fabric", "lightning_utilities"}
_LINE_SECONDS = 60.0


def refuse_missing(error: ModuleNotFoundError, what: str, extras: str = "train") -> NoReturn:
    """Say how to install what is missing.

    Raises:
        MissingPartError: it is of what training needs.
        ModuleNotFoundError: it is not: the error itself.
    """
    if error.name not in _NEEDED:
        raise error
    raise MissingPartError(
        f"{what} needs {error.name}: pip install 'latent-resonance[{extras}]'"
    ) from error


def line_a_minute() -> Callable[[Callable[[], str]], None]:
    """Takes what makes a line; on stderr it is shown, and made, no more than once a minute."""
    told = time.monotonic()

    def show(line: Callable[[], str]) -> None:
        nonlocal told
        if time.monotonic() - told >= _LINE_SECONDS:
            told = time.monotonic()
            click.echo(line(), err=True)

    return show
