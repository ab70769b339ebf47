"""All players: who plays what, and what is kept open for a page that reloads."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from latent_resonance.engine.priority import forget_what_stays
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.instrument import Instrument, choose_engine, find_instrument
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.store.settings import SettingsTable

_KEPT_SECONDS = 60.0
_MOST_KEPT = 2


class Owner(Protocol):
    """Whoever plays a session: told from any thread."""

    def lose_player(self) -> None:
        """Another one plays the session now."""
        ...

    def take_patch(self, patch: Patch) -> None:
        """The session was changed from elsewhere."""
        ...

    def take_name(self, before: str, name: str) -> None:
        """What it plays goes by another name now."""
        ...

    def lose_instrument(self) -> None:
        """What it plays was deleted."""
        ...


@dataclass(slots=True)
class _Entry:
    player: SessionPlayer
    owner: Owner | None
    as_frames: bool = False
    left: float = 0.0


class PlayerPool:
    """Players by session.

    Args:
        instruments: gives those that can be opened.
        settings: for engine and threads.
    """

    def __init__(
        self, instruments: Callable[[], Mapping[str, Instrument]], settings: SettingsTable
    ) -> None:
        self._instruments = instruments
        self._settings = settings
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def take(
        self, session: str, patch: Patch, owner: Owner, as_frames: bool = False
    ) -> SessionPlayer:
        """The session's player; who has it already loses it. May take seconds.

        Raises:
            ResonanceError: the instrument cannot be opened; says why.
        """
        with self._lock:
            entry = self._entries.get(session)
            if entry is not None:
                if entry.owner is not None:
                    entry.owner.lose_player()
                    # Whoever held these keys releases them no more: neither a page that loses the
                    # player nor one that has gone and whose end is not noticed yet.
                    entry.player.end_notes()
                entry.owner = owner
        # What is set on it is later than what was kept of it, unless it was to be exchanged.
        if (
            entry is not None
            and entry.as_frames == as_frames
            and entry.player.patch.opened_with == patch.opened_with
        ):
            return entry.player
        try:
            player = self.open(patch, as_frames)
        except BaseException:
            with self._lock:  # nobody has the old one now: it ends as those do whose page has gone
                if entry is not None and entry.owner is owner:
                    entry.owner, entry.left = None, time.monotonic()
            raise
        with self._lock:
            before = self._entries.get(session)
            self._entries[session] = _Entry(player, owner, as_frames)
        if before is not None:  # two tabs at once, of which the later one wins, or an old one
            if before.owner not in (None, owner):
                before.owner.lose_player()
            before.player.close()
        self._close_old()
        return player

    def open(self, patch: Patch, as_frames: bool = False) -> SessionPlayer:
        """An instrument as the patch and the settings say.

        ``as_frames``: its pictures are drawn here even where a page could draw them.
        """
        settings = self._settings.get()
        instrument = find_instrument(self._instruments(), patch.instrument)
        engine = choose_engine(settings.engine, settings.device)
        player = instrument.open(patch, engine, settings.threads, as_frames)
        forget_what_stays()
        return SessionPlayer(player, patch)

    def exchange(self, session: str, owner: Owner, player: SessionPlayer) -> bool:
        """Another player in place of the owner's, which goes on where that was.

        False where the session is no longer theirs. Renders a moment of both.
        """
        with self._lock:
            entry = self._entries.get(session)
            if entry is None or entry.owner is not owner:
                return False
            old, entry.player = entry.player, player
        old.hand_over(player)
        old.close()
        return True

    def leave(self, session: str, owner: Owner) -> None:
        """The owner is gone; the player stays open for a while, and nothing sounds on in it."""
        with self._lock:
            entry = self._entries.get(session)
            if entry is None or entry.owner is not owner:
                return
            entry.owner, entry.left = None, time.monotonic()
            entry.player.end_notes()
        self._close_old()

    def follow(self, session: str, patch: Patch) -> None:
        """A patch that came from elsewhere: whoever plays the session is told."""
        with self._lock:
            entry = self._entries.get(session)
        if entry is None:
            return
        if entry.owner is not None:
            entry.owner.take_patch(patch)
        elif not entry.player.follow(patch):
            self.end(session)

    def end(self, session: str) -> None:
        """The session is over."""
        with self._lock:
            entry = self._entries.pop(session, None)
        if entry is None:
            return
        if entry.owner is not None:
            entry.owner.lose_player()
        entry.player.close()

    def rename_instrument(self, before: str, after: str) -> None:
        """Whoever plays it plays on, and is told."""
        for _, entry in self._of_instrument(before):
            entry.player.rename_instrument(after)
            if entry.owner is not None:
                entry.owner.take_name(before, after)

    def end_instrument(self, name: str) -> None:
        """It is deleted: whoever plays it is told, and its sound ends."""
        for session, entry in self._of_instrument(name):
            if entry.owner is not None:
                entry.owner.lose_instrument()
            self.end(session)

    def _of_instrument(self, name: str) -> list[tuple[str, _Entry]]:
        with self._lock:
            return [
                (session, entry)
                for session, entry in self._entries.items()
                if entry.player.patch.instrument == name
            ]

    @property
    def playing(self) -> int:
        """How many play now."""
        with self._lock:
            return sum(entry.owner is not None for entry in self._entries.values())

    def close(self) -> None:
        """End all sessions."""
        for session in list(self._entries):
            self.end(session)

    def _close_old(self) -> None:
        """Close what nobody came back for, the oldest first where there are many."""
        now = time.monotonic()
        with self._lock:
            kept = sorted((e.left, s) for s, e in self._entries.items() if e.owner is None)
            old = [
                s
                for n, (left, s) in enumerate(kept)
                if now - left > _KEPT_SECONDS or n < len(kept) - _MOST_KEPT
            ]
            gone = [self._entries.pop(session) for session in old]
        for entry in gone:
            entry.player.close()
