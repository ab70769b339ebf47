"""The exceptions of Latent Resonance; every message is written for the person at the keyboard.

ResonanceError
├── InputError            a file or value that was given cannot be used
│   ├── MediaError        a sound, video or image that cannot be read
│   ├── UnknownNameError  a recipe, part, bundle or control of that name does not exist
│   └── BundleError       a model file is damaged, hostile or of another version
├── OutputError           a result cannot be written
├── AssemblyError         the parts of an instrument do not fit together
├── DeviceError           a camera, sound card or engine is missing or refuses
└── MissingPartError      something optional is not installed; says what to install
"""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class ResonanceError(Exception):
    """Base of all errors that the command line shows as one line, without a traceback."""


class InputError(ResonanceError):
    """A file or value that was given cannot be used."""


class MediaError(InputError):
    """A sound, video or image that cannot be read."""


class UnknownNameError(InputError):
    """A name that nothing carries; the message offers the nearest ones that exist.

    Where it may be one of the player's own, ``own`` says what makes it known; then only a name that
    is much like it is offered.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], own: str = "") -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.8 if own else 0.5)
        hints = [f"did you mean '{near[0]}'?"] if near else []
        hints += [own] if own else []
        told = " ".join(hints) or f"there is: {', '.join(names) or 'none'}"
        super().__init__(f"no {kind} is called '{name}'; {told}")


class BundleError(InputError):
    """A model file is damaged, hostile or of another version."""


class OutputError(ResonanceError):
    """A result cannot be written."""


class AssemblyError(ResonanceError):
    """The parts of an instrument do not fit together."""


class DeviceError(ResonanceError):
    """A camera, a sound card or an inference engine is missing or refuses."""


class MissingPartError(ResonanceError):
    """Something optional is not installed; the message says what to install."""


@contextmanager
def told_of(place: str) -> Iterator[None]:
    """What is refused in the block says of which place of a file it is; nothing where ``""``."""
    try:
        yield
    except ResonanceError as error:
        if place:
            error.args = (f"{place}: {error}",)
        raise


def behind_a_colon(message: str) -> str:
    """What a validation says of a value; names in it keep their capitals."""
    said = message.removeprefix("Value error, ")
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def in_a_line(error: BaseException | None) -> str:
    """What an error says, without the line breaks and indents of a library's message."""
    return " ".join(str(error).split())
