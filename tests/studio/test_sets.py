"""Sets in the studio: made of presets that were chosen, shown, opened; refused in a line."""

from pathlib import Path

import pytest

from latent_resonance.studio.factory_presets import embedded_preview, factory_presets
from latent_resonance.studio.jobs.requests import ShareJob
from latent_resonance.studio.jobs.work import work
from latent_resonance.studio.jobs.work_order import work_order
from latent_resonance.studio.store.presets import NewPreset


@pytest.fixture
def shared(studio, tmp_path: Path) -> bytes:
    """A set of two presets that ship, as its job makes one."""
    wanted = [one.id for one in factory_presets()[:2]]
    request = ShareJob(presets=wanted, name="friday")
    order = work_order(request, studio.uploads, studio.takes, studio.presets)
    told: list[float] = []
    made = work(order.model_copy(update={"folder": tmp_path}), lambda done, _: told.append(done))
    assert made["files"] == {"friday.resonance-set": "friday.resonance-set"}
    assert made["presets"] == [f"{p.patch.instrument}/{p.name}" for p in factory_presets()[:2]]
    assert told == [0.5, 1.0]
    return (tmp_path / "friday.resonance-set").read_bytes()


def send(served, content: bytes, name: str = "friday.resonance-set") -> str:
    answer = served.ask("POST", f"/api/uploads?name={name}", content)
    assert answer.status == 201, answer.body
    return f"/api/sets/{answer.json['id']}"


def test_a_set_is_shown_before_it_is_taken(served, studio, shared: bytes) -> None:
    first, second = factory_presets()[:2]
    dropped = send(served, shared)
    report = served.ask("GET", dropped).json
    assert [one["name"] for one in report["presets"]] == [first.name, second.name]
    assert [one["picture"] for one in report["presets"]] == [0, 1]
    assert not any(one["replaces"] for one in report["presets"])
    assert report["bundles"] == report["recipes"] == report["replaced"] == []
    picture = served.ask("GET", f"{dropped}/pictures/1")
    assert picture.body == embedded_preview(second).read_bytes()
    assert picture.headers["content-type"] == "image/png"
    assert served.ask("GET", f"{dropped}/pictures/2").status == 404
    assert studio.presets.list() == []

    assert served.ask("POST", f"{dropped}/open").json == report
    assert {one.name for one in studio.presets.list()} == {first.name, second.name}
    assert served.ask("GET", dropped).status == 404  # the upload is forgotten


def test_what_is_here_in_another_form_is_replaced_only_when_that_is_said(
    served, studio, shared: bytes
) -> None:
    first, second = (
        NewPreset(**{n: getattr(one, n) for n in NewPreset.model_fields})
        for one in factory_presets()[:2]
    )
    kept = studio.presets.add(first.model_copy(update={"line": "mine"}))
    studio.presets.add(second)
    dropped = send(served, shared)
    report = served.ask("GET", dropped).json
    assert [(one["name"], one["replaces"], one["picture"]) for one in report["presets"]] == [
        (first.name, True, 0)
    ]
    assert report["here_already"] == 1
    refused = served.ask("POST", f"{dropped}/open")
    assert refused.status == 422
    assert refused.json["detail"].startswith("friday.resonance-set has what is here already")
    assert studio.presets.find(kept.id).line == "mine"
    assert served.ask("POST", f"{dropped}/open?replace=true").status == 200
    assert studio.presets.find(kept.id).line == first.line


def test_what_is_no_whole_set_is_refused_by_its_own_name(served, shared: bytes) -> None:
    for bad in (shared[: len(shared) // 2], b"no set at all", shared[:-1] + b"?"):
        for ask in ("", "/pictures/0", "/open"):
            dropped = send(served, bad)
            answer = served.ask("POST" if ask == "/open" else "GET", dropped + ask)
            assert answer.status == 422
            assert "friday.resonance-set" in answer.json["detail"]
            assert dropped.rsplit("/", 1)[-1] not in answer.json["detail"]
    wrong = send(served, b"no set", "a.resonance")
    assert "is no set" in served.ask("GET", wrong).json["detail"]
    unknown = {"kind": "share", "name": "x", "presets": ["0" * 32]}
    assert served.ask("POST", "/api/jobs", unknown).status in {404, 422}
    climbing = {"kind": "share", "name": "../x", "presets": [factory_presets()[0].id]}
    assert served.ask("POST", "/api/jobs", climbing).status == 422
