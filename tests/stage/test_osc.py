"""Controls that leave over UDP: received by a socket, and by the OSC sense."""

import math
import socket

import pytest

from latent_resonance.contracts.errors import DeviceError, UnknownNameError
from latent_resonance.contracts.parts import ControlStage
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec
from latent_resonance.sense import osc as osc_sense
from latent_resonance.sense.osc_input.packets import read_packet
from latent_resonance.stage import osc

FACE = {
    "mouth": 0.25, "mouth_width": -0.5, "brow": 0.75, "yaw_degrees": 12.0, "pitch_degrees": -7.0,
    "roll_degrees": 3.0, "face_x": 0.3, "face_y": -0.6, "face_size": 0.14, "stillness": 0.5,
}  # fmt: skip


class Receiver:
    """A UDP port and a stage that sends to it."""

    def __init__(self, **options: object) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(5)
        port = self.socket.getsockname()[1]
        self.stage = osc.Part(osc.Options.model_validate({"port": port, **options}))
        self.stage.prepare(Spec())
        self.got = 0

    def packets(self) -> list[bytes]:
        """All that were sent since the last call."""
        fresh = self.stage.packets - self.got
        self.got = self.stage.packets
        return [self.socket.recv(65_536) for _ in range(fresh)]

    def messages(self) -> dict[str, tuple[float, ...]]:
        return {a: n for packet in self.packets() for a, n in read_packet(packet)}


@pytest.fixture
def receiver(request):
    made = Receiver(**getattr(request, "param", {}))
    yield made
    made.stage.close()
    made.socket.close()


def test_only_what_has_changed_is_sent(receiver: Receiver) -> None:
    assert isinstance(receiver.stage, ControlStage)
    receiver.stage.send(Controls(0.0, {"brightness": 2.5, "rate": 1.0, "not a name": 3.0}))
    assert receiver.messages() == {"/brightness": (2.5,), "/rate": (1.0,)}
    receiver.stage.send(Controls(0.1, {"brightness": 2.5, "rate": 1.0}))
    assert receiver.messages() == {}
    receiver.stage.send(Controls(0.2, {"brightness": -1.0, "rate": math.nan}))
    assert receiver.messages() == {"/brightness": (-1.0,)}
    receiver.stage.reset()
    receiver.got = 0
    receiver.stage.send(Controls(0.0, {"brightness": -1.0}))
    assert receiver.messages() == {"/brightness": (-1.0,)}


@pytest.mark.parametrize("receiver", [{"rate": 10.0}], indirect=True)
def test_no_more_often_than_asked_for_and_no_note_is_kept_back(receiver: Receiver) -> None:
    for step in range(100):
        note = (Event(0.008 * step, "note_on", 1, 60, 99.0),) if step == 33 else ()
        receiver.stage.send(Controls(0.008 * step, {"level": step / 128}, events=note))
    packets = [list(read_packet(packet)) for packet in receiver.packets()]
    levels = [n[0] for packet in packets for a, n in packet if a == "/level"]
    assert len(levels) == 8
    assert levels == sorted(levels)
    assert [("/note", (60.0, 99.0, 2.0))] in packets


def test_a_face_goes_out_as_faceosc_sends_it(receiver: Receiver) -> None:
    receiver.stage.send(Controls(0.0, FACE))
    (packet,) = receiver.packets()
    assert packet.startswith(b"#bundle\0")
    got = dict(read_packet(packet))
    assert got["/found"] == (1,)
    assert got["/pose/position"] == pytest.approx((416, 384))
    assert got["/pose/orientation"] == pytest.approx([-math.radians(d) for d in (-7, 12, 3)])
    assert got["/gesture/mouth/height"] == pytest.approx((2.5,))
    assert got["/gesture/mouth/width"] == pytest.approx((12,))
    assert got["/gesture/eyebrow/left"] == got["/gesture/eyebrow/right"] == pytest.approx((8.75,))
    assert got["/stillness"] == (0.5,)
    assert not {"/mouth", "/brow", "/face_x"} & got.keys()
    receiver.stage.send(Controls(0.1, FACE))
    assert receiver.messages() == {}
    receiver.stage.send(Controls(0.21, FACE))
    assert receiver.messages()["/found"] == (1,), "a face that rests is not a face that is gone"
    receiver.stage.send(Controls(0.3, FACE, present=False))
    assert receiver.messages() == {"/found": (0,)}


