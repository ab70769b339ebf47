"""Inert values that a foreign pickle becomes, what it may cost, and how it is refused."""

from dataclasses import dataclass, field
from typing import Any

_BYTES_AN_ITEM = 16


class Refusal(Exception):  # noqa: N818 - a verdict, shown after the file's name
    """Why a file is not read, worded to follow its name: ``"wants to call os.system: refused"``."""


class Budget:
    """Steps and bytes that are left for one file; nothing in it can take more than it brings.

    Args:
        file_bytes: its size. All that is made of it together may have twice that, and a little.
        steps: instructions it may have; a network of 1024 x 1024 pixels has some 30,000.
    """

    def __init__(self, file_bytes: int, steps: int = 1_000_000) -> None:
        self._steps = steps
        self._bytes = 2 * file_bytes + (1 << 20)

    def step(self) -> None:
        """One more instruction; raises Refusal."""
        self._steps -= 1
        if self._steps < 0:
            raise Refusal("has more instructions than any network needs: refused")

    def copy(self, items: int) -> None:
        """A list is copied, which is kept once but may be asked for often; raises Refusal."""
        self.take(_BYTES_AN_ITEM * items)

    def take(self, count: int) -> None:
        """Some more memory; raises Refusal."""
        self._bytes -= count
        if self._bytes < 0:
            raise Refusal("claims more memory than it has bytes for: refused")


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function that a pickle names; never imported."""

    full: str


@dataclass(slots=True, eq=False)
class Unknown:
    """What a file makes of a class that is not known: nothing but that name, whatever is put in.

    A generator may not hold one; what lies beside it may.
    """

    full: str

    def build(self, state: Any) -> None:
        """Its state is not looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class LongText:
    """A text too long to be a name or a setting, such as source code: kept as bytes, undecoded."""

    utf8: memoryview


@dataclass(slots=True, eq=False)
class Module:
    """A network or layer: the name of its class, and its attributes."""

    class_name: str
    state: dict[Any, Any] = field(default_factory=dict)

    def build(self, state: Any) -> None:
        """Take the attributes; raises Refusal."""
        if not isinstance(state, dict):
            raise Refusal(f"is damaged: a {self.class_name} without a table of attributes")
        self.state = state
