"""Who may come into a room, and what a guest may do there: play."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.studio.guard.access import Access, same

_SECRET_BYTES = 32
_LEAST_LETTERS = 32
_SAFE = {"GET", "HEAD"}
# What is not here is refused: a route that is added later is none of a guest's.
_TO_READ = re.compile(r"/api/(instruments|models|textures|presets|settings)(/.*)?")
_TO_PLAY = re.compile(r"/api/sessions(/[0-9a-f-]{36}(/patch|/play)?)?|/api/entry")
_TO_ASK = re.compile(r"/api/textures/[^/]+/(place|compare)|/api/songs")


class RoomAccess(Access):
    """One link for all guests, the same from every replica and every start, as long as the secret.

    Args:
        hosts: exact values of the Host header, as ``Access`` takes them.
        port: that the guests come to.
        secret: of the room, at least 32 characters; link and cookie are made of it.
    """

    def __init__(self, hosts: Iterable[str], port: int, secret: str) -> None:
        super().__init__(hosts, port, _derive(secret, f"cookie of port {port}"))
        self.entry = "the room's link opens it: ask whoever gave the room for it"
        self.guests = True
        self._link = _derive(secret, "link")

    def new_token(self) -> str:
        """The link's; it works as often as it is asked for."""
        return self._link

    def use_token(self, token: str) -> bool:
        """Whether it is the link's."""
        return same(self._link, token)

    def allows(self, method: str, path: str) -> bool:
        """Pages, what is there to be played, sessions whose id one knows; nothing that stays."""
        if _TO_PLAY.fullmatch(path):
            return True
        if method in _SAFE:
            return not path.startswith("/api/") or _TO_READ.fullmatch(path) is not None
        return method == "POST" and _TO_ASK.fullmatch(path) is not None


def keep_secret(path: Path) -> str:
    """The room's secret: what the file says, which only its owner reads; it is made if missing.

    Without the file all links that were given are worth nothing at the next start.

    Raises:
        OutputError: the file cannot be read or written, or holds too little.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_output(path) as partial:
                handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(_SECRET_BYTES))
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot keep the room's key in {path}: {error}") from error
    if len(secret) < _LEAST_LETTERS:
        raise OutputError(
            f"{path} holds {len(secret)} letters, a room's key has {_LEAST_LETTERS} or more: "
            "remove the file, and a new key is made"
        )
    return secret


def _derive(secret: str, what: str) -> str:
    return hmac.new(secret.encode(), f"room: {what}".encode(), hashlib.sha256).hexdigest()
