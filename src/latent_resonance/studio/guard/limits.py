"""How much may be sent."""

from latent_resonance.sense.midi_files.read import MOST_BYTES as MOST_SONG_BYTES
from latent_resonance.studio.guard.headers import Header, only
from latent_resonance.studio.guard.refusal import Message, Receive, Refusal, Send
from latent_resonance.studio.wire import MOST_MESSAGE_BYTES

MOST_BODY_BYTES = 1 << 20
MOST_UPLOAD_BYTES = 1 << 30
MOST_PATH_BYTES = 2048
MOST_QUERY_BYTES = 4096
UPLOADS = "/api/uploads"
SONGS = "/api/songs"
_MOST = {UPLOADS: MOST_UPLOAD_BYTES, SONGS: MOST_SONG_BYTES}
_TOO_BIG = 1009


def check_body(path: str, headers: list[Header], *, guests: bool = False) -> int:
    """The length that the body says it has; raises Refusal where it says none, or too much.

    ``guests`` of a room send small songs: what one has read, all wait for.
    """
    length = only(headers, b"content-length")
    if only(headers, b"transfer-encoding") is not None:
        raise Refusal(411, "say how long the body is: Content-Length is missing")
    if length is None:
        return 0
    if not length.isascii() or not length.isdigit():
        raise Refusal(400, "Content-Length is no number")
    most = MOST_BODY_BYTES if guests else _MOST.get(path, MOST_BODY_BYTES)
    if len(length) > 15 or int(length) > most:
        raise Refusal(413, f"this is too big: at most {most} bytes are taken")
    return int(length)


def count_body(receive: Receive, length: int) -> Receive:
    """Ends the request where more comes than was said."""
    left = length

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return counted


def measure_messages(receive: Receive, send: Send) -> Receive:
    """Closes a socket that gets too long a message."""

    async def measured() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            size = len(message.get("bytes") or b"") + len((message.get("text") or "").encode())
            if size > MOST_MESSAGE_BYTES:
                await send({"type": "websocket.close", "code": _TOO_BIG})
                return {"type": "websocket.disconnect", "code": _TOO_BIG}
        return message

    return measured
