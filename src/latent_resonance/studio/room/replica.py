"""One replica of a room: an ASGI application that can be sent to another process."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.engine.priority import come_second, playing
from latent_resonance.engine.stale_files import clean_scratch, scratch_folder
from latent_resonance.studio.guard.refusal import Application, Receive, Scope, Send
from latent_resonance.studio.room.access import RoomAccess
from latent_resonance.studio.room.table import Table


@dataclass
class Replica:
    """Opens a studio when its server begins, in a folder of its own that ends with it.

    Guests reach nothing of whoever gives the room: no takes, uploads, jobs, settings of theirs are
    in that folder. Sessions are in the room's table.

    Args:
        hosts: exact values of the Host header, as ``Access`` takes them.
        port: that the guests come to.
        secret: of the room.
        open_table: called where the replica runs.
    """

    hosts: tuple[str, ...]
    port: int
    secret: str
    open_table: Callable[[], Table]
    _app: Application | None = field(default=None, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one socket, or the server's own start and end, which comes first."""
        if scope["type"] != "lifespan":
            assert self._app is not None  # noqa: S101 - a server begins with its start
            await self._app(scope, receive, send)
            return
        clean_scratch()  # of replicas that were killed
        with playing(), scratch_folder("room") as folder:
            # A replica that begins beside others, in place of one that was lost, lets them play.
            with ThreadPoolExecutor(1, initializer=come_second) as beginning:
                loop = asyncio.get_running_loop()
                self._app = await loop.run_in_executor(beginning, self._open, folder)
            await self._app(scope, receive, send)

    def _open(self, folder: Path) -> Application:
        # Here, as to import them is most of the work.
        from latent_resonance.models.engines.quiet_openvino import load_openvino
        from latent_resonance.studio.app import create_app
        from latent_resonance.studio.room.sessions import RoomSessions
        from latent_resonance.studio.studio import Studio

        room = RoomSessions(self.open_table())
        studio = Studio(folder, local=False, room=room)
        studio.load_cards()
        load_openvino()
        return create_app(studio, RoomAccess(self.hosts, self.port, self.secret))
