"""``resonance train``: what it says before, during and after."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="training needs the extra latent-resonance[train]")

from latent_resonance.cli.train import train
from latent_resonance.cli.training_commands import find_training_recipe
from latent_resonance.contracts.errors import InputError
from latent_resonance.training.progress import TrainingProgress
from latent_resonance.training.rehearsal import duration, rehearse
from latent_resonance.training.run import load_training_recipe

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def run(*words: object) -> str:
    done = CliRunner().invoke(train, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("family", ["autoencoder", "note_autoencoder", "stylegan2", "dcgan"])
def test_a_dry_run_tells_and_writes_nothing(family, small_toml, tmp_path, monkeypatch) -> None:
    recipe = small_toml(tmp_path / "a.toml", family, steps=1000, synthetic=13)
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    lines = run(recipe, "--dry-run", "--threads", 1).splitlines()
    assert not list(empty.iterdir())
    assert lines[0].startswith(f"small ({family}): ")
    assert "parameters: " in lines[1]
    assert lines[2].startswith("memory: ")
    assert lines[3].startswith("time: ")
    assert "1000 steps" in lines[3]
    assert "images/s" in lines[4]


def test_a_recipe_that_ships_goes_by_its_name(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_training_recipe(find_training_recipe("texture")).name == "texture"
    assert find_training_recipe("mine.toml") == Path("mine.toml")
    with pytest.raises(InputError, match="no training recipe is called 'textur'; did you mean"):
        CliRunner().invoke(train, ["textur", "--dry-run"], catch_exceptions=False)


def test_a_dry_run_counts_the_parts_of_a_run_that_grows(small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "stylegan2", steps=0)
    recipe.write_text(
        recipe.read_text()
        + "[[stages]]\nresolution = 16\nsteps = 100\n[[stages]]\nresolution = 32\nsteps = 300\n"
    )
    whole = rehearse(recipe, threads=1)
    assert whole.steps == 400
    assert whole.kimg == 1.6
    assert whole.seconds == pytest.approx(400 * whole.batch / whole.images_per_second, rel=0.01)
    assert rehearse(recipe, threads=1, steps=100).seconds < whole.seconds
    assert whole.parameters["generator"] > whole.parameters["discriminator"] / 10 > 0


def test_a_dry_run_of_a_run_that_goes_on_tells_what_is_left(small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "stylegan2", steps=0)
    recipe.write_text(
        recipe.read_text()
        + "[[stages]]\nresolution = 16\nsteps = 2\n[[stages]]\nresolution = 32\nsteps = 300\n"
    )
    output = tmp_path / "a" / "a.resonance"
    with pytest.raises(InputError, match="nothing to resume"):
        rehearse(recipe, output, threads=1, resume=True)
    run(recipe, "--output", output, "--steps", 3)
    before = {path: path.read_bytes() for path in output.parent.glob("*.*")}
    found = rehearse(recipe, output, threads=1, resume=True)
    assert (found.steps, found.done, found.kimg) == (302, 3, 1.208)
    assert found.seconds == pytest.approx(299 * found.batch / found.images_per_second, rel=0.01)
    told = run(recipe, "--dry-run", "--output", output, "--resume", "--steps", 3, "--threads", 1)
    assert "0 more steps of 4, 3 are done" in told
    with pytest.raises(InputError, match=r"learning_rate 0\.002, the recipe says"):
        rehearse(recipe, output, threads=1, resume=True, changes=["learning_rate=0.5"])
    with pytest.raises(InputError, match="go on with --resume"):
        rehearse(recipe, output, threads=1)
    assert before == {path: path.read_bytes() for path in output.parent.glob("*.*")}


@pytest.mark.parametrize("family", ["autoencoder", "dcgan"])
def test_a_run_is_not_begun_over_another_one(family, small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", family, steps=2)
    output = tmp_path / "a" / "a.resonance"
    run(recipe, "--output", output)
    before = {path: path.read_bytes() for path in output.parent.glob("*.*")}
    for words in ([], ["--from", output], ["--steps", 3]):
        with pytest.raises(InputError, match=r"holds a run .* --resume, .* --output, or remove"):
            run(recipe, "--output", output, *words)
    # The one before the last is a run as well.
    (output.parent / "checkpoint.safetensors").rename(
        output.parent / "checkpoint-previous.safetensors"
    )
    with pytest.raises(InputError, match="go on with --resume"):
        run(recipe, "--output", output.with_name("other.resonance"))
    (output.parent / "checkpoint-previous.safetensors").rename(
        output.parent / "checkpoint.safetensors"
    )
    assert before == {path: path.read_bytes() for path in output.parent.glob("*.*")}
    assert "3 steps" in run(recipe, "--output", output, "--resume", "--steps", 3)
    run(recipe, "--output", tmp_path / "b" / "a.resonance")


def test_a_dry_run_with_other_weights_tells_what_would_be_taken(small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "stylegan2", steps=1)
    told = run(recipe, "--dry-run", "--from", "texture")
    assert "taken " in told
    assert "in part: " in told


def test_the_result_is_one_json_object(small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "dcgan", steps=20)
    bundle = tmp_path / "a" / "a.resonance"
    made = json.loads(run(recipe, "--output", bundle, "--json", "--set", "seed=3"))
    assert made["bundle"] == str(bundle)
    assert made["steps"] == 20
    assert made["kimg"] == 0.08
    assert made["items_per_second"] > 0
    assert made["phase"][0].startswith("phase: ")
    more = run(recipe, "--output", bundle, "--set", "seed=3", "--resume", "--steps", 22)
    assert more.splitlines()[0] == f"{bundle}: 22 steps, 0.088 kimg"


def test_a_log_gets_a_line_now_and_then(capsys, monkeypatch) -> None:
    from latent_resonance.cli import train as command

    module = sys.modules["latent_resonance.cli.train"]
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with module.progress_line(hidden=False) as show:
        for step in range(1, 200):
            clock[0] += 1
            show(TrainingProgress(step, 200, 1.25, 8.0, 3700.0, step * 0.016))
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "step 60 of 200: 1.0 kimg, 8.0 images/s, 1 h 02 min left, loss 1.250"
    assert len(told) == 3
    assert command


def test_durations_are_short() -> None:
    told = [duration(seconds) for seconds in (4.2, 99, 180, 3600, 11_100)]
    assert told == ["4 s", "99 s", "3 min", "1 h 00 min", "3 h 05 min"]


MISSING = """
import sys

