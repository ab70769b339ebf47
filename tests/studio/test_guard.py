"""Every route of the application times every hostile request: refused, with the right status, and
never seen by the application. A route that is added later is in the table by itself."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import WebSocketRoute

from latent_resonance.studio.app import create_routes
from latent_resonance.studio.guard.access import Access
from latent_resonance.studio.guard.guard import Guard
from latent_resonance.studio.guard.limits import (
    MOST_BODY_BYTES,
    MOST_SONG_BYTES,
    MOST_UPLOAD_BYTES,
    check_body,
)
from latent_resonance.studio.guard.refusal import Refusal
from latent_resonance.studio.studio import Studio
from latent_resonance.studio.wire import MOST_MESSAGE_BYTES

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
SECRET = "s" * 43
COOKIE = f"resonance_{PORT}={SECRET}"
ID = "00000000-0000-4000-8000-000000000000"
NOT_THERE = 404

# What differs from a good request, and the status that it gets. None leaves a header out.
Change = dict[str, Any]
HOSTILE: dict[str, tuple[Change, int]] = {
    # Host
    "no host": ({"host": None}, 421),
    "a foreign host": ({"host": "evil.example", "origin": "http://evil.example"}, 421),
    "a foreign host that resolves here": ({"host": f"evil.example:{PORT}"}, 421),
    "the host without its port": ({"host": "127.0.0.1"}, 421),
    "the host with another port": ({"host": "127.0.0.1:8766"}, 421),
    "another loopback address": ({"host": f"127.0.0.2:{PORT}"}, 421),
    "any address": ({"host": f"0.0.0.0:{PORT}"}, 421),
    "a host with a dot behind": ({"host": f"127.0.0.1.:{PORT}"}, 421),
    "a host with a name before it": ({"host": f"user@127.0.0.1:{PORT}"}, 421),
    "a number for a host": ({"host": f"2130706433:{PORT}"}, 421),
    "an IPv6 host": ({"host": f"[::1]:{PORT}"}, 421),
    "two hosts": ({"host": [HOST, "evil.example"]}, 400),
    "an empty host": ({"host": ""}, 421),
    "a host that goes on": ({"host": f"{HOST}.evil.example"}, 421),
    # Origin
    "a foreign origin": ({"origin": "http://evil.example"}, 403),
    "a null origin": ({"origin": "null"}, 403),
    "the origin with another port": ({"origin": "http://127.0.0.1:3000"}, 403),
    "the origin without its port": ({"origin": "http://127.0.0.1"}, 403),
    "the origin by https": ({"origin": f"https://{HOST}"}, 403),
    "an origin that begins like ours": ({"origin": f"http://{HOST}.evil.example"}, 403),
    "an origin that ends like ours": ({"origin": f"http://evil.example/{HOST}"}, 403),
    "an origin with a path": ({"origin": f"http://{HOST}/"}, 403),
    "an origin by the other name": ({"origin": f"http://localhost:{PORT}"}, 403),
    "an empty origin": ({"origin": ""}, 403),
    "two origins": ({"origin": [f"http://{HOST}", "http://evil.example"]}, 400),
    "a file for an origin": ({"origin": "file://"}, 403),
    "an extension for an origin": ({"origin": "chrome-extension://abcdef"}, 403),
    "no scheme in the origin": ({"origin": HOST}, 403),
    # where the browser says that it comes from
    "another site": ({"sec-fetch-site": "cross-site"}, 403),
    "another port of this machine": ({"sec-fetch-site": "same-site"}, 403),
    "a site nobody knows of": ({"sec-fetch-site": "somewhere"}, 403),
    # cookie
    "no cookie": ({"cookie": None}, 401),
    "an empty cookie": ({"cookie": f"resonance_{PORT}="}, 401),
    "a wrong cookie": ({"cookie": f"resonance_{PORT}={'t' * 43}"}, 401),
    "a cookie that is too short": ({"cookie": f"resonance_{PORT}={SECRET[:-1]}"}, 401),
    "a cookie that is too long": ({"cookie": f"{COOKIE}s"}, 401),
    "the cookie of another port": ({"cookie": f"resonance_8766={SECRET}"}, 401),
    "the cookie of another name": ({"cookie": f"session={SECRET}"}, 401),
    "a cookie that is no text": ({"cookie": f"resonance_{PORT}=\xff\xfe"}, 401),
    "a wrong strict cookie beside the right one": (
        {"cookie": f"{COOKIE}; __Host-resonance_{PORT}={'t' * 43}"},
        401,
    ),
    "the strict cookie of another port": ({"cookie": f"__Host-resonance_8766={SECRET}"}, 401),
    "the secret in a header": ({"cookie": None, "authorization": f"Bearer {SECRET}"}, 401),
    "the secret in the address": ({"cookie": None, "query": f"cookie={SECRET}"}, 401),
    # paths
    "a path that climbs": ({"suffix": "/../../etc/passwd"}, 400),
    "a path that climbs in code": ({"suffix": "/%2e%2e/%2e%2e/etc/passwd"}, 400),
    "a path that climbs in double code": ({"suffix": "/%252e%252e/etc/passwd"}, 400),
    "a separator in code": ({"suffix": "%2f..%2fkey"}, 400),
    "a backslash": ({"suffix": "/..\\key"}, 400),
    "a backslash in code": ({"suffix": "%5c..%5ckey"}, 400),
    "a zero byte": ({"suffix": "%00.wav"}, 400),
    "a line break": ({"suffix": "%0d%0aSet-Cookie:x=1"}, 400),
    "a dot for a folder": ({"suffix": "/./key"}, 400),
    "an endless path": ({"suffix": "/" + "a" * 3000}, 414),
    "an endless query": ({"query": "q=" + "a" * 5000}, 414),
    # bodies
    "a body that is too big": ({"content-length": str(MOST_UPLOAD_BYTES + 1)}, 413),
    "a body beyond all numbers": ({"content-length": "9" * 40}, 413),
    "a body of no length": ({"transfer-encoding": "chunked"}, 411),
    "a body of two lengths": ({"content-length": ["1", "2"]}, 400),
    "a body of less than nothing": ({"content-length": "-1"}, 400),
    "a body of words": ({"content-length": "ten"}, 400),
}

# Only of plain requests.
METHODS = ("OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "get")
# Only where something is changed, or a socket opened.
CHANGING: dict[str, tuple[Change, int]] = {"no origin": ({"origin": None}, 403)}


def spy(scope: Any, receive: Any, send: Any) -> Any:
    raise AssertionError(f"{scope['type']} {scope['path']} passed the guard")


def access() -> Access:
    return Access({HOST, f"localhost:{PORT}"}, PORT, SECRET)


def flat(found: Iterable[Any]) -> Iterator[Any]:
    """Newer versions of FastAPI keep a router that was included as one entry."""
    for route in found:
        inner = getattr(route, "original_router", None)
        yield from [route] if inner is None else flat(inner.routes)


def routes(studio: Studio) -> list[tuple[str, str]]:
    """(method, path) of all that the application answers, sockets too."""
    found = []
    for route in flat(create_routes(studio).routes):
        path = getattr(route, "path", "/")
        path = re.sub(r"\{path:path\}", "pages/face", path)
        path = re.sub(r"\{(session|preset|take|upload|job)\}", ID, path)
        path = re.sub(r"\{\w+\}", "drone", path)
        if isinstance(route, WebSocketRoute):
            found.append(("WEBSOCKET", path))
        elif isinstance(route, APIRoute):
            found += [(method, path) for method in sorted(route.methods)]
        else:
            raise AssertionError(f"a kind of route that this table does not know: {route}")
    return found


def scope_of(method: str, path: str, change: Change) -> dict[str, Any]:
    headers: dict[str, Any] = {"host": HOST, "origin": f"http://{HOST}", "cookie": COOKIE}
    socket = method == "WEBSOCKET"
    headers |= {name: value for name, value in change.items() if name not in {"suffix", "query"}}
    pairs = [
        (name.encode(), one.encode("latin-1"))
        for name, value in headers.items()
        for one in ([] if value is None else value if isinstance(value, list) else [value])
    ]
    raw = (path + change.get("suffix", "")).encode()
    scope = {
        "type": "websocket" if socket else "http",
        "path": raw.decode(),
        "raw_path": raw,
        "query_string": change.get("query", "").encode(),
        "headers": pairs,
        "scheme": "ws" if socket else "http",
        "extensions": {"websocket.http.response": {}},
    }
    return scope if socket else {**scope, "method": method}


def ask(app: Any, scope: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    """All that the application sends."""
    sent: list[dict[str, Any]] = []
    ahead = [*messages]
    if scope["type"] == "websocket":
        ahead.insert(0, {"type": "websocket.connect"})

    async def receive() -> dict[str, Any]:
        return ahead.pop(0) if ahead else {"type": f"{scope['type']}.disconnect", "code": 1001}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(app(scope, receive, send))
    return sent


def status_of(sent: list[dict[str, Any]]) -> int:
    return next(int(one["status"]) for one in sent if one["type"].endswith("response.start"))


def test_the_table_is_as_long_as_was_asked_for(studio: Studio) -> None:
    assert len(HOSTILE) + len(METHODS) >= 40
    found = routes(studio)
    assert len(found) >= 40
    assert any(method == "WEBSOCKET" for method, _ in found)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_route_answers_a_hostile_request(name: str, studio: Studio) -> None:
    change, status = HOSTILE[name]
    guard = Guard(spy, access())
    for method, path in routes(studio):
        sent = ask(guard, scope_of(method, path, change))
        assert status_of(sent) == status, (method, path)
        assert not any(b"set-cookie" in dict(one.get("headers", ())) for one in sent)


@pytest.mark.parametrize("name", CHANGING)
def test_what_changes_something_says_where_it_comes_from(name: str, studio: Studio) -> None:
    change, status = CHANGING[name]
    for method, path in routes(studio):
        if method != "GET":
            assert status_of(ask(Guard(spy, access()), scope_of(method, path, change))) == status


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_not_answered(method: str, studio: Studio) -> None:
    for kind, path in routes(studio):
        if kind != "WEBSOCKET":
            assert status_of(ask(Guard(spy, access()), scope_of(method, path, {}))) == 405


def test_a_good_request_reaches_every_route(studio: Studio) -> None:
    """So that the table above does not pass for a reason of its own."""
    reached = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])

    found = routes(studio)
    for method, path in found:
        ask(Guard(app, access()), scope_of(method, path, {}))
        if method == "GET":
            ask(Guard(app, access()), scope_of(method, path, {"origin": None}))
    assert len(reached) == len(found) + sum(method == "GET" for method, _ in found)


def test_big_bodies_go_to_uploads_and_larger_ones_to_songs_only(studio: Studio) -> None:
    change = {"content-length": str(MOST_BODY_BYTES + 1)}
    reached = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])

    for method, path in routes(studio):
        if method in {"POST", "PUT"}:
            sent = ask(Guard(app, access()), scope_of(method, path, change))
            assert path in {"/api/uploads", "/api/songs"} or status_of(sent) == 413
    assert sorted(reached) == ["/api/songs", "/api/uploads"]
    beyond = {"content-length": str(MOST_SONG_BYTES + 1)}
    sent = ask(Guard(app, access()), scope_of("POST", "/api/songs", beyond))
    assert status_of(sent) == 413


def test_guests_of_a_room_send_no_big_bodies() -> None:
    length = [(b"content-length", str(MOST_BODY_BYTES + 1).encode())]
    assert check_body("/api/songs", length) == MOST_BODY_BYTES + 1
    with pytest.raises(Refusal) as refused:
        check_body("/api/songs", length, guests=True)
    assert refused.value.status == 413


def test_more_body_than_was_said_ends_the_request() -> None:
    got = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        got.append(await receive())
        got.append(await receive())

    chunk = {"type": "http.request", "body": b"x" * 8, "more_body": True}
    ask(
        Guard(app, access()),
        scope_of("POST", "/api/presets", {"content-length": "10"}),
        chunk,
        chunk,
    )
    assert [one["type"] for one in got] == ["http.request", "http.disconnect"]


def test_a_message_that_is_too_big_closes_the_socket() -> None:
    got = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        got.extend([await receive(), await receive(), await receive()])

    good = {"type": "websocket.receive", "text": "x" * MOST_MESSAGE_BYTES}
    big = {"type": "websocket.receive", "text": "x" * (MOST_MESSAGE_BYTES + 1)}
    sent = ask(Guard(app, access()), scope_of("WEBSOCKET", "/api", {}), good, big)
    assert [one["type"] for one in got] == [
        "websocket.connect",
        "websocket.receive",
        "websocket.disconnect",
    ]
    assert sent == [{"type": "websocket.close", "code": 1009}]


def test_a_server_that_cannot_refuse_with_a_status_closes_the_socket() -> None:
    scope = scope_of("WEBSOCKET", f"/api/sessions/{ID}/play", {"origin": "null"})
    scope["extensions"] = {}
    assert ask(Guard(spy, access()), scope)[0]["type"] == "websocket.close"


@pytest.mark.parametrize("before", ["", f"resonance_{PORT}=tossed; ", f"{COOKIE}; "])
@pytest.mark.parametrize("kind", ["GET", "WEBSOCKET"])
def test_the_strict_cookie_opens_alone_and_beside_any_other(kind: str, before: str) -> None:
    scope = scope_of(kind, "/", {"cookie": f"{before}__Host-{COOKIE}"})
    with pytest.raises(AssertionError, match="passed the guard"):
        ask(Guard(spy, access()), scope)


class TestLaunchToken:
    def enter(self, doors: Access, token: str, **change: Any) -> list[dict[str, Any]]:
        change = {"cookie": None, "origin": None, **change}
        return ask(
            Guard(spy, doors), scope_of("GET", "/", {**change, "query": f"token={token}&a=1"})
        )

    def test_it_becomes_a_cookie_once(self) -> None:
        doors = access()
        used = []
        doors.on_used = lambda: used.append(True)
        token = doors.new_token()
        sent = self.enter(doors, token)
        assert status_of(sent) == 200
        cookies = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
        assert [cookie.decode() for cookie in cookies] == [
            f"{COOKIE}; HttpOnly; SameSite=Strict; Path=/",
            f"__Host-{COOKIE}; HttpOnly; SameSite=Strict; Path=/; Secure",
        ]
        assert b'url=/?a=1"' in sent[1]["body"]
        assert token.encode() not in sent[1]["body"]
        assert status_of(self.enter(doors, token)) == 401
        assert used == [True]

    def test_a_wrong_one_is_refused(self) -> None:
        doors = access()
        doors.new_token()
        assert status_of(self.enter(doors, "x" * 43)) == 401
        assert status_of(self.enter(doors, "\u00e9")) == 401

    def test_a_cookie_does_not_make_up_for_a_used_token(self) -> None:
        assert status_of(self.enter(access(), "x", cookie=COOKIE)) == 401

    def test_another_site_may_link_here_but_not_fetch(self) -> None:
        doors = access()
        site = {"sec-fetch-site": "cross-site"}
        assert status_of(self.enter(doors, doors.new_token(), **site)) == 403
        site["sec-fetch-mode"] = "navigate"
        assert status_of(self.enter(doors, doors.new_token(), **site)) == 200

    def test_a_browser_that_guesses_ahead_does_not_use_it_up(self) -> None:
        doors = access()
        token = doors.new_token()
        assert status_of(self.enter(doors, token, **{"sec-purpose": "prefetch"})) == 401
        assert status_of(self.enter(doors, token)) == 200

    def test_it_opens_no_route_of_the_api(self) -> None:
        doors = access()
        change = {"cookie": None, "query": f"token={doors.new_token()}"}
        assert status_of(ask(Guard(spy, doors), scope_of("GET", "/api/presets", change))) == 401

    def test_a_name_that_would_lead_elsewhere_stays_here(self) -> None:
        doors = access()
        change = {"cookie": None, "origin": None, "query": f"token={doors.new_token()}"}
        sent = ask(Guard(spy, doors), scope_of("GET", "//evil.example", change))
        assert b'url=/evil.example"' in sent[1]["body"]

    def test_it_ends_with_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        doors = access()
        token = doors.new_token()
        monkeypatch.setattr("time.monotonic", lambda: 1e9)
        assert status_of(self.enter(doors, token)) == 401


def test_every_answer_carries_the_headers(studio: Studio) -> None:
    needed = {
        b"content-security-policy",
        b"cross-origin-embedder-policy",
        b"cross-origin-opener-policy",
        b"cross-origin-resource-policy",
        b"referrer-policy",
        b"x-content-type-options",
        b"x-frame-options",
    }
    guard = Guard(create_routes(studio), access())
    for method, path, change in (
        ("GET", "/", {}),
        ("GET", "/api/presets", {}),
        ("GET", f"/api/presets/{ID}", {}),
        ("GET", "/api/nothing", {}),
        ("GET", "/", {"cookie": None}),
        ("GET", "/", {"host": "evil.example"}),
    ):
        start = ask(guard, scope_of(method, path, change))[0]
        assert needed <= dict(start["headers"]).keys(), path
        policy = dict(start["headers"])[b"content-security-policy"].decode()
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")


KEY = access().key


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"cookie": None, "x-entry-key": KEY}, 200),
        ({"cookie": None}, 401),
        ({"cookie": None, "x-entry-key": ""}, 401),
        ({"cookie": None, "x-entry-key": KEY[:-1]}, 401),
        ({"cookie": None, "x-entry-key": SECRET}, 401),
        ({"cookie": None, "x-entry-key": [KEY, KEY]}, 400),
        ({"cookie": None, "x-entry-key": Access((), PORT + 1, SECRET).key}, 401),
        ({"cookie": None, "x-entry-key": KEY, "origin": None}, 403),
        ({"cookie": None, "x-entry-key": KEY, "origin": "http://127.0.0.1:3000"}, 403),
        ({"cookie": None, "x-entry-key": KEY, "host": "evil.example"}, 421),
    ],
)
def test_a_key_gives_the_cookie_to_a_page_of_this_port(change: Change, status: int) -> None:
    sent = ask(Guard(spy, access()), scope_of("POST", "/api/entry", change))
    assert status_of(sent) == status
    assert (COOKIE.encode() in dict(sent[0]["headers"]).get(b"set-cookie", b"")) == (status == 200)


def test_a_key_opens_nothing_else() -> None:
    guard = Guard(spy, access())
    for method, path in (
        ("GET", "/api/entry"),
        ("GET", "/api/settings"),
        ("POST", "/api/sessions"),
    ):
        sent = ask(guard, scope_of(method, path, {"cookie": None, "x-entry-key": KEY}))
        assert status_of(sent) == 401


def test_the_key_of_the_start_before_is_good_once_more() -> None:
    first, second = "a" * 43, "b" * 43
    key = Access((HOST,), PORT, first).key
    assert Access((HOST,), PORT, second, before=first).opens(key)
    assert not Access((HOST,), PORT, "c" * 43, before=second).opens(key)
    assert not Access((HOST,), PORT, second).opens(key)
