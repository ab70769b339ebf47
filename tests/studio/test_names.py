"""A name that a page gives is looked up, never opened: over all routes and all kinds of jobs."""

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from latent_resonance.bundles.find import list_bundles
from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.studio import names
from latent_resonance.studio.jobs.render import render_patch
from latent_resonance.studio.jobs.requests import RenderJob, names_files
from latent_resonance.studio.openapi import openapi_document
from latent_resonance.studio.patch import Patch

NOBODY = "00000000-0000-4000-8000-000000000000"
ODD = ["../../etc/passwd", "/etc/passwd", "a\0b", "n" * 5_000, "\u202etxt", "a\nb", "..", " ", "~"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Paths of a bundle, a recipe and a folder that are there, and of what is not."""
    bundle, recipe = tmp_path / "real.resonance", tmp_path / "real.toml"
    shutil.copyfile(list_bundles()["drone"], bundle)
    recipe.write_text("[[sense]]\npart = 'sliders'\n")
    gone = tmp_path / "gone.resonance"
    return [*map(str, (bundle, recipe, tmp_path, gone)), "/dev/zero", "real.toml"]


def told(answer, name: str) -> tuple[int, str]:
    """What an answer says, but for the name itself, which it may repeat, and what is near it."""
    return answer.status, answer.body.decode().replace(name, "").split("did you mean")[0][:20]


def test_no_route_tells_a_path_from_a_name_that_nothing_has(served, files: list[str]) -> None:
    paths = openapi_document()["paths"]
    tried = 0
    for path, methods in paths.items():
        for method, operation in methods.items():
            strings = [
                one
                for one in operation.get("parameters", [])
                if one["schema"].get("format") != "uuid" and "string" in str(one["schema"])
            ]
            for parameter in strings:
                if parameter["in"] not in {"path", "query"} or method == "delete":
                    continue
                answers = set()
                for name in [*files, *ODD]:
                    url = filled(path, operation, parameter["name"], name)
                    answer = served.ask(method.upper(), url, {} if method != "get" else None)
                    assert answer.status < 500, (url, answer.body[:200])
                    tried += 1
                    if name in files and name.startswith("/"):
                        answers.add((answer.status, answer.body if answer.status < 300 else b""))
                # An upload's name is what the player calls it; where it lies the server chooses.
                assert len(answers) == 1 or path == "/api/uploads", (
                    path,
                    parameter["name"],
                    answers,
                )
    assert tried > 100


def filled(path: str, operation: dict, name: str, value: str) -> str:
    """The route's address with the value in one parameter, and something fitting in the others."""
    query = []
    for one in operation.get("parameters", []):
        fitting = NOBODY if one["schema"].get("format") == "uuid" else "face"
        fitting = "1" if one["schema"].get("type") in {"integer", "number"} else fitting
        given = quote(value if one["name"] == name else fitting, safe="")
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", given)
        elif one["in"] == "query" and (one.get("required") or one["name"] == name):
            query.append(f"{one['name']}={given}")
    return f"{path}?{'&'.join(query)}" if query else path


def test_a_patch_s_bundle_and_instrument_are_looked_up(served, files: list[str]) -> None:
    answers = set()
    for name in files:
        asked = served.ask("GET", f"/api/instruments/face?bundle={quote(name, safe='')}")
        answers.add(told(asked, name))
        with pytest.raises(UnknownNameError):
            names.known_recipe(name)
        with pytest.raises(UnknownNameError):
            names.bundle_for(name, "drone")
        for patch in (Patch(instrument="face", bundle=name), unchecked(name)):
            with pytest.raises(UnknownNameError):
                render_patch(
                    RenderJob(patch=patch, seconds=1), None, Path(files[2]), lambda *_: None
                )
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    assert names.bundle_for(None, files[0]).name == "drone", "a recipe's own may be a path"


def unchecked(instrument: str) -> Patch:
    return Patch.model_construct(**{**Patch(instrument="face").__dict__, "instrument": instrument})


@pytest.mark.parametrize("kind", ["render", "render bundle", "train", "prepare", "import"])
def test_no_kind_of_job_takes_a_path(served, files: list[str], kind: str) -> None:
    served.studio.local = False
    for name in [*files, *ODD]:
        request = {
            "render": {"kind": "render", "patch": {"instrument": name}, "seconds": 1},
            "render bundle": {
                "kind": "render",
                "patch": {"instrument": "face", "bundle": name},
                "seconds": 1,
            },
            "train": {"kind": "train", "recipe": name, "name": "x"},
            "prepare": {"kind": "prepare", "folder": name, "name": "x"},
            "import": {"kind": "import", "upload": name, "name": "x"},
        }[kind]
        answer = served.ask("POST", "/api/jobs", request)
        assert 400 <= answer.status < 500, answer.body


def test_changes_of_a_training_name_no_files_from_away(served, files: list[str]) -> None:
    served.studio.local = False
    for change in (
        f'folders=[{{path="{files[2]}", label="label"}}]',
        f'path="{files[0]}"',
        f"path={files[0]}",
        "name=/etc",
        "steps=[1]",
        "x={path='/'}",
    ):
        request = {"kind": "train", "recipe": "drone", "name": "x", "changes": [change]}
        assert served.ask("POST", "/api/jobs", request).status == 403, change
    assert not names_files(["steps=10", "rate=1e-4", "rate=-0.5", "plain=true", "big=1_000"])
