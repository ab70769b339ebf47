"""Jobs over a real server: progress, result, cancel, failure, and what a restart leaves."""

import asyncio
import http.client
import io
import itertools
import json
import threading
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import soundfile

from latent_resonance.studio.jobs import requirements
from latent_resonance.studio.jobs.line import Line
from latent_resonance.studio.jobs.runner import JobRunner
from latent_resonance.studio.jobs.work_order import WorkOrder
from latent_resonance.studio.patch import Place
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.jobs import Job, JobKind, JobTable
from latent_resonance.studio.take_files import read_patch

RENDER = {
    "kind": "render",
    "patch": {"instrument": "face", "seed": 3, "controls": {"mouth": 0.5, "gain_db": -6}},
    "seconds": 0.5,
    "picture": True,
    "mastering": {"bits": 16, "fade_out": 0.1},
}
LONG = {**RENDER, "seconds": 3000, "picture": False}


def events(served, job: str) -> list[dict[str, Any]]:
    """All that the stream tells, until it ends."""
    talk = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    talk.request("GET", f"/api/jobs/{job}/events", headers=served.headers)
    answer = talk.getresponse()
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.read().decode().splitlines()
    talk.close()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def wait_for(served, job: str, *states: str) -> Any:
    for _ in range(2400):
        found = served.ask("GET", f"/api/jobs/{job}").json
        if found["state"] in states:
            return found
        threading.Event().wait(0.05)
    raise AssertionError(found)


def test_a_render_tells_its_progress_and_gives_its_files(served, studio) -> None:
    started = served.ask("POST", "/api/jobs", RENDER)
    assert started.status == 202
    job = started.json["id"]
    told = events(served, job)
    assert told[-1]["state"] == "done"
    assert all(one["done"] <= two["done"] for one, two in itertools.pairwise(told))
    assert told[-1]["files"] == ["face.png", "face.wav"]
    assert told[-1]["result"]["duration_seconds"] == 0.5

    sound = served.ask("GET", f"/api/jobs/{job}/files/face.wav")
    assert sound.headers["content-disposition"] == 'attachment; filename="face.wav"'
    path = studio.jobs.folder(job) / "face.wav"
    assert sound.body == path.read_bytes()
    assert (soundfile.info(path).duration, soundfile.info(path).subtype) == (0.5, "PCM_16")
    assert np.abs(soundfile.read(path)[0][-8:]).max() < 1e-3  # it is faded out
    patch = read_patch(path)
    assert patch is not None
    assert (patch.seed, patch.controls) == (3, {"mouth": 0.5, "gain_db": -6})
    assert served.ask("GET", f"/api/jobs/{job}/files/key").status == 404

    # A stream that is opened after the end says so at once: that is what a reload does.
    assert [one["state"] for one in events(served, job)] == ["done"]
    assert served.ask("DELETE", f"/api/jobs/{job}").status == 204
    assert not path.exists()
    assert served.ask("GET", f"/api/jobs/{job}").status == 404


def test_a_cancelled_job_ends_and_leaves_nothing(served, studio) -> None:
    job = served.ask("POST", "/api/jobs", LONG).json["id"]
    wait_for(served, job, "running")
    waiting = served.ask("POST", "/api/jobs", LONG).json["id"]
    stands = served.ask("GET", f"/api/jobs/{waiting}").json
    assert (stands["state"], stands["waits_for"]) == ("waiting", job)
    assert served.ask("POST", f"/api/jobs/{waiting}/cancel").json["state"] == "cancelled"
    served.ask("POST", f"/api/jobs/{job}/cancel")
    wait_for(served, job, "cancelled")
    assert not studio.jobs.folder(job).exists()
    assert served.ask("POST", f"/api/jobs/{job}/cancel").json["state"] == "cancelled"


