"""Open Sound Control: packets byte by byte, faces and notes, files, and a port that listens."""

import contextlib
import math
import socket
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import DeviceError, InputError, MediaError
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Event, Spec
from latent_resonance.engine.senses import Senses
from latent_resonance.sense import osc, sliders
from latent_resonance.sense.face_tracking.controls import FACE_CONTROLS
from latent_resonance.sense.osc_input.packets import OscError, read_packet


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return data + b"\0" * (-len(data) % 4)


def message(address: str, tags: str, *values: bytes) -> bytes:
    return text(address) + text("," + tags) + b"".join(values)


def floats(address: str, *values: float) -> bytes:
    return message(address, "f" * len(values), struct.pack(f">{len(values)}f", *values))


def bundle(*elements: bytes) -> bytes:
    body = b"".join(struct.pack(">i", len(one)) + one for one in elements)
    return b"#bundle\0" + bytes(8) + body


def made(**options: object) -> osc.Part:
    return osc.Part(osc.Options.model_validate(options))


def test_messages_and_bundles_are_read() -> None:
    one = floats("/texture/brightness", 2.5)
    two = message("/rate", "i", struct.pack(">i", -3))
    assert list(read_packet(one)) == [("/texture/brightness", (2.5,))]
    assert list(read_packet(bundle(one, bundle(two)))) == [
        ("/texture/brightness", (2.5,)),
        ("/rate", (-3.0,)),
    ]
    many = message("/m", "fdhTF", struct.pack(">fdq", 1, 2, 3))
    assert list(read_packet(many)) == [("/m", (1.0, 2.0, 3.0, 1.0, 0.0))]
    assert list(read_packet(text("/all_off"))) == [("/all_off", ())]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"/a",
        text("no address") + text(",f") + bytes(4),
        text("/a") + text("f"),
        message("/a", "s", text("word")),
        message("/a", "[f]", bytes(4)),
        message("/a", "xf", bytes(4)),
        floats("/a", *range(300)),
        text("/\udcff".encode("utf-8", "surrogateescape").decode("latin-1")) + b"\xff" * 5,
        b"#bundle\0" + bytes(4),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 99) + b"x",
        b"#bundle\0" + bytes(8) + struct.pack(">i", -4),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 0),
    ],
)
def test_what_is_no_packet_is_refused(data: bytes, caplog) -> None:
    with pytest.raises(OscError):
        list(read_packet(data))
    assert not caplog.records, "a stranger's packet writes nothing into the log"


def test_bundles_do_not_nest_for_ever() -> None:
    data = floats("/a", 0)
    for _ in range(50):
        data = bundle(data)
    with pytest.raises(OscError, match="deeply"):
        list(read_packet(data))


@given(st.binary(max_size=200), st.binary(max_size=24), st.sampled_from(["/note", "/pose/scale"]))
def test_any_bytes_are_read_or_refused(data: bytes, tail: bytes, address: str) -> None:
    part = made()
    for packet in (
        data,
        b"#bundle\0" + bytes(8) + data,
        b"/a\0\0,f\0\0" + data,
        text(address) + text(",ffd") + tail,
        bundle(text(address) + b"," + data),
    ):
        with contextlib.suppress(OscError):
            list(read_packet(packet))
        part.take(packet)
    controls = part.read(0.0)
    assert all(map(math.isfinite, controls.values.values()))


@given(st.lists(st.floats(), min_size=0, max_size=4), st.sampled_from(
    ["/note", "/note_off", "/bend", "/pedal", "/program", "/all_off", "/found",
     "/pose/position", "/pose/scale", "/pose/orientation", "/gesture/mouth/width", "/x"]
))  # fmt: skip
def test_any_numbers_give_finite_controls_and_sound_events(numbers, address) -> None:
    part = made()
    part.take(message(address, "d" * len(numbers), struct.pack(f">{len(numbers)}d", *numbers)))
    controls = part.read(0.0)
    assert all(map(math.isfinite, controls.values.values()))
    ranges = {control.name: control for control in FACE_CONTROLS}
    for name in ranges.keys() & controls.values.keys():
        assert ranges[name].low <= controls.values[name] <= ranges[name].high
    for event in controls.events:
        assert -1 <= event.channel < 16
        assert -1 <= event.key < 128
        assert -1 <= event.value <= 127


