"""The choice of an engine: made once, kept by what it depends on, and never trusted blindly."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from diffusion_forge import parts

from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import BundleError, ResonanceError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.members import RANGES
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Spec, Spectrogram
from latent_resonance.models import auto
from latent_resonance.models.engines import choice, precisions
from latent_resonance.models.engines.likeness import Difference, difference


class Engines:
    """Engines that take as long as told, on a clock of their own.

    ``openvino_bf16`` gives OpenVINO that precision, which differs by ``away`` grey levels.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
        self.seconds = {name.replace("_", " "): value for name, value in seconds.items()}
        self.now, self.away = 0.0, 0.1
        self.tried: list[str] = []
        engines = [name for name in self.seconds if " " not in name]
        coarse = tuple(name.split()[1] for name in self.seconds if name.startswith("openvino "))
        monkeypatch.setattr(choice, "perf_counter", lambda: self.now)
        monkeypatch.setattr(choice, "installed_engines", lambda: dict.fromkeys(engines, "1.0"))
        monkeypatch.setattr(
            choice,
            "precisions",
            lambda engine, device, ranges: ("f32", *(coarse if engine == "openvino" else ())),
        )

    def attempt(self, way: choice.Way) -> Callable[[], None]:
        name = str(way)
        self.tried.append(name)
        if self.seconds[name] < 0:
            raise BundleError(f"{name} cannot")

        def run() -> None:
            self.now += self.seconds[name]

        return run

    def compare(self, way: choice.Way) -> Difference:
        assert str(way) in self.tried
        return Difference(self.away, 4 * self.away, "grey levels")

    def choose(self, network: str = "one", threads: int = 1, exact: bool = False) -> str:
        ask = self.attempt, self.compare
        return str(choice.choose(network, threads, "cpu", *ask, exact=exact))


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
    assert engines.choose("another") == "openvino"
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
    assert Engines(monkeypatch, openvino=-1, onnxruntime=0.01).choose("2") == "onnxruntime"
    with pytest.raises(ResonanceError, match="openvino cannot"):
        Engines(monkeypatch, openvino=-1, onnxruntime=-1).choose("3")


def test_without_a_memory_the_choice_does_not_depend_on_the_clock(
    monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "file"))
    assert Engines(monkeypatch, openvino=0.010, onnxruntime=0.001).choose() == "openvino"


def test_ways_take_turns_so_that_a_slow_moment_falls_on_all(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=0.004, onnxruntime=0.010)
    asked: list[str] = []

    def attempt(way: choice.Way) -> Callable[[], None]:
        def run() -> None:
            asked.append(str(way))
            # Something else keeps the machine busy for a while, and then no longer.
            engines.now += engines.seconds[str(way)] * (5 if len(asked) < 6 else 1)

        return run

    chosen = choice.choose("one", 1, "cpu", attempt, engines.compare)
    assert str(chosen) == "openvino"
    assert asked[:4] == ["openvino", "onnxruntime"] * 2


def test_measuring_is_short_whatever_it_measures(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=0.3, onnxruntime=0.001)
    engines.choose()
    assert engines.now < 1.0


def test_torch_waits_for_its_devices(monkeypatch) -> None:
    there = {"openvino": "1", "onnxruntime": "1", "torch": "1"}
    monkeypatch.setattr(choice, "installed_engines", lambda: there)
    monkeypatch.setattr(precisions, "has_bf16", lambda: False)

    def told(device: str, **kind: bool) -> list[str]:
        return [str(way) for way in choice.candidates(device, **kind)]

    assert told("cpu") == ["openvino", "onnxruntime"]
    assert told("cuda") == ["onnxruntime", "torch", "torch f16"]
    assert told("cuda", exact=True) == ["onnxruntime", "torch"]
    assert told("directml") == ["onnxruntime"]
    monkeypatch.setattr(precisions, "has_bf16", lambda: True)
    assert told("cpu") == ["openvino", "openvino bf16", "onnxruntime"]
    assert told("cpu", ranges=True) == ["openvino", "openvino bf16", "openvino int8", "onnxruntime"]
    assert told("cpu", exact=True, ranges=True) == ["openvino", "onnxruntime"]


