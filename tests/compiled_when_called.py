"""numba compiles what is called, for the types it is called with, when it is first called.

librosa asks for dozens of compiled functions when it is imported, which takes half a minute of
processor time where nothing was compiled before, as in a new environment; tests call three of them.
"""

import functools
from collections.abc import Callable
from typing import Any


def compile_when_called() -> None:
    """From now on, for what is imported after this; nothing where there is no numba."""
    try:
        import numba
    except ImportError:
        return
    for name in ("guvectorize", "vectorize"):
        setattr(numba, name, _later(getattr(numba, name)))


def _later(compiler: Callable[..., Any]) -> Callable[..., Any]:
    def decorator(*given: Any, **options: Any) -> Callable[..., Any]:
        if not given or callable(given[0]):
            # Without types numba itself waits for a call.
            return compiler(*given, **options)
        signatures, *more = given

        def deferred(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.cache
            def compiled(kind: str) -> Callable[..., Any]:
                fitting = [one for one in signatures if one.partition("(")[2].startswith(kind)]
                return compiler(fitting or signatures, *more, **options)(function)

            @functools.wraps(function)
            def called(first: Any, *others: Any, **named: Any) -> Any:
                return compiled(str(getattr(first, "dtype", "")))(first, *others, **named)

            return called

        return deferred

    return decorator
