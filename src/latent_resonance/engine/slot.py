"""Hands the latest value from one thread to another: never a queue."""

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds one value; a newer one takes its place.

    Any number of threads may put; one takes.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._value: T | None = None
        self.replaced = 0

    def put(self, value: T) -> None:
        """Leave a value; what was not taken yet is dropped and counted."""
        with self._changed:
            if self._value is not None:
                self.replaced += 1
            self._value = value
            self._changed.notify()

    def take(self, timeout_seconds: float = 0.0) -> T | None:
        """The value, once; None when there is none within the timeout."""
        with self._changed:
            if self._value is None and timeout_seconds > 0:
                self._changed.wait(timeout_seconds)
            value, self._value = self._value, None
            return value
