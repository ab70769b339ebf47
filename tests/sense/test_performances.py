from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.sense.performances.csv_file import PerformanceWriter, read_performance
from latent_resonance.sense.recording import Options, Part

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
