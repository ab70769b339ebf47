"""What commands that train have in common: what has to be installed, and lines in a log."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from latent_resonance.contracts.errors import MissingPartError, UnknownNameError
from latent_resonance.engine.recipe import recipe_folder

_NEEDED = {"torch", "onnx", "onnxscript", "safetensors", "lightning_fabric", "lightning_utilities"}
_LINE_SECONDS = 60.0


@contextmanager
def needs_training(what: str, extras: str = "train") -> Iterator[None]:
    """Where something of what training needs is missing, say how to install it.

    Args:
        what: begins the line, such as ``mixing``.
        extras: that bring it.

    Raises:
        MissingPartError: it is of what training needs; else the error itself.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        raise MissingPartError(
            f"{what} needs {error.name}: pip install 'latent-resonance[{extras}]'"
        ) from error


def training_recipes() -> dict[str, Path]:
    """The training recipes that ship, by name."""
    return {one.stem: one for one in sorted((recipe_folder() / "train").glob("*.toml"))}


def find_training_recipe(named: str) -> Path:
    """A TOML file, or a recipe that ships by its name.

    Raises:
        UnknownNameError: it is neither.
    """
    known = training_recipes()
    if named in known:
        return known[named]
    if not named.lower().endswith(".toml") and not Path(named).is_file():
        raise UnknownNameError("training recipe", named, known)
    return Path(named)


def line_a_minute() -> Callable[..., None]:
    """Takes what makes a line; on stderr it is shown, and made, no more than once a minute.

    What it takes beside it is what the line is about: the first of something else is shown at once.
    """
    told, last = time.monotonic(), ""

    def show(line: Callable[[], str], about: str = "") -> None:
        nonlocal told, last
        if about != last or time.monotonic() - told >= _LINE_SECONDS:
            told, last = time.monotonic(), about
            click.echo(line(), err=True)

    return show
