"""A page that is gone: what is still sent to it ends its socket without a complaint."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from latent_resonance.studio.play.connection import Connection


@pytest.mark.parametrize("message", ["text", b"sound"])
def test_what_comes_too_late_is_an_end_and_no_error(message: str | bytes) -> None:
    async def nothing(*_: object) -> None:
        raise AssertionError("the socket is closed")

    async def late() -> None:
        socket = WebSocket({"type": "websocket", "headers": []}, nothing, nothing)  # type: ignore[arg-type]
        socket.application_state = WebSocketState.DISCONNECTED
        context = SimpleNamespace(takes=None)
        connection = Connection(socket, "session", context)  # type: ignore[arg-type]
        with pytest.raises(WebSocketDisconnect):
            await connection._put(message)

    asyncio.run(late())
