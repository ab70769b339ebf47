"""Fifty players on one server: each pulls 20 ms of sound every 20 ms from a model that costs
nothing, so that the transport alone is measured. The named baseline is the period itself."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

PLAYERS = 50
SECONDS = 10.0
PERIOD = 0.02
_FRAMES = 960
# A text frame under a mask of zeros, which leaves it as it is.
_TEXT = json.dumps({"type": "pull", "frames": _FRAMES}).encode()
_PULL = bytes([0x81, 0x80 | len(_TEXT), 0, 0, 0, 0]) + _TEXT
_BINARY = 2
_SECRET = "benchmark-benchmark-benchmark-benchmark"


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """The players are in another process than the server; nothing of ``data_dir`` is needed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, folder]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                port, sessions = json.loads(_line(server))
                measured = asyncio.run(_play(port, sessions))
                _say(server, "stop")
                used = float(json.loads(_line(server)))
            finally:
                server.terminate()
    gaps, answers = measured
    return {
        "players": PLAYERS,
        "seconds": SECONDS,
        "period_ms": 1e3 * PERIOD,
        "gap_ms": _spread(gaps),
        "answer_ms": _spread(answers),
        "server_processor_share": round(used / SECONDS, 3),
        "cores": os.cpu_count(),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    gap, answer = result["gap_ms"], result["answer_ms"]
    share = 100 * result["server_processor_share"]
    return [
        f"{result['players']} players, a pull each {result['period_ms']:.0f} ms: {share:.0f} % CPU",
        f"from sound to sound: p50 {gap['p50']}, p99 {gap['p99']}, most {gap['max']} ms",
        f"from pull to sound: p50 {answer['p50']}, p99 {answer['p99']}, most {answer['max']} ms",
    ]


def _spread(times: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(times, [50, 99]) * 1e3
    return {
        "p50": round(float(p50), 2),
        "p99": round(float(p99), 2),
        "max": round(1e3 * max(times), 2),
    }


def _line(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    found = server.stdout.readline()
    if not found:
        raise RuntimeError("the server did not start")
    return found


def _say(server: "subprocess.Popen[str]", word: str) -> None:
    assert server.stdin is not None
    server.stdin.write(f"{word}\n")
    server.stdin.flush()


def serve(folder: str) -> None:
    """The studio as ``resonance studio`` serves it, with the silent instrument."""
    import uvicorn

    from latent_resonance.engine.priority import serve_soon
    from latent_resonance.studio.app import create_app
    from latent_resonance.studio.guard.access import Access
    from latent_resonance.studio.patch import Patch
    from latent_resonance.studio.play.silent import SilentInstrument
    from latent_resonance.studio.serve import bind, server_options
    from latent_resonance.studio.studio import Studio

    listening = bind("127.0.0.1", 0)
    port = listening.getsockname()[1]
    studio = Studio(Path(folder), {"silent": SilentInstrument()})
    sessions = [studio.sessions.add(Patch(instrument="silent")).id for _ in range(PLAYERS)]
    access = Access({f"127.0.0.1:{port}"}, port, _SECRET)
    server = uvicorn.Server(uvicorn.Config(create_app(studio, access), **server_options()))

    def wait() -> None:
        while not server.started:
            time.sleep(0.01)
        print(json.dumps([port, sessions]), flush=True)
        began = time.process_time()
        sys.stdin.readline()
        print(json.dumps(time.process_time() - began), flush=True)
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()
    serve_soon()
    asyncio.run(server.serve(sockets=[listening]))


async def _play(port: int, sessions: list[str]) -> tuple[list[float], list[float]]:
    """Plain sockets: a client library would cost more than the server that is measured."""
    gaps: list[float] = []
    answers: list[float] = []

    async def player(session: str, late: float) -> None:
        reader, writer = await _open(port, session)
        ready.release()
        await go.wait()
        await asyncio.sleep(late)
        due = time.perf_counter()
        end, last = due + SECONDS, 0.0
        while due < end:
            due += PERIOD
            asked = time.perf_counter()
            writer.write(_PULL)
            while await _message(reader) != _BINARY:
                pass
            got = time.perf_counter()
            answers.append(got - asked)
            if last:
                gaps.append(got - last)
            last = got
            await asyncio.sleep(max(0.0, due - got))
        writer.close()

    ready, go = asyncio.Semaphore(0), asyncio.Event()
    # Spread over a period, as players are that began at different times.
    playing = [
        asyncio.ensure_future(player(session, PERIOD * number / len(sessions)))
        for number, session in enumerate(sessions)
    ]
    for _ in sessions:
        await ready.acquire()
    go.set()
    await asyncio.gather(*playing)
    return gaps, answers


async def _open(port: int, session: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket past its handshake and its first two messages, ``loading`` and ``ready``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    host = f"127.0.0.1:{port}"
    lines = (
        f"GET /api/sessions/{session}/play HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        f"Cookie: resonance_{port}={_SECRET}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "Sec-WebSocket-Version: 13",
    )
    writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in head:
        raise RuntimeError(head.decode())
    for _ in ("loading", "ready"):
        await _message(reader)
    return reader, writer


async def _message(reader: asyncio.StreamReader) -> int:
    """Read one message and give its opcode (RFC 6455, section 5.2)."""
    first, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2))
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8))
    await reader.readexactly(length)
    return first & 0xF


if __name__ == "__main__":
    serve(sys.argv[1])
