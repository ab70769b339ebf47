"""A room in this process: one replica, for as many as the machine carries."""

from collections.abc import Callable
from functools import partial

import uvicorn

from latent_resonance.studio.guard.access import Access
from latent_resonance.studio.room.access import RoomAccess, keep_secret
from latent_resonance.studio.room.replica import Replica
from latent_resonance.studio.room.table import RoomTable
from latent_resonance.studio.serve import (
    Door,
    address_of,
    answer,
    hosts_of,
    opened,
    server_options,
)


def serve_here(door: Door, say: Callable[[str], None]) -> None:
    """Until Ctrl-C.

    Args:
        door: where.
        say: shown to whoever started it.

    Raises:
        InputError: another machine could reach it, and nobody allowed that.
        DeviceError: the port is taken.
        OutputError: the studio's folder cannot be used.
    """
    with opened(door) as (folder, listening):
        secret = keep_secret(folder / "room-key")
        port = listening.getsockname()[1]
        hosts = tuple(hosts_of(door, port))
        replica = Replica(hosts, port, secret, partial(RoomTable, folder / "room.sqlite"))
        server = uvicorn.Server(uvicorn.Config(replica, **server_options()))
        say(invitation(door, port, RoomAccess(hosts, port, secret)))
        answer(server, listening)


def invitation(door: Door, port: int, access: Access) -> str:
    """The room's address, and what it is good for."""
    return (
        f"The room is at {address_of(door, port, access)}\n"
        "Whoever has this address can play there, as often as they like, and do nothing else. "
        "Ctrl-C closes the room."
    )
