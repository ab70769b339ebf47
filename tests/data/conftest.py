"""Servers on this machine that behave as the real ones do, on good days and on bad ones."""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

Handler = type[http.server.BaseHTTPRequestHandler]


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], str]]:
    """Start a server with a handler; gives its address."""
    servers: list[_Quiet] = []

    def start(handler: Handler) -> str:
        server = _Quiet(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
