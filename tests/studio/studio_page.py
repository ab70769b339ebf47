"""What a page does with its socket, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from latent_resonance.studio.frames import FRAMES, HEADER_BYTES

PATIENCE = 120.0
"""Seconds; a busy machine takes its time to compile a model."""


class Page:
    """A page of one socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.texts: list[dict[str, Any]] = []
        self.ready: dict[str, Any] = {}

    def send(self, kind: str, **entries: Any) -> None:
        self.socket.send(json.dumps({"type": kind, **entries}))

    def until(self, kind: str) -> Any:
        """The next message of that kind: a dict, or header and payload of a binary one."""
        while True:
            message = self.socket.recv(timeout=PATIENCE)
            if isinstance(message, bytes):
                frame = next(one for one in FRAMES if one.tag == message[0])
                if frame.name == kind:
                    return frame.unpack(message), message[HEADER_BYTES:]
                continue
            told = json.loads(message)
            self.texts.append(told)
            if told["type"] == kind:
                return told

    def next_binary(self) -> tuple[str, Any]:
        """The next binary message: its name, and header and payload."""
        while isinstance(message := self.socket.recv(timeout=PATIENCE), str):
            self.texts.append(json.loads(message))
        frame = next(one for one in FRAMES if one.tag == message[0])
        return frame.name, (frame.unpack(message), message[HEADER_BYTES:])

    def pull(self, frames: int) -> np.ndarray:
        self.send("pull", frames=frames)
        head, payload = self.until("sound")
        samples = np.frombuffer(payload, "<f4").reshape(-1, int(head["channels"]))
        assert len(samples) == frames == head["frames"]
        return samples

    def closed(self) -> tuple[int, str]:
        with pytest.raises(ConnectionClosed):
            while True:
                self.socket.recv(timeout=PATIENCE)
        return self.socket.close_code, self.socket.close_reason


@contextmanager
def ready_page(served: Any, session: str, asked: str = "") -> Iterator[Page]:
    """A page that plays the session, once it was told in ``ready`` what it plays."""
    with served.play(session, asked) as socket:
        page = Page(socket)
        page.ready = page.until("ready")
        yield page
