"""``resonance studio``, as a process: its address, its refusals, a restart while a page plays."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from latent_resonance.studio.serve import Door, bind, is_loopback, serve

# Ctrl-C as in a terminal: in the background, where tests may run, a shell lets it be ignored.
HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
RUN = [sys.executable, "-c", f"{HEED}; from latent_resonance.cli.main import main; main()"]


class Terminal:
    """A studio in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [*RUN, "studio", "--no-browser", "--folder", str(folder), *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.address = ""

    def __enter__(self) -> "Terminal":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"http://(127\.0\.0\.1:(\d+))(/\S*)", line)
            if found:
                self.host, self.port, self.address = found[1], int(found[2]), found[3]
                return self
        raise AssertionError(self.process.stderr.read() if self.process.stderr else "")

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)

    def __exit__(self, *_: object) -> None:
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            self.process.kill()
            for pipe in (self.process.stdout, self.process.stderr):
                if pipe:
                    pipe.close()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        for _ in range(100):
            talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                content = None if body is None else json.dumps(body)
                talk.request(method, path, content, {"Content-Type": "application/json", **headers})
                answer = talk.getresponse()
                return answer.status, answer.headers, answer.read()
            except ConnectionRefusedError:
                import time

                time.sleep(0.05)
            finally:
                talk.close()
        raise AssertionError("nobody answers")

    def enter(self) -> dict[str, str]:
        status, headers, _ = self.ask("GET", self.address)
        assert status == 200
        return {"Cookie": headers["set-cookie"].split(";")[0], "Origin": f"http://{self.host}"}


def test_the_address_opens_it_once_and_a_restart_keeps_the_session_but_not_the_cookie(
    tmp_path: Path,
) -> None:
    with Terminal(tmp_path, "--port", "0") as studio:
        assert studio.ask("GET", "/api/settings")[0] == 401
        cookie = studio.enter()
        key = json.loads(studio.ask("POST", "/api/entry", **cookie)[2])["key"]
        assert studio.ask("GET", studio.address)[0] == 401
        assert studio.ask("GET", "/api/settings", **cookie)[0] == 200
        patch = {"instrument": "face", "controls": {"mouth": 0.25}}
        session = json.loads(studio.ask("POST", "/api/sessions", patch, **cookie)[2])["id"]
        port = studio.port
        with connect(
            f"ws://{studio.host}/api/sessions/{session}/play",
            additional_headers={"Cookie": cookie["Cookie"]},
            origin=Origin(cookie["Origin"]),
        ) as playing:
            while json.loads(playing.recv(timeout=30))["type"] != "ready":
                pass
            studio.stop()
            with pytest.raises(ConnectionClosed):
                while True:
                    playing.recv(timeout=60)
    # Closed in good order, while a page played.
    assert studio.process.returncode == 0
    with Terminal(tmp_path, "--port", str(port)) as again:
        path = f"/api/sessions/{session}"
        # Cookies are shown to every port of the machine: that of the last start is worth nothing.
        assert again.ask("GET", path, **cookie)[0] == 401
        # A page of then comes back by its key.
        back = {"Origin": cookie["Origin"], "X-Entry-Key": key}
        assert again.ask("POST", "/api/entry", **{**back, "X-Entry-Key": "0" * 64})[0] == 401
        status, headers, body = again.ask("POST", "/api/entry", **back)
        assert status == 200
        assert json.loads(body)["key"] != key
        entered = {"Cookie": headers["set-cookie"].split(";")[0], "Origin": cookie["Origin"]}
        assert entered["Cookie"] != cookie["Cookie"]
        status, _, body = again.ask("GET", path, **entered)
        assert status == 200
        assert json.loads(body)["patch"]["controls"] == {"mouth": 0.25}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ}
    )


def test_another_machine_is_let_in_on_purpose_only(tmp_path: Path) -> None:
    refused = run("studio", "--host", "0.0.0.0", "--no-browser", "--folder", str(tmp_path))
    assert refused.returncode == 1
    assert "--allow-remote" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_allowing_it_says_what_that_means(tmp_path: Path) -> None:
    options = ("--host", "0.0.0.0", "--allow-remote", "--port", "0")
    command = [*RUN, "studio", "--no-browser", "--folder", str(tmp_path), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        finally:
            process.kill()
    assert "not encrypted" in first
    assert "trust" in first


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    taken = bind("127.0.0.1", 0)
    taken.listen()
    port = str(taken.getsockname()[1])
    refused = run("studio", "--port", port, "--no-browser", "--folder", str(tmp_path))
    taken.close()
    assert refused.returncode == 1
    assert f"port {port}" in refused.stderr
    assert "--port" in refused.stderr


def test_serving_elsewhere_from_python_asks_too(tmp_path: Path) -> None:
    from latent_resonance.contracts.errors import InputError

    with pytest.raises(InputError, match="allow-remote"):
        serve(Door(host="192.0.2.1", folder=tmp_path), print)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.evil.example", False),
    ],
)
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_help_and_a_bare_resonance() -> None:
    told = run("--help")
    assert told.returncode == 0
    assert "studio" in told.stdout
    told = run("studio", "--help")
    assert "--allow-remote" in told.stdout
    assert run("studio", "--port", "70000").returncode == 2
