"""How the studio says no: one line, as JSON to programs and as a page to people."""

import html
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from latent_resonance.studio.guard.headers import Header, answer_headers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - a decision, not an error
    """A status and a line for whoever asked."""

    status: int
    line: str


async def refuse(scope: Scope, send: Send, refusal: Refusal, page: bool) -> None:
    """Answer a request or a socket's opening; nothing of what it brought is read."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get(
        "extensions", {}
    ):
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.line})
        return
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    body, content = _page(refusal.line) if page else _json(refusal.line)
    await answer(send, refusal.status, body, content, kind=kind)


async def answer(
    send: Send,
    status: int,
    body: bytes,
    content: bytes,
    *,
    host: str = "",
    extra: tuple[Header, ...] = (),
    kind: str = "http.response",
) -> None:
    """A whole answer. The connection ends with it: its body may not have been read."""
    headers = [
        (b"content-type", content),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *answer_headers(host or "127.0.0.1"),
        *extra,
    ]
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})


def plain_page(title: str, *lines: str) -> bytes:
    """A page without script, style or picture; dark where the reader's other pages are."""
    rows = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)}</title></head>"
        f"<body><h1>{html.escape(title)}</h1>{rows}</body></html>"
    ).encode()


def _page(line: str) -> tuple[bytes, bytes]:
    return plain_page(
        "Latent Resonance", f"{line[:1].upper()}{line[1:]}."
    ), b"text/html; charset=utf-8"


def _json(line: str) -> tuple[bytes, bytes]:
    return json.dumps({"detail": line}).encode(), b"application/json"
