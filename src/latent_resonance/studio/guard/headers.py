"""Headers: what a request brings, and what every answer carries."""

from collections.abc import Iterable

Header = tuple[bytes, bytes]

_SOURCES = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def answer_headers(host: str) -> list[Header]:
    """For every answer to a request with that Host."""
    # Not all browsers hold 'self' to include WebSockets.
    sources = {**_SOURCES, "connect-src": f"'self' ws://{host} wss://{host}"}
    policy = "; ".join(f"{name} {value}" for name, value in sources.items())
    return [
        (b"content-security-policy", policy.encode("ascii", "ignore")),
        (b"cross-origin-embedder-policy", b"require-corp"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(self), microphone=(self), midi=(self), geolocation=()"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    ]


def with_headers(given: Iterable[Header], ours: Iterable[Header]) -> list[Header]:
    """An answer's headers with ours in place of those of the same name."""
    ours = list(ours)
    names = {name for name, _ in ours} | {b"server"}
    return [*(pair for pair in given if pair[0].lower() not in names), *ours]


def only(headers: Iterable[Header], name: bytes) -> str | None:
    """A header's value; None where it is missing.

    Raises:
        ValueError: it was sent twice: who reads which of them is anybody's guess.
    """
    found = [value for key, value in headers if key.lower() == name]
    if len(found) > 1:
        raise ValueError(f"{name.decode()} was sent {len(found)} times")
    return found[0].decode("latin-1") if found else None


def cookies(headers: Iterable[Header], name: str) -> list[str]:
    """All values of a cookie."""
    found = []
    for key, value in headers:
        if key.lower() == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                given, _, content = pair.strip().partition("=")
                if given == name:
                    found.append(content)
    return found
