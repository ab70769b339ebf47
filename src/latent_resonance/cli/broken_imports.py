"""Ctrl-C while a library is imported, which C code tells as an import that failed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def broken_off_by_hand() -> Iterator[None]:
    """An import of the block that Ctrl-C broke off is a KeyboardInterrupt.

    Extensions make an ImportError of it, and not all of them keep its cause: so the press is noted.
    """
    before, pressed = signal.getsignal(signal.SIGINT), threading.Event()
    main = threading.current_thread() is threading.main_thread()
    if not main or before is not signal.default_int_handler:
        yield
        return

    def note(number: int, frame: FrameType | None) -> None:
        pressed.set()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    except Exception as error:
        if pressed.is_set() and _of_import(error):
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def _of_import(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ImportError):
        error = error.__cause__ or error.__context__
    return error is not None
