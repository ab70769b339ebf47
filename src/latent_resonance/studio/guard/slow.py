"""Connections that hold on to the server: a request that is begun is sent on, or it ends."""

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS = 15.0
"""For a request's head, from the connection's start or the last answer on."""
BODY_SECONDS, BODY_BYTES = 30.0, 4096
"""Of a body, at least so much comes in so long."""
MOST_CONNECTIONS = 600
"""At once; fifty players and their pages have a few hundred."""


class PromptProtocol(AutoHTTPProtocol):  # type: ignore[valid-type, misc]
    """uvicorn's own, which waits for ever for the end of a head or a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """A head is awaited from now on, for ``HEAD_SECONDS``."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._came = 0
        self._look_again()

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        self._came += len(data)
        super().data_received(data)

    def on_response_complete(self) -> None:
        """The next request may begin."""
        self._since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """No more to look at."""
        self._timer.cancel()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        self._timer = self.loop.call_later(min(HEAD_SECONDS, BODY_SECONDS) / 5, self._look)

    def _look(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # a WebSocket by now, which has pings
        now, cycle = self.loop.time(), self.cycle
        if cycle is None or cycle.response_complete:
            late = now - self._since > HEAD_SECONDS
        elif cycle.more_body and not self.flow.read_paused:
            if self._came >= BODY_BYTES:
                self._since, self._came = now, 0
            late = now - self._since > BODY_SECONDS
        else:
            self._since, self._came, late = now, 0, False
        if late:
            self.transport.abort()
        else:
            self._look_again()


def prompt_options() -> dict[str, Any]:
    """For uvicorn."""
    return {"http": PromptProtocol, "limit_concurrency": MOST_CONNECTIONS}
