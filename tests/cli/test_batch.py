"""A folder in place of one input, by the same flag for every recipe."""

from pathlib import Path
from typing import Any

import pytest
from typed import Typed

from latent_resonance.cli.batch_options import take_batch
from latent_resonance.engine.recipe import load_recipe

TAKE = "time,present,mouth\n0,1,{}\n0.2,1,0.5\n"


@pytest.fixture
def folder(typed: Typed) -> Path:
    folder = Path("takes")
    folder.mkdir()
    (folder / "a.csv").write_text(TAKE.format(0.1))
    (folder / "b.csv").write_text(TAKE.format(0.9))
    return folder


def test_each_file_of_a_folder_and_what_cannot_be_is_told(typed: Typed, folder: Path) -> None:
    (folder / "bad.csv").write_text("no performance\n")
    code, out, err = typed("render", "face", "--batch", folder, "--output", "out", "--workers", 1)
    assert code == 1
    assert out.splitlines()[0] == "out: 2 files rendered, 0 were there before"
    assert "bad.csv" in out
    assert err.splitlines()[-1] == "resonance: 1 of 3 files gave nothing"
    (folder / "bad.csv").unlink()
    code, out, _ = typed("render", "face", "--input", folder, "--each", ".wav", "--output", "out")
    assert (code, out) == (0, "out: 0 files rendered, 2 were there before\n")


@pytest.mark.parametrize(
    ("recipe", "ending"),
    [("face", ".wav"), ("notes", ".wav"), ("vision", ".mp4"), ("voice", ".png")],
)
def test_it_becomes_what_the_recipe_makes(recipe: str, ending: str) -> None:
    given: dict[str, Any] = dict.fromkeys(("each", "workers", "cluster", "bundle"))
    asked = take_batch({**given, "batch": Path("x")}, load_recipe(recipe), None, single=False)
    assert asked is not None
    assert asked.ending == ending


def test_what_does_not_go_with_a_folder_is_refused(typed: Typed, folder: Path) -> None:
    start = ("render", "face", "--output", "out")
    for says, more in (
        ("--input FILE or --batch FOLDER", ("--batch", folder, "--input", "a.csv")),
        ("are of a --batch", ("--input", folder / "a.csv", "--workers", 2)),
        ("a replay is of one", ("--batch", folder, "--spectrogram", "a.png")),
        ("no folder", ("--batch", folder / "a.csv")),
    ):
        typed.refused(says, *start, *more)
    painting = ("render", "voice", "--batch", folder, "--output", "out", "--workers", 2)
    typed.refused("one after the other", *painting)
    assert not Path("out").exists()
