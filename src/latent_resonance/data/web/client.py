"""Requests to one server: its rate kept, its troubles waited out, its redirects looked at."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from latent_resonance.contracts.errors import InputError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MOST_JSON_BYTES = 32 << 20
_MOST_REFUSAL_BYTES = 1 << 16
_MOST_DETAIL = 200
_MOST_REDIRECTS = 5


class WebError(InputError):
    """A server refused, or could not be reached in good time; ``status`` 0 without an answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Manners:
    """How a server is treated.

    Attributes:
        per_minute: requests at most.
        attempts: of each request, with 1, 2, 4, .. seconds in between.
        timeout_seconds: of a connection that says nothing.
        patience_seconds: the longest wait that a server may ask for.
    """

    per_minute: float = 50.0
    attempts: int = 6
    timeout_seconds: float = 30.0
    patience_seconds: float = 180.0


class Client:
    """Talks to one server and its sub-domains, and to no other.

    Args:
        home: such as ``https://freesound.org``. Plain http is for this machine, and for servers
            that offer nothing else when ``plain`` is set; then nothing secret may be sent.
        manners: rate and patience.
        sleep: waits, in seconds.
        clock: in seconds.

    Raises:
        InputError: ``home`` is no such address.
    """

    def __init__(
        self,
        home: str,
        manners: Manners | None = None,
        *,
        plain: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.manners = manners or Manners()
        self.home = home.rstrip("/")
        self.sleep = sleep
        self._clock = clock
        self._next = 0.0
        try:
            self._origin = _origin(self.home)
        except ValueError as error:
            raise InputError(f"{home} is no web address") from error
        scheme, host, _ = self._origin
        if not host or scheme not in {"http", "https"}:
            raise InputError(f"{home} is no web address: write https://HOST")
        if scheme == "http" and not plain and host not in _LOOPBACK:
            raise InputError(f"will not talk to {home}: not https")
        self._http = httpx.Client(
            headers={"Accept-Encoding": "identity"},
            timeout=self.manners.timeout_seconds,
            follow_redirects=True,  # other origins get no Authorization
            max_redirects=_MOST_REDIRECTS,
            limits=httpx.Limits(max_keepalive_connections=0),
            event_hooks={"request": [self._check]},
        )

    def may_visit(self, url: str) -> bool:
        """Whether an address belongs to the server: its origin, or https to it or a sub-domain."""
        try:
            origin = _origin(url)
        except ValueError:
            return False
        scheme, host, port = origin
        _, home, _ = self._origin
        ours = host == home or host.endswith(f".{home}")
        return origin == self._origin or (ours and scheme == "https" and port == 443)

    def open(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """The answer to a GET, its body not yet read, to be closed; troubles are waited out.

        Raises:
            WebError: elsewhere, refused, or in trouble for longer than the manners allow.
        """
        if not self.may_visit(url):
            raise WebError(f"will not visit {_shown(url)}: not on {_shown(self.home)}")
        request = self._http.build_request("GET", url, headers=headers)
        last = ""
        for attempt in range(self.manners.attempts):
            self._keep_rate()
            try:
                answer = self._http.send(request, stream=True)
            except httpx.TransportError as error:
                wait = 2.0**attempt
                last = str(error) or type(error).__name__
            except httpx.TooManyRedirects as error:
                raise WebError(f"{_shown(url)} redirects without end") from error
            else:
                if answer.is_success:
                    return answer
                with closing(answer):
                    detail = _detail(answer)
                wait = self._wait(answer, detail, attempt, url)
                last = f"{answer.status_code} {detail}"
            if attempt + 1 < self.manners.attempts:
                self.sleep(wait)
        raise WebError(
            f"no answer from {_shown(url)} after {self.manners.attempts} attempts: {last}"
        )

    def get_json(self, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The JSON object at an address.

        Raises:
            WebError: see ``open``; or the answer is something else, or cut, again and again.
        """
        last = ""
        for attempt in range(self.manners.attempts):
            content = bytearray()
            try:
                with closing(self.open(url, headers)) as answer:
                    for chunk in answer.iter_raw():
                        content += chunk
                        if len(content) > _MOST_JSON_BYTES:
                            raise WebError(f"{_shown(url)} answers with more than 32 MB")
                value = json.loads(content)
            except httpx.TransportError as error:
                last = str(error)
                self.sleep(2.0**attempt)
                continue
            except ValueError as error:
                raise WebError(f"{_shown(url)} does not answer in JSON") from error
            if not isinstance(value, dict):
                raise WebError(f"{_shown(url)} does not answer with an object")
            return value
        raise WebError(f"{_shown(url)} breaks off its answers: {last}")

    def _check(self, request: httpx.Request) -> None:
        """Called for each request, those that follow a redirect among them."""
        url = str(request.url)
        if not self.may_visit(url):
            raise WebError(
                f"{_shown(self.home)} redirects elsewhere, to {_shown(url)}: not followed"
            )

    def _keep_rate(self) -> None:
        now = self._clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 60 / self.manners.per_minute

    def _wait(self, answer: httpx.Response, detail: str, attempt: int, url: str) -> float:
        status = answer.status_code
        asked = _retry_after(answer.headers)
        if status == 429:
            # Freesound names the limit that was met: "... limit rate (2000/day)".
            if asked is None:
                asked = 86_400.0 if "/day" in detail else 60.0
            if asked > self.manners.patience_seconds:
                raise WebError(
                    f"{_shown(self.home)} asks to wait {asked / 60:.0f} minutes ({detail}); what "
                    "is here stays: run the same command again later",
                    status,
                )
            return asked
        if status >= 500:
            return min(2.0**attempt if asked is None else asked, self.manners.patience_seconds)
        raise WebError(f"{_shown(url)} answers {status}: {detail}", status)


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if parts.username is not None or any(mark in url for mark in "\r\n\t \\"):
        raise ValueError("not a plain address")
    return (
        scheme,
        (parts.hostname or "").rstrip("."),
        parts.port or (443 if scheme == "https" else 80),
    )


def _shown(url: str) -> str:
    """An address without its query, cut to a readable length."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:_MOST_DETAIL]


def _detail(answer: httpx.Response) -> str:
    """What an API says of its refusal: the field ``detail``, else the status line."""
    try:
        said = json.loads(next(answer.iter_raw(_MOST_REFUSAL_BYTES), b""))
        detail = said.get("detail") if isinstance(said, dict) else None
    except (ValueError, httpx.TransportError):
        detail = None
    text = " ".join(str(detail or answer.reason_phrase).split())
    return "".join(mark for mark in text if mark.isprintable())[:_MOST_DETAIL]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, given as a number or a date."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
