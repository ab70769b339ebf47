"""What long work needs is told and refused beforehand; what was cut off is begun again."""

import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pickles import network_pickle, small_state

from latent_resonance.bundles.foreign.guarded import NETWORK_FILES
from latent_resonance.studio.jobs.time_left import TimeLeft

RENDER = {
    "kind": "render",
    "patch": {"instrument": "face", "controls": {"mouth": 0.5}},
    "seconds": 3000,
}


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hide modules as Python itself allows it: neither found nor imported."""

    def hide(*names: str) -> None:
        for name in names:
            monkeypatch.setitem(sys.modules, name, None)

    return hide


def requirements(served) -> dict[tuple[str, str], Any]:
    told = served.ask("GET", "/api/jobs/requirements").json
    return {(one["kind"], one["subject"]): one for one in told}


def upload(served, name: str, content: bytes) -> str:
    return served.ask("POST", f"/api/uploads?name={name}", content).json["id"]


def test_every_kind_of_work_says_whether_it_can_be_done(served) -> None:
    told = requirements(served)
    recipes = {one["recipe"] for one in served.ask("GET", "/api/jobs/recipes").json}
    assert {subject for kind, subject in told if kind == "train"} == recipes
    assert told["render", ""]["ready"]
    assert told["import", ".resonance"]["ready"]
    for one in told.values():
        assert one["ready"] == (one["line"] == "")
        assert one["ready"] or one["line"].endswith((".", "]"))


def test_what_is_missing_comes_with_the_command_that_mends_it(served, without) -> None:
    without("torch", "pyarrow", "librosa", "sklearn")
    told = requirements(served)
    training = told["train", "drone"]
    assert not training["ready"]
    assert training["missing"][0] == "PyTorch"
    assert training["line"].startswith("Training needs PyTorch")
    assert training["line"].endswith(".")
    assert training["command"] == 'pip install "latent-resonance[train]"'
    for ending in NETWORK_FILES:
        assert "PyTorch" in told["import", ending]["missing"]
    assert told["prepare", ""]["command"] == 'pip install "latent-resonance[data]"'
    assert set(told["evaluate", ""]["missing"]) >= {"librosa", "scikit-learn"}
    assert told["render", ""]["ready"]


def test_what_cannot_work_is_refused_with_that_command(served, without, tmp_path: Path) -> None:
    network = upload(served, "theirs.pkl", b"no pickle")
    without("torch", "pyarrow")
    for request, extra in (
        ({"kind": "train", "recipe": "drone", "name": "x"}, "train"),
        ({"kind": "prepare", "folder": str(tmp_path), "name": "x"}, "data"),
        ({"kind": "import", "upload": network, "name": "x"}, "train"),
    ):
        answer = served.ask("POST", "/api/jobs", request)
        assert answer.status == 503
        assert answer.json["detail"].endswith(f'pip install "latent-resonance[{extra}]"')
    assert served.ask("GET", "/api/jobs").json == []


def test_a_recipe_without_its_sounds_says_how_to_name_others(
    served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for needed in ("torch", "onnx", "onnxscript", "lightning_fabric"):
        pytest.importorskip(needed)
    monkeypatch.chdir(tmp_path)
    told = requirements(served)
    assert told["train", "drone"]["ready"]  # it makes sounds of its own
    assert told["train", "images"]["ready"]  # and pictures
    notes = told["train", "notes"]
    assert not notes["ready"]
    assert "folders=[{path=" in notes["line"]
    assert notes["command"] == ""


def test_what_was_cut_off_is_begun_again(served, studio) -> None:
    job = served.ask("POST", "/api/jobs", RENDER).json["id"]
    assert served.ask("POST", f"/api/jobs/{job}/retry").status == 422  # it goes on
    served.ask("POST", f"/api/jobs/{job}/cancel")
    for _ in range(200):
        if served.ask("GET", f"/api/jobs/{job}").json["state"] == "cancelled":
            break
        threading.Event().wait(0.05)
    again = served.ask("POST", f"/api/jobs/{job}/retry")
    assert again.status == 202
    assert again.json["id"] != job
    assert again.json["request"] == served.ask("GET", f"/api/jobs/{job}").json["request"]
    assert served.ask("POST", "/api/jobs/00000000-0000-4000-8000-000000000000/retry").status == 404


def test_a_file_that_is_gone_is_told_in_a_line(served, studio) -> None:
    file = upload(served, "half.resonance", b"no bundle")
    request = {"kind": "import", "upload": file, "name": "x"}
    job = served.ask("POST", "/api/jobs", request).json["id"]
    for _ in range(200):
        if served.ask("GET", f"/api/jobs/{job}").json["state"] == "failed":
            break
        threading.Event().wait(0.05)
    served.ask("DELETE", f"/api/uploads/{file}")
    answer = served.ask("POST", f"/api/jobs/{job}/retry")
    assert answer.status == 422
    assert answer.json["detail"] == "the file that this job was given is gone: choose it again"


def test_a_model_file_is_looked_into_before_it_is_imported(served, bundles, tmp_path: Path) -> None:
    from latent_resonance.bundles.find import find_bundle

    whole = find_bundle("drone").read_bytes()
    found = served.ask("GET", f"/api/uploads/{upload(served, 'a.resonance', whole)}/check").json
    assert found["good"]
    assert found["name"] == "drone"
    assert "named places" in found["line"]

    cut = upload(served, "half.resonance", whole[:200_000])
    found = served.ask("GET", f"/api/uploads/{cut}/check").json
    assert not found["good"]
    assert cut not in found["line"]

    found = served.ask("GET", f"/api/uploads/{upload(served, 'a.pkl', b'nothing')}/check").json
    assert not found["good"]
    pytest.importorskip("torch")
    network = network_pickle(small_state(), {"img_resolution": 64, "img_channels": 1})
    found = served.ask("GET", f"/api/uploads/{upload(served, 'b.pt', network)}/check").json
    assert found["good"], found
    assert "pictures of 64 x 64" in found["line"]
    assert found["asks_codec"]
    assert found["ignored"][:2] == ["G", "D"]
    song = upload(served, "a.mid", b"MThd")
    assert served.ask("GET", f"/api/uploads/{song}/check").status == 422


def test_a_model_names_the_instruments_that_play_it(served) -> None:
    played = {
        name: served.ask("GET", f"/api/models/{name}").json["instruments"]
        for name in ("drone", "notes", "texture")
    }
    assert played["drone"][0] == "face"
    assert played["notes"][0] == "notes"
    assert played["texture"][0] == "texture"


def steady(rate: float, seconds: float, step: float = 0.5) -> tuple[TimeLeft, list[float]]:
    now = [0.0]
    left = TimeLeft(lambda: now[0])
    while now[0] < seconds:
        left.follow(rate * now[0])
        now[0] += step
    return left, now


def test_time_left_is_unknown_at_first_and_right_when_steady() -> None:
    assert TimeLeft().seconds() is None
    young, _ = steady(0.01, 1.0)
    assert young.seconds() is None
    left, now = steady(0.01, 20.0)
    assert left.seconds() == pytest.approx(80, abs=1)
    now[0] += 3  # nothing was told: it counts down
    assert left.seconds() == pytest.approx(77, abs=1)
    now[0] += 60  # it stands still
    assert left.seconds() is None


def test_time_left_follows_a_change_of_pace_without_jumping() -> None:
    left, now = steady(0.01, 20.0)
    done, before = 0.195, left.seconds()
    assert before is not None
    for _ in range(60):
        done += 0.0025  # half as quick
        left.follow(done)
        now[0] += 0.5
        after = left.seconds()
        assert after is not None
        assert abs(after - before) < 10
        before = after
    assert before == pytest.approx((1 - done) / 0.005, rel=0.25)