def test_names_of_one_and_of_several_numbers() -> None:
    part = made(values={"brightness": 1.0})
    part.take(floats("/texture/brightness", -2))
    part.take(floats("/pad", 0.25, 0.75))
    part.take(floats("/rate", math.nan))
    part.take(floats("/not-a-name", 1))
    part.take(b"noise")
    got = part.read(0.0)
    assert got.values == {"brightness": -2.0, "pad_1": 0.25, "pad_2": 0.75}
    assert got.present
    assert part.statistics() == {"osc_messages": 2, "osc_refused": 3}
    part.reset()
    assert part.read(0.0).values == {"brightness": 1.0}


def test_names_are_bounded() -> None:
    part = made()
    for first in range(0, 1000, 50):
        part.take(bundle(*(floats(f"/n{k}", 1) for k in range(first, first + 50))))
    part.take(floats("/n3", 7))
    values = part.read(0.0).values
    assert len(values) == 256
    assert values["n3"] == 7


def test_notes_are_events() -> None:
    part = made()
    part.take(bundle(floats("/note", 60, 100), floats("/note", 64, 90, 3), floats("/note", 60, 0)))
    part.take(bundle(floats("/note_off", 64, 3), floats("/bend", 0.5), floats("/pedal", 1)))
    part.take(bundle(floats("/program", 4), text("/all_off"), floats("/all_off", 2)))
    got = part.read(1.5, 0.008)
    assert got.events == (
        Event(1.5, "note_on", 0, 60, 100.0),
        Event(1.5, "note_on", 2, 64, 90.0),
        Event(1.5, "note_off", 0, 60, 0.0),
        Event(1.5, "note_off", 2, 64, 0.0),
        Event(1.5, "bend", 0, -1, 0.5),
        Event(1.5, "control", 0, 64, 127.0),
        Event(1.5, "program", 0, -1, 4.0),
        Event(1.5, "all_off", -1),
        Event(1.5, "all_off", 1),
    )
    assert got.values == {"bend": 0.5, "pedal": 1.0}
    assert part.read(1.6).events == ()
    part.take(bundle(floats("/bend", -0.5, 2), floats("/pedal", 0, 16)))
    assert part.read(1.7).values == {"bend": -0.5, "pedal": 0.0}, "of any channel"


def test_the_wheel_and_the_pedal_of_a_file_are_controls(tmp_path: Path) -> None:
    part = file_of(tmp_path, "0 /bend 0.25\n0.5 /bend -0.5 2\n1 /pedal 1 3\n2")
    ranges = {control.name: control for control in part.controls}
    assert (ranges["bend"].low, ranges["bend"].high, ranges["bend"].rest) == (-1, 1, 0)
    assert (ranges["pedal"].low, ranges["pedal"].high) == (0, 1)
    assert not {"bend_1", "pedal_1"} & ranges.keys()
    assert part.read(1.5).values == {"bend": -0.5, "pedal": 1.0}


FACE = """
# a head that turns, with an open mouth
{0} /found 1
{0} /pose/position 480 120
{0} /pose/scale 5
{0} /pose/orientation {1} {2} 0.1
{0} /gesture/mouth/width 16
{0} /gesture/mouth/height 4
{0} /gesture/eyebrow/left 8
{0} /gesture/eyebrow/right 9.5
{0} /gesture/eye/left 3.1
{0} /gesture/jaw 25
"""


def file_of(folder: Path, text: str, **options: object) -> osc.Part:
    path = folder / "face.txt"
    path.write_text(text)
    part = made(source=path, **options)
    part.prepare(Spec(listens=(ControlRange("speed", -1, 3),)))
    return part


def test_a_face_of_faceosc(tmp_path: Path) -> None:
    part = file_of(tmp_path, FACE.format(0.5, -0.1, -0.2) + "4.0")
    assert part.duration_seconds == 4
    assert part.read(0.4).present, "nobody spoke of a face yet"
    assert part.read(0.4).values == {}
    got = part.read(0.51)
    assert got.present
    assert got.values["face_x"] == pytest.approx(0.5)
    assert got.values["face_y"] == pytest.approx(0.5)
    assert got.values["face_size"] == pytest.approx(5 * 18 / 640)
    assert got.values["pitch_degrees"] == pytest.approx(math.degrees(0.1))
    assert got.values["yaw_degrees"] == pytest.approx(math.degrees(0.2))
    assert got.values["roll_degrees"] == pytest.approx(-math.degrees(0.1))
    assert got.values["mouth"] == pytest.approx(0.5)
    assert got.values["mouth_width"] == pytest.approx(0.5)
    assert got.values["brow"] == pytest.approx(0.75)
    assert (got.values["eye_left"], got.values["jaw"]) == (3.1, 25.0)
    assert {control.name for control in FACE_CONTROLS} <= got.values.keys()
    assert got.values.keys() <= {control.name for control in part.controls}
    assert part.read(0.99).present
    gone = part.read(1.1)
    assert not gone.present, "a face that falls silent is gone"
    assert gone.values["stillness"] == 1
    part.reset()
    assert part.read(0.51).values == got.values


