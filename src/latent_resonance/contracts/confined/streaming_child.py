"""A child that stays: makes one stream after another, a piece each time that it is asked.

Orders come on stdin, a line of JSON each, which may have a ``word`` for the function; one that is
empty gets no answer. An answer on stdout is a letter, the seconds of the processor that the stream
has taken, a length, and that many bytes.
"""

import importlib
import json
import os
import signal
import struct
import sys
import time
from collections.abc import Generator
from contextlib import suppress

from latent_resonance.contracts.confined.child import limit_cpu, limit_memory
from latent_resonance.contracts.errors import ResonanceError, in_a_line

HEAD = struct.Struct("<cdI")
Stream = Generator[bytes, object, None]
PIECE, END, ERROR, MEMORY = b"p", b"e", b"x", b"m"


def main() -> None:
    """Serve until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print is no answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # Ctrl-C is for the program that asked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory(int(sys.argv[1]))
    stream: Stream = _nothing()
    began = 0.0
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "cpu_seconds" not in order:
            # Its file is closed, and its memory free, while nobody asks.
            stream = _nothing()
            continue
        limit_cpu(time.process_time() + float(order["cpu_seconds"]))
        if "function" in order:
            # The program that asked may have gone elsewhere since this child was started.
            with suppress(OSError):
                os.chdir(order.get("folder", "."))
            stream, began = _begin(order), time.process_time()
        kind, piece = _next(stream, order.get("word"))
        answers.write(HEAD.pack(kind, time.process_time() - began, len(piece)))
        answers.write(piece)
        answers.flush()
        if kind == MEMORY:
            return


def _nothing() -> Stream:
    yield from ()


def _begin(order: dict[str, object]) -> Stream:
    """The stream that is ordered; what fails in its making fails at its first piece."""
    name, _, attribute = str(order["function"]).partition(":")
    arguments = order["arguments"]
    assert isinstance(arguments, dict)  # noqa: S101 - its maker is this program
    yield from getattr(importlib.import_module(name), attribute)(**arguments)


def _next(stream: Stream, word: object) -> tuple[bytes, bytes]:
    try:
        return PIECE, stream.send(word)
    except StopIteration:
        return END, b""
    except MemoryError:
        return MEMORY, b""
    except (ResonanceError, OSError) as error:
        told = {"kind": type(error).__name__, "line": in_a_line(error)}
        return ERROR, json.dumps(told).encode()


if __name__ == "__main__":
    main()
