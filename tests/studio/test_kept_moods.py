"""A mood that was found by words is kept in a model of the player's own."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from latent_resonance.bundles.find import find_bundle
from latent_resonance.engine.moods import add
from latent_resonance.studio.jobs.requests import MoodJob
from latent_resonance.studio.jobs.work import work
from latent_resonance.studio.jobs.work_order import work_order

PROMPT = "peaceful soft blue"


def test_the_model_that_ships_stays_and_a_new_one_has_the_mood(
    studio, bundles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def add_moods(path: Path, output: Path, moods: list[add.AskedMood], **_: Any) -> Any:
        asked.append((path, moods))
        shutil.copyfile(path, output)
        return {"bundle": str(output), "moods": [{"name": "peaceful", "fit": 2.5}]}

    monkeypatch.setattr(add, "add_moods", add_moods)
    shipped = find_bundle("fields")
    before = shipped.read_bytes()
    request = MoodJob(bundle="fields", prompt=PROMPT, name="my-fields")
    order = work_order(request, studio.uploads, studio.takes, studio.presets)
    made = work(order.model_copy(update={"folder": tmp_path}), lambda *_: None)
    assert asked == [(shipped, [add.AskedMood(PROMPT)])]
    assert (made["bundle"], made["mood"], made["fit"]) == ("my-fields", "peaceful", 2.5)
    assert (bundles / "my-fields.resonance").is_file()
    assert shipped.read_bytes() == before


def test_what_cannot_be_kept_is_refused_when_it_is_asked_for(served) -> None:
    def asked(**more: str) -> tuple[int, str]:
        request = {"kind": "mood", "bundle": "fields", "prompt": PROMPT, "name": "x", **more}
        answer = served.ask("POST", "/api/jobs", request)
        return answer.status, str(answer.json["detail"])

    assert asked(bundle="/etc/passwd")[0] == 404
    assert "makes no pictures" in asked(bundle="drone")[1]
    assert asked(name="fields") == (
        422,
        "there is a bundle 'fields' already: choose another name",
    )
    assert asked(prompt=" ")[0] == 422
    assert asked(name="../x")[0] == 422
    assert served.ask("GET", "/api/jobs").json == []
