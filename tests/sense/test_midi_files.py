"""MIDI files: read as others write them, refused in one line when they are not what they say."""

import io
import struct
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import Event
from latent_resonance.sense.midi_files.messages import decode_message, encode_message
from latent_resonance.sense.midi_files.read import read_midi


def head(kind: int, tracks: int, division: int) -> bytes:
    return b"MThd" + struct.pack(">IHHH", 6, kind, tracks, division)


def track(data: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(data)) + data


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "song.mid"
    path.write_bytes(data)
    return path


def test_tempo_changes_running_status_and_many_tracks(tmp_path: Path) -> None:
    tempo = bytes.fromhex("00 ff5103 07a120  60 ff5103 0f4240  00 ff2f00")  # 0.5 s, then 1 s a beat
    notes = bytes.fromhex("00 903c40 60 3c00 60 3e50 8140 8e4000 00 ff2f00".replace("8e40", "3e"))
    read = read_midi(written(tmp_path, head(1, 2, 96) + track(tempo) + track(notes)))
    assert [(e.kind, e.key, e.value) for e in read.events] == [
        ("note_on", 60, 64),
        ("note_off", 60, 0),
        ("note_on", 62, 80),
        ("note_off", 62, 0),
    ]
    assert [e.time_seconds for e in read.events] == pytest.approx([0, 0.5, 1.5, 3.5])
    assert read.seconds == pytest.approx(3.5)
    assert read.tracks == 2


def test_all_kinds_of_messages_and_what_is_skipped(tmp_path: Path) -> None:
    data = bytes.fromhex(
        "00 ff0304 6e616d65"  # a name
        "00 f003 7e7ff7"  # system exclusive
        "00 c52a 00 b5 0740 00 e5 0060 00 a5 3c10 00 d5 20 00 95 3c40 10 85 3c00 00 ff2f00"
    )
    other = b"XFIH" + struct.pack(">I", 3) + b"abc"
    read = read_midi(written(tmp_path, head(0, 1, 96) + other + track(data)))
    assert [(e.kind, e.channel, e.key, e.value) for e in read.events] == [
        ("program", 5, -1, 42),
        ("control", 5, 7, 64),
        ("bend", 5, -1, 4096 / 8191),
        ("pressure", 5, 60, 16),
        ("pressure", 5, -1, 32),
        ("note_on", 5, 60, 64),
        ("note_off", 5, 60, 0),
    ]


def test_messages_are_spelled_as_they_were_read(tmp_path: Path) -> None:
    messages = [
        bytes.fromhex(text)
        for text in ("c52a", "b50740", "e50060", "e50000", "e57f7f", "e50040", "a53c10", "d520")
    ]
    messages += [bytes.fromhex("953c40"), bytes.fromhex("853c07")]
    data = b"".join(b"\0" + one for one in messages) + bytes.fromhex("00 ff2f00")
    read = read_midi(written(tmp_path, head(0, 1, 96) + track(data)))
    assert [bytes(encode_message(event)) for event in read.events] == messages


def test_bars_go_on_over_changes_of_tempo_and_meter(tmp_path: Path) -> None:
    # 3/4 at 120, from the second bar on 4/4 at 60.
    conductor = bytes.fromhex(
        "00 ff5804 03021808 00 ff5103 07a120 8220 ff5804 04021808 00 ff5103 0f4240 00 ff2f00"
    )
    notes = bytes.fromhex("00 903c09 8600 3c00 00 ff2f00")
    read = read_midi(written(tmp_path, head(1, 2, 96) + track(conductor) + track(notes)))
    assert read.bars == pytest.approx([0, 1.5, 5.5, 9.5])
    assert (read.bpm, read.steady) == (pytest.approx(120), False)
    plain = bytes.fromhex("00 ff5103 0f4240 00 903c40 60 803c00 00 ff2f00")
    read = read_midi(written(tmp_path, head(0, 1, 96) + track(plain)))
    assert (read.bars, read.bpm, read.steady) == ((0, 4), pytest.approx(60), True)
    # Another meter begins a bar; so many in a beat are counted to 10,000.
    short = bytes.fromhex("30 ff5804 01ff1808 00 903c40 bfff7f 803c00 00 ff2f00")
    read = read_midi(written(tmp_path, head(0, 1, 96) + track(short)))
    assert read.bars[1] == pytest.approx(0.25)
    assert len(read.bars) == 10_000


