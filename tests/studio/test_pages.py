"""Static pages, the page that stands in for them, and the prototypes' addresses."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from latent_resonance.sense import face_models
from latent_resonance.studio.guard.refusal import Refusal, plain_page, refuse


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>the page</title>")
    (folder / "assets" / "index-1a2b.js").write_text("let a = 1;")
    (folder / "worker.js").write_text("let b = 2;")
    (folder / "model.wasm").write_bytes(b"\0asm")
    (folder / "help" / "pictures").mkdir(parents=True)
    (folder / "help" / "studio.json").write_text("{}")
    (folder / "help" / "pictures" / "a.webp").write_bytes(b"RIFF")
    return folder


def test_without_pages_one_page_says_how_to_get_them(serve, studio, tmp_path: Path) -> None:
    with serve(studio, tmp_path / "nothing") as served:
        for path in ("/", "/face", "/texture/query"):
            answer = served.ask("GET", path)
            assert answer.status == 503
            assert b"npm run build" in answer.body
        assert served.ask("GET", "/api/settings").status == 200


def test_addresses_without_a_file_are_the_pages_own(serve, studio, built: Path) -> None:
    with serve(studio, built) as served:
        for path in ("/", "/face", "/texture/query"):
            answer = served.ask("GET", path)
            assert (answer.status, b"the page" in answer.body) == (200, True)
            assert answer.headers["cache-control"] == "no-cache"
        script = served.ask("GET", "/assets/index-1a2b.js")
        assert script.body == b"let a = 1;"
        assert "immutable" in script.headers["cache-control"]
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["cross-origin-embedder-policy"] == "require-corp"
        assert served.ask("GET", "/worker.js").headers["cache-control"] == "no-cache"
        assert served.ask("GET", "/model.wasm").headers["content-type"] == "application/wasm"
        assert served.ask("GET", "/assets/gone.js").status == 404
        assert served.ask("GET", "/api").status == 404


def test_the_help_is_files_beside_the_page_that_draws_them(serve, studio, built: Path) -> None:
    with serve(studio, built) as served:
        for path in ("/help", "/help/studio"):
            assert b"the page" in served.ask("GET", path).body
        text = served.ask("GET", "/help/studio.json")
        assert text.body == b"{}"
        assert text.headers["cache-control"] == "no-cache"
        picture = served.ask("GET", "/help/pictures/a.webp")
        assert picture.headers["content-type"] == "image/webp"
        assert served.ask("GET", "/help/gone.json").status == 404


def test_the_pages_follow_faces_by_the_files_that_python_does(serve, studio, built: Path) -> None:
    with serve(studio, built) as served:
        for name in ("face_landmark.tflite", "canonical_mesh.json"):
            answer = served.ask("GET", f"/assets/face-0123456789/{name}")
            assert answer.body == Path(face_models.__file__).with_name(name).read_bytes()
            assert "immutable" in answer.headers["cache-control"]
        for other in ("obtain.py", "__init__.py", "..%2fface.py"):
            assert served.ask("GET", f"/assets/face-0123456789/{other}").status in {400, 404}


def test_nothing_outside_of_the_folder_is_served(serve, studio, built: Path) -> None:
    (built.parent / "key").write_text("secret")
    (built / "link").symlink_to(built.parent / "key")
    with serve(studio, built) as served:
        for path in ("/../key", "/%2e%2e/key", "/assets/../../key", "//etc/passwd"):
            assert b"secret" not in served.ask("GET", path).body
        assert b"secret" not in served.ask("GET", "/link").body
        # Nor is it told which files there are elsewhere.
        there, not_there = (served.ask("GET", f"//etc/{name}") for name in ("passwd", "no_such"))
        assert (there.status, there.body) == (not_there.status, not_there.body)
        assert served.ask("GET", "/" + "a" * 300).status == 200  # an address of the page's own


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/sound_design/?app=our-algo", "/texture"),
        ("/sound_design/?app=algo-1", "/texture/query"),
        ("/sound_design/?app=algo1", "/texture/query"),
        ("/sound_design/?app=algo-2", "/texture/sefa"),
        ("/sound_design?app=algo2&seed=7", "/texture/sefa?seed=7"),
        ("/sound_design/", "/texture"),
        ("/sound_design/?app=//evil.example", "/texture"),
    ],
)
def test_the_prototypes_addresses_lead_to_their_pages(served, old: str, new: str) -> None:
    answer = served.ask("GET", old)
    assert (answer.status, answer.headers["location"]) == (307, new)


def test_who_is_refused_reads_a_sentence_in_the_theme_of_their_other_pages() -> None:
    page = plain_page("Latent Resonance", "a line").decode()
    assert '<meta name="color-scheme" content="light dark">' in page
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(refuse({"type": "http"}, send, Refusal(401, "this address was used"), page=True))
    assert b"<p>This address was used.</p>" in sent[-1]["body"]
