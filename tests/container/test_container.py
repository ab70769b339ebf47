"""What can be told of the container without building it; container/run_in_chroot.py builds it."""

import json
import re
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import run

import click
import pytest

yaml = pytest.importorskip("yaml", reason="reads compose.yaml; comes with the extra [dev]")

ROOT = Path(__file__).resolve().parents[2]
TEXT = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text("utf-8"))
STEPS = [line.split(None, 1) for line in TEXT.splitlines() if re.match("[A-Z]", line)]
COPIED = [
    source
    for name, words in STEPS
    if name == "COPY" and not words.startswith("--from")
    for source in words.split()[:-1]
]
PLAYERS = ("cpu", "cuda")


def of_stage(wanted: str) -> list[tuple[str, str]]:
    """All steps of a stage, those of the stages below it first."""
    found: list[tuple[str, str]] = []
    current = ""
    for name, words in STEPS:
        if name == "FROM":
            origin, _, current = words.split()
            if current == wanted:
                found += of_stage(origin)
        elif current == wanted:
            found.append((name, words))
    return found


def last(stage: str, name: str) -> str:
    return [words for step, words in of_stage(stage) if step == name][-1]


def test_what_is_copied_is_there_and_reaches_the_builder() -> None:
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert allowed[1] == "*"
    for source in COPIED:
        assert (ROOT / source).exists(), source
        assert f"!{source.split('/')[0]}" in allowed, source


def test_all_that_the_package_is_built_from_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        "pyproject.toml",
        project["project"]["readme"],
        project["tool"]["hatch"]["build"]["hooks"]["custom"]["path"],
        *project["project"]["license-files"],
        *wheel["force-include"],
        "web",
        "docs",  # the help inside the pages
    }
    assert needed <= set(COPIED)
    # Without git's folder the version has to be told.
    assert project["project"]["dynamic"] == ["version"]
    assert dict(of_stage("build-cuda"))["ENV"] == "SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION"
    for extra in re.findall(r'"\.\[([\w,-]+)\]"', TEXT):
        assert set(extra.split(",")) <= set(project["project"]["optional-dependencies"])


@pytest.mark.parametrize("stage", PLAYERS)
def test_it_runs_as_nobody_in_particular_and_starts_the_studio(stage: str) -> None:
    from latent_resonance.cli.studio import studio

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last(stage, "USER"))
    assert last(stage, "VOLUME") == "/data"
    assert json.loads(last(stage, "ENTRYPOINT")) == ["resonance"]
    name, *words = json.loads(last(stage, "CMD"))
    assert name == "studio"
    context = studio.make_context(name, words)
    assert context.params["allow_remote"]
    assert str(context.params["port"]) == last(stage, "EXPOSE")
    check = json.loads(last(stage, "HEALTHCHECK").split("CMD", 1)[1])
    script = next(Path(source) for source in COPIED if source.endswith("health.py"))
    assert check == ["python", f"/opt/resonance/{script.name}"]


def test_a_wrong_flag_in_the_start_would_be_seen() -> None:
    from latent_resonance.cli.studio import studio

    with pytest.raises(click.NoSuchOption):
        studio.make_context("studio", ["--hostname", "0.0.0.0"])


def test_compose_seals_it_and_opens_it_to_this_machine_only() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    port = last("cpu", "EXPOSE")
    for service, stage in (("studio", "cpu"), ("studio-cuda", "cuda")):
        told = compose["services"][service]
        assert told["build"]["target"] == stage
        assert told["read_only"] is True
        assert told["cap_drop"] == ["ALL"]
        assert told["security_opt"] == ["no-new-privileges:true"]
        # The guard compares Host with the port that it listens at.
        assert told["ports"] == [f"127.0.0.1:{port}:{port}"]
        volume, place = told["volumes"][0].split(":")
        assert volume in compose["volumes"]
        assert place == last(stage, "VOLUME")
        assert told["tmpfs"] == ["/tmp"]


@pytest.mark.parametrize(("status", "code"), [(401, 0), (200, 0), (500, 1), (None, 1)])
def test_the_health_check_tells_a_studio_from_none(status: int | None, code: int) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    port = str(server.server_port)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    if status is None:
        server.server_close()
    else:
        serving.start()
    try:
        checked = run(
            [sys.executable, "-S", ROOT / "container/health.py"], env={"RESONANCE_PORT": port}
        )
    finally:
        if status is not None:
            server.shutdown()
            serving.join()
            server.server_close()
    assert checked.returncode == code
