"""Fifty pages on one studio while all cores are busy: who is lost, and what memory they take.

    python benchmarks/fifty_players.py [--players 50] [--busy 30] [--instrument face ...]

The studio runs as ``resonance studio`` does, with its own instruments. Each page opens a session
and a socket and pulls 20 ms of sound, the next when that has come, no more than 50 times a second.
In the middle every core is kept busy by two processes for 30 s. Wanted: no connection lost, sound
for everyone again after the busy part, 600 MB of all processes of the studio at most. Linux.
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from process_tree import below, resident_bytes

_PULL = json.dumps({"type": "pull", "frames": 960})
_PERIOD = 0.02
_SPIN = "while True: pass"
_MOST_MB = 600.0
_QUIET_SECONDS, _OPEN_SECONDS = 15.0, 300.0


@dataclass
class Page:
    """One player: how much it heard in each part, and why its socket ended, if it did."""

    heard: dict[str, int]
    lost: str = ""


def main() -> int:
    """The figures; 1 where something is not as wanted."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--players", type=int, default=50)
    options.add_argument("--busy", type=float, default=30.0)
    options.add_argument("--instrument", nargs="+", default=["face"])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "latent_resonance", "studio", "--no-browser"]
        command += ["--port", "0", "--folder", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio:
            try:
                host, cookie = enter(studio)
                sessions = [
                    open_session(host, cookie, given.instrument[n % len(given.instrument)])
                    for n in range(given.players)
                ]
                pages, memory = asyncio.run(_play(studio.pid, host, cookie, sessions, given.busy))
            finally:
                studio.terminate()
    return _tell(pages, memory)


def enter(studio: "subprocess.Popen[str]") -> tuple[str, str]:
    """Host and port of a studio that was started, and the cookie that lets in."""
    assert studio.stdout is not None
    found = None
    while found is None:
        line = studio.stdout.readline()
        if not line:
            raise SystemExit("the studio did not start")
        found = re.search(r"http://(127\.0\.0\.1:\d+)(/\S+)", line)
    host, entry = found[1], found[2]
    for _ in range(600):
        try:
            headers = ask(host, "GET", entry, None, {})[1]
        except ConnectionRefusedError:  # the address is told before the server answers there
            time.sleep(0.1)
        else:
            return host, headers["set-cookie"].split(";")[0]
    raise SystemExit(f"no studio answers at {host}")


def open_session(host: str, cookie: str, instrument: str) -> str:
    """The id of a new session."""
    headers = {"Cookie": cookie, "Origin": f"http://{host}", "Content-Type": "application/json"}
    said = ask(host, "POST", "/api/sessions", json.dumps({"instrument": instrument}), headers)[0]
    return str(json.loads(said)["id"])


def ask(host: str, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
    """What a request is answered, and the headers of it; ends the run where it is refused."""
    talk = http.client.HTTPConnection(host, timeout=120)
    talk.request(method, path, body, headers)
    answer = talk.getresponse()
    said = answer.read().decode()
    talk.close()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {said}")
    return said, answer.headers


async def _play(
    studio: int, host: str, cookie: str, sessions: list[str], busy: float
) -> tuple[list[Page], dict[str, float]]:
    part = ["opening"]
    pages = [Page({}) for _ in sessions]
    work = [
        asyncio.create_task(_page(page, host, cookie, session, part))
        for page, session in zip(pages, sessions, strict=True)
    ]
    memory: dict[str, float] = {}

    async def listen(name: str, seconds: float) -> None:
        part[0] = name
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(1)
            held = [resident_bytes(pid) or 0 for pid in [studio, *below(studio)]]
            memory[name] = max(memory.get(name, 0.0), sum(held) / 1e6)

    until = time.monotonic() + _OPEN_SECONDS
    while not all(page.heard or page.lost for page in pages) and time.monotonic() < until:
        await listen("opening", 1)
    await listen("quiet", _QUIET_SECONDS)
    spinning = _spin()
    try:
        await listen("busy", busy)
    finally:
        for process in spinning:
            process.kill()
            process.wait()
    await listen("after", _QUIET_SECONDS)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    return pages, memory


def _spin() -> list["subprocess.Popen[bytes]"]:
    processes = 2 * (os.cpu_count() or 1)
    return [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(processes)]


async def _page(page: Page, host: str, cookie: str, session: str, part: list[str]) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    address = f"ws://{host}/api/sessions/{session}/play"
    try:
        async with connect(
            address,
            additional_headers={"Cookie": cookie},
            origin=f"http://{host}",  # type: ignore[arg-type]
            open_timeout=_OPEN_SECONDS,
            ping_interval=None,  # browsers send none
        ) as talk:
            due = time.monotonic()
            await talk.send(_PULL)
            async for message in talk:
                if not isinstance(message, bytes):
                    continue
                page.heard[part[0]] = page.heard.get(part[0], 0) + 1
                due = max(due + _PERIOD, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
                await talk.send(_PULL)
            page.lost = f"{talk.close_code} {talk.close_reason}"
    except (OSError, WebSocketException, TimeoutError) as error:
        page.lost = " ".join(str(error).split())


def _tell(pages: list[Page], memory: dict[str, float]) -> int:
    lost = [page.lost for page in pages if page.lost]
    silent = sum("after" not in page.heard for page in pages)
    print("| part | answers, all | least of a page | MB of the studio |\n| --- | --- | --- | --- |")
    for name in ("quiet", "busy", "after"):
        counts = [page.heard.get(name, 0) for page in pages]
        print(f"| {name} | {sum(counts)} | {min(counts)} | {memory[name]:.0f} |")
    most = max(memory.values())
    print(
        f"\n{len(pages)} players: {len(lost)} lost, {silent} silent after it, {most:.0f} MB at most"
    )
    for words in sorted(set(lost)):
        print(f"  {lost.count(words)} x {words}")
    return int(bool(lost) or bool(silent) or most > _MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
