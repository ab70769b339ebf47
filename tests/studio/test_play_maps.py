"""What moves an instrument in a page: hands, a performer, knobs, and the map between them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from studio_page import Page, ready_page

from latent_resonance.bundles.find import find_bundle, open_bundle
from latent_resonance.contracts.errors import InputError, ResonanceError, UnknownNameError
from latent_resonance.engine.recipe import MapEntry, load_recipe, user_recipe_folder
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.studio import wire
from latent_resonance.studio.jobs.render import render_patch
from latent_resonance.studio.jobs.requests import RenderJob
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.patch_recipe import save_recipe
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.play.session_player import SessionPlayer

MOUTH = {"brightness": {"from": "mouth", "low": -5, "high": 5}}


def line(**entries: Any) -> MapEntry:
    return MapEntry.model_validate(entries)


@pytest.fixture
def texture():
    player = RecipePlayer(Patch(instrument="texture", map=MOUTH), None, 1)
    yield player
    player.close()


def asked(player: RecipePlayer, name: str) -> float:
    """Where a slider of the navigator stands after the next sound."""
    player.pull(512)
    names = [control.name for control in player._chain.navigator.listens]
    return float(player._clock._steps.state.navigator.asked[names.index(name)])


def test_a_map_moves_a_slider_by_a_face_and_a_held_one_wins_until_it_is_released(texture) -> None:
    assert asked(texture, "brightness") == 0
    texture.set_controls({"mouth": 1.0}, present=True)
    assert asked(texture, "brightness") == 5
    texture.set_controls({"brightness": -2.0}, None)
    assert asked(texture, "brightness") == -2
    texture.set_controls({"mouth": 0.0}, present=True)
    assert asked(texture, "brightness") == -2
    texture.release(("brightness",))
    assert asked(texture, "brightness") == -5


def test_what_a_face_moves_goes_to_rest_without_it_and_knobs_stay(texture) -> None:
    texture.set_map({**texture_lines(), "rate": line(**{"from": "cc21", "low": -5, "high": 5})})
    texture.midi(bytes([0xB0, 21, 127]))
    texture.set_controls({"mouth": 1.0}, present=True)
    assert asked(texture, "brightness") == 5
    texture.set_controls({}, present=False)
    for _ in range(400):
        texture.pull(512)
    assert asked(texture, "brightness") == pytest.approx(0, abs=0.01)
    assert asked(texture, "rate") == 5
    texture.midi(bytes([0xB0, 21, 0]))
    assert asked(texture, "rate") == -5


def texture_lines() -> dict[str, MapEntry | None]:
    return {name: MapEntry.model_validate(entry) for name, entry in MOUTH.items()}


def test_another_line_releases_its_control_and_none_lets_it_rest(texture) -> None:
    texture.set_controls({"mouth": 1.0}, present=True)
    texture.set_controls({"brightness": 1.0, "rate": 2.0}, None)
    texture.set_map({"brightness": line(**{"from": "mouth", "low": 0, "high": 3})})
    assert asked(texture, "brightness") == 3
    assert asked(texture, "rate") == 2
    texture.set_map({})
    assert asked(texture, "brightness") == 0


def test_a_map_of_what_does_not_exist_is_refused_and_changes_nothing(texture) -> None:
    with pytest.raises(UnknownNameError, match="mouth"):
        texture.set_map({"brightness": line(**{"from": "mouht"})})
    with pytest.raises(UnknownNameError, match="brightness"):
        texture.set_map({"brihgtness": line(**{"from": "mouth"})})
    texture.set_controls({"mouth": 1.0}, present=True)
    assert asked(texture, "brightness") == 5


def test_controls_stay_within_their_range(texture) -> None:
    texture.set_controls({"brightness": 99.0, "gain_db": 500.0, "mouth": -7.0}, None)
    held = texture._clock._held
    ranges = {control.name: control for control in texture._chain.listened}
    assert held["brightness"] == 5
    assert held["gain_db"] == ranges["gain_db"].high
    assert texture._sensor.read(0.0).values["mouth"] == 0
    assert texture.set_controls({"gain_db": -500.0}, None) is False
    assert texture._clock._held["gain_db"] == ranges["gain_db"].low


def test_a_slider_that_never_rests_asks_the_model_no_oftener_than_it_has_use_for(
    texture, monkeypatch
) -> None:
    chain, windows = texture._chain, texture._clock._steps.windows
    asked: list[object] = []
    monkeypatch.setattr(windows, "serve", asked.extend)
    steps = 250
    for step in range(steps):
        texture.set_controls({"brightness": 5 * np.sin(step)}, None)
        texture.pull(round(chain.spec.sample_rate * chain.step_seconds))
    most = steps * chain.step_seconds / chain.renderer.refresh_seconds
    assert 2 <= len(asked) <= most + 1


def test_midi_is_refused_where_nothing_is_moved_by_it(texture) -> None:
    with pytest.raises(InputError, match="no MIDI"):
        texture.midi(bytes([0xB0, 1, 100]))
    texture.set_map({"size": line(**{"from": "cc1", "low": 5, "high": -5})})
    texture.midi(bytes([0xB0, 1, 127]))
    assert asked(texture, "size") == -5
    with pytest.raises(InputError, match="whole"):
        texture.midi(b"\xf8")


def test_the_face_is_moved_by_hands_or_by_a_performer_whoever_comes_last() -> None:
    player = RecipePlayer(Patch(instrument="face", controls={"mouth": 0.25}), None, 1)

    def mouth() -> float:
        player.pull(512)
        return float(player._clock._steps.state.map.values.get("mouth", -1))

    try:
        player.pull(512)
        assert player._clock._held == {"mouth": 0.25}
        player.set_controls({"mouth": 1.0}, present=True)
        assert player._clock._held == {}
        assert mouth() == 1
        player.set_controls({"mouth": 0.5}, None)
        assert player._clock._held == {"mouth": 0.5}
    finally:
        player.close()


def test_a_patch_keeps_its_map_and_forgets_what_it_released() -> None:
    player = RecipePlayer(Patch(instrument="texture"), None, 1)
    try:
        session = SessionPlayer(player, Patch(instrument="texture"))
        session.set_controls({"brightness": 1.0, "rate": 2.0}, None)
        session.set_map(texture_lines())
        assert session.patch.controls == {"rate": 2.0}
        assert session.patch.map == texture_lines()
        session.set_controls({"mouth": 0.5}, present=True)
        assert session.patch.controls == {"rate": 2.0}
        session.release(["rate"])
        assert session.patch.controls == {}
        kept = Patch.model_validate_json(session.patch.model_dump_json())
        assert kept == session.patch
        assert session.follow(Patch(instrument="texture", controls={"size": 1.0}))
        assert (asked(player, "size"), asked(player, "brightness")) == (1, 0)
    finally:
        player.close()


WRONG_ENDS = [
    {"map": {"brightness": line(**{"from": "mouht"})}},
    {"moves": {"brightnes": {"kind": "lfo", "beats": 4}}},
    {"controls": {"size": 1.0, "raet": 1.0}},
    {"choices": {"instrument": "cello"}},
    {"place": Place(weights={"rian": 1.0})},
    {"place": Place(w=[0.0, 1.0])},
]


@pytest.mark.parametrize("wrong", WRONG_ENDS, ids=lambda one: next(iter(one)))
def test_of_a_refused_patch_nothing_is_played(wrong: dict[str, Any]) -> None:
    before = Patch(instrument="texture", controls={"rate": 2.0}, map=texture_lines())
    player = RecipePlayer(before, None, 1)
    try:
        session = SessionPlayer(player, before)
        chain, held = player._chain, dict(player._clock._held)
        was = (chain.mapping, chain.motion, chain.held)
        good = {"controls": {"size": 1.0}, "map": {}, "tempo": 60}
        with pytest.raises(ResonanceError):
            session.follow(Patch(instrument="texture", **{**good, **wrong}))
        assert session.patch == before
        assert (chain.mapping, chain.motion, chain.held) == was
        assert player._clock._held == held == {"rate": 2.0}
    finally:
        player.close()


TOML = """
name = "mine"
description = "A face shapes everyday sounds."
bundle = "texture"
[sense]
part = "face"
[map]
brightness = { from = "mouth", low = -5, high = 5 }
[navigate]
part = "semantic"
[render]
part = "living_spectrogram"
"""


def test_a_recipe_in_the_users_folder_is_an_instrument_and_plays(served) -> None:
    names = [one["name"] for one in served.ask("GET", "/api/instruments").json]
    assert names == ["face", "texture", "notes", *sorted(set(names[3:-1])), "silent"]
    folder = user_recipe_folder()
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(TOML, encoding="utf-8")
    (folder / "wrong.toml").write_text(TOML + "nothing = 1", encoding="utf-8")
    (folder / "gone.toml").write_text(TOML.replace('"texture"', '"not-there"'), encoding="utf-8")
    cards = {one["name"]: one for one in served.ask("GET", "/api/instruments").json}
    assert (cards["mine"]["page"], cards["mine"]["available"]) == ("chain", True)
    assert not cards["wrong"]["available"]
    assert "nothing" in cards["wrong"]["missing"]
    assert not cards["gone"]["available"]
    assert "not-there" in cards["gone"]["missing"]
    details = served.ask("GET", "/api/instruments/mine").json
    assert details["map"]["brightness"]["from"] == ["mouth"]
    assert {"mouth", "brow"} <= {one["name"] for one in details["senses"]["face"]}

    with ready_page(served, served.make_session("mine")) as page:
        page.send("controls", id=1, values={"mouth": 0.0}, present=True)
        follow(page, lambda hz: hz < 2200)
        page.send("controls", id=2, values={"mouth": 1.0}, present=True)
        follow(page, lambda hz: hz > 3000)
        page.send("controls", id=3, values={"brightness": -5.0})
        follow(page, lambda hz: hz < 2200)
        page.send("release", id=4, names=["brightness"])
        follow(page, lambda hz: hz > 3000)


def follow(page: Page, wanted: Callable[[float], bool]) -> float:
    """Pulls until the sound's spectral centroid in Hz is as wanted; the model takes its time."""
    found = 0.0
    for _ in range(60):
        sound = np.concatenate([page.pull(4800)[:, 0] for _ in range(5)])
        spectrum = np.abs(np.fft.rfft(sound))
        found = float((spectrum * np.arange(len(spectrum))).sum() / spectrum.sum() * 2)
        if wanted(found):
            return found
        page.until("meters")
    raise AssertionError(found)


