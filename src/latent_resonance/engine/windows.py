"""What a model has made, kept for a renderer: in step for files, as it comes for live performances.

All serve the same requests. A request without a key asks for the performer's place of this
moment: the newest takes the place of one that was not begun. A request with a key is kept under it,
the least recently used being forgotten.
"""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Model, Renderer, Want
from latent_resonance.contracts.values import Latent
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.priority import come_second
from latent_resonance.engine.rests import Makers, rest_after, rest_of_pictures, rest_of_sound
from latent_resonance.models.engines.threads import physical_cores
from latent_resonance.models.engines.with_kit import WithKit

_MOST_KEPT = 256
# The threads of a studio's pages, which share the processor with each other's sound.
_OF_SOUND = Makers()


class KeptWindows:
    """What was made, by key; safe to use from several threads."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = max(1, most)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def find(self, key: Hashable) -> Any | None:
        """What is kept under the key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep it, in place of the least recently used where there are too many."""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def nearest(self, distance: Callable[[Any], float]) -> tuple[Any, Any] | None:
        """The nearest key by ``distance`` and what it keeps; None where all are infinitely far."""
        with self._lock:
            far = float("inf")
            distances = [(distance(key), n, key) for n, key in enumerate(self._kept)]
            best = min(distances, default=(far, 0, None), key=lambda d: (d[0], d[1]))
            return None if best[0] == far else (best[2], self._kept[best[2]])


class _Windows:
    """What both stores share.

    Args:
        model: prepared.
        renderer: whose ``ready`` looks at what was made.
        meters: where times go.
        kept: windows to begin with; a store of its own if not given.
    """

    def __init__(
        self, model: Model, renderer: Renderer, meters: Meters, kept: KeptWindows | None = None
    ) -> None:
        self._model, self._renderer, self._meters = model, renderer, meters
        self._kept = kept or KeptWindows()
        self._latest: Any | None = None

    def latest(self) -> Any | None:
        """What the newest request without a key became that is made so far."""
        return self._latest

    def nearest(self, distance: Callable[[Any], float]) -> tuple[Any, Any] | None:
        """See ``KeptWindows``."""
        return self._kept.nearest(distance)

    def _make(self, want: Want) -> Any:
        """What the renderer keeps of the model's output at the wanted place."""
        began = time.perf_counter()
        made = self._renderer.ready(self._model.generate(Latent(want.w, of_kit=want.of_kit)), want)
        self._meters.generation.add(time.perf_counter() - began)
        if want.key is None:
            self._latest = made
        else:
            self._kept.keep(want.key, made)
        return made


class InlineWindows(_Windows):
    """Makes what is wanted in the caller's thread: bytes repeat whatever the machine does.

    What is asked for without a key in one step is there from the next one on, as it would be live.
    """

    def get(self, want: Want) -> Any:
        """What is kept for the key; made now where it is missing."""
        found = self._kept.find(want.key)
        return self._make(want) if found is None else found

    def serve(self, wants: Iterable[Want]) -> None:
        """Make what one step asked for; what is only asked for ahead of need is left alone."""
        for want in wants:
            if want.key is None:
                self._make(want)
            elif not want.ahead:
                self.get(want)

    def begin(self, wants: Iterable[Want]) -> None:
        """Nothing is made before the first step, so that every clock gives the same bytes."""

    def close(self) -> None: ...


class AheadWindows(InlineWindows):
    """The same windows at the same steps, made beside what the caller does.

    What one step asks for without a key is made on a thread while the caller shows that step and
    prepares the next one, which waits for it. The model is only entered by that thread.
    """

    _asked: Future[Any] | None = None

    @cached_property
    def _maker(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "model")

    def latest(self) -> Any | None:
        """What the last step's request without a key became; raises what the model raised."""
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.result()
        return super().latest()

    def serve(self, wants: Iterable[Want]) -> None:
        """Begin what one step asked for; what is only asked for ahead of need is left alone."""
        for want in wants:
            if want.key is None:
                self.latest()
                self._asked = self._maker.submit(super()._make, want)
            elif not want.ahead:
                self.get(want)

    def close(self) -> None:
        """End the thread, once it has made what it began; safe to call twice."""
        self._maker.shutdown(cancel_futures=True)

    def _make(self, want: Want) -> Any:
        return self._maker.submit(super()._make, want).result()


