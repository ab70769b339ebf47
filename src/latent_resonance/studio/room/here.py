"""A room in this process: one replica, for as many as the machine carries."""

from collections.abc import Callable
from functools import partial

import uvicorn

from latent_resonance.studio.room.access import RoomAccess, keep_secret
from latent_resonance.studio.room.replica import Replica
from latent_resonance.studio.room.table import RoomTable
from latent_resonance.studio.serve import (
    Behind,
    Door,
    address_of,
    answer,
    hosts_of,
    opened,
    say_who_reaches,
    server_options,
)

ROOM = Behind("room", "play there, and do nothing else")


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
    with opened(door, ROOM) as (folder, listening):
        secret = keep_secret(folder / "room-key")
        port = listening.getsockname()[1]
        hosts = tuple(hosts_of(door, port))
        replica = Replica(hosts, port, secret, partial(RoomTable, folder / "room.sqlite"))
        server = uvicorn.Server(uvicorn.Config(replica, **server_options()))
        invite(door, port, RoomAccess(hosts, port, secret), say)
        answer(server, listening)


def invite(door: Door, port: int, access: RoomAccess, say: Callable[[str], None]) -> None:
    """Say the room's address, and what it is good for."""
    say_who_reaches(door, port, ROOM, say)
    say(
        f"The room is at {address_of(door, port, access)}\n"
        f"Whoever has this address can {ROOM.visitors}; it works as often as it is opened. "
        "Ctrl-C closes the room."
    )
