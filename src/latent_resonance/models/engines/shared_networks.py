"""One network for all who play it in a process: a player of its own costs what its state takes."""

import os
import threading
import weakref
from collections.abc import Callable, Hashable

from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.flow import Infer


class SharedNetwork:
    """A compiled network; who wants it beside more than it takes at once waits for a turn.

    Args:
        infer: gives an array that is nobody else's.
        at_once: calls that it takes at the same time.

    Attributes:
        gave: shape of what it gave last; None before it ran.
    """

    def __init__(self, infer: Infer, at_once: int = 1) -> None:
        self._infer = infer
        self._turn = threading.Semaphore(at_once)
        self.gave: tuple[int, ...] | None = None

    def __call__(self, *given: FloatArray) -> FloatArray:
        with self._turn:
            made = self._infer(*given)
        self.gave = made.shape
        return made


class SharedNetworks:
    """Those that are played now. What nobody plays any longer is let go.

    Of each there are as many copies as can run at once, so that taking turns costs no time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiling: dict[Hashable, threading.Lock] = {}
        self._alive: dict[Hashable, list[weakref.ref[SharedNetwork]]] = {}

    def get(
        self, key: Hashable, threads: int, compile_: Callable[[], Infer], at_once: int = 1
    ) -> SharedNetwork:
        """One that is there, or a new one.

        Args:
            key: all that makes two of them alike.
            threads: of the processor that one call takes.
            compile_: makes one; may raise whatever the engine raises.
            at_once: calls that one takes at the same time.
        """
        most = max(1, (os.cpu_count() or 1) // max(1, threads * at_once))
        with self._lock:
            mine = self._compiling.setdefault(key, threading.Lock())
        with mine:  # others compile beside it
            with self._lock:
                there = [(ref, found) for ref in self._alive.get(key, []) if (found := ref())]
                if len(there) >= most:
                    (ref, found), *rest = there
                    self._alive[key] = [*(other for other, _ in rest), ref]  # others come next
                    return found
            made = SharedNetwork(compile_(), at_once)
            with self._lock:
                self._forget()
                self._alive[key] = [*(ref for ref, _ in there), weakref.ref(made)]
            return made

    def _forget(self) -> None:
        """Drop what nobody plays."""
        self._alive = {k: refs for k, refs in self._alive.items() if any(r() for r in refs)}
        self._compiling = {
            k: lock for k, lock in self._compiling.items() if k in self._alive or lock.locked()
        }


NETWORKS = SharedNetworks()
