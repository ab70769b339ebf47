"""Instruments of the user's own get another name, or go; nothing else changes."""

from pathlib import Path
from typing import Any

import pytest
from studio_page import ready_page

from latent_resonance.engine.recipe import list_recipes, load_recipe, user_recipe_folder
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.patch_recipe import save_recipe
from latent_resonance.studio.store.presets import NewPreset
from latent_resonance.studio.store.settings import Settings

PATCH = {"instrument": "texture", "controls": {"rate": 2.0}}


@pytest.fixture
def rain(served) -> Any:
    """A studio with an instrument of the user's own, a preset of it and one of another."""
    made = served.ask("POST", "/api/recipes", {"name": "rain", "patch": PATCH})
    assert made.status == 201, made.body
    served.studio.presets.add(
        NewPreset(
            name="Wet",
            patch=Patch(instrument="rain", controls={"rate": 0.1}),
            other=Patch(instrument="rain"),
            morph=0.5,
        )
    )
    served.studio.presets.add(NewPreset(name="Dry", patch=Patch(instrument="texture")))
    return served


def files() -> dict[str, bytes]:
    folder = user_recipe_folder()
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_name_is_that_of_all_that_is_kept(rain) -> None:
    studio, before = rain.studio, Patch(instrument="rain", seed=5)
    session = rain.make_session("rain")
    studio.takes.add("6f0f3f0e-5d57-4f0b-9d1c-8f5b6f3f7a11", session, "first", 1.0, before)
    studio.jobs._table.add("render", {"kind": "render", "patch": before.model_dump(mode="json")})
    knobs = {"21": "rain/rate", "22": "rainy/rate", "23": "texture/rate"}
    studio.settings.put(Settings(midi_map=knobs, threads=2))
    named = rain.ask("PUT", "/api/recipes/rain", {"name": "summer_rain"})
    assert named.status == 200, named.body
    assert (named.json["name"], named.json["title"]) == ("summer_rain", "Summer rain")
    assert list(files()) == ["summer_rain.toml"]
    assert load_recipe("summer_rain").chain[0].held == {"rate": 2.0}
    (wet,) = studio.presets.list("summer_rain")
    assert (wet.name, wet.patch.controls) == ("Wet", {"rate": 0.1})
    assert {wet.patch.instrument, wet.other.instrument} == {"summer_rain"}
    assert [one.name for one in studio.presets.list("texture")] == ["Dry"]
    assert studio.sessions.find(session).patch.instrument == "summer_rain"
    assert studio.takes.list()[0].patch == before.model_copy(update={"instrument": "summer_rain"})
    (job,) = studio.jobs.list()
    assert job.request["patch"]["instrument"] == "summer_rain"
    assert studio.settings.get() == Settings(
        midi_map={**knobs, "21": "summer_rain/rate"}, threads=2
    )


def test_a_renamed_instrument_plays_on_and_its_page_is_told(rain) -> None:
    session = rain.make_session("rain")
    with ready_page(rain, session) as page:
        page.pull(480)
        assert rain.ask("PUT", "/api/recipes/rain", {"name": "drizzle"}).status == 200
        told = page.until("instrument")
        assert (told["before"], told["name"]) == ("rain", "drizzle")
        page.send("controls", id=1, values={"rate": 1.0})
        assert page.until("applied")["id"] == 1
        page.pull(480)
    put = rain.ask("PUT", f"/api/sessions/{session}/patch", {"instrument": "drizzle"})
    assert put.status == 200
    kept = rain.studio.sessions.find(session)
    assert kept.patch.instrument == "drizzle"


def test_a_deleted_instrument_ends_with_a_word_and_takes_its_presets_along(rain) -> None:
    studio = rain.studio
    session = rain.make_session("rain")
    studio.takes.add("6f0f3f0e-5d57-4f0b-9d1c-8f5b6f3f7a11", None, "first", 1.0, Patch(**PATCH))
    with ready_page(rain, session) as page:
        assert rain.ask("DELETE", "/api/recipes/rain").status == 204
        code, reason = page.closed()
        assert (code, reason) == (4500, "this instrument was deleted: choose another one")
    assert files() == {}
    assert [one.name for one in studio.presets.list()] == ["Dry"]
    assert len(studio.takes.list()) == 1
    assert "rain" not in {one["name"] for one in rain.ask("GET", "/api/instruments").json}
    # The page goes on with another one in the same session.
    put = rain.ask("PUT", f"/api/sessions/{session}/patch", PATCH)
    assert put.status == 200, put.body


