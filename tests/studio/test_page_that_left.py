"""A page that is gone: what it said last still counts, and its socket ends without a complaint."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from latent_resonance.studio import wire
from latent_resonance.studio.play import connection as connections
from latent_resonance.studio.play.connection import Connection


def _connection(socket: WebSocket) -> Connection:
    context = SimpleNamespace(takes=None, sessions=SimpleNamespace(kept_first=False))
    return Connection(socket, "session", context)  # type: ignore[arg-type]


@pytest.mark.parametrize("message", ["text", b"sound"])
def test_what_comes_too_late_for_it_is_no_error(message: str | bytes) -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError("the socket is closed")

    async def late() -> None:
        socket = WebSocket({"type": "websocket", "headers": []}, nothing, nothing)  # type: ignore[arg-type]
        socket.application_state = WebSocketState.DISCONNECTED
        await _connection(socket)._put(message)

    asyncio.run(late())


def test_an_error_of_a_socket_that_is_open_is_one() -> None:
    async def nothing(*_: object) -> None:
        raise RuntimeError("of another kind")

    async def wrong() -> None:
        socket = WebSocket({"type": "websocket", "headers": []}, nothing, nothing)  # type: ignore[arg-type]
        socket.application_state = WebSocketState.CONNECTED
        with pytest.raises(RuntimeError, match="of another kind"):
            await _connection(socket)._put("text")

    asyncio.run(wrong())


@pytest.mark.parametrize("ends", ["by its page", "never"])
def test_what_it_said_last_is_read_though_nothing_reaches_it(
    ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to: list[Any] = []

    def set_on(_player: object, message: Any) -> bool:
        set_to.append(message)
        return False

    monkeypatch.setattr(connections, "set_on", set_on)
    monkeypatch.setattr(connections, "_LAST_WORDS_SECONDS", 0.1)
    said: list[dict[str, Any]] = [
        {"type": "ping", "sent": 1.0},
        {"type": "controls", "id": 1, "values": {"level": 0.25}},
    ]

    async def receive() -> dict[str, Any]:
        if said:
            return {"type": "websocket.receive", "text": json.dumps(said.pop(0))}
        if ends == "never":
            await asyncio.Event().wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(_: object) -> None:
        raise OSError("the page is gone")

    async def play() -> None:
        socket = WebSocket({"type": "websocket", "headers": []}, receive, send)  # type: ignore[arg-type]
        socket.client_state = socket.application_state = WebSocketState.CONNECTED
        connection = _connection(socket)
        connection._player = SimpleNamespace(frame=0, in_force_from=lambda: 0)  # type: ignore[assignment]
        with pytest.raises(WebSocketDisconnect):
            await connection._play()

    asyncio.run(play())
    assert [type(one) for one in set_to] == [wire.SetControls]