def test_time_code_division(tmp_path: Path) -> None:
    data = bytes.fromhex("00 903c40 8368 803c00 00 ff2f00")  # 488 ticks of 25 * 40 a second
    read = read_midi(written(tmp_path, head(0, 1, 0xE728) + track(data)))
    assert read.events[1].time_seconds == pytest.approx(0.488)


def test_a_track_that_breaks_off_is_played_up_to_there(tmp_path: Path) -> None:
    data = bytes.fromhex("00 903c40 60 803c00 00 903e")
    read = read_midi(written(tmp_path, head(0, 1, 96) + track(data)[:-1]))
    assert len(read.events) == 2


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"MThd", "does not begin"),
        (b"RIFF" + bytes(40), "does not begin"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "does not begin"),
        (head(0, 1, 96), "no track"),
        (head(0, 1, 96) + track(b""), "no notes"),
        (head(0, 1, 96) + track(bytes.fromhex("00ff2f00")), "no notes"),
        (head(2, 1, 96) + track(bytes.fromhex("00903c40")), "type 2"),
        (head(0, 1, 0) + track(bytes.fromhex("00903c40")), "no length"),
        (head(0, 1, 0x8028) + track(bytes.fromhex("00903c40")), "time code"),
        (head(0, 1, 0xE700) + track(bytes.fromhex("00903c40")), "time code"),
        (head(0, 1, 96) + track(b"\xff" * 100_000), "four bytes"),
        (head(0, 1, 96) + track(b"\x00\x40\x40"), "byte 64"),
        (head(0, 1, 96) + track(b"\x00\xf5\x40"), "no notes"),
        (b"RIFF\xff\xff\xff\xffRMIDdata\xff\xff\xff\xff", "empty"),
        (bytes(128) + b"MThd", "does not begin"),
        (head(0, 1, 1) + track(bytes.fromhex("00903c40 ffffff7f 803c00")), "hours"),
    ],
)
def test_hostile_files_are_refused_in_one_line(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(MediaError, match=says) as caught:
        read_midi(written(tmp_path, data))
    assert "\n" not in str(caught.value)


def test_missing_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot read"):
        read_midi(tmp_path / "none.mid")
    with pytest.raises(MediaError, match="cannot read"):
        read_midi(tmp_path)
    huge = tmp_path / "huge.mid"
    with huge.open("wb") as file:
        file.truncate(20 << 20)
    with pytest.raises(MediaError, match="16 MiB"):
        read_midi(huge)


def test_random_bytes_never_do_worse_than_an_error(tmp_path: Path) -> None:
    random = Random(7)
    good = (
        head(1, 2, 96)
        + track(bytes.fromhex("00ff510307a120 00ff2f00"))
        + track(bytes.fromhex("00903c40 60803c00 00ff2f00"))
    )
    outcomes = {"read": 0, "refused": 0}
    for _ in range(600):
        data = bytearray(good)
        for _ in range(random.randint(1, 6)):
            data[random.randrange(len(data))] = random.randrange(256)
        if random.random() < 0.3:
            del data[random.randrange(len(data)) :]
        try:
            read = read_midi(written(tmp_path, bytes(data)))
        except MediaError:
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
            assert all(
                e.key < 128 and abs(e.value) < 128 and e.time_seconds >= 0 for e in read.events
            )
    assert min(outcomes.values()) > 20


def test_another_library_reads_the_same(tmp_path: Path) -> None:
    mido = pytest.importorskip("mido")
    random = Random(3)
    song = mido.MidiFile(type=1, ticks_per_beat=220)
    for channel in range(4):
        part = mido.MidiTrack()
        song.tracks.append(part)
        for _ in range(60):
            time = random.randrange(300)
            part.append(
                random.choice(
                    [
                        mido.Message(
                            "note_on",
                            channel=channel,
                            note=random.randrange(128),
                            velocity=random.randrange(128),
                            time=time,
                        ),
                        mido.Message(
                            "note_off", channel=channel, note=random.randrange(128), time=time
                        ),
                        mido.Message(
                            "control_change", channel=channel, control=7, value=9, time=time
                        ),
                        mido.Message("program_change", channel=channel, program=40, time=time),
                        mido.Message(
                            "pitchwheel",
                            channel=channel,
                            pitch=random.randrange(-8192, 8192),
                            time=time,
                        ),
                        mido.Message("sysex", data=(1, 2, 3), time=time),
                        mido.MetaMessage(
                            "set_tempo", tempo=random.randrange(200_000, 900_000), time=time
                        ),
                    ]
                )
            )
    buffer = io.BytesIO()
    song.save(file=buffer)
    path = written(tmp_path, buffer.getvalue())
    now, theirs = 0.0, []
    for message in mido.MidiFile(path):
        now += message.time
        if not message.is_meta and message.type != "sysex":
            theirs.append(decode_message(message.bytes(), now))
    ours = read_midi(path).events
    assert [replace(e, time_seconds=0) for e in ours] == [
        replace(e, time_seconds=0) for e in theirs
    ]
    assert [e.time_seconds for e in ours] == pytest.approx([e.time_seconds for e in theirs])


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ([0x93, 60, 100], Event(1.5, "note_on", 3, 60, 100)),
        ([0x93, 60, 0], Event(1.5, "note_off", 3, 60, 0)),
        ([0x8F, 60, 64], Event(1.5, "note_off", 15, 60, 64)),
        ([0xA0, 60, 9], Event(1.5, "pressure", 0, 60, 9)),
        ([0xD0, 9], Event(1.5, "pressure", 0, -1, 9)),
        ([0xB1, 123, 0], Event(1.5, "control", 1, 123, 0)),
        ([0xC2, 5], Event(1.5, "program", 2, -1, 5)),
        ([0xE0, 0, 64], Event(1.5, "bend", 0, -1, 0.0)),
        ([0xE0, 127, 127], Event(1.5, "bend", 0, -1, 1.0)),
        ([0xE0, 0, 0], Event(1.5, "bend", 0, -1, -1.0)),
        ([0xE0, 1, 64], Event(1.5, "bend", 0, -1, 1 / 8191)),
    ],
)
def test_messages_of_ports(message: list[int], event: Event) -> None:
    assert decode_message(message, 1.5) == event
    assert decode_message(bytes(message), 1.5) == event
    assert decode_message([*message, 1, 2], 1.5) == event


