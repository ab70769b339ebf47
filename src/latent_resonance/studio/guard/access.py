"""The secrets: launch tokens that work once, and the cookie that they are exchanged for."""

import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from latent_resonance.contracts.errors import OutputError

_TOKEN_BYTES = 32
_TOKEN_SECONDS = 3600.0
_MOST_TOKENS = 16


class Access:
    """What a visitor has to bring.

    Args:
        hosts: exact values of the Host header, with their port.
        port: that the server listens on; cookies do not tell ports apart, their names have to.
        secret: the cookie's value.
    """

    def __init__(self, hosts: Iterable[str], port: int, secret: str) -> None:
        self.hosts = frozenset(host.lower() for host in hosts)
        self.cookie = f"resonance_{port}"
        self.on_used: Callable[[], None] | None = None
        """Called when a token was used, so that somebody can show the next one."""
        self._secret = secret
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()

    def new_token(self) -> str:
        """One that works once, within an hour."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            now = time.monotonic()
            fresh = {t: until for t, until in self._tokens.items() if until > now}
            self._tokens = dict(list(fresh.items())[-(_MOST_TOKENS - 1) :])
            self._tokens[token] = now + _TOKEN_SECONDS
        return token

    def use_token(self, token: str) -> bool:
        """Whether it is one; it is none any more."""
        with self._lock:
            # All are compared, in constant time each: how long it takes tells nothing.
            found = [one for one in self._tokens if _same(one, token)]
            good = [one for one in found if self._tokens.pop(one) > time.monotonic()]
        if good and self.on_used is not None:
            self.on_used()
        return bool(good)

    def knows(self, cookie: str) -> bool:
        """Whether the cookie is ours."""
        return _same(self._secret, cookie)

    def set_cookie(self) -> str:
        """The header's value; scripts do not see it, other sites do not send it."""
        return f"{self.cookie}={self._secret}; HttpOnly; SameSite=Strict; Path=/"


def keep_secret(path: Path) -> str:
    """The cookie's value from a file that only its owner reads; made where it is missing.

    It outlives the server, so that a page that is open plays on when the studio is started again.

    Raises:
        OutputError: the file cannot be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            found = path.read_text(encoding="ascii").strip()
            if len(found) >= _TOKEN_BYTES:
                return found
            path.unlink()
            return keep_secret(path)
        made = secrets.token_urlsafe(_TOKEN_BYTES)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot keep the studio's key in {path}: {error}") from error
    return made


def _same(one: str, two: str) -> bool:
    return hmac.compare_digest(one.encode(), two.encode(errors="surrogatepass"))
