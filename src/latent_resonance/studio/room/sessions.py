"""A replica's view of its room's sessions, and its ear for what the other replicas change."""

import asyncio
from contextlib import suppress

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.player_pool import PlayerPool
from latent_resonance.studio.room.table import Played, Row, Table
from latent_resonance.studio.store.ids import new_id
from latent_resonance.studio.store.sessions import Session

_NEWS_SECONDS = 0.2
_KEEP_SECONDS = 0.05


class RoomSessions:
    """Sessions that several replicas play, each at most in one of them.

    Args:
        table: where all replicas of the room keep them.
    """

    kept_first = True

    def __init__(self, table: Table) -> None:
        self._table = table
        self._replica = new_id()
        self._unkept: list[tuple[Played, asyncio.Future[bool]]] = []
        self._keeping: asyncio.Task[None] | None = None
        self.seen = table.latest_news()

    def add(self, patch: Patch) -> Session:
        """A new one, under an id that nobody has; raises TooMuchError where the room is full."""
        return _session(self._table.add(new_id(), patch.model_dump_json(), self._replica))

    def find(self, session: str) -> Session | None:
        """As it was kept last, wherever it is played; None where there is none."""
        row = self._table.find(session)
        return None if row is None else _session(row)

    def claim(self, session: str) -> tuple[Session, bool] | None:
        """It is played here from now on, and nowhere else."""
        found = self._table.claim(session, self._replica)
        return None if found is None else (_session(found[0]), found[1])

    async def keep(self, session: str, patch: Patch, seen: int) -> bool:
        """As it plays here; False where it is gone, others changed it after ``seen``, or the table
        does not answer: the sound goes on, and it is tried again.
        """
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._unkept.append(((session, patch.model_dump_json(), seen), kept))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.ensure_future(self._keep_all())
        return await kept

    async def _keep_all(self) -> None:
        """What many pages set within a moment in one question, as each takes a millisecond."""
        while self._unkept:
            await asyncio.sleep(_KEEP_SECONDS)
            waiting, self._unkept = self._unkept, []
            told = [False] * len(waiting)
            try:
                with suppress(ResonanceError):
                    played = [one for one, _ in waiting]
                    told = await asyncio.to_thread(self._table.keep, self._replica, played)
            finally:  # whatever went wrong, nobody waits for ever
                for (_, kept), is_kept in zip(waiting, told, strict=True):
                    if not kept.done():  # else the page left without waiting for it
                        kept.set_result(is_kept)

    def put(self, session: str, patch: Patch) -> bool:
        """Another patch, which whoever plays it follows; False when there is no such session."""
        return self._table.put(session, patch.model_dump_json(), self._replica)

    def remove(self, session: str) -> bool:
        """Forget it; whoever plays it goes on, and is kept no more. False where there is none."""
        return self._table.remove(session)

    def close(self) -> None:
        """Ask the table no more."""
        self._table.close()

    async def follow_news(self, players: PlayerPool) -> None:
        """Until it is cancelled: what others put is played here, what they play no longer."""
        while True:
            await asyncio.sleep(_NEWS_SECONDS)
            with suppress(ResonanceError):  # whoever keeps something next is told
                # What is passed on to a player is in its queue before this goes on, so nobody
                # takes a patch for the latest whose news were not taken over.
                self.seen = await asyncio.to_thread(self._pass_on, players)

    def _pass_on(self, players: PlayerPool) -> int:
        latest = self.seen
        for number, session, player, patch in self._table.news(self._replica, latest):
            latest = number
            try:
                if player == self._replica:
                    players.follow(session, Patch.model_validate_json(patch))
                else:
                    players.end(session)
            except ResonanceError:  # one that cannot be played keeps no news from the others
                players.end(session)
        return latest


def _session(row: Row) -> Session:
    identifier, patch, created, updated = row
    return Session(
        id=identifier, patch=Patch.model_validate_json(patch), created=created, updated=updated
    )