def test_a_stream_of_a_running_job_ends_with_the_studio(
    studio, serve, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(studio) as served:
        job = served.ask("POST", "/api/jobs", LONG).json["id"]
        wait_for(served, job, "running")
        talk = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        talk.request("GET", f"/api/jobs/{job}/events", headers=served.headers)
        answer = talk.getresponse()
        assert answer.readline() == b"event: job\n"
    assert b"running" in answer.read()  # to its end: one that was cut is an error
    talk.close()
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


def test_a_song_is_played_by_an_upload(served) -> None:
    song = mido.MidiFile()
    track = mido.MidiTrack()
    song.tracks.append(track)
    for key in (60, 64, 67):
        track.append(mido.Message("note_on", note=key, velocity=90, time=0))
        track.append(mido.Message("note_off", note=key, velocity=0, time=240))
    data = io.BytesIO()
    song.save(file=data)
    upload = served.ask("POST", "/api/uploads?name=a.mid", data.getvalue()).json["id"]
    patch = {"instrument": "notes", "choices": {"instrument": "cello"}}
    request = {"kind": "render", "patch": patch, "upload": upload, "format": "flac"}
    job = served.ask("POST", "/api/jobs", request).json["id"]
    ended = wait_for(served, job, "done", "failed")
    assert ended["files"] == ["notes.flac"], ended
    assert ended["result"]["notes"] == 3


def test_a_folder_that_was_prepared_is_a_job_like_others(served, studio, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 44_100)
    soundfile.write(folder / "a.wav", noise, 44_100)
    request = {"kind": "prepare", "folder": str(folder), "name": "mine"}
    job = served.ask("POST", "/api/jobs", request).json["id"]
    ended = wait_for(served, job, "done", "failed")
    assert (ended["state"], ended["files"]) == ("done", []), ended
    assert ended["result"]["prepared"] == 1
    # As it was kept before: a number where a table of files is.
    before = json.dumps({**ended["result"], "files": 1})
    studio.database.write("UPDATE jobs SET result = ? WHERE id = ?", (before, job))
    assert [one["files"] for one in served.ask("GET", "/api/jobs").json] == [[]]
    assert served.ask("DELETE", "/api/jobs").status in {200, 204}


def test_what_fails_says_why_in_a_line(served, tmp_path: Path) -> None:
    upload = served.ask("POST", "/api/uploads?name=net.resonance", b"no bundle at all").json["id"]
    request = {"kind": "import", "upload": upload, "name": "mine"}
    job = served.ask("POST", "/api/jobs", request).json["id"]
    failed = wait_for(served, job, "failed", "done")
    assert failed["state"] == "failed"
    assert "\n" not in failed["message"]
    assert "Traceback" not in failed["message"]
    assert failed["message"]
    # Where uploads are kept is nothing for a page.
    assert upload not in failed["message"]


def test_an_imported_bundle_is_found_by_its_name(served, bundles: Path) -> None:
    from latent_resonance.bundles.find import find_bundle

    data = find_bundle("drone").read_bytes()
    upload = served.ask("POST", "/api/uploads?name=their.resonance", data).json["id"]
    request = {"kind": "import", "upload": upload, "name": "their-drone"}
    job = served.ask("POST", "/api/jobs", request).json["id"]
    assert wait_for(served, job, "done", "failed")["result"]["bundle"] == "their-drone"
    assert (bundles / "their-drone.resonance").read_bytes() == data
    names = {one["name"]: one for one in served.ask("GET", "/api/models").json}
    assert names["their-drone"]["removable"]
    assert not names["drone"]["removable"]
    again = served.ask("POST", "/api/jobs", request)
    assert (again.status, "already" in again.json["detail"]) == (422, True)
    assert served.ask("DELETE", "/api/models/drone").status == 403
    assert served.ask("DELETE", "/api/models/their-drone").status == 204
    assert not (bundles / "their-drone.resonance").exists()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"kind": "nothing"}, 422),
        ({**RENDER, "seconds": None}, 422),
        ({**RENDER, "seconds": -1}, 422),
        ({**RENDER, "upload": "00000000-0000-4000-8000-000000000000"}, 404),
        ({**RENDER, "upload": "../../key"}, 422),
        ({"kind": "train", "recipe": "../drone", "name": "x"}, 422),
        ({"kind": "train", "recipe": "nothing", "name": "x"}, 404),
        ({"kind": "train", "recipe": "drone", "name": "drone"}, 422),
        ({"kind": "train", "recipe": "drone", "name": "../x"}, 422),
        ({"kind": "prepare", "folder": "/nowhere/at/all", "name": "x"}, 422),
    ],
)
def test_what_cannot_work_is_refused_before_it_begins(served, request_, status) -> None:
    answer = served.ask("POST", "/api/jobs", request_)
    assert answer.status == status, answer.body
    assert isinstance(answer.json["detail"], str)
    assert served.ask("GET", "/api/jobs").json == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (["latent"], "'latent' is no change: write name=value, such as latent=16"),
        (["batch=4", "=16"], "'=16' is no change: write name=value, such as latent=16"),
        (
            ["latent=many"],
            "the recipe 'drone' with your changes, 'latent': should be a whole number",
        ),
        (
            ["latents=16"],
            "the recipe 'drone' with your changes, 'latents': there is no such key; did you mean 'latent'?",
        ),
    ],
)
def test_changes_that_a_recipe_does_not_take_are_told_at_once(
    served, monkeypatch: pytest.MonkeyPatch, changes: list[str], says: str
) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda name: True)
    request = {"kind": "train", "recipe": "drone", "name": "mine", "changes": changes}
    answer = served.ask("POST", "/api/jobs", request)
    assert answer.status == 422
    assert answer.json["detail"].startswith(says)
    assert served.ask("GET", "/api/jobs").json == []


