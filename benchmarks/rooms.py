"""A room of 100 players on two replicas of a Ray cluster, one of them killed: who hears how soon.

    python benchmarks/rooms.py [--players 100] [--pulls 0.5] [--seconds 20] [--instrument face ...]
                               [--proxy haproxy|python]

Linux, root and the extra ``rooms``: it runs in a network namespace of its own, so that nothing
leaves the machine. Each player is a WebSocket that does what a page does: pulls 20 ms of sound
``--pulls`` times a second (a page pulls 50 times: a few of those fill a small machine, and what is
measured here is the room, not the sound), moves a control once a second, and comes back 250 ms,
then 500 ms after its socket broke. In the middle the replica with the most players is killed with
SIGKILL. Wanted: sound for each of its players within 5 s, no setting lost that was acknowledged.
Sockets come through HAProxy, as ``RAY_SERVE_ENABLE_HA_PROXY=1 ray start`` has it, or through the
proxy that Serve has in Python. The baseline is ``resonance room`` in one process without Ray, with
the same players, same run.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cluster import cores, enter_own_network, kill, start_node
from fifty_players import ask, enter, open_session
from process_tree import below, name_and_command, proportional_bytes

PORT, RAY_PORT = 8765, 6379
ADDRESS = f"127.0.0.1:{RAY_PORT}"
REPLICAS, CORES = 2, 4
FRAMES = 960
MOVE_SECONDS, RETRY_SECONDS = 1.0, (0.25, 0.5)
MOST_SECONDS, MOST_TO_OPEN, MOST_TO_RECOVER = 5.0, 300.0, 120.0


@dataclass
class Player:
    """One page: what it heard and when, what it was told was kept."""

    session: str
    control: str
    answers: list[float] = field(default_factory=list)
    heard_at: list[float] = field(default_factory=list)
    broken_at: list[float] = field(default_factory=list)
    value: float = 0.0
    told: float = 0.0
    lost: list[tuple[float, float]] = field(default_factory=list)
    ended: str = ""


def main() -> int:
    """The figures; 1 where something is not as wanted."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--players", type=int, default=100)
    options.add_argument("--pulls", type=float, default=0.5)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--instrument", nargs="+", default=["face"])
    options.add_argument("--proxy", choices=("haproxy", "python"), default="haproxy")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="resonance-room-") as folder:
        told = {"alone": measure(given, Path(folder) / "alone", [])}
        print(told, file=sys.stderr)
        head = start_node(
            "--head",
            "--include-dashboard=false",
            f"--num-cpus={CORES}",
            f"--port={RAY_PORT}",
            f"--temp-dir={folder}/ray",
            RAY_SERVE_ENABLE_HA_PROXY=str(int(given.proxy == "haproxy")),
        )
        try:
            while cores() != CORES:
                if head.poll() is not None:
                    raise SystemExit("Ray did not start: this machine is too busy, try again")
                time.sleep(2)
            words = ["--cluster", ADDRESS, "--replicas", str(REPLICAS), "--most", str(REPLICAS)]
            words += ["--players", str(given.players)]
            told["on Serve"] = measure(given, Path(folder) / "serve", words, head.pid)
        finally:
            kill(head)
    print(json.dumps(told, indent=2))
    figures = told["on Serve"]
    late = figures["seconds_to_sound_most"] > MOST_SECONDS
    return int(late or figures["settings_lost"] > 0 or figures["silent_afterwards"] > 0)


def measure(
    given: argparse.Namespace, folder: Path, words: list[str], cluster: int = 0
) -> dict[str, Any]:
    """Of one room; one of its replicas is killed where it is on the cluster of that process."""
    command = [sys.executable, "-m", "latent_resonance", "room", "--port", str(PORT)]
    with subprocess.Popen(
        [*command, "--folder", str(folder), *words], stdout=subprocess.PIPE, text=True
    ) as room:
        try:
            host, cookie = enter(room)
            controls = {name: control_of(host, cookie, name) for name in given.instrument}
            players = []
            for number in range(given.players):
                name = given.instrument[number % len(given.instrument)]
                players.append(Player(open_session(host, cookie, name), controls[name]))
            return asyncio.run(play(given, players, host, cookie, cluster or room.pid, cluster))
        finally:
            room.send_signal(signal.SIGINT)
            room.wait(60)


def control_of(host: str, cookie: str, instrument: str) -> str:
    """One that is set by hand and stays, by name."""
    said = ask(host, "GET", f"/api/instruments/{instrument}", None, {"Cookie": cookie})[0]
    return str(json.loads(said)["controls"][0]["name"])


