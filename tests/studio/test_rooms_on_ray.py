"""A room on a Ray of this machine, and its replica killed; the quick twin, in test_rooms.py, has a
stand-in for Ray. As many players as come, on two replicas: benchmarks/rooms.py."""

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_page import PATIENCE, Page, ready_page
from websockets.exceptions import InvalidHandshake

from latent_resonance.studio.room.access import RoomAccess, keep_secret
from latent_resonance.studio.room.cluster import NAMESPACE, TABLE, RoomSize, serve_on_cluster
from latent_resonance.studio.serve import Door, bind

WANTED = "rooms on a cluster want Ray: pip install 'latent-resonance[rooms]'"
ray = pytest.importorskip("ray", reason=WANTED)
pytest.importorskip("ray.serve", reason=WANTED)
# What Ray warns of is not ours.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RAY_agent_register_timeout_ms", "120000")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Ray would leave a token in the home folder, which other Rays then ask for.
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    # Not pytest's own folder: the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=80_000_000,
            log_to_driver=False,
            logging_level="ERROR",
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
        )
        yield
        ray.shutdown()


@pytest.mark.usefixtures("cluster")
def test_a_page_whose_replica_is_killed_plays_on(tmp_path: Path, reach: Any) -> None:
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]

    def play(said: str) -> None:
        link = re.search(r"/\?token=\S+", said)
        assert link is not None
        access = RoomAccess({f"127.0.0.1:{port}"}, port, keep_secret(tmp_path / "room-key"))
        served = reach(port, access, None)
        cookie = served.ask("GET", link[0], Cookie="").headers["set-cookie"]
        assert cookie.partition(";")[0] == served.headers["Cookie"]
        control = served.ask("GET", "/api/instruments/face").json["controls"][0]
        session = served.make_session("face")
        with ready_page(served, session) as page:
            assert page.pull(960).shape[0] == 960
            page.send("controls", id=1, values={control["name"]: control["high"]})
            page.until("applied")
            kill_replicas()
            page.closed()
        with play_again(served, session) as socket:
            back = Page(socket)
            kept = back.until("ready")["patch"]["controls"]
            assert kept == {control["name"]: control["high"]}
            back.pull(960)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve_on_cluster(Door(port=port, folder=tmp_path), "auto", RoomSize(1, 1, 4), play)
    with pytest.raises(ValueError, match=TABLE):
        ray.get_actor(TABLE, namespace=NAMESPACE)


def kill_replicas() -> None:
    actors = ray.util.list_named_actors(all_namespaces=True)
    replicas = [one for one in actors if "#players#" in one["name"]]
    assert len(replicas) == 1
    ray.kill(ray.get_actor(replicas[0]["name"], namespace=replicas[0]["namespace"]))


def play_again(served: Any, session: str) -> Any:
    """As a page: asks the proxy, which alone tells when another replica is there, until it is."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return served.play(session)
        except (OSError, InvalidHandshake):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
