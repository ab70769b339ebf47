"""Opens the studio: a socket, the guard for it, the server, the browser."""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from latent_resonance.contracts.errors import DeviceError, InputError
from latent_resonance.engine.heaps import share_heaps
from latent_resonance.engine.priority import come_first, come_second, serve_soon
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.studio.app import create_app
from latent_resonance.studio.guard.access import HTTPS, Access, renew_secret
from latent_resonance.studio.guard.slow import prompt_options
from latent_resonance.studio.jobs.runner import JobRunner
from latent_resonance.studio.studio import Studio, studio_folder
from latent_resonance.studio.wire import MOST_MESSAGE_BYTES

DEFAULT_PORT = 8765
_TRIES = 20
_PATIENCE_SECONDS = 3
# All addresses of this machine; not a name that anybody uses.
_ANY = {"0.0.0.0", "::"}  # noqa: S104


@dataclass(frozen=True, slots=True)
class Door:
    """Where the studio is reached.

    Attributes:
        host: address to listen at; a loopback one unless ``allow_remote``.
        port: None for the usual one, or the next that is free; 0 for any.
        allow_remote: other machines may reach it.
        names: other names that this machine goes by, for ``allow_remote``; ``https://NAME`` of a
            server with a certificate that passes on to here.
        browser: open it there.
        folder: what the studio remembers; the user's own when None.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    allow_remote: bool = False
    names: tuple[str, ...] = field(default=())
    browser: bool = True
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """What a door opens, for the sentences that tell of it.

    Attributes:
        name: one word.
        visitors: what those who have the address can do, after "can".
    """

    name: str
    visitors: str


STUDIO = Behind("studio", "play, read your takes and start jobs")


def server_options() -> dict[str, Any]:
    """How uvicorn serves: no compression of sound, no log of addresses that hold a token."""
    return {
        "ws": "websockets-sansio",
        "ws_max_size": MOST_MESSAGE_BYTES,
        "ws_per_message_deflate": False,
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "log_level": "warning",
        **prompt_options(),
        "timeout_graceful_shutdown": _PATIENCE_SECONDS,
    }


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_local(door: Door) -> bool:
    """Whether only this machine reaches it."""
    return is_loopback(door.host) and not _secure_names(door)


def check_reach(door: Door, behind: Behind) -> None:
    """Raises InputError where another machine could reach it, and nobody allowed that."""
    if not is_local(door) and not door.allow_remote:
        asked = (
            f"--name {_secure_names(door)[0]}" if is_loopback(door.host) else f"--host {door.host}"
        )
        raise InputError(
            f"{asked} lets other machines reach the {behind.name}: add --allow-remote "
            f"if that is meant; whoever gets its address can {behind.visitors}"
        )


def say_who_reaches(door: Door, port: int, behind: Behind, say: Callable[[str], None]) -> None:
    """Where other machines reach it: that they do, and how; before its address is told."""
    secure = _secure_names(door)
    if not is_loopback(door.host):
        say(
            f"Other machines can reach the {behind.name} at port {port}. What goes over the "
            "network there is not encrypted; whoever has the address below, or listens in, can "
            f"{behind.visitors}. Use it in networks that you trust only."
        )
        if not secure:
            say(
                "Browsers on other machines play sound from pages over https only: put a server "
                "with a certificate in front, and add --name https://ITS-NAME."
            )
    for name in secure:
        say(f"Elsewhere {name} takes the place of http://127.0.0.1:{port} in the address below.")


def serve(door: Door, say: Callable[[str], None]) -> None:
    """Until Ctrl-C.

    Args:
        door: where.
        say: shown to whoever started it.

    Raises:
        InputError: another machine could reach it, and nobody allowed that.
        DeviceError: the port is taken.
        OutputError: the studio's folder cannot be used.
    """
    with opened(door, STUDIO) as (folder, listening):
        port = listening.getsockname()[1]
        access = Access(hosts_of(door, port), port, *renew_secret(folder / "key"))
        studio = Studio(folder, local=is_local(door))
        studio.load_cards()
        _run(door, listening, port, access, studio, say)


@contextlib.contextmanager
def opened(door: Door, behind: Behind) -> Iterator[tuple[Path, socket.socket]]:
    """The studio's folder, and the socket that listens until the block ends.

    Raises:
        InputError: another machine could reach it, and nobody allowed that.
        DeviceError: the port is taken.
    """
    check_reach(door, behind)
    listening = _listen(door)
    share_heaps()
    try:
        yield door.folder or studio_folder(), listening
    finally:
        listening.close()


class StudioServer(uvicorn.Server):
    """Ends what it tells pages of jobs before it waits for them.

    Args:
        config: of uvicorn.
        jobs: of the studio, whose changes pages are told.
    """

    def __init__(self, config: uvicorn.Config, jobs: JobRunner) -> None:
        super().__init__(config)
        self._jobs = jobs

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Waits for what is answered still, and cuts what lasts longer with a traceback."""
        self._jobs.stop_telling()
        await super().shutdown(sockets)


