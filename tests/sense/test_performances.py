import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, Event, Spec, Tempo
from latent_resonance.sense.performances.csv_file import PerformanceWriter, read_performance
from latent_resonance.sense.recording import Options, Part
from latent_resonance.sense.sliders import Options as SlidersOptions
from latent_resonance.sense.sliders import Part as Sliders

_NUMBER = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(st.lists(st.tuples(_NUMBER, _NUMBER, st.booleans()), min_size=1, max_size=20))
def test_a_replay_is_exact(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:
    path = tmp_path_factory.mktemp("take") / "take.csv"
    with PerformanceWriter(path, ["mouth", "yaw"]) as writer:
        for index, (mouth, yaw, present) in enumerate(rows):
            writer.add(index * 0.008, Controls(0, {"mouth": mouth, "yaw": yaw}, present))
    sensor = Part(Options(source=path))
    sensor.prepare(Spec())
    for index, (mouth, yaw, present) in enumerate(rows):
        seen = sensor.read(index * 0.008)
        assert (seen.values["mouth"], seen.values["yaw"], seen.present) == (mouth, yaw, present)


@pytest.mark.parametrize("with_events", [False, True])
def test_the_tempo_that_a_performer_keeps_is_replayed(tmp_path: Path, *, with_events: bool) -> None:
    path = tmp_path / "take.csv"
    tempi = [None, Tempo(0.1, 120.25, 0.3, 0.7), Tempo(0.2, 1 / 3 + 99, 0.1, 1.0, exact=True), None]
    event = Event(0.25, "note_on", 0, 60, 90)
    with PerformanceWriter(path, ["rms"], with_events=with_events, with_tempo=True) as writer:
        for step, tempo in enumerate(tempi):
            events = (event,) if with_events and step == 2 else ()
            writer.add(step / 10, Controls(step / 10, {"rms": 0.5}, events=events, tempo=tempo))
    sensor = Part(Options(source=path))
    sensor.prepare(Spec())
    assert [sensor.read(step / 10, 0.1).tempo for step in range(4)] == tempi
    assert sensor.controls[0].name == "rms"
    assert len(sensor.controls) == 1
    again = Part(Options(source=path, loop=True))
    again.prepare(Spec())
    length = sensor.duration_seconds
    assert length is not None
    second = again.read(length + 0.15).tempo
    assert second is not None
    assert second.time_seconds == pytest.approx(length + 0.1)


def _filled(path: Path, *, keep_short: bool) -> PerformanceWriter:
    """A take that no longer fits on its disk."""
    resource = pytest.importorskip("resource")
    writer = PerformanceWriter(path, ["mouth"], keep_short=keep_short)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        with pytest.raises(OutputError, match=r"take\.csv: File too large"):
            for step in range(10_000):
                writer.add(step / 10, Controls(0, {"mouth": step / 7}))
        with pytest.raises(OutputError, match=r"take\.csv: File too large"):
            writer.close(1_000.0)
        if keep_short:
            writer.keep()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    return writer


def test_on_a_full_disk_whole_rows_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("from before")
    writer = _filled(path, keep_short=True)
    writer.keep()
    writer.close()
    kept = read_performance(path)
    assert [row.values["mouth"] for row in kept] == [step / 7 for step in range(len(kept))]
    assert len(kept) > 3
    assert [item.name for item in tmp_path.iterdir()] == ["take.csv"]


def test_on_a_full_disk_nothing_is_left_else(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("from before")
    _filled(path, keep_short=False)
    assert path.read_text() == "from before"
    assert [item.name for item in tmp_path.iterdir()] == ["take.csv"]


def test_a_take_that_the_disk_took_nothing_of_is_no_file(tmp_path: Path) -> None:
    writer = PerformanceWriter(tmp_path / "take.csv", ["mouth"], keep_short=True)
    with pytest.raises(OutputError, match="took no row"):
        writer.keep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cell", ["0:120", "0:0:0:1:0", "0:nan:0:1:0", "a:1:1:1:1"])
def test_a_tempo_that_is_none_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "take.csv"
    path.write_text(f"time,present,rms,kept_tempo\n0,1,0.5,{cell}\n")
    with pytest.raises(InputError, match="line 2"):
        read_performance(path)


EVENTS = st.builds(
    Event,
    st.floats(0, 2),
    st.sampled_from(["note_on", "note_off", "control", "program", "bend", "pressure"]),
    st.integers(0, 15),
    st.integers(-1, 127),
    st.floats(-1, 127),
)


@given(
    st.lists(st.tuples(EVENTS, st.integers(0, 2)), max_size=20),
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=20),
)
def test_a_replay_has_the_same_events_in_the_same_reads(
    tmp_path_factory: pytest.TempPathFactory, played: list, steps: list[float]
) -> None:
    path = tmp_path_factory.mktemp("take") / "take.csv"
    hand = Sliders(SlidersOptions(values={"mouth": 0.0}))
    hand.press(*(event for event, _ in played))
    seen, times, now = [], [], 0.0
    with PerformanceWriter(path, ["mouth"], with_events=True) as writer:
        for step in [*steps, 2.5]:
            controls = hand.read(now, step)
            writer.add(now, controls)
            seen.append(controls.events)
            times.append((now, step))
            now += step
    sensor = Part(Options(source=path))
    sensor.prepare(Spec())
    assert [sensor.read(now, step).events for now, step in times] == seen
    sensor.reset()
    in_one = sensor.read(0.0, 9.0)
    assert in_one.events == tuple(event for events in seen for event in events)
    assert sensor.read(0.5).events == ()
    if in_one.events:
        assert sensor.duration_seconds >= in_one.events[-1].time_seconds


def test_a_midi_file_is_recorded_and_replayed(tmp_path: Path) -> None:
    data = bytes.fromhex("00 b0 01 40 21 90 3c 7f 17 e0 7f 60 0d 80 3c 00 00 ff2f00")
    song, take = tmp_path / "song.mid", tmp_path / "take.csv"
    head = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 100)
    song.write_bytes(head + b"MTrk" + struct.pack(">I", len(data)) + data)
    live = find_part("sense", "midi").make({"source": str(song)})
    live.prepare(Spec())
    names = [control.name for control in live.controls]
    seen = []
    with PerformanceWriter(take, names, with_events=True) as writer:
        for index in range(60):
            controls = live.read(0.008 * index, 0.008)
            writer.add(0.008 * index, controls)
            seen.append((controls.values, controls.events))
    replay = Part(Options(source=take))
    replay.prepare(Spec())
    for index, (values, events) in enumerate(seen):
        controls = replay.read(0.008 * index, 0.008)
        assert (controls.values, controls.events) == (values, events)
    assert sum(len(events) for _, events in seen) == 4
    assert len(take.read_text().splitlines()) < 12, "rows for changes only"


