"""Two replicas of one room: what is played on one goes on at the other, and guests only play. With
Ray, and a replica killed: benchmarks/rooms.py."""

import asyncio
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

import pytest
from fastapi.routing import APIRoute
from studio_page import ready_page
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol

from latent_resonance.contracts.errors import (
    DeviceError,
    InputError,
    MissingPartError,
    OutputError,
)
from latent_resonance.data import cluster
from latent_resonance.models.engines import quiet_openvino
from latent_resonance.studio import wire
from latent_resonance.studio.openapi import ROUTERS
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.play.silent import SilentInstrument
from latent_resonance.studio.room import cluster as room_cluster
from latent_resonance.studio.room.access import RoomAccess, keep_secret
from latent_resonance.studio.room.cluster import RoomSize, serve_on_cluster
from latent_resonance.studio.room.here import invite, serve_here
from latent_resonance.studio.room.replica import Replica
from latent_resonance.studio.room.sessions import RoomSessions
from latent_resonance.studio.room.table import RoomTable
from latent_resonance.studio.serve import Door, hosts_of, is_local
from latent_resonance.studio.studio import Studio

ID = "00000000-0000-4000-8000-000000000000"
SECURE = "https://stage.local"
ALLOWED = {
    "GET /api/instruments",
    "GET /api/instruments/{name}",
    "POST /api/sessions",
    "GET /api/sessions/{session}",
    "PUT /api/sessions/{session}/patch",
    "DELETE /api/sessions/{session}",
    "GET /api/presets",
    "GET /api/presets/{preset}",
    "GET /api/presets/{preset}/preview",
    "GET /api/models",
    "GET /api/models/{name}",
    "GET /api/models/{name}/preview",
    "GET /api/models/{name}/drawing",
    "GET /api/models/{name}/fold",
    "GET /api/models/{name}/map",
    "GET /api/models/{name}/thumbnails",
    "GET /api/models/{name}/pictures",
    "GET /api/models/{name}/find",
    "GET /api/models/{name}/random",
    "GET /api/textures/{bundle}",
    "POST /api/textures/{bundle}/place",
    "POST /api/textures/{bundle}/compare",
    "POST /api/songs",
    "GET /api/textures/{bundle}/thumbnail",
    "GET /api/settings",
}


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, serve: Any) -> Iterator[tuple[Any, Any]]:
    folder = tmp_path_factory.mktemp("room")

    def replica(name: str) -> Any:
        room = RoomSessions(RoomTable(folder / "room.sqlite"))
        studio = Studio(folder / name, {"silent": SilentInstrument()}, local=False, room=room)
        return serve(studio, kind=RoomAccess)

    with replica("one") as one, replica("two") as two:
        yield one, two


def test_what_was_applied_is_at_the_other_replica(replicas) -> None:
    one, two = replicas
    session = one.make_session()
    with ready_page(one, session) as page:
        for number in range(1, 5):
            page.send("controls", id=number, values={"level": number / 32})
            while page.until("applied")["id"] != number:
                pass
            kept = two.ask("GET", f"/api/sessions/{session}").json["patch"]["controls"]
            assert kept == {"level": number / 32}
        # It is played at the other one from here on, as when this one were dead.
        with ready_page(two, session) as other:
            assert other.ready["patch"]["controls"] == {"level": 4 / 32}
            assert (other.pull(10) == 4 / 32).all()
            assert page.closed()[0] == wire.CloseCode.TAKEN_OVER
            other.send("controls", id=1, values={"level": 0.75})
            other.until("applied")
    # Back where a player of it is still kept open, with what was set before.
    with ready_page(one, session) as page:
        assert page.ready["patch"]["controls"] == {"level": 0.75}
        assert (page.pull(10) == 0.75).all()


def test_a_patch_that_another_replica_was_given_is_followed(replicas) -> None:
    one, two = replicas
    session = one.make_session()
    with ready_page(one, session) as page:
        page.send("controls", id=1, values={"level": 0.5})
        page.until("applied")
        patch = {"instrument": "silent", "controls": {"level": -0.5}}
        assert two.ask("PUT", f"/api/sessions/{session}/patch", patch).status == 200
        assert page.until("patch")["patch"]["controls"] == {"level": -0.5}
        assert (page.pull(10) == -0.5).all()
        page.send("record", on=True)
        assert "no takes" in page.until("notice")["text"]