missing = sys.argv[1]

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Without())
from latent_resonance.cli.main import main
sys.argv = ["resonance", "train", *sys.argv[2:]]
main()
"""


def without(package: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MISSING, package, *map(str, words)],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


@pytest.mark.parametrize("package", ["torch", "lightning_fabric", "onnx"])
def test_what_training_needs_is_named_in_one_line(package, small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "autoencoder", steps=1)
    done = without(package, recipe, "--output", tmp_path / "a" / "a.resonance")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert f"training needs {package}: pip install 'latent-resonance[train]'" in line
    assert not (tmp_path / "a" / "a.resonance").exists()


def test_tensorboard_is_not_needed(small_toml, tmp_path, monkeypatch) -> None:
    for name in ("tensorboard", "torch.utils.tensorboard"):
        monkeypatch.setitem(sys.modules, name, None)
    recipe = small_toml(tmp_path / "a.toml", "dcgan", steps=1)
    run(recipe, "--output", tmp_path / "a" / "a.resonance")
    assert (tmp_path / "a" / "progress.csv").exists()
    assert not (tmp_path / "a" / "tensorboard").exists()


def test_wrong_wishes_are_named(small_toml, tmp_path) -> None:
    recipe = small_toml(tmp_path / "a.toml", "autoencoder")
    for words, says in (
        (["--resume"], "nothing to resume"),
        (["--from", tmp_path / "none.safetensors"], "none.safetensors is not a checkpoint"),
        (["--set", "latent"], "KEY=VALUE"),
        (["--set", "latent=1"], "latent"),
    ):
        output = tmp_path / "b" / "b.resonance"
        with pytest.raises(InputError, match=says):
            run(recipe, "--output", output, *words)
