"""``resonance benchmark models``: its flag, and its tables, which the documents take over."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from latent_resonance.cli import benchmark as command
from latent_resonance.contracts.errors import InputError, MissingPartError, UnknownNameError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models.engines.output_form import to_pixels

ROOT = Path(__file__).resolve().parents[2]
CASE = {
    "name": "made",
    "difference": 2e-6,
    "bf16_rms_db": 0.1,
    "threads": {"1": {"ms": {"reference": 20.0, "openvino": 4.0, "openvino bf16": 3.0}, "times": 5.0}},
}  # fmt: skip
RESULT = {
    "processor": "a processor", "cores": 1, "load_before": 0.0, "note": "ms",
    "engines": {"openvino": "1.0"}, "networks": {"made": CASE},
}  # fmt: skip


def test_an_engine_is_named_right_or_said(monkeypatch: pytest.MonkeyPatch) -> None:
    run = command.benchmark.callback
    assert run is not None
    with pytest.raises(UnknownNameError, match="openvino"):
        run(("models",), None, ("openvin",), as_json=True, quiet=True)
    monkeypatch.setattr(command, "installed_engines", lambda: {"openvino": "1"})
    with pytest.raises(MissingPartError, match=r"latent-resonance\[onnxruntime\]"):
        run(("models",), None, ("onnxruntime",), as_json=True, quiet=True)


def test_all_that_can_be_asked_for_is_left_out_or_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked for all: scripts with flags of their own are not among them, nothing ends the rest."""
    asked = []

    def loaded(path: Path) -> ModuleType:
        (run,) = (
            one
            for one in ast.parse(path.read_text("utf-8")).body
            if isinstance(one, ast.FunctionDef) and one.name == "run"
        )
        first = run.args.args[0]
        asked.append((path.stem, first.arg, ast.unparse(first.annotation or ast.Constant(""))))
        module = ModuleType(path.stem)
        needs = len(run.args.defaults) < len(run.args.args)
        module.run = (lambda data_dir: {}) if needs else (lambda data_dir=None: {})  # type: ignore[attr-defined]
        module.lines = lambda result: [f"{path.stem} measured"]  # type: ignore[attr-defined]
        return module

    monkeypatch.setattr(command, "_load", loaded)
    assert command.benchmark.callback is not None
    command.benchmark.callback((), None, (), as_json=False, quiet=False)
    names = {name for name, *_ in asked}
    assert {"phase", "drums", "prototypes"} <= names
    assert not {"soak", "cluster", "install_matrix", "reference_networks"} & names
    assert all(kind.startswith("Path") and first == "data_dir" for _, first, kind in asked), asked
    told = capsys.readouterr().out
    assert "prototypes: left out, the benchmark prototypes needs recordings: give --data" in told
    assert "drums measured" in told
    with pytest.raises(InputError, match="--data"):
        command.benchmark.callback(("prototypes",), None, (), as_json=True, quiet=True)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_bench", ROOT / f"benchmarks/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("shape", ["lines", "markdown"])
def test_tables_hold_what_was_measured(shape: str) -> None:
    table = getattr(load("models"), shape)(RESULT)
    (row,) = [line for line in table if "made" in line]
    cells = [cell for cell in row.replace("|", " ").split() if cell]
    assert float(cells[2]) == 20
    assert float(cells[3]) == 4
    assert "5.0" in cells
    if shape == "markdown":
        assert {line.count("|") for line in table if line.startswith("|")} == {row.count("|")}


ROWS = [
    {
        "network": "made", "size": 256, "chosen": "openvino bf16", "times": 5.0, "chain": 8.0,
        "chain_times": 2.5, "ms": {"openvino": 6.0, "openvino bf16": 4.0, "reference": 20.0},
    },
    {
        "network": "drawn", "size": 512, "chosen": "openvino", "times": 1.0, "chain": 25.0,
        "chain_times": 0.8, "ms": {"openvino": 20.0},
    },
]  # fmt: skip


@pytest.mark.parametrize("shape", ["lines", "markdown"])
def test_the_table_of_pictures_marks_what_is_chosen(shape: str) -> None:
    table = getattr(load("vision"), shape)({"processor": "one", "note": "ms", "rows": ROWS})
    rows = [[c for c in line.replace("|", " ").split() if c] for line in table]
    (made,) = [row for row in rows if row[:1] == ["made"]]
    assert made == ["made", "256", "6.0", "4.0*", "20.0", "5.0", "8.0", "2.5", "125"]
    (drawn,) = [row for row in rows if row[:1] == ["drawn"]]
    assert drawn == ["drawn", "512", "20.0*", "-", "-", "1.0", "25.0", "0.8", "40"]


@pytest.mark.slow
def test_the_picture_networks_show_what_their_plain_formulation_does() -> None:
    """Small, so that the benchmark's own wiring is what is tested."""
    networks = load("reference_networks")
    case = networks.stylegan3(small=True, channels=3)
    player = find_part("models", "openvino").make({"threads": 1}, case.bundle)
    player.prepare(Spec(format=case.bundle.format))
    made = player.generate(Latent(case.w)).pixels.astype(int)
    plain = case.plain["reference"](case.w)
    assert plain.shape == (3, 256, 256)
    assert np.abs(to_pixels(plain).astype(int) - made).max() <= 1
    assert made.std() > 10