def test_what_has_no_value_yet_and_what_is_not_asked_for_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    note = Event(0.1, "note_on", 2, 60, 90.0)
    with PerformanceWriter(path, ["a", "b"]) as writer:
        writer.add(0.0, Controls(0, {"a": 1}))
        writer.add(0.1, Controls(0, {"a": 1}, events=(note,)))
        writer.add(0.2, Controls(0, {"a": 1, "b": 2}))
    assert path.read_text() == "time,present,a,b\n0.0,1,1.0,\n0.2,1,1.0,2.0\n"
    sensor = Part(Options(source=path))
    sensor.prepare(Spec())
    assert sensor.read(0.0).values == {"a": 1}
    assert sensor.read(0.2).values == {"a": 1, "b": 2}
    assert [control.name for control in sensor.controls] == ["a", "b"]
    with PerformanceWriter(path, ["a"], with_events=True) as writer:
        writer.add(0.0, Controls(0, {"a": 1}))
        writer.add(0.1, Controls(0, {"a": 1}, events=(note, note)))
    cell = "0.1:note_on:2:60:90.0"
    assert path.read_text() == f"time,present,a,events\n0.0,1,1.0,\n0.1,1,1.0,{cell};{cell}\n"


def test_a_loop_repeats_values_and_events(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("time,present,a,events\n0,1,1,0.25:note_on:0:60:9\n0.5,1,2,\n")
    sensor = Part(Options(source=path, loop=True, hold_seconds=0.5))
    sensor.prepare(Spec())
    assert sensor.duration_seconds is None
    times = [(e.time_seconds, e.kind) for e in sensor.read(0.0, 2.0).events]
    assert times == [(0.25, "note_on"), (1.0, "all_off"), (1.25, "note_on")]
    assert sensor.read(2.6).values == {"a": 2}


def test_a_broken_off_recording_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError),
        PerformanceWriter(tmp_path / "take.csv", ["mouth"]) as writer,
    ):
        writer.add(0.0, Controls(0, {"mouth": 1}))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        PerformanceWriter(tmp_path / "no" / "take.csv", ["mouth"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "first line"),
        ("frame,t\n0,1\n", "first line"),
        ("time,present,mouth\n", "no rows"),
        ("time,present,mouth\n0,1\n", "line 2"),
        ("time,present,mouth\n0,1,0\n0.1,1,wide\n", "line 3"),
        ("time,present,mouth\n0,1,nan\n", "not finite"),
        ("time,present,mouth\n1,1,0\n0,1,0\n", "time goes back"),
        ("time,present,mouth,mouth\n1,1,0,0\n", "same name"),
        ("time,present,events\n0,1,hum\n", "line 2: 'hum' is not an event"),
        ("time,present,events\n0,1,\n0,1,0:hum:0:0:0\n", "line 3.*not an event"),
        ("time,present,events\n0,1,0:note_on:16:0:0\n", "channels are"),
        ("time,present,events\n0,1,0:note_on:0:128:0\n", "keys"),
        ("time,present,events\n0,1,0:note_on:-1:60:0\n", "channels are"),
        ("time,present,events\n0,1,nan:note_on:0:60:0\n", "not finite"),
        ("time,present,events\n0,1,0:note_on:x:60:0\n", "line 2"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "take.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        read_performance(path)


def test_binary_is_no_performance(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_bytes(b"\xff\xfe\x00\x80" * 10)
    with pytest.raises(InputError, match="not text"):
        read_performance(path)


def test_a_performance_ends_when_it_ended(tmp_path: Path) -> None:
    lengths = []
    for end in (None, 1.3333):
        path = tmp_path / f"{end}.csv"
        writer = PerformanceWriter(path, ["mouth"], with_events=True)
        writer.add(0.0, Controls(0.0, {"mouth": 0.5}))
        writer.add(1.304, Controls(1.304, {"mouth": 0.25}))
        writer.close(end)
        part = Part(Options(source=path))
        part.prepare(Spec())
        lengths.append(part.duration_seconds)
        assert part.read(1.32).values == {"mouth": 0.25}
        assert part.read(1.32).present
    assert lengths == [pytest.approx(1.344), 1.3333]
