"""The outermost layer: every request and every socket passes here or nowhere."""

import html
import json
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from latent_resonance.studio.guard.access import Access
from latent_resonance.studio.guard.headers import (
    Header,
    answer_headers,
    cookies,
    only,
    with_headers,
)
from latent_resonance.studio.guard.limits import (
    MOST_PATH_BYTES,
    MOST_QUERY_BYTES,
    check_body,
    count_body,
    measure_messages,
)
from latent_resonance.studio.guard.refusal import (
    Application,
    Message,
    Receive,
    Refusal,
    Scope,
    Send,
    answer,
    refuse,
)

_SAFE = {"GET", "HEAD"}
_METHODS = _SAFE | {"POST", "PUT", "DELETE"}
_OWN_SITE = {None, "same-origin", "none"}
_KEY_PATH, _KEY_HEADER = "/api/entry", b"x-entry-key"


class Guard:
    """An ASGI layer around the application.

    Args:
        app: behind it.
        access: who may pass.
    """

    def __init__(self, app: Application, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one socket, or the server's own start and end."""
        if scope["type"] == "lifespan":
            await self._pass(scope, receive, send)
            return
        try:
            token = self._check(scope)
            length = check_body(scope["path"], scope["headers"], guests=self._access.guests)
        except Refusal as refusal:
            await refuse(scope, send, refusal, page=_wants_page(scope))
            return
        except ValueError as error:
            await refuse(scope, send, Refusal(400, str(error)), page=False)
            return
        host = only(scope["headers"], b"host") or ""
        if token is not None:
            await self._enter(scope, send, host)
        elif scope["path"] == _KEY_PATH and scope.get("method") == "POST":
            await self._give_key(send, host)
        elif scope["type"] == "websocket":
            await self._pass(scope, measure_messages(receive, send), send)
        else:
            await self._pass(scope, count_body(receive, length), _dressed(send, host))

    def _check(self, scope: Scope) -> str | None:
        """The launch token where one was brought and is good; raises Refusal."""
        headers: list[Header] = scope["headers"]
        socket = scope["type"] == "websocket"
        if scope["type"] not in {"http", "websocket"}:
            raise Refusal(400, "this is neither HTTP nor a WebSocket")
        host = self._host(headers)
        _check_path(scope)
        method = scope.get("method", "GET")
        if not socket and method not in _METHODS:
            raise Refusal(405, f"{method} is not answered here")
        token = None if socket else self._token(scope, method, headers)
        self._origin(headers, host, needed=socket or method not in _SAFE)
        site = only(headers, b"sec-fetch-site")
        if site not in _OWN_SITE and not (token and _navigates(headers)):
            raise Refusal(403, "another site asked for this")
        if token is not None:
            if self._access.use_token(token):
                return token
            raise Refusal(401, f"this address was used before, or is no more; {self._access.entry}")
        enters = scope["path"] == _KEY_PATH and method == "POST"
        if enters and self._access.opens(only(headers, _KEY_HEADER) or ""):
            return None
        # A browser that keeps the strict one lets nobody else write it, so the other is not asked.
        strict = cookies(headers, self._access.strict_cookie)
        given = strict or cookies(headers, self._access.cookie)
        if not any(self._access.knows(one) for one in given):
            raise Refusal(401, self._access.entry)
        if not self._access.allows(method, scope["path"]):
            raise Refusal(403, "guests of a room can play, and nothing else")
        return None

    def _host(self, headers: list[Header]) -> str:
        host = (only(headers, b"host") or "").lower()
        if host not in self._access.origins:
            raise Refusal(421, "the studio does not go by that name")
        return host

    def _origin(self, headers: list[Header], host: str, *, needed: bool) -> None:
        origin = only(headers, b"origin")
        if origin is None and not needed:
            return
        if origin != self._access.origins[host]:
            raise Refusal(403, "another origin asked for this")

    def _token(self, scope: Scope, method: str, headers: list[Header]) -> str | None:
        query: str = scope["query_string"].decode("latin-1")
        found = [value for key, value in parse_qsl(query) if key == "token"]
        if method != "GET" or not found or scope["path"].startswith("/api/"):
            return None
        if b"prefetch" in {(only(headers, name) or "").encode() for name in _PREFETCH}:
            raise Refusal(401, self._access.entry)  # a guess of the browser's must not use it up
        return found[0]

    async def _enter(self, scope: Scope, send: Send, host: str) -> None:
        """Exchange the token for the cookie, and go on without it in the address.

        By a page and not by a redirect: where a link on another site led here, a redirect would
        still belong to that site, and the browser would not send the cookie.
        """
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(key, value) for key, value in query if key != "token"])
        path = "/" + scope["path"].lstrip("/")
        target = html.escape(f"{path}?{rest}" if rest else path, quote=True)
        body = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="refresh" content="0; url={target}"><title>Latent Resonance'
            f'</title></head><body><p><a href="{target}">Open the studio</a></p></body></html>'
        ).encode()
        await self._let_in(send, host, body, b"text/html; charset=utf-8")

    async def _give_key(self, send: Send, host: str) -> None:
        """The cookie and the key of this start, to a page that has one of them or the last key."""
        body = json.dumps({"key": self._access.key, "guest": self._access.guests}).encode()
        await self._let_in(send, host, body, b"application/json")

    async def _let_in(self, send: Send, host: str, body: bytes, content: bytes) -> None:
        """An answer with the cookies."""
        set_ = [(b"set-cookie", one.encode()) for one in self._access.set_cookies()]
        await answer(send, 200, body, content, host=host, extra=tuple(set_))

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


_PREFETCH = (b"sec-purpose", b"purpose", b"x-moz")


def _check_path(scope: Scope) -> None:
    """Refuse what climbs, hides separators, or is endless, before anything decodes it again."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(raw) > MOST_PATH_BYTES or len(scope["query_string"]) > MOST_QUERY_BYTES:
        raise Refusal(414, "this address is too long")
    once = unquote_to_bytes(raw)
    twice = unquote_to_bytes(once)
    for form in (raw, once, twice):
        steps = form.replace(b"\\", b"/").split(b"/")
        if b".." in steps or b"." in steps or b"\\" in form or min(form, default=47) < 32:
            raise Refusal(400, "this address does not lead into the studio")
    if b"%2f" in raw.lower() or b"%5c" in raw.lower() or b"%00" in raw:
        raise Refusal(400, "this address does not lead into the studio")


def _navigates(headers: list[Header]) -> bool:
    return only(headers, b"sec-fetch-mode") == "navigate"


def _wants_page(scope: Scope) -> bool:
    accept = b",".join(value for key, value in scope["headers"] if key.lower() == b"accept")
    return scope["type"] == "http" and b"text/html" in accept


def _dressed(send: Send, host: str) -> Send:
    """Our headers on every answer."""
    ours = answer_headers(host)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_headers(message.get("headers", ()), ours)}
        await send(message)

    return sending
