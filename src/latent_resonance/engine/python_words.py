"""Messages that name flags of the command line name arguments where Python is spoken."""

import re
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from latent_resonance.contracts.errors import ResonanceError

P = ParamSpec("P")
R = TypeVar("R")

# What stands in backticks is a command to type.
_FLAG = re.compile(r"`[^`]*`|(?<![\w-])--([a-z][a-z-]*)(?![\w.])")


def in_python_words(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose errors call its own arguments by their names: ``seconds``.

    Flags that are none of its arguments stay as they are: they stand in commands to type.
    """
    arguments = signature(function).parameters

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        def spell(flag: re.Match[str]) -> str:
            name = (flag[1] or "").replace("-", "_")
            return name if name in arguments or name in kwargs else flag[0]

        try:
            return function(*args, **kwargs)
        except ResonanceError as error:
            error.args = (_FLAG.sub(spell, str(error)),)
            raise

    return told
