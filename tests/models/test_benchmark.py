"""``resonance benchmark models``: its flag, and its tables, which the documents take over."""

import importlib.util
from pathlib import Path

import pytest

from latent_resonance.cli import benchmark as command
from latent_resonance.contracts.errors import MissingPartError, UnknownNameError

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


@pytest.mark.parametrize("shape", ["lines", "markdown"])
def test_tables_hold_what_was_measured(shape: str) -> None:
    spec = importlib.util.spec_from_file_location("models_bench", ROOT / "benchmarks/models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    table = getattr(module, shape)(RESULT)
    (row,) = [line for line in table if "made" in line]
    cells = [cell for cell in row.replace("|", " ").split() if cell]
    assert float(cells[2]) == 20
    assert float(cells[3]) == 4
    assert "5.0" in cells
    if shape == "markdown":
        assert {line.count("|") for line in table if line.startswith("|")} == {row.count("|")}
