"""A studio in a folder of its own, and a server around it that answers for real."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from latent_resonance.engine.clocks.pull import PullClock
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.studio.app import create_app
from latent_resonance.studio.guard.access import Access
from latent_resonance.studio.play import player
from latent_resonance.studio.play.silent import SilentInstrument
from latent_resonance.studio.serve import StudioServer, bind, server_options
from latent_resonance.studio.studio import Studio

SECRET = "the-cookie-of-the-tests-0123456789abcdef"


@pytest.fixture
def inline_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Players whose model is done before the next step, however fast they are pulled."""
    monkeypatch.setattr(player, "PullClock", partial(PullClock, windows=InlineWindows))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A server, as pages reach it; its studio where that is in this process."""

    port: int
    access: Access
    studio: Studio | None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        cookie = self.access.set_cookies()[0].partition(";")[0]
        return {"Cookie": cookie, "Origin": f"http://{self.host}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One HTTP request, as a page makes it; bytes go as they are, all else as JSON."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        plain = isinstance(body, bytes)
        content = body if plain or body is None else json.dumps(body).encode()
        kind = "application/octet-stream" if plain else "application/json"
        try:
            talk.request(method, path, content, {**self.headers, "Content-Type": kind, **headers})
            got = talk.getresponse()
            return Answer(got.status, dict(got.headers), got.read())
        finally:
            talk.close()

    def make_session(self, instrument: str = "silent", **patch: Any) -> str:
        made = self.ask("POST", "/api/sessions", {"instrument": instrument, **patch})
        assert made.status == 201, made.body
        return str(made.json["id"])

    def play(self, session: str, asked: str = "", **headers: str) -> ClientConnection:
        return connect(
            f"ws://{self.host}/api/sessions/{session}/play{asked}",
            additional_headers={"Cookie": self.headers["Cookie"], **headers},
            origin=Origin(self.headers["Origin"]),
            compression=None,
            max_size=None,
        )


@pytest.fixture
def bundles(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own bundles, away from the user's own."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder / "latent-resonance" / "bundles"


@pytest.fixture
def studio(tmp_path: Path, bundles: Path) -> Iterator[Studio]:
    made = Studio(tmp_path / "studio", {"silent": SilentInstrument()})
    yield made
    made.close()


@pytest.fixture(scope="session")
def serve() -> type["Serving"]:
    """For studios with pages, or several at once."""
    return Serving


@pytest.fixture(scope="session")
def reach() -> type[Served]:
    """For what is served by another process."""
    return Served


@pytest.fixture
def served(studio: Studio) -> Iterator[Served]:
    with Serving(studio) as found:
        yield found


class Serving:
    """Serves a studio, as ``resonance studio`` does, until the block ends."""

    def __init__(
        self,
        studio: Studio,
        static: Path | None = None,
        port: int = 0,
        kind: type[Access] = Access,
    ) -> None:
        self._listening = bind("127.0.0.1", port)
        port = self._listening.getsockname()[1]
        access = kind({f"127.0.0.1:{port}"}, port, SECRET)
        self.served = Served(port, access, studio)
        options = {**server_options(), "timeout_graceful_shutdown": 1}
        config = uvicorn.Config(create_app(studio, access, static), **options)
        self._server = StudioServer(config, studio.jobs)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listening]))

    def __enter__(self) -> Served:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            threading.Event().wait(0.01)
        return self.served

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listening.close()
        assert not self._thread.is_alive()
