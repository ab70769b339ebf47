"""The choice of an engine: made once, kept by what it depends on, and never trusted blindly."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import BundleError, ResonanceError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.models.engines import choice


class Engines:
    """Two engines that take as long as told, on a clock of their own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.tried: list[str] = []
        monkeypatch.setattr(choice, "perf_counter", lambda: self.now)
        monkeypatch.setattr(choice, "installed_engines", lambda: dict.fromkeys(seconds, "1.0"))

    def attempt(self, name: str) -> Callable[[], None]:
        self.tried.append(name)
        if self.seconds[name] < 0:
            raise BundleError(f"{name} cannot")

        def run() -> None:
            self.now += self.seconds[name]

        return run

    def choose(self, network: bytes = b"one", threads: int = 1) -> str:
        return choice.choose(network, threads, "cpu", self.attempt)


def test_the_quickest_is_measured_once_and_remembered(monkeypatch, engine_choices: Path) -> None:
    engines = Engines(monkeypatch, openvino=0.010, onnxruntime=0.004)
    assert engines.choose() == "onnxruntime"
    assert engines.tried == ["openvino", "onnxruntime"]
    engines.seconds["openvino"] = 0.001
    assert engines.choose() == "onnxruntime"
    assert len(engines.tried) == 2
    (file,) = engine_choices.iterdir()
    assert json.loads(file.read_text())["milliseconds"] == {"openvino": 10, "onnxruntime": 4}


@pytest.mark.parametrize(("other", "chosen"), [(0.0095, "openvino"), (0.008, "onnxruntime")])
def test_a_tie_goes_to_openvino(monkeypatch, other: float, chosen: str) -> None:
    assert Engines(monkeypatch, openvino=0.010, onnxruntime=other).choose() == chosen


def test_each_network_threads_and_version_has_its_own_choice(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=0.010, onnxruntime=0.004)
    assert engines.choose() == "onnxruntime"
    engines.seconds["onnxruntime"] = 0.020
    assert engines.choose(b"another") == "openvino"
    assert engines.choose(threads=2) == "openvino"
    assert engines.choose() == "onnxruntime"
    newer = {"openvino": "1.0", "onnxruntime": "1.1"}
    monkeypatch.setattr(choice, "installed_engines", lambda: newer)
    assert engines.choose() == "openvino"


@pytest.mark.parametrize(
    "damage",
    [
        "", "{", "[]", "null", '{"engine": "onnxruntime"}', '{"engine": 7, "key": 1}',
        "[" * 100_000, "\0" * 50, '{"engine": "os.system", "key": KEY}', '{"engine": [], "key": KEY}',
    ],
)  # fmt: skip
def test_a_damaged_memory_is_measured_anew_and_rewritten(
    monkeypatch, engine_choices: Path, damage: str
) -> None:
    engines = Engines(monkeypatch, openvino=0.010, onnxruntime=0.004)
    engines.choose()
    (file,) = engine_choices.iterdir()
    whole = file.read_text()
    file.write_text(damage.replace("KEY", json.dumps(json.loads(whole)["key"])))
    assert engines.choose() == "onnxruntime"
    assert len(engines.tried) == 4
    assert file.read_text() == whole
    assert list(engine_choices.iterdir()) == [file]


def test_alone_nothing_is_measured_or_written(monkeypatch, engine_choices: Path) -> None:
    engines = Engines(monkeypatch, openvino=0.010)
    assert engines.choose() == "openvino"
    assert engines.tried == []
    assert not engine_choices.exists()


def test_what_cannot_play_is_left_out(monkeypatch) -> None:
    assert Engines(monkeypatch, openvino=0.010, onnxruntime=-1).choose() == "openvino"
    assert Engines(monkeypatch, openvino=-1, onnxruntime=0.01).choose(b"2") == "onnxruntime"
    with pytest.raises(ResonanceError, match="openvino cannot"):
        Engines(monkeypatch, openvino=-1, onnxruntime=-1).choose(b"3")


def test_without_a_memory_the_choice_does_not_depend_on_the_clock(
    monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "file"))
    assert Engines(monkeypatch, openvino=0.010, onnxruntime=0.001).choose() == "openvino"


def test_measuring_is_short_whatever_it_measures(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=0.3, onnxruntime=0.001)
    engines.choose()
    assert engines.now < 1.0


def test_torch_waits_for_its_devices(monkeypatch) -> None:
    there = {"openvino": "1", "onnxruntime": "1", "torch": "1"}
    monkeypatch.setattr(choice, "installed_engines", lambda: there)
    assert choice.candidates("cpu") == ["openvino", "onnxruntime"]
    assert choice.candidates("cuda") == ["onnxruntime", "torch"]
    assert choice.candidates("directml") == ["onnxruntime"]


def test_the_part_says_what_it_chose_and_keeps_to_it(engine_choices: Path) -> None:
    bundle = open_bundle("drone")
    first = find_part("models", "auto").make({"threads": 1}, bundle)
    first.prepare(Spec())
    chosen = first.engine
    first.close()
    for file in engine_choices.glob("*"):
        record = json.loads(file.read_text())
        assert record["engine"] == chosen
        other = next(name for name in record["key"]["engines"] if name != chosen)
        file.write_text(json.dumps({**record, "engine": other}))
        again = find_part("models", "auto").make({"threads": 1}, bundle)
        again.prepare(Spec())
        assert again.engine == other
        again.close()
