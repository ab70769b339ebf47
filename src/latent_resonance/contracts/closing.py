"""What a ``with`` statement closes at its end."""

from typing import Self


class Closing:
    """Base of everything that holds something until it is closed."""

    def close(self) -> None:
        """Release what is held; safe to call twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