def test_what_could_not_be_kept_at_once_is_told_when_it_is(
    replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = replicas[0]
    session = served.make_session()
    sessions = served.studio.sessions
    keep, failed = sessions.keep, []

    async def keep_later(*given: Any) -> bool:
        if len(failed) < 2:
            failed.append(given)
            return False
        return await keep(*given)

    monkeypatch.setattr(sessions, "keep", keep_later)
    with ready_page(served, session) as page:
        page.send("controls", id=7, values={"level": 0.5})
        assert page.until("applied")["id"] == 7
    assert len(failed) == 2
    assert sessions.find(session).patch.controls == {"level": 0.5}


async def _news_are_not_overwritten(table: RoomTable) -> None:
    one, two = RoomSessions(table), RoomSessions(table)

    async def keeps(room: RoomSessions, seed: int, seen: int) -> bool:
        return await room.keep(session, Patch(instrument="silent", seed=seed), seen)

    session = one.add(Patch(instrument="silent")).id
    assert one.claim(session) is not None
    assert await keeps(one, 1, one.seen)
    assert two.put(session, Patch(instrument="silent", seed=2))
    assert not await keeps(one, 3, one.seen)
    assert await keeps(one, 4, table.latest_news())
    claimed = two.claim(session)
    assert claimed is not None
    assert (claimed[0].patch.seed, claimed[1]) == (4, True)
    assert not await keeps(one, 5, table.latest_news())
    assert await keeps(two, 6, two.seen)
    one.close()


def test_news_that_were_not_seen_are_not_overwritten(tmp_path: Path) -> None:
    asyncio.run(_news_are_not_overwritten(RoomTable(tmp_path / "room.sqlite")))


async def _keep_many(table: RoomTable) -> None:
    room, other = RoomSessions(table), RoomSessions(table)
    mine = [room.add(Patch(instrument="silent")).id for _ in range(5)]
    assert other.put(mine[2], Patch(instrument="silent", seed=9))
    asked = Mock(wraps=table.keep)
    with patch.object(table, "keep", asked):
        kept = await asyncio.gather(
            *(room.keep(one, Patch(instrument="silent", seed=n), 0) for n, one in enumerate(mine))
        )
        assert kept == [True, True, False, True, True]
        assert asked.call_count == 1
        asked.side_effect = DeviceError("gone")
        assert await room.keep(mine[0], Patch(instrument="silent"), 0) is False
        asked.side_effect = None
        left = asyncio.ensure_future(room.keep(mine[0], Patch(instrument="silent", seed=7), 0))
        await asyncio.sleep(0)
        left.cancel()  # a page that went away
        assert await room.keep(mine[1], Patch(instrument="silent", seed=8), 0)
    seeds = [found.patch.seed for one in mine if (found := room.find(one))]
    assert seeds == [7, 8, 9, 3, 4]


def test_what_many_pages_set_at_once_is_kept_by_one_question(tmp_path: Path) -> None:
    asyncio.run(_keep_many(RoomTable(tmp_path / "room.sqlite")))


def test_the_link_lets_many_in_at_every_replica(replicas) -> None:
    for served in replicas:
        link = f"/?token={served.access.new_token()}"
        assert link == f"/?token={replicas[0].access.new_token()}"
        for _ in range(2):
            cookie = served.ask("GET", link, Cookie="").headers["set-cookie"].partition(";")[0]
            assert served.ask("GET", "/api/settings", Cookie=cookie).status == 200
        assert served.ask("POST", "/api/entry").status == 200
        refused = served.ask("GET", "/?token=wrong", Cookie="")
        assert (refused.status, b"the room's link" in refused.body) == (401, True)


def test_guests_play_and_do_nothing_else(replicas) -> None:
    access = replicas[0].access
    found = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
        if access.allows(method, route.path.replace("{session}", ID))
    }
    assert found == ALLOWED
    assert not access.allows("POST", "/api//jobs")
    cards = replicas[0].ask("GET", "/api/instruments").json
    closed = {card["page"] for card in cards if not card["available"]}
    assert closed - {"chain"} == {"voice"}
    refused = replicas[0].ask("POST", "/api/jobs", {})
    assert (refused.status, b"can play" in refused.body) == (403, True)