@pytest.mark.parametrize(
    ("method", "name", "new", "status", "said"),
    [
        ("PUT", "texture", "mine", 403, "'texture' belongs to the program: it stays as it is"),
        ("DELETE", "texture", None, 403, "'texture' belongs to the program: it stays as it is"),
        ("DELETE", "silent", None, 403, "'silent' belongs to the program: it stays as it is"),
        ("PUT", "rian", "mine", 404, "did you mean 'rain'"),
        ("DELETE", "rian", None, 404, "did you mean 'rain'"),
        ("PUT", "rain", "face", 422, "there is a recipe 'face' already: choose another name"),
        ("PUT", "rain", "Rain", 422, "there is a recipe 'rain' already: choose another name"),
        ("PUT", "rain", "", 422, "'' is no name for a recipe: 1 to 60 letters"),
        ("PUT", "rain", "../up", 422, "'../up' is no name for a recipe"),
        ("PUT", "rain", "r" * 61, 422, "is no name for a recipe: 1 to 60 letters"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    rain, method: str, name: str, new: str | None, status: int, said: str
) -> None:
    before, presets = files(), rain.studio.presets.list()
    answer = rain.ask(method, f"/api/recipes/{name}", None if new is None else {"name": new})
    assert (answer.status, said in answer.json["detail"]) == (status, True), answer.body
    assert "\n" not in answer.json["detail"]
    assert (files(), rain.studio.presets.list()) == (before, presets)


def test_the_guard_lets_no_other_site_rename_or_delete(rain) -> None:
    for method, body in (("PUT", {"name": "theirs"}), ("DELETE", None)):
        for wrong in ({"Origin": "https://example.org"}, {"Cookie": ""}, {"Host": "example.org"}):
            assert rain.ask(method, "/api/recipes/rain", body, **wrong).status in {401, 403, 421}
    assert list(files()) == ["rain.toml"]


def test_a_file_that_was_written_by_hand_keeps_its_words_and_its_variants(rain) -> None:
    path = user_recipe_folder() / "rain.toml"
    text = path.read_text().replace('name = "rain"', "name = 'old'  # mine")
    path.write_text("# Made on a wet day.\n" + text)
    (path.parent / "rain").mkdir()
    (path.parent / "rain" / "hard.toml").write_text(text)
    assert rain.ask("PUT", "/api/recipes/rain", {"name": "shower"}).status == 200
    assert sorted(files()) == ["shower.toml", "shower/hard.toml"]
    kept = (path.parent / "shower.toml").read_text()
    assert kept.startswith("# Made on a wet day.\n")
    assert 'name = "shower"  # mine\n' in kept
    assert (load_recipe("shower").name, load_recipe("shower").title) == ("shower", "Shower")
    # What is written otherwise than a line is left alone, and said.
    (path.parent / "odd.toml").write_text(text.replace("name = 'old'", 'name = """odd"""'))
    answer = rain.ask("PUT", "/api/recipes/odd", {"name": "even"})
    assert (answer.status, "odd.toml" in answer.json["detail"]) == (422, True)
    assert "odd" in list_recipes()


@pytest.mark.parametrize(("method", "body"), [("PUT", {"name": "later"}), ("DELETE", None)])
def test_where_the_file_stays_all_stays(
    rain, monkeypatch: pytest.MonkeyPatch, method: str, body: Any
) -> None:
    before, presets = files(), rain.studio.presets.list()
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.name == "rain.toml":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    answer = rain.ask(method, "/api/recipes/rain", body)
    assert (answer.status, "rain.toml: Permission denied" in answer.json["detail"]) == (507, True)
    assert (files(), rain.studio.presets.list()) == (before, presets)


@pytest.mark.parametrize("page", ["face", "texture", "notes", "vision"])
def test_an_instrument_opens_on_the_page_that_it_was_kept_on(served, page: str) -> None:
    save_recipe(f"my_{page}", Patch(instrument=page))
    listed = served.ask("GET", "/api/instruments").json
    assert {one["name"]: one["page"] for one in listed}[f"my_{page}"] == page
    names = [one["name"] for one in listed]
    assert names.index(f"my_{page}") > names.index("voice")