async def play(
    given: argparse.Namespace,
    players: list[Player],
    host: str,
    cookie: str,
    root: int,
    cluster: int,
) -> dict[str, Any]:
    """All players at once; the figures."""
    began = time.monotonic()
    tasks = [
        asyncio.create_task(one_player(player, host, cookie, 1 / given.pulls, number))
        for number, player in enumerate(players)
    ]
    while not all(p.heard_at or p.ended for p in players):
        await asyncio.sleep(0.5)
        if time.monotonic() - began > MOST_TO_OPEN:
            raise SystemExit(f"{sum(not p.heard_at for p in players)} players never had a sound")
    opened = time.monotonic() - began
    for player in players:
        player.answers.clear()
    await asyncio.sleep(given.seconds)
    quiet = [answer for player in players for answer in player.answers]
    told = {
        "players": len(players),
        "seconds_until_all_had_sound": round(opened, 1),
        "answer_ms_p50": round(1e3 * statistics.median(quiet), 1),
        "answer_ms_p95": round(1e3 * statistics.quantiles(quiet, n=20)[-1], 1),
        "memory_mb": memory(root),
    }
    if cluster:
        told |= await kill_one(players, cluster)
        await asyncio.sleep(given.seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    last = time.monotonic() - max(5.0, 3 / given.pulls)
    told["silent_afterwards"] = sum(not p.heard_at or p.heard_at[-1] < last for p in players)
    told["settings_lost"] = sum(len(player.lost) for player in players)
    told["ended"] = sorted({player.ended for player in players if player.ended})
    return told


async def kill_one(players: list[Player], cluster: int) -> dict[str, Any]:
    """The replica that has played the most, by the processor time that it took."""
    replicas = sorted((spent(pid), pid) for pid in replicas_below(cluster))
    at = time.monotonic()
    os.kill(replicas[-1][1], signal.SIGKILL)
    hit: list[Player] = []
    while time.monotonic() < at + MOST_TO_RECOVER:
        await asyncio.sleep(0.2)
        hit = [p for p in players if any(t >= at for t in p.broken_at)]
        if time.monotonic() > at + 2 and hit and all(p.heard_at[-1] > p.broken_at[-1] for p in hit):
            break
    waits = [next((t for t in p.heard_at if t > p.broken_at[-1]), at + 1e3) - at for p in hit]
    while len(set(replicas_below(cluster)) - {replicas[-1][1]}) < REPLICAS:
        if time.monotonic() > at + MOST_TO_RECOVER:
            break
        await asyncio.sleep(0.2)
    return {
        "players_of_the_killed": len(hit),
        "seconds_to_sound_p50": round(statistics.median(waits), 2),
        "seconds_to_sound_most": round(max(waits), 2),
        "seconds_to_another_replica": round(time.monotonic() - at, 1),
    }


def replicas_below(root: int) -> list[int]:
    """Processes that play, of a cluster."""
    found = []
    for pid in below(root):
        try:
            if "ServeReplica" in name_and_command(pid)[1]:
                found.append(pid)
        except OSError:
            continue
    return found


def spent(pid: int) -> float:
    """Processor time in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return float(fields[11]) + float(fields[12])


def memory(root: int) -> dict[str, float]:
    """MB of each kind of process, what they share counted once."""
    found: dict[str, float] = {}
    for pid in [root, *below(root)]:
        try:
            kind = name_and_command(pid)[1].partition(" ")[0].partition("(")[0]
            held = proportional_bytes(pid) or 0
        except OSError:
            continue
        kind = kind.rpartition("/")[2]
        found[kind] = round(found.get(kind, 0.0) + held / 1e6, 1)
    return found


async def one_player(player: Player, host: str, cookie: str, period: float, number: int) -> None:
    """As a page: again and again, until it is cancelled or told that it is over."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    tries = 0
    while not player.ended:
        try:
            async with connect(
                f"ws://{host}/api/sessions/{player.session}/play",
                additional_headers={"Cookie": cookie},
                origin=f"http://{host}",  # type: ignore[arg-type]
                open_timeout=MOST_TO_OPEN,
                ping_interval=None,  # browsers send none
            ) as talk:
                tries = 0
                await _talk(talk, player, period, number)
                code = talk.close_code or 1006
                if code >= 4000:
                    player.ended = f"{code} {talk.close_reason}"
        except (OSError, WebSocketException, TimeoutError):
            pass
        player.broken_at.append(time.monotonic())
        await asyncio.sleep(RETRY_SECONDS[min(tries, 1)])
        tries += 1


async def _talk(talk: Any, player: Player, period: float, number: int) -> None:
    """Until the socket ends."""
    pull = json.dumps({"type": "pull", "frames": FRAMES})
    asked = moved = due = 0.0
    waiting: dict[int, float] = {}
    async for message in talk:
        now = time.monotonic()
        if isinstance(message, str):
            told = json.loads(message)
            if told["type"] == "ready":
                kept = told["patch"]["controls"].get(player.control, 0.0)
                if kept < player.told:
                    player.lost.append((player.told, kept))
                # Not all at the same moment at the beginning; at once when it comes back.
                due = now if player.heard_at else now + period * (number % 17) / 17
                await asyncio.sleep(due - now)
                asked = time.monotonic()
                await talk.send(pull)
            elif told["type"] == "applied":
                player.told = max(player.told, waiting.pop(told["id"]))
            continue
        player.answers.append(now - asked)
        player.heard_at.append(now)
        if now - moved > MOVE_SECONDS:
            moved = now
            player.value += 1e-4
            identifier = round(player.value * 1e4)
            waiting[identifier] = player.value
            values = {player.control: player.value}
            change = {"type": "controls", "id": identifier, "values": values}
            await talk.send(json.dumps(change))
        due = max(due + period, now)
        await asyncio.sleep(due - now)
        asked = time.monotonic()
        await talk.send(pull)


if __name__ == "__main__":
    enter_own_network()
    sys.exit(main())
