"""The secrets: launch tokens that work once, the cookie that they are exchanged for, and keys.

A browser shows cookies to every port of a machine, so their value is new at each start: what
another server saw is worth nothing later. A page that plays through a restart gets the new cookie
by a key, which it keeps where only pages of this very port can read it.
"""

import hashlib
import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output

HTTPS = "https://"
_TOKEN_BYTES = 32
_TOKEN_SECONDS = 3600.0
_MOST_TOKENS = 16


class Access:
    """What a visitor has to bring.

    Args:
        hosts: exact values of the Host header, with their port; ``https://`` in front where pages
            come from such an address, by a server that passes on to this one.
        port: that the server listens on; cookies do not tell ports apart, their names have to.
        secret: of this start; the cookie's value, and what its key is made of.
        before: secret of the start before, whose pages may come back; empty for none.
    """

    def __init__(self, hosts: Iterable[str], port: int, secret: str, before: str = "") -> None:
        known = [host.lower() for host in hosts]
        self.origins = {
            host.removeprefix(HTTPS): host if host.startswith(HTTPS) else f"http://{host}"
            for host in known
        }
        """Of pages, by what the Host header may say."""
        self.cookie = f"resonance_{port}"
        self.strict_cookie = f"__Host-{self.cookie}"
        """The same for browsers that take what is ``Secure`` from a loopback address."""
        self.key = _key(secret, port)
        """What a page that was let in keeps, for after a restart."""
        self.entry = "the address that the terminal shows opens the studio; it works once"
        """Told to those who are not let in."""
        self.guests = False
        """Whether those who come in are guests of a room, for pages that show less to them."""
        self.on_used: Callable[[], None] | None = None
        """Called when a token was used, so that somebody can show the next one."""
        self._secret = secret
        self._keys = [self.key, *([_key(before, port)] if before else [])]
        self._tokens: dict[str, float] = {}
        self._lock = threading.Lock()

    def opens(self, key: str) -> bool:
        """Whether the key is that of this start or of the one before."""
        return any(same(one, key) for one in self._keys)

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
            found = [one for one in self._tokens if same(one, token)]
            good = [one for one in found if self._tokens.pop(one) > time.monotonic()]
        if good and self.on_used is not None:
            self.on_used()
        return bool(good)

    def knows(self, cookie: str) -> bool:
        """Whether the cookie is ours."""
        return same(self._secret, cookie)

    def allows(self, method: str, path: str) -> bool:
        """Whether those who are in may do that: here all of it."""
        return True

    def set_cookies(self) -> tuple[str, str]:
        """Values of two headers; scripts do not see the cookies, other sites do not send them."""
        rest = f"={self._secret}; HttpOnly; SameSite=Strict; Path=/"
        return f"{self.cookie}{rest}", f"{self.strict_cookie}{rest}; Secure"


def renew_secret(path: Path) -> tuple[str, str]:
    """A new secret, kept for the next start in a file that only its owner reads, and the last one.

    Raises:
        OutputError: the file cannot be written.
    """
    before = ""
    with suppress(OSError, ValueError):
        before = path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(_TOKEN_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_output(path) as partial:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secret)
    except OSError as error:
        raise OutputError(
            f"cannot keep the studio's key in {path}: {error.strerror}; --folder names another "
            "place"
        ) from error
    return secret, before if len(before) == len(secret) else ""


def _key(secret: str, port: int) -> str:
    return hmac.new(secret.encode(), f"page of port {port}".encode(), hashlib.sha256).hexdigest()


def same(one: str, two: str) -> bool:
    """In constant time: how long it takes tells nothing."""
    return hmac.compare_digest(one.encode(), two.encode(errors="surrogatepass"))