def test_damaged_messages_of_ports() -> None:
    for damaged in ([], [0xF8], [0x90, 60], [0x90, 60, 200], [60, 60, 60], [0xC0]):
        assert decode_message(damaged, 0) is None


NOTE = [("note_on", 60, 100.0), ("note_off", 60, 0.0)]


def notes(path: Path) -> list[tuple[str, int, float]]:
    return [(event.kind, event.key, event.value) for event in read_midi(path).events]


@pytest.mark.parametrize(
    ("name", "mended", "velocity"),
    [
        ("running_after_meta.mid", 1, 100),
        ("realtime_in_file.mid", 2, 100),
        ("data_byte_over.mid", 1, 127),
        ("riff.rmi", 0, 100),
    ],
)
def test_given_files_play(shared_cases: Path, name: str, mended: int, velocity: int) -> None:
    read = read_midi(shared_cases / "midi" / name)
    assert [(event.kind, event.key) for event in read.events] == [("note_on", 60), ("note_off", 60)]
    assert read.events[0].value == velocity
    assert read.mended == mended
    assert read.seconds == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("data", "mended"),
    [
        ("00903c64 00f0037e7ff7 603c00", 1),  # running status after SysEx
        ("00903c64 00f70101 603c00", 1),  # and after an escape
        ("00903c64 00ff010161 603c00", 1),  # and after a text
        ("0090f83c64 60803cf800", 2),  # real time within messages
        ("00f8 00fa 00fe 00903c64 00fc 60803c00", 4),
        ("00f14200f2010200f30100f6 00903c64 60803c00", 8),  # system common
        ("00903c64 60803cc8", 1),  # a velocity of a release over 127
        ("00903c64 00fe 603c00", 1),  # running status goes on after real time
    ],
)
def test_what_sequencers_leave_in_files_is_mended(tmp_path: Path, data: str, mended: int) -> None:
    content = bytes.fromhex(data) + bytes.fromhex("00ff2f00")
    path = written(tmp_path, head(0, 1, 96) + track(content))
    assert [one[:2] for one in notes(path)] == [one[:2] for one in NOTE]
    assert read_midi(path).mended == mended


