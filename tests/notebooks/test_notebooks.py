"""The notebooks: what they type is there, and from first cell to last at toy size they make it."""

import csv
import json
import os
import sys
from pathlib import Path

import click
import pytest
from blocks import parse
from typed_commands import UNKNOWN, commands_in

for _needed in ("nbclient", "nbformat", "ipykernel", "torch", "onnxscript", "pyarrow"):
    pytest.importorskip(_needed, reason="the notebooks' test needs the extra [dev]")

import nbformat
import soundfile

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_of(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_empty_and_types_what_is_there(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    typed = commands_in(code_of(notebook))
    assert typed
    for words in typed:
        # Nobody sits before it: no camera, no sound card, no window.
        assert words[0] not in {"play", "studio"}
        parse(words)


def test_a_wrong_flag_is_seen() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(["render", "texture", "--output", UNKNOWN, "--brightness-of-rain", "2"])
    with pytest.raises(click.UsageError):
        parse(["rendr", "texture"])
    with pytest.raises(click.MissingParameter):
        parse(["render", "texture"])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a notebook, or its first cells, at toy size; gives it and where it worked."""
    monkeypatch.setenv("RESONANCE_SIZE", "toy")
    monkeypatch.setenv("RESONANCE_WORK", str(tmp_path / "work"))
    # The kernel is this Python, whatever kernels are registered here.
    monkeypatch.setenv("JUPYTER_PATH", str(_this_python(tmp_path / "jupyter")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), *sys.path]))

    def running(
        name: str, keep=lambda cell: True, commands: str = ""
    ) -> tuple[nbformat.NotebookNode, Path]:
        from nbclient import NotebookClient

        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        notebook.cells = [cell for cell in notebook.cells if keep(cell)]
        if commands:
            (own,) = (c for c in notebook.cells if "def resonance(" in c.source)
            own.source += commands
        NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path)}},
        ).execute()
        return notebook, tmp_path / "work"

    return running


def shown_in(notebook: nbformat.NotebookNode) -> str:
    """Everything that its cells put out."""
    return "\n".join(str(cell.get("outputs", "")) for cell in notebook.cells)


def assert_trained(work: Path, name: str) -> None:
    folder = work / "runs" / name
    assert (folder / f"{name}.resonance").is_file()
    with (folder / "progress.csv").open(newline="") as file:
        steps = [row["step"] for row in csv.DictReader(file)]
    # The second half went on from the first: both ends are in one curve.
    assert steps == ["4", "8"]
    assert (work / f"{name}-onnx" / "synthesis.onnx").is_file()
    sound, rate = soundfile.read(work / f"{name}-walk.wav")
    assert rate == 16_000
    assert len(sound) > 0.3 * rate
    assert 0.1 < abs(sound).max() <= 0.51


# Its commands in the notebook's own process: PyTorch is loaded once, not for each of them.
IN_THE_KERNEL = """
def resonance(*words):
    from latent_resonance.cli.main import cli

    cli.main([*map(str, words)], prog_name="resonance", standalone_mode=False)
"""


@pytest.mark.filterwarnings("ignore")  # of the notebook's own machinery
def test_training_resumes_exports_and_plays(run, monkeypatch) -> None:
    monkeypatch.setenv("RESONANCE_FAMILY", "stylegan2")
    notebook, work = run("train_your_sounds", commands=IN_THE_KERNEL)
    assert_trained(work, "mine-stylegan2-toy")
    assert "image/png" in shown_in(notebook)
    assert "<audio" in shown_in(notebook)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_stylegan3_goes_on_in_another_session(run) -> None:
    first = True

    def before_the_cut(cell) -> bool:
        nonlocal first
        kept = first
        first = first and 'train(size["steps"] // 2)' not in cell.source
        return kept

    run("train_your_sounds", before_the_cut)
    # A new kernel, as the notebook says: all but the first half, and on.
    halves = {'train(size["steps"] // 2)': ""}

    def after_the_cut(cell) -> bool:
        for half, nothing in halves.items():
            cell.source = cell.source.replace(half, nothing)
        return True

    _, work = run("train_your_sounds", after_the_cut)
    assert_trained(work, "mine-stylegan3-toy")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "files", "kind"),
    [
        ("play", ("rain.wav", "bright.wav", "between.wav", "face.wav", "face.png"), "<audio"),
        ("vision_to_video", ("vision.mp4", "vision-slow.mp4"), "<video"),
        ("voice_to_picture", ("voice.png", "other.png"), "image/png"),
    ],
)
def test_a_notebook_makes_what_it_shows(name: str, files, kind: str, run) -> None:
    notebook, work = run(name)
    assert kind in shown_in(notebook)
    made = [(work / file).read_bytes() for file in files]
    assert all(len(content) > 1000 for content in made)
    assert len(set(made)) == len(made)
    for file in files:
        if file.endswith(".wav"):
            assert abs(soundfile.read(work / file)[0]).max() > 0.01


def _this_python(folder: Path) -> Path:
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    facts = {"argv": start, "display_name": "this", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(facts))
    return folder
