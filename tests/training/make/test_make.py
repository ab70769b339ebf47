"""``resonance make``: a folder of sounds to a bundle that plays, cut on the way."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from latent_resonance.bundles.read import read_bundle
from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted
from latent_resonance.models.engines.fine_envelope import ENVELOPE
from latent_resonance.training.adversarial.material import gather_material
from latent_resonance.training.make.plan import MakeEffort, fit_recipe, is_of, recipe_of
from latent_resonance.training.make.run import Told, Wanted, make_bundle
from latent_resonance.training.make.timing import Clock, about
from latent_resonance.training.make.work import Work

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
Made = tuple[dict[str, Any], list[list[str]]]
Want = Callable[..., Wanted]
RECIPES = Path(__file__).resolve().parents[3] / "recipes" / "train"


def test_a_folder_without_a_manifest_becomes_a_bundle_with_all_powers(
    made: Made, sounds: Path
) -> None:
    result, _ = made
    assert result["labels"] == ["hiss, long", "taps"]
    assert result["prototypes"] == ["hiss_long", "taps"]
    bundle = read_bundle(Path(result["bundle"]))
    assert bundle.name == "own"
    assert ENVELOPE in bundle.members
    assert {"all", "early", "late"} <= set(bundle.space.axes)
    (source,) = bundle.facts["provenance"]["data"]
    assert source["source"] == "sounds"
    one = next(iter(sorted(sounds.rglob("1.wav"))))
    with Explorer(bundle) as explorer:
        start = explorer.find(PlaceRequest(seed=1))
        for request in (
            PlaceRequest(seed=1, settings={"brightness": 2.0}),
            PlaceRequest(seed=1, axes=[Axis("late", 1, 2.0)]),
            PlaceRequest(seed=1, prototypes=[Weighted("taps", 0.5)]),
            PlaceRequest(seed=1, transfer=["brightness"], source=one),
            PlaceRequest(query=[one]),
        ):
            w = explorer.find(request)
            assert np.abs(w - start).max() > 1e-3, request
            assert np.isfinite(explorer.sound(w)).all()


def test_what_was_done_is_not_done_again(made: Made, want: Want) -> None:
    result, told = made
    first, second, third, last = ("\n".join(lines) for lines in told)
    assert "to go (train " in first
    assert "2 of 5, train: 4 steps from nothing" in first
    assert "train: 4 steps from nothing, on from step 2" in second
    assert "train: done before" in third
    assert "encoder: 3 steps" in third
    assert "envelope: 2 steps" in third
    assert "encoder: done before" in last
    assert "envelope: done before" in last
    assert not any("timed" in text for text in (second, third, last))
    # Everything is there: nothing is done, and the bundle is the same.
    output = Path(result["bundle"])
    before, lines = output.read_bytes(), []
    again = make_bundle(want(output), Told(lines.append))
    assert [line for line in lines if line.endswith("done before")] == [
        "2 of 5, train: done before",
        "3 of 5, encoder: done before",
        "4 of 5, envelope: done before",
        "5 of 5, controls: done before",
    ]
    assert output.read_bytes() == before
    assert set(again["controls"]) == set(result["controls"])


def test_a_lost_bundle_is_measured_from_what_was_kept(
    made: Made, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.training.directions.workshop import Workshop

    output = Path(made[0]["bundle"])
    before = output.read_bytes()
    output.unlink()
    monkeypatch.setattr(Workshop, "_measured", None)  # nothing is measured
    make_bundle(want(output))
    assert output.read_bytes() == before


def test_what_another_run_left_of_something_else_goes(tmp_path: Path) -> None:
    work, left = Work(tmp_path / "a.making"), tmp_path / "a.making" / "train"
    work.begin("train", "these sounds", left)
    left.mkdir()
    Work(tmp_path / "a.making").begin("train", "these sounds", left)
    assert left.exists()
    Work(tmp_path / "a.making").begin("train", "other sounds", left)
    assert not left.exists()
    output = tmp_path / "bundle"
    output.write_text("whole")
    work.done("train", "other sounds", output)
    again = Work(tmp_path / "a.making")
    assert again.is_done("train", "other sounds", output)
    assert not again.is_done("train", "these sounds", output)
    output.write_text("not what was made")
    assert not again.is_done("train", "other sounds", output)
    with work.alone(), pytest.raises(OutputError, match="another run is at work"), again.alone():
        pass
    (tmp_path / "a.making" / "make.json").write_text("[")
    assert not Work(tmp_path / "a.making").begun("train")


def test_a_recipe_that_no_bundle_can_have_is_refused_first(want: Want, tmp_path: Path) -> None:
    recipe = want(tmp_path / "own.resonance").recipe.model_copy(update={"hop": 32})
    with pytest.raises(InputError, match=r"hop 32 must divide 64, .* at most a quarter"):
        make_bundle(want(tmp_path / "own.resonance", recipe=recipe))
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match=r"hop 32 must divide 64, .* at most a quarter"):
        gather_material(recipe)


def test_folders_of_which_nothing_can_be_made_are_told(
    want: Want, sounds: Path, tmp_path: Path
) -> None:
    for name, count, level in (("empty", 0, 0.1), ("few", 3, 0.1), ("silent", 9, 0.0)):
        (tmp_path / name).mkdir()
        for number in range(count):
            samples = level * np.sin(np.arange(4000) * (0.1 + number))
            soundfile.write(tmp_path / name / f"{number}.wav", samples, 16_000)
    full = tmp_path / "full.making"
    full.mkdir()
    (full / "mine.txt").write_text("keep me")
    for says, name, output in (
        ("there is no folder", "none", "x.resonance"),
        ("holds no sound", "empty", "x.resonance"),
        ("has 3 sounds that can be used: at least 8", "few", "x.resonance"),
        ("9 silent", "silent", "silent.resonance"),
        ("cannot be called 'my sounds'", sounds, "my sounds.resonance"),
        ("name it like", sounds, "x.zip"),
        ("holds other things", sounds, "full.resonance"),
        ("lies among the sounds", sounds, sounds / "x.resonance"),
    ):
        with pytest.raises((InputError, OutputError), match=says):
            make_bundle(want(tmp_path / output, folder=tmp_path / name))
        assert not (tmp_path / "x.making").exists()
    assert not list(tmp_path.glob("*.resonance"))
    assert not list(sounds.glob("*.making"))


def test_recipes_by_name_by_file_and_by_a_bundle_of_the_same_networks(
    made: Made, want: Want, tmp_path: Path
) -> None:
    known = {path.stem: path for path in RECIPES.glob("*.toml")}
    assert recipe_of("texture", known, None)[1].name == "texture"
    assert recipe_of(str(known["stylegan3"]), {}, None)[1].family == "stylegan3"
    with pytest.raises(UnknownNameError, match="did you mean 'texture'"):
        recipe_of("textur", known, None)
    for name in ("drone", "images", "dcgan"):
        with pytest.raises(InputError, match="texture"):
            recipe_of(name, known, None)
    bundle = read_bundle(Path(made[0]["bundle"]))
    recipe = want(tmp_path / "x.resonance").recipe
    assert is_of(bundle, recipe)
    with pytest.raises(InputError, match="no training recipe has the networks of own"):
        recipe_of("own", known, bundle)
    tuned = fit_recipe(recipe, "x", tmp_path / "prepared", bundle, MakeEffort(steps=10))
    assert [(stage.steps, stage.adversarial) for stage in tuned.stages] == [(6, False), (4, True)]
    assert tuned.name == "x"
    fresh = fit_recipe(recipe, "x", tmp_path / "prepared", None, MakeEffort(steps=8))
    assert [stage.steps for stage in fresh.stages] == [6, 2]


def test_the_command_says_in_a_line_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "sounds").mkdir()
    words = ["make", "texture", str(tmp_path / "sounds"), "--output", str(tmp_path / "a.resonance")]
    done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, InputError)
    assert "holds no sound" in str(done.exception)
    without = (
        "import sys; sys.modules['torch'] = None\n"
        "from latent_resonance.cli.main import main\n"
        f"sys.argv = ['resonance', *{words!r}]\n"
        "main()"
    )
    told = subprocess.run(
        [sys.executable, "-c", without], capture_output=True, text=True, env={**os.environ}
    )
    assert told.returncode == 1
    (line,) = told.stderr.strip().splitlines()
    assert "making a bundle needs torch: pip install 'latent-resonance[data,train]'" in line
    assert not list(tmp_path.glob("a.*"))
    shutil.rmtree(tmp_path / "sounds")


def test_times_are_no_more_exact_than_they_are_known() -> None:
    assert [about(seconds) for seconds in (20, 70, 250, 2_300, 10_000)] == [
        "less than a minute",
        "about a minute",
        "about 4 minutes",
        "about 40 minutes",
        "about 2.8 hours",
    ]


def test_what_is_to_go_follows_the_pace_of_the_step_at_work() -> None:
    clock, timed = Clock(), {"train": 100.0, "encoder": 40.0, "controls": 60.0}
    # Half of the training was done before.
    assert clock.left(timed, "train", 0.5, 0.0) == 150
    assert clock.left(timed, "train", 0.5, 10.0) == 140
    assert clock.left(timed, "train", 0.75, 50.0) == pytest.approx(150)  # half as quick as thought
    assert clock.left(timed, "encoder", 0.0, 100.0) == 100
    assert clock.left(timed, "controls", None, 200.0) == 60
    assert clock.left(timed, "controls", None, 300.0) == 0
