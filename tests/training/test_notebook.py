"""The notebook from its first cell to its last, at toy size."""

import csv
import os
import sys
from pathlib import Path

import pytest

for _needed in ("nbclient", "nbformat", "ipykernel", "torch", "onnxscript", "pyarrow"):
    pytest.importorskip(_needed, reason="the notebook's test needs the extra [dev]")

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "train_your_sounds.ipynb"


@pytest.mark.filterwarnings("ignore")  # of the notebook's own machinery
def test_the_notebook_trains_resumes_exports_and_plays(tmp_path: Path, monkeypatch) -> None:
    import nbformat
    import soundfile
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    # The kernel is this Python, whatever kernels are registered here.
    monkeypatch.setenv("RESONANCE_SIZE", "toy")
    monkeypatch.setenv("RESONANCE_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("JUPYTER_PATH", str(_this_python(tmp_path / "jupyter")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), *sys.path]))
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    work = tmp_path / "work"
    assert (work / "runs" / "mine-toy" / "mine-toy.resonance").is_file()
    with (work / "runs" / "mine-toy" / "progress.csv").open(newline="") as file:
        steps = [row["step"] for row in csv.DictReader(file)]
    # The second half went on from the first: both ends are in one curve.
    assert steps == ["4", "8"]
    assert (work / "mine-toy-onnx" / "synthesis.onnx").is_file()
    sound, rate = soundfile.read(work / "mine-toy-walk.wav")
    assert rate == 16_000
    assert len(sound) > 0.3 * rate
    assert 0.1 < abs(sound).max() <= 0.51
    shown = [
        key
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for key in output.get("data", {})
    ]
    assert "image/png" in shown
    assert any(
        "<audio" in str(output) for cell in notebook.cells for output in cell.get("outputs", [])
    )


def test_the_notebook_is_kept_without_results() -> None:
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def _this_python(folder: Path) -> Path:
    import json

    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    facts = {"argv": start, "display_name": "this", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(facts))
    return folder
