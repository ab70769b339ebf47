"""What is kept: sessions, presets, uploads, settings; what is told: instruments, models."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.find import open_bundle
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.studio.patch import Place

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_instruments_tell_all_that_a_page_builds_its_panel_from(served) -> None:
    cards = {one["name"]: one for one in served.ask("GET", "/api/instruments").json}
    assert {"face", "notes"} <= cards.keys()
    assert cards["face"]["page"] == "face"
    assert {name for name, one in cards.items() if not one["available"]} == set()
    assert cards["vision"]["page"] == "vision"
    vision = served.ask("GET", "/api/instruments/vision").json
    assert (vision["pictures"], vision["midi"]) == (True, False)
    face = served.ask("GET", "/api/instruments/face").json
    assert not face["pictures"]
    groups = {one["name"]: one["group"] for one in face["controls"]}
    assert (groups["mouth"], groups["speed"]) == ("sensed", "sound")
    assert len(groups) == len(face["controls"])
    assert all(one["low"] <= one["rest"] <= one["high"] for one in face["controls"])
    assert {"name": "cello", "title": "Cello"}.items() <= face["places"][2].items()
    assert "drone" in face["bundles"]
    notes = served.ask("GET", "/api/instruments/notes").json
    assert notes["midi"]
    assert "cello" in notes["choices"]["instrument"]
    assert notes["bundles"] == ["notes"]


def test_a_name_that_is_not_there_offers_the_nearest(served) -> None:
    answer = served.ask("GET", "/api/instruments/fase")
    assert answer.status == 404
    assert "did you mean 'face'" in answer.json["detail"]
    assert served.ask("POST", "/api/sessions", {"instrument": "fase"}).status == 404
    assert served.ask("GET", "/api/models/nothing").status == 404


def test_sessions(served) -> None:
    session = served.make_session("face", controls={"mouth": 0.5})
    found = served.ask("GET", f"/api/sessions/{session}").json
    assert found["patch"]["controls"] == {"mouth": 0.5}
    changed = {**found["patch"], "seed": 9}
    put = served.ask("PUT", f"/api/sessions/{session}/patch", changed)
    assert put.json["patch"]["seed"] == 9
    assert served.ask("DELETE", f"/api/sessions/{session}").status == 204
    assert served.ask("GET", f"/api/sessions/{session}").status == 404
    assert served.ask("PUT", f"/api/sessions/{session}/patch", changed).status == 404
    assert served.ask("GET", "/api/sessions/no-uuid").status == 422


def test_presets(served) -> None:
    patch = {"instrument": "face", "controls": {"mouth": 1.0}, "place": {"weights": {"cello": 1}}}
    new = {"name": "  bright ", "tags": ["a", "b", "a"], "patch": patch}
    made = served.ask("POST", "/api/presets", new)
    assert made.status == 201
    preset = made.json["id"]
    other = {"name": "aloud", "patch": {"instrument": "notes"}}
    served.ask("POST", "/api/presets", other)
    all_of_them = served.ask("GET", "/api/presets").json
    listed = [one for one in all_of_them if not one["factory"]]
    assert [one["name"] for one in listed] == ["aloud", "bright"]
    assert listed[1]["tags"] == ["a", "b"]
    assert listed[1]["patch"]["place"] == {"w": None, "weights": {"cello": 1.0}}
    of_face = served.ask("GET", "/api/presets?instrument=face").json
    only = [one for one in of_face if not one["factory"]]
    assert [one["name"] for one in only] == ["bright"]
    changed = served.ask("PUT", f"/api/presets/{preset}", {**new, "name": "dark"}).json
    assert served.ask("GET", f"/api/presets/{preset}").json == changed
    assert changed["name"] == "dark"
    assert served.ask("DELETE", f"/api/presets/{preset}").status == 204
    assert served.ask("GET", f"/api/presets/{preset}").status == 404
    assert served.ask("PUT", f"/api/presets/{NOBODY}", new).status == 404
    assert served.ask("POST", "/api/presets", {**new, "name": " "}).status == 422


def song_of(*messages: bytes, whole: bool = True) -> bytes:
    """A MIDI file of one track: messages a beat apart, half a second each."""
    track = b"".join((b"\x60" if n else b"\0") + one for n, one in enumerate(messages))
    track += b"\0\xff\x2f\0"
    head = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk"
    return head + (len(track) + (0 if whole else 9)).to_bytes(4, "big") + track


def test_a_song_is_what_render_would_play(served, studio) -> None:
    def read(data: bytes, name: str = "a%20song.mid") -> Any:
        return served.ask("POST", f"/api/songs?name={name}", data)

    beat = [b"\xc0\x28", b"\x99\x26\x40", b"\x90\x3c\x40", b"\x80\x3c\0"]
    wrapped = song_of(*beat)
    wrapped = b"RIFF\0\0\0\0RMIDdata" + len(wrapped).to_bytes(4, "little") + wrapped
    for data, name in ((song_of(*beat), "a.mid"), (wrapped, "a.rmi")):
        song = read(data, name).json
        assert song["messages"] == [list(one) for one in beat]
        assert song["times"] == [0, 0.5, 1, 1.5]
        assert (song["seconds"], song["bars"], song["bpm"]) == (1.5, [0, 2], 120)
        assert (song["steady"], song["breaks_off"]) == (True, False)
    assert read(song_of(*beat, whole=False)).json["breaks_off"]
    assert read(song_of(*beat).ljust(2 << 20, b"\0")).status == 200
    for data, says in (
        (b"", "a song.mid is not a MIDI file that can be played: it is empty"),
        (b"no music at all", "a song.mid is not a MIDI file that can be played"),
        (song_of(b"\xc0\x28"), "a song.mid has no notes"),
        (song_of(*beat).replace(b"\6\0\0", b"\6\0\2"), "type 2"),
    ):
        answer = read(data)
        assert answer.status == 422
        assert says in answer.json["detail"]
    assert list(studio.uploads.folder.iterdir()) == []


def test_uploads_lie_under_names_of_the_servers(served, studio) -> None:
    name = "..%2F..%2Fa%20sound.WAV"
    made = served.ask("POST", f"/api/uploads?name={name}", b"RIFF")
    assert made.status == 201, made.body
    assert (made.json["name"], made.json["kind"], made.json["bytes"]) == ("a sound.WAV", "sound", 4)
    lie = sorted(path.name for path in studio.uploads.folder.iterdir())
    assert lie == [f"{made.json['id']}.wav"]
    assert served.ask("POST", "/api/uploads?name=evil.exe", b"MZ").status == 415
    assert served.ask("POST", "/api/uploads?name=empty.wav", b"").status == 422
    assert sorted(path.name for path in studio.uploads.folder.iterdir()) == lie
    assert [one["id"] for one in served.ask("GET", "/api/uploads").json] == [made.json["id"]]
    asked = served.ask("GET", f"/api/takes/patch?upload={made.json['id']}")
    assert asked.json is None
    assert served.ask("DELETE", f"/api/uploads/{made.json['id']}").status == 204
    assert list(studio.uploads.folder.iterdir()) == []
    assert served.ask("DELETE", f"/api/uploads/{made.json['id']}").status == 404


def test_a_strangers_sound_carries_no_patch(served) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(800), 16_000, format="WAV")
    for name, content in (("theirs.wav", file.getvalue()), ("song.mp3", b"ID3 and so on")):
        made = served.ask("POST", f"/api/uploads?name={name}", content).json["id"]
        answer = served.ask("GET", f"/api/takes/patch?upload={made}")
        assert answer.status == 200
        assert answer.json is None
    assert served.ask("GET", f"/api/takes/patch?upload={NOBODY}").status == 404


def test_settings_are_kept_and_checked(served) -> None:
    settings = served.ask("GET", "/api/settings").json
    assert settings["engine"] == "auto"
    settings |= {"theme": "dark", "buffer_ms": 60, "midi_map": {"cc:1": "mouth"}}
    assert served.ask("PUT", "/api/settings", settings).json == settings
    assert served.ask("GET", "/api/settings").json == settings
    assert served.ask("PUT", "/api/settings", {**settings, "buffer_ms": 1}).status == 422
    assert served.ask("PUT", "/api/settings", {**settings, "more": 1}).status == 422


def test_use_is_counted_here_and_can_be_forgotten(served) -> None:
    served.make_session("face")
    served.make_session("face")
    assert served.ask("GET", "/api/usage").json[0] | {"last": 0} == {
        "what": "instrument face",
        "count": 2,
        "last": 0,
    }
    assert served.ask("DELETE", "/api/usage").status == 204
    assert served.ask("GET", "/api/usage").json == []


def test_models_tell_of_themselves(served, bundles: Path) -> None:
    bundles.mkdir(parents=True)
    (bundles / "damaged.resonance").write_bytes(b"nothing of a bundle")
    cards = {one["name"]: one for one in served.ask("GET", "/api/models").json}
    assert cards["damaged"]["broken"]
    assert not cards["drone"]["broken"]
    drone = served.ask("GET", "/api/models/drone").json
    assert drone["good"]
    assert drone["latent_size"] == open_bundle("drone").latent_size
    preview = served.ask("GET", "/api/models/drone/preview")
    assert preview.headers["content-type"] == "audio/flac"
    assert preview.body[:4] == b"fLaC"
    assert served.ask("GET", "/api/models/damaged").status == 422


@pytest.mark.parametrize("name", ["drone", "texture", "notes"])
def test_a_map_has_every_shown_place_once_and_none_over_another(served, name: str) -> None:
    found = served.ask("GET", f"/api/models/{name}/map").json
    space = open_bundle(name).space
    assert [point["name"] for point in found["points"]] == list(space.shown)
    at = np.array([[one["x"] * 1040, one["y"] * 455] for one in found["points"]])
    apart = np.abs(at[:, None] - at[None]) / (np.array([66, 60]) * found["scale"])
    np.einsum("iik->ik", apart)[:] = 2
    assert (apart.max(axis=2) > 0.99).all()
    titles = {one["title"] for one in found["groups"]}
    assert titles == {point["group"] for point in found["points"]}


def test_a_random_place_is_the_same_for_the_same_seed(served) -> None:
    one, again, other = (
        served.ask("GET", f"/api/models/drone/random?seed={seed}").json["w"] for seed in (1, 1, 2)
    )
    assert one == again != other
    assert len(one) == open_bundle("drone").latent_size


def test_a_random_place_is_what_that_seed_leads_to(served) -> None:
    for name, place in (
        ("texture", seeded_place(open_bundle("texture"), 5)),
        ("fields", seeded_place(open_bundle("fields"), 5)),
        ("voice", seeded_place(open_bundle("voice"), 5)),
        ("notes", Instruments(open_bundle("notes").space).find("random_5").w),
    ):
        found = served.ask("GET", f"/api/models/{name}/random?seed=5").json["w"]
        np.testing.assert_allclose(found, place, atol=1e-5)
    for seed in (-1, 2**32, 2**63):
        assert served.ask("GET", f"/api/models/notes/random?seed={seed}").status == 422


def test_a_random_place_of_notes_is_made_of_shares_of_families(served) -> None:
    bundle = open_bundle("notes")
    families = bundle.facts["conditioning"]["family"]
    begin = len(bundle.facts["conditioning"]["timbre"])
    seen = []
    for seed in range(8):
        w = np.array(served.ask("GET", f"/api/models/notes/random?seed={seed}").json["w"])
        shares = w[begin : begin + len(families)]
        assert shares.min() >= 0
        assert shares.sum() == pytest.approx(1, abs=1e-4)
        assert w[-2:] == pytest.approx(bundle.space.mean[-2:], abs=1e-3)
        seen.append(shares)
    assert np.std(seen, axis=0).max() > 0.05


def test_a_point_of_the_notes_map_is_played_with_shares() -> None:
    bundle = open_bundle("notes")
    size = len(bundle.facts["conditioning"]["family"])
    begin = len(bundle.facts["conditioning"]["timbre"])
    w = np.array(bundle.space.mean)
    w[begin] = -0.5
    w[begin + 1] = 1.5
    played = Instruments(bundle.space)
    kept = played.at(Place(w=w.tolist()).found_in(bundle.space)).w
    assert kept[begin] == 0
    assert kept[begin : begin + size].sum() == pytest.approx(1, abs=1e-6)
    assert (
        np.delete(kept, range(begin, begin + size))
        == np.delete(w.astype(np.float32), range(begin, begin + size))
    ).all()
    w[begin : begin + size] = -1
    kept = played.at(Place(w=w.tolist()).found_in(bundle.space)).w
    assert kept[begin : begin + size] == pytest.approx(1 / size)


def test_the_machine_is_told_of(served, studio) -> None:
    about = served.ask("GET", "/api/about").json
    assert about["packages"]["fastapi"]
    assert about["folder"] == str(studio.folder)
    assert not about["remote"]
    assert "openvino" in served.ask("GET", "/api/devices").json["devices"]


def test_what_is_not_there(served) -> None:
    answer = served.ask("GET", "/api/nothing")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    for path in ("takes", "jobs", "presets", "sessions"):
        assert served.ask("GET", f"/api/{path}/{NOBODY}").status == 404
    assert served.ask("GET", f"/api/jobs/{NOBODY}/events").status == 404