@pytest.mark.parametrize(
    ("away", "coarse", "chosen"),
    [
        (0.9, 0.004, "openvino bf16"),  # quicker, and alike
        (0.9, 0.0095, "openvino"),  # alike, but not clearly quicker
        (0.9, 0.020, "openvino"),  # slower
        (1.1, 0.001, "openvino"),  # the mean is off by more than one level
        (2.1, 0.001, "openvino"),
    ],
)
def test_a_coarser_precision_must_be_quicker_and_alike(
    monkeypatch, engine_choices: Path, away: float, coarse: float, chosen: str
) -> None:
    engines = Engines(monkeypatch, openvino=0.010, openvino_bf16=coarse)
    engines.away = away
    assert engines.choose() == chosen
    (file,) = engine_choices.iterdir()
    record = json.loads(file.read_text())
    told = record["differences"]["openvino bf16"]
    assert ("refused" in told) == (away > 1)
    assert f"{away:.2g} grey levels" in told
    assert ("openvino bf16" in record["milliseconds"]) == (away <= 1), "refused is not timed"
    tried = len(engines.tried)
    assert engines.choose() == chosen
    assert len(engines.tried) == tried


def test_exact_is_chosen_among_32_bits_alone(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=0.010, openvino_bf16=0.001, onnxruntime=0.005)
    assert engines.choose() == "openvino bf16"
    assert engines.choose(exact=True) == "onnxruntime"
    assert engines.choose() == "openvino bf16"


def test_a_precision_of_an_engine_that_cannot_play_is_not_tried(monkeypatch) -> None:
    engines = Engines(monkeypatch, openvino=-1, openvino_bf16=0.001, onnxruntime=0.005)
    assert engines.choose() == "onnxruntime"
    assert "openvino bf16" not in engines.tried


def test_differences_are_the_worst_place_in_its_own_unit() -> None:
    grey = np.full((4, 5, 3), 100, np.uint8)
    one_off = grey.copy()
    one_off[0, 0, 0] += 90
    frames = [(Frame(grey, 0.0), Frame(grey, 0.0)), (Frame(grey, 0.0), Frame(one_off, 0.0))]
    found = difference(frames)
    assert (found.mean, found.unit) == (pytest.approx(1.5), "grey levels")
    assert found.most > 60
    assert not found.allowed
    layout = SpectrogramFormat(n_fft=16, hop=4, columns=3)
    level = np.full((layout.bins, 3), -20, np.float32)
    found = difference([(Spectrogram(level, layout), Spectrogram(level + 0.2, layout))])
    assert (found.mean, found.unit) == (pytest.approx(0.2, abs=1e-5), "dB")
    assert found.allowed
    with pytest.raises(ValueError, match="nothing"):
        difference([])


def test_fields_is_refused_in_bf16_by_what_it_looks_like(monkeypatch, engine_choices: Path) -> None:
    if not precisions.has_bf16():
        pytest.skip("the processor has no bfloat16")
    bundle = open_bundle("fields")
    part = find_part("models", "auto").make({"threads": 1}, bundle)
    part.prepare(Spec(format=PictureFormat(64, 64)))
    assert part.precision == "f32"
    part.close()
    (file,) = engine_choices.iterdir()
    assert "refused" in json.loads(file.read_text())["differences"]["openvino bf16"]


def way_of(part) -> str:
    return str(choice.Way(part.engine, part.precision))


def test_the_part_says_what_it_chose_and_keeps_to_it(engine_choices: Path) -> None:
    bundle = open_bundle("drone")
    first = find_part("models", "auto").make({"threads": 1}, bundle)
    first.prepare(Spec())
    chosen = way_of(first)
    first.close()
    for file in engine_choices.glob("*"):
        record = json.loads(file.read_text())
        assert record["engine"] == chosen
        other = next(name for name in record["key"]["engines"] if name != chosen)
        file.write_text(json.dumps({**record, "engine": other}))
        again = find_part("models", "auto").make({"threads": 1}, bundle)
        again.prepare(Spec())
        assert way_of(again) == other
        again.close()


def test_a_picture_of_more_steps_is_chosen_for_anew(monkeypatch, tmp_path: Path) -> None:
    bundle = read_bundle(write_bundle(tmp_path / "tiny.resonance", *parts()))
    keys = []

    def choose(network: str, *_args: object, ranges: bool, **_kind: object) -> choice.Way:
        keys.append((network, ranges))
        return choice.Way("openvino")

    monkeypatch.setattr(auto, "choose", choose)
    ranged = replace(bundle, members={**bundle.members, RANGES: b"any"})
    for options, played in (({}, bundle), ({"steps": 2}, bundle), ({"steps": 2}, ranged)):
        part = find_part("models", "auto").make({**options, "threads": 1}, played)
        part.prepare(Spec())
        part.close()
    assert len({network for network, _ in keys}) == 3
    assert [ranges for _, ranges in keys] == [False, False, True]