@pytest.mark.parametrize(
    "serve", [serve_here, lambda door, say: serve_on_cluster(door, "auto", RoomSize(), say)]
)
def test_what_other_machines_could_do_there_is_said(serve: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        serve(Door(host="192.0.2.1", folder=tmp_path), print)
    assert "reach the room: add --allow-remote" in str(refused.value)
    assert "can play there, and do nothing else" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_guests_are_invited_to_where_they_hear_something() -> None:
    said: list[str] = []
    access = RoomAccess({"127.0.0.1:8123"}, 8123, "s" * 32)
    invite(Door(), 8123, access, said.append)
    assert len(said) == 1
    assert f"http://127.0.0.1:8123/?token={access.new_token()}\n" in said.pop()
    open_door = Door(host="0.0.0.0", allow_remote=True)
    invite(open_door, 8123, access, said.append)
    assert "not encrypted" in said[0]
    assert "takes" not in said[0]
    assert "over https only" in said[1]
    said.clear()
    invite(replace(Door(allow_remote=True), names=(SECURE,)), 8123, access, said.append)
    assert f"{SECURE} takes the place of http://127.0.0.1:8123" in said[0]
    assert len(said) == 2


def test_a_server_with_a_certificate_may_pass_on_to_a_room(replicas, monkeypatch) -> None:
    served = replicas[0]
    door = Door(allow_remote=True, names=(f"{SECURE}/",))
    assert not is_local(door)
    assert hosts_of(door, 1) == {SECURE, "127.0.0.1:1", "localhost:1"}
    with pytest.raises(InputError, match=f"--name {SECURE} lets other machines reach the room"):
        serve_here(replace(door, allow_remote=False), print)
    access = RoomAccess({SECURE}, served.port, "s" * 32)
    monkeypatch.setattr(served.access, "origins", access.origins)

    def ask(host: str, origin: str) -> int:
        return served.ask("POST", "/api/entry", Host=host, Origin=origin).status

    name = SECURE.removeprefix("https://")
    assert ask(name, SECURE) == 200
    assert ask(name, f"http://{name}") == 403
    assert ask(f"{name}:{served.port}", SECURE) == 421
    policy = served.ask("GET", "/api/settings", Host=name, Origin=SECURE).headers
    assert f"wss://{name}" in policy["content-security-policy"]


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "room-key"
    assert keep_secret(path) == keep_secret(path)
    assert path.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    path.write_text("short")
    with pytest.raises(OutputError, match="5 letters"):
        keep_secret(path)


def test_a_replica_opens_in_the_process_it_was_sent_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet_openvino, "load_openvino", lambda: None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    host = "127.0.0.1:8123"
    made = Replica((host,), 8123, "s" * 32, partial(RoomTable, tmp_path / "room.sqlite"))
    replica = pickle.loads(pickle.dumps(made))
    opened: list[Path] = []

    def folders() -> list[Path]:
        return list(tmp_path.glob(".resonance-room-*"))

    async def serve() -> int:
        told: asyncio.Queue[Any] = asyncio.Queue()
        ends = asyncio.Event()

        async def server() -> Any:
            if not told.empty():
                await ends.wait()
                return {"type": "lifespan.shutdown"}
            return {"type": "lifespan.startup"}

        living = asyncio.create_task(replica({"type": "lifespan"}, server, told.put))
        assert (await told.get())["type"] == "lifespan.startup.complete"
        opened.extend(folders())
        access = RoomAccess({host}, 8123, "s" * 32)
        cookie = access.set_cookies()[0].partition(";")[0]
        headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
        scope = {"type": "http", "method": "GET", "path": "/api/instruments", "headers": headers}
        answers: asyncio.Queue[Any] = asyncio.Queue()
        request = AsyncMock(return_value={"type": "http.request"})
        await replica({**scope, "query_string": b""}, request, answers.put)
        ends.set()
        await living
        return int((await answers.get())["status"])

    assert asyncio.run(serve()) == 200
    assert len(opened) == 1
    assert not folders()


class Cluster(ModuleType):
    """What is asked of Ray and of Serve; the room is closed as soon as it waits."""

    exceptions = SimpleNamespace(RayError=RuntimeError, RayTaskError=KeyError)

    def __init__(self, folder: Path) -> None:
        super().__init__("ray")
        self.folder = folder
        self.asked: dict[str, Any] = {}
        self.serve = SimpleNamespace(
            ingress=self._ingress,
            deployment=self._deployment,
            start=lambda **options: self.asked.update(options),
            run=self._run,
            delete=lambda name: self.asked.update(deleted=name),
            status=lambda: SimpleNamespace(applications={}),
            shutdown=lambda: self.asked.update(ended=True),
        )

    def is_initialized(self) -> bool:
        return True

    def nodes(self) -> list[dict[str, str]]:
        return [{"NodeManagerAddress": "10.0.0.7", "NodeManagerHostname": "stage-left"}]

    def get_runtime_context(self) -> Any:
        return SimpleNamespace(get_node_id=lambda: "here")

    def remote(self, kind: type) -> Any:
        def options(**given: Any) -> Any:
            self.asked["table"] = given
            return SimpleNamespace(remote=kind)

        return SimpleNamespace(options=options)

    def get_actor(self, name: str, namespace: str) -> Any:
        table = self.table
        ask = {name: SimpleNamespace(remote=getattr(table, name)) for name in ("add", "find")}
        return SimpleNamespace(**ask)

    def get(self, given: Any, timeout: float) -> Any:
        return given

    def kill(self, table: RoomTable) -> None:
        self.asked["killed"] = True
        table.close()

    def _ingress(self, app: Replica) -> Any:
        self.asked["replica"] = pickle.loads(pickle.dumps(app))
        return lambda kind: kind

    def _deployment(self, **options: Any) -> Any:
        self.asked.update(options)
        return lambda kind: SimpleNamespace(bind=lambda: kind)

    def _run(self, _: Any, name: str, route_prefix: str) -> None:
        self.asked["run"] = (name, route_prefix)


def test_a_room_on_a_cluster_is_deployed_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = Cluster(tmp_path)
    nodes = SimpleNamespace(NodeAffinitySchedulingStrategy=lambda node, soft: (node, soft))
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.serve", ray.serve)
    monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", nodes)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        # As the signal itself would, which is for a process of its own: below.
        for one in (signal.SIGINT, signal.SIGTERM):
            assert signal.getsignal(one) is signal.default_int_handler
        signal.default_int_handler(signal.SIGTERM, None)

    door = Door(port=8123, folder=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        serve_on_cluster(door, "auto", RoomSize(2, 4, 30), say)
    replica = ray.asked["replica"]
    assert {"127.0.0.1:8123", "stage-left:8123", "10.0.0.7:8123"} <= set(replica.hosts)
    access = RoomAccess(replica.hosts, 8123, replica.secret)
    assert f"http://127.0.0.1:8123/?token={access.new_token()}" in said[0]
    assert ray.asked["http_options"] == {"host": "127.0.0.1", "port": 8123}
    sizes = ray.asked["autoscaling_config"]
    assert (sizes["min_replicas"], sizes["max_replicas"]) == (2, 4)
    # The room of one that is lost is found at the other.
    assert ray.asked["max_ongoing_requests"] >= 2 * sizes["target_ongoing_requests"] == 60
    assert ray.asked["table"]["scheduling_strategy"] == ("here", False)
    assert ray.asked["deleted"] == room_cluster.APPLICATION
    assert ray.asked["ended"]
    assert ray.asked["killed"]


ENDED_BY = """
import signal
from itertools import product
from latent_resonance.studio.room.cluster import _stopped_by_all

before = (signal.SIG_DFL, signal.SIG_IGN)
for one, left in product((signal.SIGINT, signal.SIGTERM), before):
    signal.signal(one, left)
    try:
        with _stopped_by_all():
            signal.raise_signal(one)
    except KeyboardInterrupt:
        print(one.name, left.name)
    assert signal.getsignal(one) == left
"""


def test_a_signal_ends_it_whatever_the_shell_made_of_it() -> None:
    told = subprocess.run(
        [sys.executable, "-c", ENDED_BY], capture_output=True, text=True, timeout=60, check=False
    )
    wanted = ["SIGINT SIG_DFL", "SIGINT SIG_IGN", "SIGTERM SIG_DFL", "SIGTERM SIG_IGN"]
    assert (told.returncode, told.stdout.splitlines()) == (0, wanted), told.stderr


def test_a_socket_of_a_replica_sends_sound_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ServerPerMessageDeflateFactory.process_request_params
    monkeypatch.setattr(ServerPerMessageDeflateFactory, "process_request_params", made)
    offered = ServerPerMessageDeflateFactory()
    headers = Headers({"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    assert ServerProtocol(extensions=[offered]).process_extensions(headers)[1]
    room_cluster.compress_no_sound()
    assert ServerProtocol(extensions=[offered]).process_extensions(headers) == (None, [])


def test_the_table_is_asked_across_the_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = Cluster(tmp_path)
    ray.table = RoomTable(tmp_path / "room.sqlite")
    monkeypatch.setitem(sys.modules, "ray", ray)
    table = room_cluster.open_table()
    made = table.add(ID, '{"instrument": "silent"}', "one")
    assert table.find(ID) == made
    monkeypatch.setattr(ray, "get", Mock(side_effect=RuntimeError))
    with pytest.raises(DeviceError, match="does not answer"):
        table.find(ID)
    ray.table.close()


def test_without_serve_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_knock", lambda address: None)
    monkeypatch.setitem(sys.modules, "ray", Cluster(tmp_path))
    monkeypatch.setitem(sys.modules, "ray.serve", None)
    with pytest.raises(MissingPartError, match=r"latent-resonance\[rooms\]"):
        serve_on_cluster(Door(folder=tmp_path / "f"), "auto", RoomSize(), print)
    assert not (tmp_path / "f").exists()