def answer(server: uvicorn.Server, listening: socket.socket) -> None:
    """Until Ctrl-C, at a priority above that of other programs."""
    come_first()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listening]))


def _run(
    door: Door,
    listening: socket.socket,
    port: int,
    access: Access,
    studio: Studio,
    say: Callable[[str], None],
) -> None:
    def address() -> str:
        return address_of(door, port, access)

    config = uvicorn.Config(create_app(studio, access), **server_options())
    server = StudioServer(config, studio.jobs)
    say_who_reaches(door, port, STUDIO, say)
    say(f"The studio is at {address()}\nThe address works once. Ctrl-C closes the studio.")
    access.on_used = lambda: say(f"For another browser: {address()}")
    opener = threading.Thread(
        target=_open_browser, args=(server, address() if door.browser else ""), daemon=True
    )
    opener.start()
    threading.Thread(target=_load_ahead, args=(server,), daemon=True).start()
    serve_soon()
    answer(server, listening)


def address_of(door: Door, port: int, access: Access) -> str:
    """What opens the studio, with a token."""
    host = "127.0.0.1" if door.host in {*_ANY, "localhost"} else door.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/?token={access.new_token()}"


def _wait_until_it_listens(server: uvicorn.Server) -> None:
    waiting = threading.Event()
    while not server.started and not server.should_exit:
        waiting.wait(0.05)


def _load_ahead(server: uvicorn.Server) -> None:
    """What the first press on Play would wait for."""
    _wait_until_it_listens(server)
    come_second()
    load_openvino()


def _open_browser(server: uvicorn.Server, address: str) -> None:
    """Once it listens; where there is no browser, the terminal has the address."""
    if not address:
        return
    _wait_until_it_listens(server)
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(address)


def _listen(door: Door) -> socket.socket:
    """Bound here, so that nobody takes the port between choosing and serving."""
    first = DEFAULT_PORT if door.port is None else door.port
    tries = _TRIES if door.port is None else 1
    refusal: OSError | None = None
    for port in range(first, first + tries):
        try:
            return bind(door.host, port)
        except OSError as error:
            refusal = error
    reason = refusal.strerror if refusal else "no port is free"
    raise DeviceError(f"cannot listen at {door.host} port {first}: {reason}; choose another --port")


def bind(host: str, port: int) -> socket.socket:
    """A socket to serve at; port 0 for any that is free.

    Its protocol is named: only then does asyncio switch off Nagle's algorithm, which would hold
    sound back for 40 ms whenever two messages follow one another.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def hosts_of(door: Door, port: int) -> set[str]:
    """What the Host header may say: this machine's own names, with the port; with ``https://`` in
    front where a server with a certificate is asked by that name.
    """
    names = {"127.0.0.1", "localhost"}
    secure = _secure_names(door)
    if not is_loopback(door.host):
        own = socket.gethostname()
        names |= {door.host, own, f"{own}.local", *door.names, *_addresses(own)} - {*secure}
        names -= _ANY
    elif door.host != "localhost":
        names.add(door.host)
    return {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names} | {*secure}


def _secure_names(door: Door) -> list[str]:
    return [name.rstrip("/") for name in door.names if name.startswith(HTTPS)]


def _addresses(name: str) -> set[str]:
    try:
        found = socket.getaddrinfo(name, None)
    except OSError:
        return set()
    return {str(entry[4][0]) for entry in found}