def test_files_in_other_files(tmp_path: Path) -> None:
    song = head(0, 1, 96) + track(bytes.fromhex("00903c64 603c00 00ff2f00"))
    info = b"LIST" + struct.pack("<I", 5) + b"INFOx\0"
    body = b"RMID" + info + b"data" + struct.pack("<I", len(song)) + song
    for data in (
        b"RIFF" + struct.pack("<I", len(body)) + body,
        b"RIFF" + struct.pack("<I", 0) + body,  # a size that was never written
        b"RIFF" + struct.pack("<I", len(body)) + body + b"DLS \x04\0\0\0abcd",
        b"\0\x04song" + bytes(122) + song + bytes(50),
        song + b"junk after the end",
    ):
        assert notes(written(tmp_path, data)) == NOTE
        assert not read_midi(written(tmp_path, data)).breaks_off


def test_master_tuning_reaches_all_channels(tmp_path: Path) -> None:
    whole = bytes.fromhex("00f0077f7f04030060f7 00f0077f7f04040034f7 00903c64 603c00 00ff2f00")
    events = read_midi(written(tmp_path, head(0, 1, 96) + track(whole))).events
    controls = [event for event in events if event.kind == "control"]
    assert {event.channel for event in controls} == set(range(16))
    from latent_resonance.navigate.keys.channel import Channel

    channel = Channel()
    for event in controls:
        if event.channel == 3:
            channel = channel.controlled(event.key, round(event.value))
    assert channel.tuning == pytest.approx(0.5 - 12)


def test_the_report_says_what_was_mended(tmp_path: Path) -> None:
    from latent_resonance.contracts.registry import find_part
    from latent_resonance.contracts.values import Spec

    content = bytes.fromhex("00f8 00903c64 00ff010161 603c00 00ff2f00")
    path = written(tmp_path, head(0, 1, 96) + track(content))
    part = find_part("sense", "midi").make({"source": str(path)})
    part.prepare(Spec())
    assert part.statistics()["mended"] == "2 bytes"


def test_the_report_says_that_a_file_breaks_off(tmp_path: Path) -> None:
    from latent_resonance.contracts.registry import find_part
    from latent_resonance.contracts.values import Spec

    content = bytes.fromhex("00903c64 60803c40 00903e64 60803e40 00ff2f00")
    whole = written(tmp_path, head(0, 1, 96) + track(content)).read_bytes()
    for missing, warns in ((0, False), (12, True)):
        path = written(tmp_path, whole[: len(whole) - missing])
        part = find_part("sense", "midi").make({"source": str(path)})
        part.prepare(Spec())
        assert ("breaks off" in part.statistics().get("warning", "")) == warns
