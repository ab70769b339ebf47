"""One file of a server, whole and checked; what broke off goes on where it was.

huggingface_hub 2 begins a file anew that another run left half done, and weights have gigabytes.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from latent_resonance.contracts.files import give_name

_ATTEMPTS = 4  # without a byte in between
_PAUSE_SECONDS = 1.0
_TIMEOUT_SECONDS = 30.0


class RefusedError(Exception):
    """The server does not give the file; ``status`` 0 where it gave another one."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of a server whose size is known.

    Attributes:
        url: of this very version of it.
        headers: of the request; other hosts that it leads to get no Authorization.
        size: in bytes.
        sha256: of it, where that is known.
    """

    url: str
    headers: Mapping[str, str]
    size: int
    sha256: str = ""


def get_file(remote: Remote, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
    """Have a file at ``path``; one that is there with the right size stays.

    Args:
        remote: the file.
        path: where to; ``path.part`` until it is whole.
        on_bytes: told how many bytes there are; what it raises ends the download.

    Raises:
        RefusedError: the server refuses, or gives something else.
        httpx.TransportError: it cannot be reached, or breaks off each time.
        OSError: it cannot be written.
    """
    tell = on_bytes or (lambda count: None)
    if path.is_file() and path.stat().st_size == remote.size:
        tell(remote.size)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    failures = 0
    while True:
        before = _size(part)
        try:
            _get_rest(remote, part, tell)
        except httpx.TransportError:
            failures = 0 if _size(part) > before else failures + 1
            if failures >= _ATTEMPTS:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            break
    if remote.sha256 and _sha256(part) != remote.sha256:
        part.unlink()
        raise RefusedError(f"{path.name} came damaged")
    give_name(part, path)


def _get_rest(remote: Remote, part: Path, tell: Callable[[int], None]) -> None:
    have = _size(part)
    if have > remote.size:
        part.unlink()
        have = 0
    if have == remote.size and part.exists():
        return
    headers = {**remote.headers, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with httpx.stream(
        "GET", remote.url, headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=True
    ) as answer:
        if not answer.is_success:
            raise RefusedError(f"the server says {answer.status_code}", answer.status_code)
        have = have if answer.status_code == httpx.codes.PARTIAL_CONTENT else 0
        with part.open("ab" if have else "wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)
                have += len(chunk)
                if have > remote.size:
                    break
                tell(have)
    if have != remote.size:
        part.unlink()
        raise RefusedError(f"{have} bytes came where {remote.size} were announced")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
