"""Open Sound Control: packets byte by byte, and a port that hears them."""

import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import Spec
from latent_resonance.sense import osc
from latent_resonance.sense.osc_messages.read import OscError, read_packet


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def message(address: str, tags: str, *values: bytes) -> bytes:
    return text(address) + text("," + tags) + b"".join(values)


def bundle(*elements: bytes) -> bytes:
    body = b"".join(struct.pack(">i", len(one)) + one for one in elements)
    return b"#bundle\0" + bytes(8) + body


def test_messages_and_bundles_are_read() -> None:
    one = message("/texture/brightness", "f", struct.pack(">f", 2.5))
    two = message("/rate", "i", struct.pack(">i", -3))
    assert list(read_packet(one)) == [("/texture/brightness", (2.5,))]
    assert list(read_packet(bundle(one, bundle(two)))) == [
        ("/texture/brightness", (2.5,)),
        ("/rate", (-3.0,)),
    ]
    many = message("/m", "fdhTF", struct.pack(">fdq", 1, 2, 3))
    assert list(read_packet(many)) == [("/m", (1.0, 2.0, 3.0, 1.0, 0.0))]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"/a",
        text("no address") + text(",f") + bytes(4),
        text("/a"),
        text("/a") + text("f"),
        message("/a", "f"),
        message("/a", "s", text("word")),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 99) + b"x",
        b"#bundle\0" + bytes(8) + struct.pack(">i", -1),
    ],
)
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    with pytest.raises(OscError):
        list(read_packet(data))


def test_bundles_do_not_nest_for_ever() -> None:
    data = message("/a", "f", bytes(4))
    for _ in range(50):
        data = bundle(data)
    with pytest.raises(OscError, match="deeply"):
        list(read_packet(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for packet in (data, b"#bundle\0" + bytes(8) + data, b"/a\0\0,f\0\0" + data):
        try:
            list(read_packet(packet))
        except OscError:
            continue


def test_a_port_hears_controls_and_counts_what_it_does_not_take() -> None:
    part = osc.Part(osc.Options(port=0, values={"brightness": 1.0}))
    part.prepare(Spec())
    try:
        assert part.read(0.0).values == {"brightness": 1.0}
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for data in (
            message("/texture/brightness", "f", struct.pack(">f", -2)),
            message("/rate", "f", struct.pack(">f", float("nan"))),
            b"noise",
            message("/rate", "i", struct.pack(">i", 3)),
        ):
            sender.sendto(data, ("127.0.0.1", part.port))
        until = time.monotonic() + 5
        while part.read(0.0).values.get("rate") != 3 and time.monotonic() < until:
            time.sleep(0.01)
        assert part.read(0.0).values == {"brightness": -2.0, "rate": 3.0}
        assert part.statistics() == {"osc_messages": 2, "osc_refused": 2}
        taken = osc.Part(osc.Options(port=part.port))
        with pytest.raises(DeviceError, match="cannot listen"):
            taken.prepare(Spec())
        part.reset()
        assert part.read(0.0).values == {"brightness": 1.0}
        sender.close()
    finally:
        part.close()
    part.close()
