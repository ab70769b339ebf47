"""Moods by the command: what the bundle gets, what it keeps, what is refused."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from own_cache import own_cache

from latent_resonance.bundles.find import find_bundle, open_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.cli.main import main
from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.space import Direction, LatentSpace, Place
from latent_resonance.engine.moods.add import AskedMood, add_moods, choose_names
from latent_resonance.navigate.moods.search import Effort, StoppedError
from latent_resonance.navigate.prompts.open import open_judge

FEW = ("--candidates", "32", "--rounds", "1")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    own_cache(tmp_path_factory.getbasetemp() / "kept", monkeypatch)


def moods(*words: str) -> int:
    """The exit code; ``main`` turns errors into a line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["resonance", "models", "moods", *words])
        try:
            main()
        except SystemExit as stop:
            return int(stop.code or 0)
    return 0


def test_the_command_adds_a_place_for_each_prompt_and_keeps_all_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, path = open_bundle("fields"), tmp_path / "mine.resonance"
    asked = ("--prompt", "deep blue, xqzvk", "--prompt", "jagged red", "--output", str(path))
    assert moods("fields", *asked, *FEW, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["moods"]] == ["deep_blue_xqzvk", "jagged_red"]
    assert told["moods"][0]["unknown"] == {"xqzvk": ""}
    after = read_bundle(path)
    kept = {name: data for name, data in before.members.items() if name.endswith(".onnx")}
    assert kept.items() <= after.members.items()
    for name, place in before.space.places.items():
        np.testing.assert_array_equal(after.space.place(name), place.w)
    np.testing.assert_array_equal(after.space.examples, before.space.examples)
    assert list(after.space.directions) == list(before.space.directions)
    added = after.space.places["jagged_red"]
    assert (added.title, added.group, added.prompt) == ("Jagged red", "Moods", "jagged red")
    # Again under the same name: replaced, and the same bytes from the same seed.
    content = path.read_bytes()
    assert moods(str(path), *asked[:4], *FEW, "--quiet") == 0
    assert path.read_bytes() == content
    assert moods(str(path), "--prompt", "calm", "--name", "jagged_red", *FEW) == 0
    assert read_bundle(path).space.places["jagged_red"].prompt == "calm"
    assert "0 is usual" in capsys.readouterr().out
    # Another bundle's moods are not lost by a second prompt for the same file.
    content = path.read_bytes()
    assert moods("fields", "--prompt", "red", "--output", str(path), *FEW) == 1
    assert "is there already: to add to it, name it" in capsys.readouterr().err
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fields", "--prompt", " "), "the prompt is empty"),
        (("fields", "--prompt", "x" * 10_000), "at most 500 characters"),
        (("fields", "--prompt", "xqzvk"), "no word of 'xqzvk' is known"),
        (("drone", "--prompt", "red"), "moods are of pictures"),
        (("nothing", "--prompt", "red"), "no bundle"),
        (("fields", "--prompt", "red", "--name", "Über all"), "small letters"),
        (("fields", "--prompt", "red", "--name", "a", "--name", "b"), "2 names for 1 prompts"),
        (
            ("fields", "--prompt", "red", "--name", "a", "--prompt", "blue", "--name", "a"),
            "two moods are to be called 'a'",
        ),
        (("fields", "--prompt", "red", "--judge", "owl"), "no judge is called 'owl'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    words, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moods(*words, "--output", str(tmp_path / "no.resonance")) == 1
    told = capsys.readouterr()
    assert says in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""
    assert not list(tmp_path.iterdir())


def test_stopped_or_not_writable_the_bundle_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "mine.resonance"
    path.write_bytes(find_bundle("fields").read_bytes())
    content, effort = path.read_bytes(), Effort(candidates=32, rounds=2)
    told: list[float] = []
    with pytest.raises(StoppedError):
        add_moods(
            path,
            path,
            [AskedMood("red")],
            judge=open_judge(),
            effort=effort,
            on_progress=lambda done, _: told.append(done),
            cancelled=lambda: bool(told and told[-1] > 0.6),
        )
    assert told == sorted(told)
    with pytest.raises(OutputError, match="cannot write"):
        add_moods(
            path,
            tmp_path / "no" / "x.resonance",
            [AskedMood("red")],
            judge=open_judge(),
            effort=effort,
        )
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_names_are_made_of_prompts_and_take_no_place_from_another() -> None:
    w = np.zeros(2, np.float32)
    space = LatentSpace(size=2, places={"calm_blue": Place(w), "red": Place(w, prompt="red")})
    asked = [AskedMood("Calm, BLUE!"), AskedMood("red"), AskedMood("red"), AskedMood("日本 7")]
    assert choose_names(asked, space) == ["calm_blue_2", "red", "red_2", "mood"]
    with pytest.raises(InputError, match="empty"):
        choose_names([AskedMood("")], space)
    # A mood's share is a control by its name: none that is there is taken.
    lines = replace(space, directions={"lines": Direction(w)})
    assert choose_names([AskedMood("lines"), AskedMood("pulse")], lines) == ["lines_2", "pulse_2"]
    for name in ("lines", "pulse", "picture_gain"):
        with pytest.raises(InputError, match="a control is called so"):
            choose_names([AskedMood("red", name)], lines)


def test_small_pictures_of_any_network_have_moods_too(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("torch")
    from network_forge import IMAGES, forge

    from latent_resonance.engine.moods.finder import MoodFinder

    bundle = forge(IMAGES, "dcgan")
    with MoodFinder(bundle, effort=Effort(candidates=24, rounds=2, starts=2, axes=3)) as finder:
        found = finder.search("bright")
        assert finder.draw(found.w[None]).shape[0] == 1
        low, high = min(finder.draw(found.w[None]).shape[1:3]), bundle.format
        assert low >= 64 > min(high.height, high.width)
    assert np.isfinite(found.w).all()
