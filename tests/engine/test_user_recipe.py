"""One TOML in the folder of a user's own recipes is an instrument everywhere; nothing else is touched."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

import latent_resonance as lr
from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.engine import recipe
from latent_resonance.engine.demo import performance_path

MINE = """
name = "whisper"
description = "A face that only whispers."
bundle = "drone"
sense = "face"
navigate = { part = "energy", rest = "tone" }
render = "living_spectrogram"
stage = "silent"

[map]
mouth = "mouth"
speed = { from = "yaw_degrees", in = [-30, 30], low = -1, high = 2 }
entropy = { from = ["brow", "mouth"], mode = "max", low = 0.2, high = 1 }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user's own recipes, which need not exist."""
    own = tmp_path / "recipes"
    monkeypatch.setattr(recipe, "user_recipe_folder", lambda: own)
    return own


@pytest.fixture
def whisper(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "whisper.toml"
    path.write_text(MINE)
    return path


def resonance(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    found = recipe.user_recipe_folder()
    assert found.name == "recipes"
    assert found.parent.name == "latent-resonance"


def test_without_it_there_are_those_that_ship(folder: Path) -> None:
    assert set(recipe.list_recipes()) >= {"face", "texture", "notes"}
    with pytest.raises(UnknownNameError, match="no recipe is called 'whisper'"):
        recipe.load_recipe("whisper")


def test_it_is_in_every_list(whisper: Path) -> None:
    assert recipe.list_recipes()["whisper"] == whisper
    for command in ("play", "render"):
        listed = resonance(command, "--help").output
        assert "whisper" in listed
        assert "A face that only whispers." in listed
    shown = resonance("show", "whisper").output
    assert "  speed -1..2  <-  yaw_degrees -30..30  (linear)" in shown
    assert "  entropy 0.2..1  <-  the largest of brow 0..1, mouth 0..1  (linear)" in shown
    assert "stillness" in shown.split("sensed but unused")[1].split("\n")[0]
    own = resonance("render", "whisper", "--help").output
    assert "Options of the navigator 'energy'" in own
    with pytest.raises(UnknownNameError, match="did you mean 'whisper'"):
        recipe.load_recipe("wisper")


def test_it_renders_plays_and_loads_by_its_name(whisper: Path, tmp_path: Path) -> None:
    take, out = performance_path("face"), tmp_path / "out"
    out.mkdir()
    done = resonance(
        "render", "whisper", "--input", take, "--seconds", 1, "--output", out / "a.wav"
    )
    assert done.exit_code == 0, done.exception
    done = resonance("render", "face", "--input", take, "--seconds", 1, "--output", out / "b.wav")
    assert done.exit_code == 0, done.exception
    mine, theirs = (soundfile.read(out / name)[0] for name in ("a.wav", "b.wav"))
    assert mine.shape == theirs.shape == (16_000,)
    assert np.abs(mine - theirs).max() > 0.01
    clip = lr.render("whisper", input=take, output=out / "c.wav", seconds=1)
    assert clip.path.read_bytes() == (out / "a.wav").read_bytes()
    with lr.load("whisper") as loaded:
        assert loaded.name == "whisper"
        assert "entropy" in {control.name for control in loaded.controls}
        assert np.abs(loaded.generate(cello=1).samples).max() > 0.01
    done = resonance(
        "play", "whisper", "--input", take, "--seconds", 0.3, "--buffer-ms", 200, "--json"
    )
    assert done.exit_code == 0, done.exception
    assert '"stage": "silent"' in done.stdout


def test_one_that_is_broken_hides_no_other(folder: Path, whisper: Path) -> None:
    (folder / "broken.toml").write_text('name = "broken"\nbundel = "drone"\n')
    listed = resonance("play", "--help")
    assert listed.exit_code == 0
    assert "whisper" in listed.output
    assert "cannot be used" in listed.output
    with pytest.raises(InputError, match=r"broken\.toml") as caught:
        recipe.load_recipe("broken")
    assert "\n" not in str(caught.value)


def test_it_cannot_hide_one_that_ships(folder: Path, whisper: Path) -> None:
    (folder / "face.toml").write_text(MINE)
    assert recipe.list_recipes()["face"].parent == recipe.recipe_folder()