class ThreadedWindows(_Windows):
    """Makes what is wanted on a thread of its own; the sound never waits.

    A place that never stands still would keep a core busy without end. So the thread rests after
    each such window (``rests``), longer where others of the process do as it does. An error of the
    model is counted; what was made before plays on.

    Args:
        alone: whether pictures are all that is made here, with no sound and no page beside them.
    """

    def __init__(
        self,
        model: Model,
        renderer: Renderer,
        meters: Meters,
        kept: KeptWindows | None = None,
        *,
        alone: bool = False,
    ) -> None:
        super().__init__(model, renderer, meters, kept)
        self._alone = alone
        self._lock = threading.Lock()
        self._newest: Want | None = None
        self._queue: queue.PriorityQueue[tuple[bool, int, int, Want]] = queue.PriorityQueue()
        self._order = 0
        self._plan = 0
        self._asked: set[Hashable] = set()
        self._work = threading.Semaphore(0)
        self._ends = threading.Event()
        self._rest, self._rests_until = 0.0, 0.0
        self._makers = _OF_SOUND
        self._thread: threading.Thread | None = None

    def get(self, want: Want) -> Any | None:
        """What is kept for the key; None while it is not made."""
        return self._kept.find(want.key)

    def serve(self, wants: Iterable[Want]) -> None:
        """Hand what one step asked for to the model's thread; gives at once.

        New requests ahead of need take the place of those that were not begun.
        """
        ahead = [want for want in wants if want.ahead]
        self._plan += bool(ahead)
        for want in wants:
            if want.key is None:
                with self._lock:
                    self._meters.dropped_requests += self._newest is not None
                    self._newest = want
            elif want.ahead or want.key not in self._asked:
                self._order += 1
                self._queue.put((want.ahead, self._order, self._plan, want))
                if not want.ahead:
                    self._asked.add(want.key)
            else:
                continue
            self._work.release()

    def begin(self, wants: Iterable[Want]) -> None:
        """Make these before the first sample, so that it does not begin with silence."""
        for want in wants:
            if not want.ahead:
                self._make(want)
        pictures = isinstance(self._renderer.gives, PictureFormat)
        cores = physical_cores()
        if pictures:
            self._rest = rest_of_pictures(cores, alone=self._alone)
            self._makers = Makers()  # a frame that is asked for waits for nobody's sound
        else:
            self._rest = rest_of_sound(cores)
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()
        if isinstance(self._model, WithKit):
            # The first drum of a performance would be late by as long as the kit takes to open.
            threading.Thread(target=self._open_kit, args=(self._model,), daemon=True).start()

    def close(self) -> None:
        """End the thread; safe to call twice."""
        self._ends.set()
        self._work.release()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._makers.leave(self)

    def _open_kit(self, model: WithKit) -> None:
        come_second()
        try:
            model.open_kit()
        except Exception as error:  # noqa: BLE001 - notes go on without drums
            self._meters.error("model", error)

    def _run(self) -> None:
        come_second()
        while True:
            self._work.acquire()
            if self._newest is not None:
                self._ends.wait(self._rests_until - time.monotonic())
            if self._ends.is_set():
                return
            with self._lock:
                newest, self._newest = self._newest, None
            want = newest or self._next()
            if want is None:
                continue
            began = time.monotonic()
            try:
                self._make(want)
            except Exception as error:  # noqa: BLE001 - what was made before plays on
                self._meters.error("model", error)
            if want is newest:
                now = time.monotonic()
                makers = self._makers.count(self, now)
                self._rests_until = now + rest_after(now - began, self._rest, makers)
            self._asked.discard(want.key)

    def _next(self) -> Want | None:
        """The most urgent request with a key; None where it is there, or no longer of use."""
        try:
            _, _, plan, want = self._queue.get_nowait()
        except queue.Empty:
            return None
        over = want.ahead and (plan != self._plan or self._kept.find(want.key) is not None)
        return None if over else want
