"""Messages out of OSC packets from unknown senders.

python-osc reads the messages. Bundles are taken apart here, as its own reader goes round for ever
where a bundle gives a negative size, and recurses as deep as a packet asks it to.
"""

from collections.abc import Iterator

from pythonosc.osc_message import OscMessage, ParseError

from latent_resonance.contracts.errors import InputError

_BUNDLE = b"#bundle\0"
_DEEPEST = 8
_MOST_ARGUMENTS = 256
# python-osc warns through the root logger of any other, and misreads what follows it.
_NUMBERS = frozenset(b"ifhdTF")


class OscError(InputError):
    """A packet that is damaged, or holds something other than numbers."""


def read_packet(data: bytes, depth: int = 0) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Address and numbers of each message, in order; booleans are 1 and 0.

    Raises:
        OscError: at the place that is wrong; the messages before it were given.
    """
    if not data.startswith(_BUNDLE):
        yield _read_message(data)
        return
    if depth >= _DEEPEST:
        raise OscError("bundles are nested too deeply")
    at = len(_BUNDLE) + 8  # The time tag: what comes is played as it comes.
    if len(data) < at:
        raise OscError("a bundle is cut short")
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big", signed=True)
        if not 0 < size <= len(data) - at - 4:
            raise OscError("a bundle gives a wrong size")
        yield from read_packet(data[at + 4 : at + 4 + size], depth + 1)
        at += 4 + size


def _read_message(data: bytes) -> tuple[str, tuple[float, ...]]:
    if not data.startswith(b"/"):
        raise OscError("no address")
    comma = 4 * (data.find(b"\0") // 4 + 1)
    tags = data[comma + 1 : max(comma, data.find(b"\0", comma))]
    if data[comma : comma + 1] not in {b"", b","} or not _NUMBERS.issuperset(tags):
        raise OscError("the arguments are not numbers")
    if len(tags) > _MOST_ARGUMENTS:
        raise OscError("too many arguments")
    try:
        message = OscMessage(data)
        return message.address, tuple(float(one) for one in message.params)
    except (ParseError, ValueError, OverflowError) as error:
        raise OscError("a message is damaged") from error
