"""Pictures of sounds: what they show, that they are made once, and what is found by them."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.studio.factory_presets import factory_presets
from latent_resonance.studio.find_places import find_places
from latent_resonance.studio.morph import morphed
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.pictures.log_frequency import grey, log_rows, pooled, row_hz
from latent_resonance.studio.pictures.preset_sound import preset_sound
from latent_resonance.studio.pictures.previews import HEIGHT, TOP_HZ, WIDTH, sound_picture
from latent_resonance.studio.pictures.shelf import PictureShelf
from latent_resonance.studio.place_cards import PlaceCard
from latent_resonance.studio.store.presets import NewPreset


def opened(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        assert image.mode == "L"
        return np.asarray(image)


def test_a_tone_lies_in_its_row_and_low_rows_lie_between_bins() -> None:
    rate, seconds = 16_000, 1.0
    time = np.arange(round(rate * seconds)) / rate
    for hz in (60, 110, 1000, 6000):
        shown = sound_picture(np.sin(2 * np.pi * hz * time).astype(np.float32), rate)
        assert shown.shape == (HEIGHT, WIDTH)
        row = shown[:, WIDTH // 2].astype(float).argmax()
        assert abs(np.log2(row_hz(TOP_HZ, HEIGHT)[row] / hz)) < 0.3
    assert not sound_picture(np.zeros(16_000, np.float32), rate).any()
    ramp = np.linspace(-80, 0, 256, dtype=np.float32)[:, None]
    assert (np.diff(log_rows(ramp, 8000, 60)[::-1, 0]) > 0).all()


def test_columns_are_pooled_by_their_power_and_grey_has_its_ends() -> None:
    level = np.array([[0.0, 0, -100, -100]], np.float32)
    np.testing.assert_allclose(pooled(level, 2), [[0, -100]], atol=0.1)
    np.testing.assert_allclose(pooled(level, 1), [[-3]], atol=0.1)
    assert pooled(level, 8).shape == (1, 8)
    assert grey(np.array([[0.0, 6, -50, -90]], np.float32), 0, 50).tolist() == [[255, 255, 0, 0]]


def test_a_picture_is_made_once_and_kept(tmp_path: Path) -> None:
    shelf, asked, begun, go_on = PictureShelf(tmp_path), [], threading.Event(), threading.Event()

    def make() -> bytes:
        asked.append(threading.current_thread().name)
        begun.set()
        go_on.wait(60)
        return b"picture"

    with ThreadPoolExecutor(3) as pages:
        waiting = [pages.submit(shelf.picture, "one", make) for _ in range(3)]
        assert begun.wait(60)
        go_on.set()
        assert {one.result() for one in waiting} == {b"picture"}
    assert len(asked) == 1
    assert asked[0].startswith("pictures")
    shelf.close()
    again = PictureShelf(tmp_path)
    assert again.picture("one", lambda: b"another") == b"picture"
    assert again.picture("two", lambda: b"another") == b"another"
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".png"]
    again.close()


def test_a_picture_that_fails_says_why_and_can_be_asked_for_again(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise InputError("no such sound")

    shelf = PictureShelf(tmp_path / "new")
    with pytest.raises(InputError, match="no such sound"):
        shelf.picture("one", fail)
    assert shelf.picture("one", lambda: b"picture") == b"picture"
    shelf.close()


def test_old_pictures_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latent_resonance.studio.pictures.shelf._MOST_KEPT", 3)
    shelf = PictureShelf(tmp_path)
    for number in range(5):
        shelf.picture(str(number), lambda: b"picture")
    assert len(list(tmp_path.iterdir())) == 3
    shelf.close()


def test_thumbnails_of_a_model(served, studio) -> None:
    first = served.ask("GET", "/api/models/drone/thumbnails")
    assert first.headers["content-type"] == "image/png"
    tiles = opened(first.body)
    places = open_bundle("drone").space.shown
    assert tiles.shape == (60 * len(places), 96)
    assert all(tile.max() > 128 for tile in np.split(tiles, len(places)))
    kept = list((studio.folder / "pictures").iterdir())
    assert len(kept) == 1
    kept[0].write_bytes(b"from the shelf")
    assert served.ask("GET", "/api/models/drone/thumbnails").body == b"from the shelf"
    assert served.ask("GET", "/api/models/nothing/thumbnails").status == 404


def test_places_are_found_by_words(served) -> None:
    def found(words: str) -> list[str]:
        rows = served.ask("GET", f"/api/models/drone/find?words={words}").json
        return [row["title"] for row in rows]

    assert found("cello") == ["Cello"]
    assert set(found("bowed")) == {"Strings", "Cello", "Bass"}
    assert "Winds" in found("blown")
    assert found("dark%20bowed")[0] == "Bass"
    assert found("zebra") == []
    assert found("%20") == []


def test_descriptors_are_measured_from_the_pictures() -> None:
    names = ("high", "low", "beats", "noise")
    tiles = np.zeros((4, 60, 96), np.uint8)
    tiles[0, 4], tiles[1, 50] = 255, 255
    tiles[2, 25:35, ::16] = 255
    tiles[3] = 200
    cards = [PlaceCard(name=name, title=name.capitalize(), group="Sounds") for name in names]
    for word, first in (
        ("bright", "high"),
        ("dark", "low"),
        ("rhythmic", "beats"),
        ("noisy", "noise"),
    ):
        one = find_places(word, cards, tiles)[0]
        assert (one.name, one.reason) == (first, word)
    assert [one.name for one in find_places("short", cards, tiles)] == ["beats"]
    assert find_places("bright low", cards, tiles) == []
    assert len(find_places("sounds", cards, tiles, popular=["low"])) == 4
    assert find_places("sounds", cards, tiles, popular=["low"])[0].name == "low"


def test_a_morph_lies_between_its_two_patches() -> None:
    one = Patch(
        instrument="notes",
        controls={"reverb": 0.2, "pan": 64},
        place=Place(weights={"a": 2}),
        tempo=60,
        choices={"x": "one"},
    )
    other = Patch(
        instrument="notes", controls={"reverb": 0.6}, place=Place(weights={"b": 1}), tempo=100
    )
    assert morphed(one, None, 0.5) == morphed(one, other, 0) == one
    assert morphed(one, other, 1) == other
    made = morphed(one, other, 0.25)
    assert made.controls == {"reverb": pytest.approx(0.3), "pan": 64}
    assert made.place == Place(weights={"a": 0.75, "b": 0.25})
    assert made.tempo == 70
    assert made.choices == {"x": "one"}
    assert morphed(one, other, 0.75).choices == {}
    assert "pan" not in morphed(one, other, 0.75).controls
    w = morphed(*(Patch(instrument="a", place=Place(w=w)) for w in ([0, 4], [2, 0])), 0.5)
    assert w.place == Place(w=[1, 2])
    mixed = morphed(one, Patch(instrument="notes", place=Place(w=[1])), 0.75)
    assert mixed.place == Place(w=[1])


def test_a_phrase_goes_around_at_the_tempo() -> None:
    phrase = {"notes": [{"note": 60, "start": 0, "beats": 0.5}], "beats": 1}
    patch = {"instrument": "notes", "tempo": 120, "choices": {"instrument": "marimba"}}
    preset = NewPreset.model_validate({"name": "taps", "patch": patch, "phrase": phrase})
    samples, rate = preset_sound(preset, 2.0)
    level = np.abs(samples.mean(axis=1)).reshape(-1, rate // 20).max(axis=1)
    # Every half second louder than just before.
    assert all(level[k : k + 3].max() > 1.5 * level[k - 2 : k].min() for k in (10, 20, 30))


def test_the_factorys_presets_come_first_and_stay(served) -> None:
    listed = served.ask("GET", "/api/presets?instrument=texture").json
    assert listed[0]["name"] == "Shakers into birdsong"
    assert all(one["factory"] and one["line"] for one in listed)
    first = listed[0]["id"]
    assert served.ask("GET", f"/api/presets/{first}").json == listed[0]
    new = {"name": "mine", "patch": {"instrument": "texture"}}
    for method in ("PUT", "DELETE"):
        answer = served.ask(method, f"/api/presets/{first}", new)
        assert answer.status == 403
        assert answer.json["detail"].startswith("'Shakers into birdsong' ships with the program")
    picture = served.ask("GET", f"/api/presets/{first}/preview")
    assert opened(picture.body).shape == (HEIGHT, WIDTH)


def test_a_preset_of_the_players_holds_a_morph_and_gets_a_picture(served, studio) -> None:
    face = {"instrument": "face", "controls": {"mouth": 0.4}}
    new = {
        "name": "mine",
        "line": " soft ",
        "patch": face,
        "other": {**face, "controls": {"mouth": 1}},
        "morph": 0.5,
        "phrase": {"notes": [{"note": 60, "start": 0, "beats": 1}], "beats": 2},
    }
    made = served.ask("POST", "/api/presets", new).json
    assert (made["line"], made["morph"], made["factory"]) == ("soft", 0.5, False)
    assert made["other"]["controls"] == {"mouth": 1}
    assert made["phrase"]["notes"][0]["velocity"] == 96
    assert served.ask("GET", f"/api/presets/{made['id']}").json == made
    assert served.ask("GET", "/api/presets?instrument=face").json[-1] == made
    picture = served.ask("GET", f"/api/presets/{made['id']}/preview")
    assert opened(picture.body).shape == (HEIGHT, WIDTH)
    assert len(list((studio.folder / "pictures").iterdir())) == 1
    changed = served.ask("PUT", f"/api/presets/{made['id']}", {"name": "mine", "patch": face}).json
    assert (changed["other"], changed["phrase"], changed["line"]) == (None, None, "")
    broken = served.ask("POST", "/api/presets", {**new, "other": {**face, "controls": {"moth": 1}}})
    assert served.ask("GET", f"/api/presets/{broken.json['id']}/preview").status == 404
    assert served.ask("POST", "/api/presets", {**new, "morph": 2}).status == 422


def test_previews_of_the_factory_are_not_made_again(served, studio) -> None:
    for preset in factory_presets()[:3]:
        assert served.ask("GET", f"/api/presets/{preset.id}/preview").status == 200
    assert not (studio.folder / "pictures").exists()


def test_a_preset_that_does_not_fit_its_model_has_no_picture(served) -> None:
    new = {"name": "odd", "patch": {"instrument": "texture", "bundle": "fields"}}
    made = served.ask("POST", "/api/presets", new).json
    answer = served.ask("GET", f"/api/presets/{made['id']}/preview")
    assert answer.status == 422
    assert "living_spectrogram" in answer.json["detail"]


@pytest.mark.parametrize("name", ["a\u0000b", "a\nb", "a\u007fb"])
def test_a_preset_is_called_by_one_line(served, name: str) -> None:
    patch = {"instrument": "texture"}
    answer = served.ask("POST", "/api/presets", {"name": name, "patch": patch})
    assert answer.status == 422
    assert "one line" in answer.json["detail"]
    made = served.ask("POST", "/api/presets", {"name": "good", "patch": patch}).json
    path = f"/api/presets/{made['id']}"
    assert served.ask("PUT", path, {"name": name, "patch": patch}).status == 422
    assert served.ask("GET", path).json["name"] == "good"
