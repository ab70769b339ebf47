"""The child: takes one order on stdin, gives one answer on stdout, both JSON."""

import importlib
import json
import math
import os
import sys
from contextlib import suppress
from typing import Any

from latent_resonance.contracts.errors import ResonanceError, in_a_line

# Programs and their libraries are mapped beside what they take.
_MAPPED = 4 << 30


def main() -> None:
    """Do what was ordered."""
    order = json.loads(sys.stdin.buffer.read())
    # What libraries print is no answer.
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    limit_cpu(int(order["cpu_seconds"]))
    limit_memory(int(order["memory_bytes"]))
    with os.fdopen(answer, "w", encoding="ascii") as out:
        json.dump(_work(str(order["function"]), order["arguments"]), out)


def _work(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    name, _, attribute = function.partition(":")
    try:
        return {"result": getattr(importlib.import_module(name), attribute)(**arguments)}
    except MemoryError:
        return {"memory": True}
    except (ResonanceError, OSError) as error:
        return {"error": in_a_line(error)}


def limit_memory(memory_bytes: int) -> None:
    """The system's own limit, where it has one; the parent watches as well. No core is dumped."""
    _limit("RLIMIT_AS", memory_bytes + _MAPPED)
    _limit("RLIMIT_CORE", 0)


def limit_cpu(seconds: float) -> None:
    """At which the system ends this process, counted from its start, where it does."""
    _limit("RLIMIT_CPU", math.ceil(seconds))


def _limit(kind: str, wanted: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    number = getattr(resource, kind)
    _, hard = resource.getrlimit(number)
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    # macOS has not all of them.
    with suppress(OSError, ValueError):
        resource.setrlimit(number, (soft, hard))


if __name__ == "__main__":
    main()
