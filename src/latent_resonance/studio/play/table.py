"""All seats: who plays what, and what is kept warm for a page that reloads."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from latent_resonance.studio.instruments.catalogue import find_instrument
from latent_resonance.studio.instruments.player import Instrument
from latent_resonance.studio.instruments.priority import forget_what_stays
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.seat import Seat
from latent_resonance.studio.store.settings import SettingsTable

_WARM_SECONDS = 60.0
_MOST_WARM = 2


class Listener(Protocol):
    """Whoever sits: told from any thread."""

    def lose_seat(self) -> None:
        """Another one sits there now."""
        ...

    def take_patch(self, patch: Patch) -> None:
        """The session was changed from elsewhere."""
        ...


@dataclass(slots=True)
class _Place:
    seat: Seat
    by: Listener | None
    left: float = 0.0


class Table:
    """Seats by session.

    Args:
        instruments: that can be opened.
        settings: for engine and threads.
    """

    def __init__(self, instruments: Mapping[str, Instrument], settings: SettingsTable) -> None:
        self._instruments = instruments
        self._settings = settings
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def sit(self, session: str, patch: Patch, connection: Listener) -> Seat:
        """A seat for the connection; one that has it already loses it. May take seconds.

        Raises:
            ResonanceError: the instrument cannot be opened; says why.
        """
        with self._lock:
            place = self._places.get(session)
            if place is not None:
                if place.by is not None:
                    place.by.lose_seat()
                place.by = connection
        if place is not None:
            return place.seat  # what is set on it is later than what was kept of it
        seat = self.open(patch)
        with self._lock:
            before = self._places.get(session)
            self._places[session] = _Place(seat, connection)
        if before is not None:  # two tabs at once: the later one wins
            if before.by is not None:
                before.by.lose_seat()
            before.seat.close()
        self._clear()
        return seat

    def open(self, patch: Patch) -> Seat:
        """An instrument as the patch and the settings say."""
        settings = self._settings.get()
        instrument = find_instrument(self._instruments, patch.instrument)
        player = instrument.open(patch, settings.engine, settings.device, settings.threads)
        forget_what_stays()
        return Seat(player, patch)

    def exchange(self, session: str, connection: Listener, seat: Seat) -> bool:
        """Put another seat in the place of the connection's; False where it has none any more."""
        with self._lock:
            place = self._places.get(session)
            if place is None or place.by is not connection:
                return False
            old, place.seat = place.seat, seat
        old.close()
        return True

    def stand_up(self, session: str, connection: Listener) -> None:
        """The connection is gone; the seat stays warm for a while."""
        with self._lock:
            place = self._places.get(session)
            if place is None or place.by is not connection:
                return
            place.by, place.left = None, time.monotonic()
        self._clear()

    def follow(self, session: str, patch: Patch) -> None:
        """A patch that came from elsewhere: whoever plays the session is told."""
        with self._lock:
            place = self._places.get(session)
        if place is None:
            return
        if place.by is not None:
            place.by.take_patch(patch)
        elif not place.seat.follow(patch):
            self.leave(session)

    def leave(self, session: str) -> None:
        """The session is over."""
        with self._lock:
            place = self._places.pop(session, None)
        if place is None:
            return
        if place.by is not None:
            place.by.lose_seat()
        place.seat.close()

    @property
    def seated(self) -> int:
        """How many play now."""
        with self._lock:
            return sum(place.by is not None for place in self._places.values())

    def close(self) -> None:
        """Everybody out."""
        for session in list(self._places):
            self.leave(session)

    def _clear(self) -> None:
        """Close what stayed warm for too long, the longest first where there are many."""
        now = time.monotonic()
        with self._lock:
            warm = sorted((p.left, s) for s, p in self._places.items() if p.by is None)
            old = [
                s
                for n, (left, s) in enumerate(warm)
                if now - left > _WARM_SECONDS or n < len(warm) - _MOST_WARM
            ]
            gone = [self._places.pop(session) for session in old]
        for place in gone:
            place.seat.close()
