"""Windows for notes on a thread of their own: those that notes wait for, then those ahead."""

import queue
import threading
import time
from collections.abc import Callable

from latent_resonance.engine.notes.instruments import Tone
from latent_resonance.engine.notes.window_store import Found, NoteKey, WindowStore

_NEAR_SEMITONES = 2.0
_AHEAD_VELOCITIES = (100, 64)
# The middle of a piano first, every fourth key first: then every key has a neighbour to begin with.
_AHEAD_PITCHES = tuple(sorted(range(36, 97), key=lambda p: (p % 4 > 0, abs(p - 60))))
_REST_SECONDS = 0.002

_Wanted = tuple[int, int, Tone, float, int]


class NoteWindows:
    """Gives a synthesizer its windows without ever waiting for the model.

    Args:
        store: of the opened instrument; it is asked by this thread alone once it runs.
        made: called with the seconds that a window took.
    """

    def __init__(self, store: WindowStore, made: Callable[[float], None]) -> None:
        self._store = store
        self._made = made
        self._queue: queue.PriorityQueue[_Wanted] = queue.PriorityQueue()
        self._asked: set[NoteKey] = set()
        self._order = 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, name="note windows", daemon=True)
        self._thread.start()

    def request(self, tone: Tone, pitch: float, velocity: int) -> Found | None:
        """The window, or a near one while it is made, or None while there is none near."""
        key = self._store.key(tone, pitch, velocity)
        window = self._store.peek(tone, pitch, velocity)
        if window is not None:
            return Found(window, key.pitch)
        if key not in self._asked:
            self._asked.add(key)
            self._put(0, tone, pitch, velocity)
        return self._store.nearest(tone, pitch, velocity, _NEAR_SEMITONES)

    def prepare(self, tone: Tone) -> None:
        """A keyboard's range of a tone, behind all that notes wait for."""
        for velocity in _AHEAD_VELOCITIES:
            for pitch in _AHEAD_PITCHES:
                self._put(1, tone, float(pitch), velocity)

    def forget_ahead(self) -> None:
        """Another tone was chosen: what was to be made ahead for the last one is not needed."""
        kept = []
        while True:
            try:
                wanted = self._queue.get_nowait()
            except queue.Empty:
                break
            if wanted[0] == 0:
                kept.append(wanted)
        for wanted in kept:
            self._queue.put(wanted)

    def close(self) -> None:
        """End the thread."""
        self._ends.set()
        self._thread.join(timeout=5)

    def _put(self, urgency: int, tone: Tone, pitch: float, velocity: int) -> None:
        self._order += 1
        self._queue.put((urgency, self._order, tone, pitch, velocity))

    def _work(self) -> None:
        while not self._ends.is_set():
            try:
                urgency, _, tone, pitch, velocity = self._queue.get(timeout=0.05)
            except queue.Empty:
                continue
            there = self._store.peek(tone, pitch, velocity) is not None
            began = time.perf_counter()
            self._store.get(tone, pitch, velocity)
            self._asked.discard(self._store.key(tone, pitch, velocity))
            if there:
                continue
            self._made(time.perf_counter() - began)
            if urgency:
                self._ends.wait(_REST_SECONDS)  # ahead of need, and not in the way of what is
