"""The child: takes one order on stdin, gives one answer on stdout, both JSON."""

import importlib
import json
import os
import sys
from typing import Any

from latent_resonance.contracts.errors import ResonanceError

# Programs and their libraries are mapped beside what they take.
_MAPPED = 4 << 30


def main() -> None:
    """Do what was ordered."""
    order = json.loads(sys.stdin.buffer.read())
    # What libraries print is no answer.
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    _limit(int(order["cpu_seconds"]), int(order["memory_bytes"]))
    with os.fdopen(answer, "w", encoding="ascii") as out:
        json.dump(_work(str(order["function"]), order["arguments"]), out)


def _work(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    name, _, attribute = function.partition(":")
    try:
        return {"result": getattr(importlib.import_module(name), attribute)(**arguments)}
    except MemoryError:
        return {"memory": True}
    except (ResonanceError, OSError) as error:
        return {"error": " ".join(str(error).split())}


def _limit(cpu_seconds: int, memory_bytes: int) -> None:
    """The system's own limits, where it has them; the parent watches as well."""
    if sys.platform == "win32":
        return
    import resource

    for kind, wanted in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes + _MAPPED),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(kind, (soft, hard))
        except (OSError, ValueError):  # macOS has not all of them
            continue


if __name__ == "__main__":
    main()