def test_how_fast_a_face_turns_is_worked_out(tmp_path: Path) -> None:
    still = "".join(FACE.format(k / 30, 0.1, 0.2) for k in range(31))
    # 40 degrees a second to the right of the picture.
    turning = "".join(
        FACE.format(1 + k / 30, 0.1, 0.2 - math.radians(40) * k / 30) for k in range(1, 31)
    )
    away = "2.6 /found 0\n" + "".join(FACE.format(3 + k / 30, 0.1, 0.9) for k in range(10))
    part = file_of(tmp_path, still + turning + away)
    for k in range(125):  # Steps of 8 ms, to 1 s.
        before = part.read(k * 0.008)
        assert before.values.get("yaw_velocity", 0) == 0
    assert before.values["stillness"] == 1
    for k in range(125, 249):
        after = part.read(k * 0.008)
    assert after.values["yaw_velocity"] == pytest.approx(40, rel=0.02)
    assert after.values["pitch_velocity"] == 0
    assert after.values["stillness"] < 0.2
    assert not part.read(2.7).present
    for k in range(375, 410):
        back = part.read(k * 0.008)
        assert back.values["yaw_velocity"] == 0, "coming back elsewhere is no motion"
    assert back.present


def test_a_face_found_no_more(tmp_path: Path) -> None:
    part = file_of(tmp_path, FACE.format(0.1, 0, 0) + "0.2 /found 0\n0.3 /found 1\n")
    assert part.read(0.15).present
    assert not part.read(0.25).present
    assert part.read(0.35).present


def test_faces_can_be_left_alone(tmp_path: Path) -> None:
    part = file_of(tmp_path, FACE.format(0.1, 0, 0), face=False)
    got = part.read(0.2)
    assert got.values["position_1"] == 480
    assert "face_x" not in got.values
    assert got.values.keys() | {"speed"} == {control.name for control in part.controls}


def test_a_file_moves_controls_and_plays_notes_at_their_times(tmp_path: Path) -> None:
    part = file_of(tmp_path, "0 /level 0.5\n1.0 /level 3\n1.004 /note 60 100\n2 /note 60 0\n3.5")
    assert part.duration_seconds == 3.5
    assert isinstance(part, Sensor)
    ranges = {control.name: control for control in part.controls}
    assert (ranges["level"].low, ranges["level"].high) == (0, 3)
    assert "speed" in ranges
    assert "note_1" not in ranges
    assert part.read(0.992, 0.008).values["level"] == 0.5
    got = part.read(1.0, 0.008)
    assert got.values["level"] == 3
    assert got.events == (Event(1.004, "note_on", 0, 60, 100.0),)
    assert part.read(5.0, 0.008).events == (Event(2.0, "note_off", 0, 60, 0.0),)
    part.reset()
    assert part.read(0.0).values == {"level": 0.5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no messages"),
        ("0.5 level 1", "line 1: no recorded OSC"),
        ("0 /a 1\nx /a 1", "line 2: no recorded OSC"),
        ("0 /a one", "line 1: no recorded OSC"),
        ("0 /a", "line 1: no recorded OSC"),
        ("1 /a 1\n0.5 /a 1", "line 2: a time goes back"),
        ("1 /a nan", "not finite"),
    ],
)
def test_a_damaged_file_is_told_by_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(MediaError, match=says) as caught:
        file_of(tmp_path, text)
    assert "\n" not in str(caught.value)
    with pytest.raises(MediaError, match="cannot read"):
        made(source=tmp_path / "no.txt").prepare(Spec())


def test_a_port_listens_and_is_given_back(monkeypatch) -> None:
    part = made(port=0, values={"brightness": 1.0})
    taken = threading.Semaphore(0)
    take = part.take
    monkeypatch.setattr(part, "take", lambda data: (take(data), taken.release()))
    part.prepare(Spec())
    try:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for data in (floats("/texture/brightness", -2), b"noise", floats("/rate", 3)):
            sender.sendto(data, ("127.0.0.1", part.port))
            assert taken.acquire(timeout=60)
        assert part.read(0.0).values == {"brightness": -2.0, "rate": 3.0}
        other = made(port=part.port)
        with pytest.raises(DeviceError, match="cannot listen"):
            other.prepare(Spec())
        sender.close()
    finally:
        part.close()
    part.close()
    assert isinstance(OscError(""), InputError)