def test_what_the_stage_sends_the_sense_understands(receiver: Receiver) -> None:
    sense = osc_sense.Part(osc_sense.Options())
    events = (
        Event(0.0, "note_on", 2, 60, 101.0),
        Event(0.0, "bend", 2, -1, -0.25),
        Event(0.0, "control", 2, 64, 127.0),
        Event(0.0, "control", 2, 1, 50.0),
        Event(0.0, "program", 2, -1, 7.0),
        Event(0.0, "note_off", 2, 60, 0.0),
        Event(0.0, "all_off", -1),
    )
    sent = {**FACE, "speed": 2.0, "eye_left": 2.5}
    receiver.stage.send(Controls(0.0, sent, events=events))
    for packet in receiver.packets():
        sense.take(packet)
    got = sense.read(0.0)
    assert got.present
    assert got.events == tuple(event for event in events if event.key != 1)
    for name, value in sent.items():
        assert got.values[name] == pytest.approx(value, abs=1e-5), name
    receiver.stage.send(Controls(0.1, sent, present=False))
    for packet in receiver.packets():
        sense.take(packet)
    assert not sense.read(0.1).present


@pytest.mark.parametrize("receiver", [{"face": False}], indirect=True)
def test_faces_can_go_out_by_name(receiver: Receiver) -> None:
    receiver.stage.send(Controls(0.0, FACE))
    assert receiver.messages().keys() == {f"/{name}" for name in FACE}


def test_what_events_say_leaves_under_their_address_once(receiver: Receiver) -> None:
    note = Event(0.0, "note_on", 0, 60, 90.0)
    sensed = {"note": 60.0, "velocity": 90.0, "notes": 1.0, "bend": 0.0, "pedal": 0.0}
    receiver.stage.send(Controls(0.0, sensed, events=(note,)))
    sent = [message for packet in receiver.packets() for message in read_packet(packet)]
    assert sent == [("/note", (60.0, 90.0, 1.0)), ("/velocity", (90.0,)), ("/notes", (1.0,))]


@pytest.mark.parametrize("receiver", [{"addresses": {"note": "/last_key"}}], indirect=True)
def test_the_last_key_leaves_where_an_address_asks_for_it(receiver: Receiver) -> None:
    receiver.stage.send(Controls(0.0, {"note": 60.0, "velocity": 90.0}))
    assert receiver.messages() == {"/last_key": (60.0,)}


def test_many_controls_take_several_packets(receiver: Receiver) -> None:
    values = {f"control_{k}": float(k) for k in range(256)}
    receiver.stage.send(Controls(0.0, values))
    packets = receiver.packets()
    assert len(packets) == 4
    assert max(map(len, packets)) < 8192
    assert {a: n[0] for p in packets for a, n in read_packet(p)} == {
        f"/{name}": value for name, value in values.items()
    }


def test_a_network_that_refuses_is_counted_and_a_host_that_is_none_is_said() -> None:
    stage = osc.Part(osc.Options(host="no.such.host.invalid"))
    with pytest.raises(DeviceError, match="cannot send to") as caught:
        stage.prepare(Spec())
    assert "\n" not in str(caught.value)
    stage.send(Controls(0.0, {"level": 1e300}))
    assert stage.statistics() == {"osc_packets": 0, "osc_errors": 1}
    stage.close()
    stage.abort()


@pytest.mark.parametrize(
    "receiver",
    [{"addresses": {"mouth": "/composition/dashboard/link1"}, "shares": True}],
    indirect=True,
)
def test_chosen_controls_leave_under_addresses_of_others_as_shares(receiver: Receiver) -> None:
    ranges = (ControlRange("mouth", -1, 1), ControlRange("brow", 0, 1))
    receiver.stage.prepare(Spec(senses=ranges))
    receiver.stage.send(Controls(0.0, {"mouth": 0.5, "brow": 0.5}))
    assert receiver.messages() == {"/composition/dashboard/link1": (0.75,)}


def test_addresses_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="begins with /"):
        osc.Options(addresses={"mouth": "dashboard"})
    with pytest.raises(ValueError, match="patterns"):
        osc.Options(addresses={"mouth": "/layers/*/opacity"})
    stage = osc.Part(osc.Options(addresses={"moth": "/a"}))
    with pytest.raises(UnknownNameError, match="mouth"):
        stage.prepare(Spec(senses=(ControlRange("mouth", 0, 1),)))


def test_what_the_network_refused_is_sent_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = receiver.stage._socket

    class Refusing:
        """Takes nothing at first."""

        def sendto(self, data: bytes, address: object) -> None:
            raise OSError("network is unreachable")

    monkeypatch.setattr(receiver.stage, "_socket", Refusing())
    receiver.stage.send(Controls(0.0, {"brightness": 2.5, **FACE}))
    assert receiver.stage.errors == 1
    monkeypatch.setattr(receiver.stage, "_socket", plain)
    receiver.stage.send(Controls(0.1, {"brightness": 2.5, **FACE}))
    assert receiver.messages()["/brightness"] == (2.5,)
    receiver.stage.send(Controls(0.2, {"brightness": 2.5, **FACE}))
    assert receiver.messages() == {}