def test_a_map_over_the_socket_is_in_force_at_once_and_errors_are_told(served) -> None:
    with ready_page(served, served.make_session("texture")) as page:
        assert (page.ready["protocol"], page.ready["patch"]["map"]) == (wire.PROTOCOL, {})
        page.send("map", id=4, lines={"brightness": {"from": ["mouht"]}})
        notice = page.until("notice")
        assert notice["id"] == 4
        assert "did you mean 'mouth'" in notice["text"]
        page.send("map", id=5, lines={"brightness": {"from": ["cc1"], "low": 0, "high": 3}})
        assert page.until("applied")["id"] == 5
        page.send("midi", id=6, data=[0xB0, 1, 127])
        assert page.until("applied")["id"] == 6


def test_a_patch_becomes_a_recipe_and_an_instrument(served) -> None:
    patch = {
        "instrument": "texture",
        "seed": 3,
        "controls": {"rate": 2.0, "tilt_db": -3.0},
        "place": {"weights": {"rain": 1.0}},
        "map": {**MOUTH, "size": {"from": ["cc21", "brow"], "mode": "max", "in": [0, 0.5]}},
    }
    made = served.ask("POST", "/api/recipes", {"name": "wet_face", "patch": patch})
    assert made.status == 201, made.body
    assert (made.json["title"], made.json["page"], made.json["own"]) == (
        "Wet face",
        "texture",
        True,
    )
    listed = {one["name"]: one for one in served.ask("GET", "/api/instruments").json}
    assert listed["wet_face"]["available"]
    recipe = load_recipe("wet_face")
    (chain,) = recipe.chain
    assert [choice.part for choice in recipe.sense] == ["face", "midi"]
    assert (chain.held, chain.place) == ({"rate": 2.0, "tilt_db": -3.0}, {"rain": 1.0})
    assert chain.map is not None
    assert chain.map["brightness"].line.low == -5
    assert chain.map["size"].span == (0, 0.5)
    details = served.ask("GET", "/api/instruments/wet_face").json
    rests = {one["name"]: one["rest"] for one in details["controls"]}
    assert (rests["rate"], rests["size"]) == (2, 0)
    player = RecipePlayer(Patch(instrument="wet_face"), None, 1)
    try:
        player.set_controls({"mouth": 1.0}, present=True)
        assert (player._chain.held["rate"], asked(player, "brightness")) == (2, 5)
    finally:
        player.close()
    # Neither what ships nor what is there already is written over.
    for name in ("face", "wet_face"):
        again = served.ask("POST", "/api/recipes", {"name": name, "patch": patch})
        assert (again.status, "already" in again.json["detail"]) == (422, True)
    for name in ("../x", "", "a b"):
        assert served.ask("POST", "/api/recipes", {"name": name, "patch": patch}).status == 422
    wrong = {**patch, "controls": {"raet": 1.0}}
    assert served.ask("POST", "/api/recipes", {"name": "no", "patch": wrong}).status == 404
    assert sorted(path.name for path in user_recipe_folder().iterdir()) == ["wet_face.toml"]


