"""A file from a server, whole or not there; a long one goes on where it broke off."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import give_name
from latent_resonance.data.web.client import Client, WebError

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_NO_MEDIA = ("text/", "application/json", "application/xml")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A download.

    Attributes:
        url: where it is.
        path: where it goes.
        most_bytes: more is refused.
        size: in bytes, when known from elsewhere.
        headers: of the request.
        resume: keep what came, for another run too; else start over each time.
    """

    url: str
    path: Path
    most_bytes: int
    size: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    resume: bool = False


class _BrokenOffError(Exception):
    """Fewer bytes came than were announced."""


def download(
    client: Client, wanted: Wanted, on_progress: Callable[[float, float], None] | None = None
) -> int:
    """Get a file; gives its size in bytes.

    A length that does not match is tried again; as long as bytes keep coming, without end.

    Raises:
        WebError: refused, too long, no media, or cut off at every attempt.
        OutputError: it cannot be written.
    """
    partial = wanted.path.with_name(f".{wanted.path.name}.partial")
    note = wanted.path.with_name(f".{wanted.path.name}.partial.json")
    attempt = 0
    last = ""
    try:
        if not wanted.resume:
            partial.unlink(missing_ok=True)
            note.unlink(missing_ok=True)
        while attempt < client.manners.attempts:
            before = _size(partial)
            try:
                size = _attempt(client, wanted, partial, note, on_progress)
            except _BrokenOffError as error:
                last = str(error)
                came_on = wanted.resume and _size(partial) > before
                attempt = 0 if came_on else attempt + 1
                client.sleep(2.0**attempt)
                continue
            give_name(partial, wanted.path)
            note.unlink(missing_ok=True)
            return size
    except OSError as error:
        raise OutputError(f"cannot write {wanted.path}: {error.strerror or error}") from error
    finally:
        if not wanted.resume:
            partial.unlink(missing_ok=True)
    raise WebError(f"{wanted.url} breaks off each time: {last}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _attempt(
    client: Client,
    wanted: Wanted,
    partial: Path,
    note: Path,
    on_progress: Callable[[float, float], None] | None,
) -> int:
    have, headers, known_total = _where_to_go_on(wanted, partial, note)
    if have and have == known_total:
        return have
    try:
        answer = client.open(wanted.url, headers)
    except WebError as error:
        if error.status == 416 and have:  # the file has become shorter: from the start
            note.unlink(missing_ok=True)
            raise _BrokenOffError("nothing more to send") from error
        raise
    with closing(answer):
        have, total = _start_and_total(answer, have, note)
        total = _checked_total(answer, wanted, total)
        if wanted.resume:
            _write_note(note, wanted, answer, total)
        with partial.open("ab" if have else "wb") as file:
            for chunk in _chunks(answer):
                file.write(chunk)
                have += len(chunk)
                if have > wanted.most_bytes:
                    raise WebError(f"{wanted.url} sends more than {wanted.most_bytes} bytes")
                if on_progress:
                    on_progress(have, total or have)
    if total is not None and have != total:
        raise _BrokenOffError(f"{have} of {total} bytes came")
    return have


def _checked_total(answer: httpx.Response, wanted: Wanted, total: int | None) -> int | None:
    kind = (answer.headers.get("Content-Type") or "").lower()
    if kind.startswith(_NO_MEDIA):
        raise WebError(f"{wanted.url} is {kind.split(';')[0]}, no media")
    if total is not None and wanted.size is not None and total != wanted.size:
        raise WebError(f"{wanted.url} has {total} bytes where {wanted.size} were announced")
    total = wanted.size if total is None else total
    if (total or 0) > wanted.most_bytes:
        raise WebError(f"{wanted.url} has {total} bytes, more than {wanted.most_bytes}")
    return total


def _chunks(answer: httpx.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_raw()
    except httpx.TransportError as error:
        raise _BrokenOffError(str(error)) from error


def _where_to_go_on(
    wanted: Wanted, partial: Path, note: Path
) -> tuple[int, dict[str, str], int | None]:
    """Bytes that are here, headers that ask for the rest of the same file only, and its size."""
    headers = dict(wanted.headers)
    have = _size(partial)
    known = _read_note(note)
    if not (wanted.resume and have and known.get("url") == wanted.url):
        return 0, headers, None
    headers["Range"] = f"bytes={have}-"
    if known.get("validator"):
        headers["If-Range"] = str(known["validator"])
    return have, headers, known.get("total")


def _read_note(note: Path) -> dict[str, Any]:
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _start_and_total(answer: httpx.Response, have: int, note: Path) -> tuple[int, int | None]:
    length = answer.headers.get("Content-Length")
    if answer.status_code != 206:
        return 0, int(length) if length and length.isdigit() else None
    matched = _RANGE.fullmatch((answer.headers.get("Content-Range") or "").strip())
    known_total = _read_note(note).get("total")
    if not matched or int(matched[1]) != have or known_total not in {None, int(matched[2])}:
        note.unlink(missing_ok=True)
        raise _BrokenOffError("another part or another file was sent")
    return have, int(matched[2])


def _write_note(note: Path, wanted: Wanted, answer: httpx.Response, total: int | None) -> None:
    etag = answer.headers.get("ETag") or ""
    # A weak tag does not promise the same bytes (RFC 9110, 13.1.5).
    validator = etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified")
    known = {"url": wanted.url, "validator": validator, "total": total}
    note.write_text(json.dumps(known), encoding="utf-8")
