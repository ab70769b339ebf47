"""A room on the machines of a Ray cluster: Ray Serve starts replicas, adds some where players are
many, replaces those that die, and passes each socket on to one of them.
"""

import importlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

from websockets.exceptions import NegotiationError
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from latent_resonance.contracts.errors import DeviceError, MissingPartError, in_a_line
from latent_resonance.data.cluster import import_ray, on_cluster
from latent_resonance.studio.room.access import RoomAccess, keep_secret
from latent_resonance.studio.room.here import ROOM, invite
from latent_resonance.studio.room.replica import Replica
from latent_resonance.studio.room.table import RoomTable, Table
from latent_resonance.studio.serve import DEFAULT_PORT, Door, check_reach, hosts_of
from latent_resonance.studio.studio import studio_folder

NAMESPACE, TABLE, APPLICATION = "latent-resonance", "room", "latent-resonance-room"
_ANSWER_SECONDS = 10.0
_MORE_AFTER_SECONDS, _FEWER_AFTER_SECONDS = 5.0, 600.0
# Beside the sockets: what pages load at once.
_REQUESTS = 64


@dataclass(frozen=True, slots=True)
class RoomSize:
    """How many replicas there are.

    Attributes:
        replicas: at least so many, and so many at the beginning.
        most: at most so many.
        players: for each replica; from more on there is another one.
    """

    replicas: int = 2
    most: int = 8
    players: int = 25


class TableOnCluster:
    """Asks the room's table, wherever in the cluster it lies."""

    def __init__(self) -> None:
        self._ray = import_ray()
        self._table = self._ray.get_actor(TABLE, namespace=NAMESPACE)

    def close(self) -> None:
        """It stays open for the others."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        ask = getattr(self._table, name)

        def call(*given: Any) -> Any:
            errors = self._ray.exceptions
            try:
                return self._ray.get(ask.remote(*given), timeout=_ANSWER_SECONDS)
            except errors.RayTaskError as error:
                raise (error.cause or error) from None
            except errors.RayError as error:
                raise DeviceError("the room's memory does not answer: try again soon") from error

        return call


def open_table() -> Table:
    """The room's table, from a process of the cluster."""
    return cast("Table", TableOnCluster())


def compress_no_sound() -> None:
    """Sockets of this process decline compression, as those of a studio do: Serve has no option for
    it. Sound hardly shrinks, and to try takes a sixth of a replica's processor time.
    """

    def decline(*_: object) -> None:
        raise NegotiationError("sound is sent as it is")

    ServerPerMessageDeflateFactory.process_request_params = decline  # type: ignore[method-assign,assignment]


def serve_on_cluster(door: Door, address: str, size: RoomSize, say: Callable[[str], None]) -> None:
    """Until Ctrl-C or SIGTERM, and then the room is closed.

    Args:
        door: where; its port is the same on all machines that have replicas.
        address: of the cluster, or ``auto`` for that of this machine.
        size: how many replicas.
        say: shown to whoever started it.

    Raises:
        InputError: another machine could reach it, and nobody allowed that.
        MissingPartError: Ray Serve is not installed.
        DeviceError: there is no such cluster, or it cannot serve there.
        OutputError: the studio's folder cannot be used.
    """
    check_reach(door, ROOM)
    with _serve_on(address) as (ray, serve), _stopped_by_all():
        port = DEFAULT_PORT if door.port is None else door.port
        folder = door.folder or studio_folder()
        secret = keep_secret(folder / "room-key")
        hosts = hosts_of(door, port) | {
            f"{name}:{port}"
            for node in ray.nodes()
            for name in (node["NodeManagerAddress"], node["NodeManagerHostname"])
        }
        table = _start_table(ray, folder / "room.sqlite")
        replica = Replica(tuple(sorted(hosts)), port, secret, open_table)
        try:
            _deploy(serve, replica, door.host, port, size)
            invite(door, port, RoomAccess(hosts, port, secret), say)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        finally:
            with suppress(Exception):  # the cluster may be gone
                serve.delete(APPLICATION)
                if not serve.status().applications:
                    serve.shutdown()
            ray.kill(table)


@contextmanager
def _stopped_by_all() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt as Ctrl-C does, whatever Ray or the shell made of them: the
    cluster would go on with a room that nobody gives.
    """
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, signal.default_int_handler) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _serve_on(address: str) -> Iterator[tuple[Any, Any]]:
    """Ray and its Serve, on the cluster."""
    with on_cluster(address) as ray:
        try:
            serve = importlib.import_module("ray.serve")
        except ImportError as error:
            raise MissingPartError(
                "rooms need Ray Serve: pip install 'latent-resonance[rooms]' on all machines"
            ) from error
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
        yield ray, serve


def _start_table(ray: Any, path: Any) -> Any:
    """On this machine, where its file is; started again there when it dies."""
    here = ray.get_runtime_context().get_node_id()
    strategies = importlib.import_module("ray.util.scheduling_strategies")
    try:
        return (
            ray.remote(RoomTable)
            .options(
                name=TABLE,
                namespace=NAMESPACE,
                num_cpus=0,
                max_restarts=-1,
                max_task_retries=3,
                scheduling_strategy=strategies.NodeAffinitySchedulingStrategy(here, soft=False),
            )
            .remote(path)
        )
    except ValueError as error:
        raise DeviceError("this cluster has a room already: close it first") from error


def _deploy(serve: Any, replica: Replica, host: str, port: int, size: RoomSize) -> None:
    """Raises DeviceError where it does not come up."""

    @serve.ingress(replica)
    class Players:
        """One process that plays."""

        def __init__(self) -> None:
            compress_no_sound()

    deployment = serve.deployment(
        name="players",
        # When one is lost, the others take its players.
        max_ongoing_requests=2 * size.players + _REQUESTS,
        autoscaling_config={
            "min_replicas": size.replicas,
            "initial_replicas": size.replicas,
            "max_replicas": max(size.replicas, size.most),
            "target_ongoing_requests": size.players,
            "upscale_delay_s": _MORE_AFTER_SECONDS,
            "downscale_delay_s": _FEWER_AFTER_SECONDS,
        },
        health_check_period_s=2,
    )(Players)
    try:
        serve.start(proxy_location="EveryNode", http_options={"host": host, "port": port})
        serve.run(deployment.bind(), name=APPLICATION, route_prefix="/")
    except (RuntimeError, TimeoutError, ValueError) as error:
        raise DeviceError(f"the cluster cannot open the room: {in_a_line(error)[:200]}") from error