def test_addresses_of_other_programs_get_names_of_their_own() -> None:
    sensor = made(addresses={"/composition/layers/1/video/opacity": "layer1"})
    assert "layer1" in [control.name for control in sensor.controls]
    sensor.take(floats("/composition/layers/1/video/opacity", 0.25))
    sensor.take(floats("/composition/layers/2/video/opacity", 0.75))
    assert sensor.read(0.0).values == {"layer1": 0.25, "opacity": 0.75}
    with pytest.raises(ValueError, match="one word"):
        osc.Options(addresses={"/a": "layer 1"})


def test_a_sender_that_streams_and_falls_silent_is_gone(tmp_path: Path) -> None:
    stream = "".join(f"{k / 20} /level {k}\n" for k in range(1, 21))
    part = file_of(tmp_path, f"{stream}1 /note 60 100\n1.5 /level 3\n", gone_seconds=0.3)
    assert part.read(0.04).present  # nothing was heard yet
    assert part.read(1.0, 0.008).present
    gone = part.read(1.31, 0.008)
    assert (gone.present, [event.kind for event in gone.events]) == (False, ["all_off"])
    assert part.read(1.4).events == ()
    assert part.read(1.51).present
    faders = file_of(tmp_path, stream)
    assert faders.read(60.0).present  # what sends changes only says nothing by its silence
    assert faders.read(60.0).values == {"level": 20.0}


def test_a_face_tracker_that_stops_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(osc.time, "perf_counter", lambda: now)
    part = made()
    part.take(floats("/found", 1))
    assert (part.read(0.0).present, part.trouble) == (True, "")
    now = 100.6
    assert (part.read(0.6).present, "nothing any more" in part.trouble) == (False, True)
    assert "warning" in part.statistics()
    part.take(floats("/found", 0))  # there is a tracker, but no face
    assert (part.read(0.7).present, part.trouble) == (False, "")


def test_what_faders_said_stands_when_the_face_beside_them_is_gone(tmp_path: Path) -> None:
    part = file_of(tmp_path, "0 /found 1\n0 /pose/scale 5\n0 /mouth 0.5\n0.5 /level 2.5\n4")
    senses = Senses([part])
    assert senses.read(0.5).away == frozenset()
    for now in (1.0, 3.9):
        sensed = senses.read(now)
        assert not sensed.controls.present
        assert {"face_size", "yaw_degrees"} <= sensed.away
        # A fader that has the name of one of the face's is a fader.
        assert not {"level", "mouth"} & sensed.away
    beside = Senses([sliders.Part(sliders.Options(values={"speed": 1.0})), part])
    part.reset()
    beside.read(0.5)
    away = beside.read(3.9).away
    assert ("face_size" in away, "level" in away, "speed" in away) == (True, False, False)


def test_a_sender_that_is_gone_takes_its_faders_with_it(tmp_path: Path) -> None:
    part = file_of(tmp_path, "0 /found 1\n0 /level 2\n4", gone_seconds=0.3)
    senses = Senses([part])
    senses.read(0.0)
    assert {"level", "yaw_degrees"} <= senses.read(2.0).away


def live_names(named: set[str], *, sole: bool = True) -> dict[str, ControlRange]:
    part = made(port=0)
    listens, theirs = (ControlRange("brightness", -5, 5),), (ControlRange("velocity", 0, 1),)
    spec = Spec(listens=listens, senses=theirs, named=frozenset(named), sole=sole)
    try:
        part.prepare(spec)
        return {control.name: control for control in part.controls}
    finally:
        part.close()


def test_names_of_the_map_can_arrive() -> None:
    found = live_names({"fader1", "pad_2", "bend", "brightness", "brightnes", "velocity", "a b"})
    assert (found["fader1"].low, found["fader1"].high, found["fader1"].rest) == (0, 1, 0)
    assert found["bend"].low == -1
    assert found["brightness"].low == -5
    assert "pad_2" in found
    # Mistyped, of the sense whose place it took, no word of an address.
    assert not {"brightnes", "velocity", "a b"} & found.keys()


def test_beside_another_sense_a_name_that_nobody_gives_is_a_mistake() -> None:
    assert "fader1" not in live_names({"fader1"}, sole=False)


def test_a_file_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    assert file_of(tmp_path, "\ufeff0 /level 1\n1").read(0.0).values == {"level": 1.0}