def test_a_name_that_a_job_will_give_is_taken(served, studio) -> None:
    upload = served.ask("POST", "/api/uploads?name=net.resonance", b"no bundle at all").json["id"]
    request = {"kind": "import", "upload": upload, "name": "mine"}
    first = studio.jobs._table.add("train", {"kind": "train", "recipe": "drone", "name": "mine"})
    refused = served.ask("POST", "/api/jobs", request)
    assert refused.status == 422
    assert refused.json["detail"] == "a job makes a bundle 'mine' already: choose another name"
    studio.jobs.cancel(first.id)
    assert served.ask("POST", "/api/jobs", request).status == 202


def test_recipes_of_trainings_are_listed(served) -> None:
    listed = {one["recipe"]: one for one in served.ask("GET", "/api/jobs/recipes").json}
    assert listed["drone"]["family"] == "autoencoder"
    assert listed["drone"]["steps"] == 9000
    assert "strings" in listed["drone"]["description"]
    for name in listed:
        body = {"kind": "train", "recipe": name, "name": "drone"}
        assert "already" in served.ask("POST", "/api/jobs", body).json["detail"]


def test_a_place_of_notes_is_rendered(served, studio) -> None:
    """Not the instrument that was chosen before it."""
    sounds = []
    for place in ("instrument/flute", "instrument/marimba"):
        patch = {
            "instrument": "notes",
            "choices": {"instrument": "cello"},
            "place": {"weights": {place: 1}},
        }
        wide = {"rate": 48_000, "channels": 2}
        body = {"kind": "render", "patch": patch, "seconds": 0.6, **wide}
        job = served.ask("POST", "/api/jobs", body).json["id"]
        assert wait_for(served, job, "done", "failed")["state"] == "done"
        sound, rate = soundfile.read(studio.jobs.folder(job) / "notes.wav")
        assert (rate, sound.shape) == (48_000, (28_800, 2))
        carried = read_patch(studio.jobs.folder(job) / "notes.wav")
        assert carried is not None
        assert carried.place == Place(weights={place: 1})
        sounds.append(sound)
    assert np.abs(sounds[0] - sounds[1]).max() > 0.01


