"""Textures and searches: a small bundle with two sliders, an axis and an encoder."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.find import find_bundle, list_bundles
from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.engine.exploration.examples import read_example
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.sound.attributes.table import ATTRIBUTES
from latent_resonance.studio.jobs.render import render_patch
from latent_resonance.studio.jobs.requests import RenderJob
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.pictures.thumbnails import read_tiles
from latent_resonance.studio.play.instrument import RecipeInstrument
from latent_resonance.studio.take_files import read_patch

NAME = "little"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def little(bundles: Path) -> Path:
    """The drone with what a texture bundle has more."""
    pytest.importorskip("onnx", reason="needs onnx, of the extra latent-resonance[train]")
    from safetensors.numpy import load, save

    drone = read_bundle(find_bundle("drone"))
    size = drone.latent_size
    latent = dict(load(drone.members["latent.safetensors"]))
    for axis, name in enumerate(("brightness", "rate")):
        latent[f"direction/{name}"] = 0.1 * np.eye(size, dtype=np.float32)[axis]
    latent["sefa/all"] = np.eye(size, dtype=np.float32)[:3]
    facts = {key: value for key, value in drone.facts.items() if key not in {"members", "seal"}}
    manifest = Manifest.model_validate({**facts, "name": NAME, "members": {}})
    members = {
        **drone.members,
        "latent.safetensors": save(latent),
        "encoder.onnx": encoder(drone.format, size),
    }
    bundles.mkdir(parents=True, exist_ok=True)
    return write_bundle(bundles / f"{NAME}.resonance", manifest, members)


def encoder(layout, size: int) -> bytes:
    """The mean level of a window over 100, in every number."""
    from onnx import TensorProto, helper, numpy_helper

    steps = [
        helper.make_node("ReduceMean", ["level_db"], ["mean"], keepdims=1),
        helper.make_node("Reshape", ["mean", "flat"], ["one"]),
        helper.make_node("Mul", ["one", "share"], ["w"]),
    ]
    graph = helper.make_graph(
        steps,
        "encoder",
        [
            helper.make_tensor_value_info(
                "level_db", TensorProto.FLOAT, [1, layout.bins, layout.columns]
            )
        ],
        [helper.make_tensor_value_info("w", TensorProto.FLOAT, [1, size])],
        [
            numpy_helper.from_array(np.array([1, 1], np.int64), "flat"),
            numpy_helper.from_array(np.full((1, size), 0.01, np.float32), "share"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    return bytes(made.SerializeToString())


def upload(served, seconds: float = 0.5) -> str:
    noise = np.random.default_rng(1).normal(size=round(16_000 * seconds)) / 8
    file = io.BytesIO()
    soundfile.write(file, noise, 16_000, format="WAV")
    return str(served.ask("POST", "/api/uploads?name=hiss.wav", file.getvalue()).json["id"])


@pytest.fixture
def session(served, little) -> str:
    return served.make_session("texture", bundle=NAME)


def test_it_tells_what_can_be_asked_for(served, little) -> None:
    card = served.ask("GET", f"/api/textures/{NAME}").json
    assert card["sliders"] == ["brightness", "rate"]
    assert card["axes"]["all"] == 3
    assert card["encoder"]
    assert "cello" in card["prototypes"]
    details = served.ask("GET", f"/api/instruments/texture?bundle={NAME}").json
    groups = {one["name"]: one["group"] for one in details["controls"]}
    assert (groups["rate"], groups["all/3"], groups["cello"]) == ("meaning", "axis", "place")
    assert groups["speed"] == "sound"
    assert len(groups) == len(details["controls"])
    assert NAME in details["bundles"]


def test_a_wish_is_a_place(served, little) -> None:
    def ask(**wish):
        answer = served.ask("POST", f"/api/textures/{NAME}/place", wish)
        assert answer.status == 200, answer.body
        return np.array(answer.json["w"])

    assert (ask(seed=1) == ask(seed=1)).all()
    assert (ask(seed=1) != ask(seed=2)).any()
    moved = ask(seed=1, settings={"rate": 5}) - ask(seed=1)
    assert moved == pytest.approx(0.5 * np.eye(len(moved))[1], abs=1e-5)
    start = {"weights": {"cello": 1.0}}
    back = ask(start=start, settings={"rate": 2}) - ask(start=start, settings={"rate": -2})
    assert back == pytest.approx(0.4 * np.eye(len(back))[1], abs=1e-5)
    sound = upload(served)
    near, far = ask(sounds=[sound], strength=20), ask(sounds=[sound], strength=0.05)
    assert np.std(near) < np.std(far) or not np.allclose(near, far)
    assert (ask(axes=[{"group": "all", "number": 2, "value": 1}]) != ask()).any()


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"settings": {"rat": 1}}, 404),
        ({"settings": {"rate": 9}}, 422),
        ({"axes": [{"group": "all", "number": 99, "value": 1}]}, 422),
        ({"transfer": ["rate"]}, 422),
        ({"sounds": ["00000000-0000-4000-8000-000000000000"]}, 404),
        ({"start": {"w": [0.0]}}, 422),
        ({"start": {"weights": {"cello": 1}}, "sounds": ["SOUND"]}, 422),
        ({"start": {"weights": {"cello": 1}}, "transfer": ["rate"]}, 422),
        ({"transfer": ["rate"], "source": "SOUND"}, 422),
    ],
)
def test_a_wish_that_cannot_be_is_told(served, little, wish, status: int) -> None:
    text = json.dumps(wish).replace("SOUND", upload(served)).encode()
    assert served.ask("POST", f"/api/textures/{NAME}/place", text, **JSON).status == status


def test_a_file_that_is_no_sound_is_told_by_its_own_name(served, little) -> None:
    broken = served.ask("POST", "/api/uploads?name=broken.wav", b"\7" * 2000).json["id"]
    query = f"/api/textures/{NAME}/place"
    answer = served.ask("POST", query, {"sounds": [broken]})
    assert answer.status == 422
    assert answer.json["detail"].startswith("broken.wav is no sound that can be read")
    assert str(served.studio.folder) not in answer.json["detail"]


def test_places_are_compared_in_words(served, little) -> None:
    def ask(place, *others):
        asked = {"place": place, "others": list(others)}
        answer = served.ask("POST", f"/api/textures/{NAME}/compare", asked)
        assert answer.status == 200, answer.body
        return answer.json

    choir, bass = {"weights": {"choir": 1.0}}, {"weights": {"bass": 1.0}}
    assert ask(bass) == {"words": [], "nearest": "bass"}
    assert ask(bass, bass)["words"] == []
    there, back = ask(choir, bass)["words"], ask(bass, choir)["words"]
    assert 0 < len(there) <= 2
    pairs = [{"brighter", "darker"}, {"faster", "slower"}, {"harder", "softer"}]
    pairs += [{"larger", "smaller"}, {"rougher", "smoother"}, {"longer", "shorter"}]
    assert all({one, other} in pairs for one, other in zip(there, back, strict=True))
    wrong = {"place": {"weights": {"no such": 1}}, "others": []}
    assert served.ask("POST", f"/api/textures/{NAME}/compare", wrong).status == 404


def test_a_place_by_its_numbers_has_a_picture(served, little) -> None:
    def ask(w: str):
        return served.ask("GET", f"/api/textures/{NAME}/thumbnail?w={w}")

    w = read_bundle(little).space.place("cello")
    answer = ask(",".join(f"{one:.4f}" for one in w))
    assert answer.status == 200, answer.body
    (tile,) = read_tiles(answer.body)
    assert tile.shape == (60, 96)
    assert tile.max() == 255
    assert tile.min() < 64
    assert ask("1,2").status == 422
    for wrong in ("a,b", "nan", ",".join(["1e308"] * len(w)), ",".join(["inf"] * len(w))):
        answer = ask(wrong)
        assert answer.status == 422
        assert "numbers with commas" in answer.json["detail"]


def test_what_plays_takes_an_attribute_of_a_sound(served) -> None:
    """From where the sound is: with the texture that ships, whose slopes say what was heard."""
    if "texture" not in list_bundles():
        pytest.skip("needs the bundle 'texture'")
    clicks = np.zeros(48_000)
    clicks[::4000] = 0.9
    file = io.BytesIO()
    soundfile.write(file, clicks, 16_000, format="WAV")
    source = served.ask("POST", "/api/uploads?name=clicks.wav", file.getvalue()).json["id"]

    def ask(**wish):
        answer = served.ask("POST", "/api/textures/texture/place", wish)
        assert answer.status == 200, answer.body
        return np.array(answer.json["w"], np.float32)

    with Explorer("texture") as texture:
        start = {"weights": {"wind": 1}}
        index = texture.measured.index("impact")
        path = served.studio.uploads.path(served.studio.uploads.find(source))
        level = read_example(path, texture.layout)
        wanted = ATTRIBUTES["impact"].measure(level, texture.layout)
        here = ask(start=start)
        there = ask(start=start, transfer=["impact"], source=source)
        before, after = (float(texture.measure(w)[index]) for w in (here, there))
        assert abs(after - wanted) < 0.7 * abs(before - wanted)
        # By ear, the slider goes on from there.
        more = ask(start={"w": there.tolist()}, settings={"brightness": 2.0})
        bright = texture.measured.index("brightness")
        assert texture.measure(more)[bright] > texture.measure(there)[bright]
        moved = ask(start=start, axes=[{"group": "all", "number": 1, "value": 2}]) - here
        assert moved == pytest.approx(2 * texture.space.axis("all", 1), abs=1e-4)


def test_a_search_goes_on_and_knows_where_it_came_from(served, session: str) -> None:
    path = f"/api/sessions/{session}/search"
    assert served.ask("GET", path).json == {"bundle": NAME, "sounds": []}
    first = served.ask("POST", f"{path}/beginnings", {"seed": 3})
    assert first.status == 201, first.body
    place = {"place": {"weights": {"cello": 1}}, "note": "the cello"}
    assert served.ask("POST", f"{path}/beginnings", place).json["note"] == "the cello"
    example = served.ask("POST", f"{path}/examples", {"upload": upload(served)}).json
    assert (example["number"], example["opinion"]) == (2, 1)
    assert example["note"] == "example hiss.wav"
    drawn = served.ask("POST", f"{path}/children", {"parents": [0, 1], "count": 3}).json
    assert [one["number"] for one in drawn] == [3, 4, 5]
    assert all(one["parents"] == [0, 1] for one in drawn)
    places = {tuple(one["place"]["w"]) for one in drawn}
    assert len(places) == 3
    assert served.ask("PUT", f"{path}/sounds/4", {"opinion": 1}).json["opinion"] == 1
    assert served.ask("PUT", f"{path}/sounds/3", {"opinion": -1}).json["opinion"] == -1
    of_liked = served.ask("POST", f"{path}/children", {"count": 2}).json
    assert of_liked[0]["parents"] == [2, 4]
    whole = served.ask("GET", path).json["sounds"]
    assert [one["number"] for one in whole] == list(range(8))
    assert [one["opinion"] for one in whole] == [0, 0, 1, -1, 1, 0, 0, 0]
    assert served.ask("PUT", f"{path}/sounds/99", {"opinion": 1}).status == 422
    assert served.ask("POST", f"{path}/children", {"parents": [99]}).status == 422
    assert len(served.ask("GET", path).json["sounds"]) == 8
    assert served.ask("DELETE", path).status == 204
    assert served.ask("GET", path).json["sounds"] == []


def test_each_bundle_of_a_session_has_its_search(served, session: str) -> None:
    path = f"/api/sessions/{session}/search"
    patch = served.ask("GET", f"/api/sessions/{session}").json["patch"]
    served.ask("POST", f"{path}/beginnings", {"seed": 3})
    served.ask("PUT", f"/api/sessions/{session}/patch", {**patch, "bundle": None})
    assert served.ask("GET", path).json["sounds"] == []
    served.ask("PUT", f"/api/sessions/{session}/patch", patch)
    assert len(served.ask("GET", path).json["sounds"]) == 1


def test_a_search_ends_with_its_session(served, studio, session: str) -> None:
    served.ask("POST", f"/api/sessions/{session}/search/beginnings", {"seed": 1})
    assert studio.searches.find(session, NAME)
    served.ask("DELETE", f"/api/sessions/{session}")
    assert studio.searches.find(session, NAME) is None
    assert served.ask("GET", f"/api/sessions/{session}/search").status == 404


def test_sliders_axes_and_places_are_heard(little, inline_windows) -> None:
    patch = Patch(instrument="texture", bundle=NAME, seed=1, place=Place(weights={"bass": 1}))
    player = RecipeInstrument("texture").open(patch, None, 1)
    try:
        spectra = {}
        for name in ("first", "slider", "axis", "place", "back"):
            if name == "slider":
                assert player.set_controls({"brightness": 5.0, "rate": -5.0}, None)
            elif name == "axis":
                assert player.set_controls({"all/1": 5.0}, None)
            elif name == "place":
                player.go_to(Place(weights={"choir": 1}))
            elif name == "back":
                player.set_controls({"brightness": 0, "rate": 0, "all/1": 0}, None)
                player.go_to(Place(weights={"bass": 1}))
            sound = np.concatenate([player.pull(1600) for _ in range(40)])[32_000:, 0]
            assert np.abs(sound).max() > 0.01
            spectrum = np.abs(np.fft.rfft(sound))
            spectra[name] = spectrum / np.linalg.norm(spectrum)
        assert spectra["first"] @ spectra["slider"] < 0.999
        assert spectra["slider"] @ spectra["axis"] < 0.999
        assert spectra["axis"] @ spectra["place"] < 0.9
        assert spectra["first"] @ spectra["back"] > spectra["first"] @ spectra["place"]
    finally:
        player.close()


def test_a_texture_is_rendered_the_same_each_time(little, tmp_path: Path) -> None:
    controls = {"rate": 3.0, "all/2": 1.0, "tilt_db": -3.0, "cello": 0.5}
    patch = Patch(instrument="texture", bundle=NAME, seed=4, controls=controls)
    request = RenderJob(patch=patch, seconds=0.5, picture=True)
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        report = render_patch(request, None, folder, lambda done, total: None)
        assert report["files"] == {"texture.wav": "texture.wav", "texture.png": "texture.png"}
        made.append((folder / "texture.wav").read_bytes())
    assert made[0] == made[1]
    assert soundfile.info(io.BytesIO(made[0])).duration == 0.5
    assert read_patch(tmp_path / "one" / "texture.wav") == patch