def test_notes_are_saved_with_their_options(bundles: Path) -> None:
    patch = Patch(
        instrument="notes",
        controls={"reverb": 0.5, "volume": 900.0, "glide_seconds": 0.25},
        choices={"instrument": "cello"},
        place=Place(w=open_space_mean()),
    )
    save_recipe("bowed", patch)
    (chain,) = load_recipe("bowed").chain
    assert chain.navigate.options == {"glide_seconds": 0.25, "instrument": "cello"}
    assert chain.render.options == {"reverb": 0.5}
    assert (chain.held, chain.map) == ({"volume": 127.0}, None)
    assert isinstance(chain.place, list)


def open_space_mean() -> list[float]:
    return [float(x) for x in open_bundle("notes").space.mean]


def test_a_texture_of_a_seed_is_saved_at_its_place(bundles: Path) -> None:
    save_recipe("seventh", Patch(instrument="texture", seed=7))
    save_recipe("first", Patch(instrument="texture"))
    place = load_recipe("seventh").chain[0].place
    np.testing.assert_allclose(place, seeded_place(open_bundle("texture"), 7), atol=1e-6)
    assert load_recipe("first").chain[0].place is None


def test_a_page_names_no_paths(served, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.resonance"
    path.write_bytes(find_bundle("drone").read_bytes())
    assert served.ask("GET", f"/api/instruments/face?bundle={path}").status == 404
    with served.play(served.make_session("face", bundle=str(path))) as socket:
        assert "no bundle" in Page(socket).until("notice")["text"]


def test_a_saved_performance_renders_what_the_map_makes_of_it(tmp_path: Path) -> None:
    patch = Patch(instrument="texture", map=MOUTH, controls={"tilt_db": 3.0})
    sounds = []
    for mouth in (0, 1):
        upload = tmp_path / f"mouth{mouth}.csv"
        upload.write_text(f"time,present,mouth\n0,1,{mouth}\n1,1,{mouth}\n", encoding="utf-8")
        request = RenderJob(patch=patch, seconds=1.0)
        report = render_patch(request, upload, tmp_path, lambda done, total: None)
        assert not {"input", "output"} & report.keys()
        sound, _ = soundfile.read(tmp_path / "texture.wav")
        sounds.append(np.abs(np.fft.rfft(sound[8000:])))
    dark, bright = (float((one * np.arange(len(one))).sum() / one.sum()) for one in sounds)
    assert bright > 1.3 * dark