def test_folders_are_named_by_this_machine_only(served, studio, tmp_path: Path) -> None:
    studio.local = False
    request = {"kind": "prepare", "folder": str(tmp_path), "name": "x"}
    assert served.ask("POST", "/api/jobs", request).status == 403


def test_a_training_tells_its_steps_and_its_bundle_can_be_played(served, bundles: Path) -> None:
    for needed in ("torch", "onnx", "lightning_fabric"):
        pytest.importorskip(needed)
    small = ["synthetic=24", "batch=2", "folders=[]", "hidden=32", "channels=8"]
    request = {"kind": "train", "recipe": "drone", "name": "tiny", "steps": 2, "changes": small}
    job = served.ask("POST", "/api/jobs", {**request, "threads": 1}).json["id"]
    ended = wait_for(served, job, "done", "failed")
    assert ended["state"] == "done", ended
    assert ended["result"]["steps"] == 2
    assert ended["files"] == ["tiny.resonance"]
    assert (bundles / "tiny.resonance").is_file()
    fits = served.ask("GET", "/api/instruments/face").json["bundles"]
    assert "tiny" in fits


def test_a_job_that_a_restart_cut_is_told_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "studio.sqlite")
    table = JobTable(database)
    cut = table.add("render", RENDER)
    table.move(cut.id, "running", 0.5, "half")
    runner = JobRunner(table, tmp_path / "jobs")
    found = runner.find(cut.id)
    assert found is not None
    assert found.state == "interrupted"
    assert found.ended is not None
    runner.close()
    database.close()


def test_closing_the_studio_ends_its_jobs(studio, served) -> None:
    job = served.ask("POST", "/api/jobs", LONG).json["id"]
    wait_for(served, job, "running")
    studio.jobs.close()
    found = studio.jobs.find(job)
    assert found is not None
    assert found.state == "interrupted"


def test_what_takes_long_holds_up_its_like_only(studio) -> None:
    def start(kind: JobKind, asked: dict[str, Any]) -> Job:
        return studio.jobs.start(kind, asked, WorkOrder.model_validate({"request": asked}))

    training, material = start("train", LONG), start("prepare", LONG)
    assert (training.waits_for, material.waits_for) == (None, training.id)
    loop = asyncio.new_event_loop()

    async def stands(job: str, *states: str) -> Job:
        changed = studio.jobs.watch(job, loop)
        while (found := studio.jobs.find(job)).state not in states:
            await asyncio.wait_for(changed.wait(), 120)
            changed.clear()
        studio.jobs.unwatch(job, changed)
        return found

    rendered = loop.run_until_complete(stands(start("render", RENDER).id, "done", "failed"))
    assert (rendered.state, rendered.waits_for) == ("done", None)
    assert studio.jobs.find(material.id).state == "waiting"
    studio.jobs.cancel(training.id)
    begun = loop.run_until_complete(stands(material.id, "running"))
    assert begun.waits_for is None
    loop.close()


def test_all_that_ended_is_forgotten_and_what_goes_on_is_not(served, studio) -> None:
    ended = served.ask("POST", "/api/jobs", RENDER).json["id"]
    wait_for(served, ended, "done")
    running, waiting = (served.ask("POST", "/api/jobs", LONG).json["id"] for _ in range(2))
    wait_for(served, running, "running")
    assert served.ask("DELETE", "/api/jobs").status == 204
    listed = [one["id"] for one in served.ask("GET", "/api/jobs").json]
    assert listed == [waiting, running]
    assert not studio.jobs.folder(ended).exists()


def test_in_a_line_the_first_has_its_turn_and_the_others_wait_for_it() -> None:
    line = Line()
    for job in "abc":
        line.join(job)
    assert [line.wait(job, 0) for job in "abc"] == [True, False, False]
    assert [line.before(job) for job in "abcd"] == [None, "a", "a", None]
    assert line.leave("b") == ["c"]
    assert line.leave("a") == ["c"]
    assert line.leave("a") == []
    assert (line.wait("c", 0), line.wait("a", 0)) == (True, False)
