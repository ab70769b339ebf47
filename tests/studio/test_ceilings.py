"""What the studio takes on has a ceiling, and what it cannot keep is a line."""

import logging
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import OutputError
from latent_resonance.studio.guard import slow
from latent_resonance.studio.jobs import runner as runner_module
from latent_resonance.studio.jobs.runner import JobRunner
from latent_resonance.studio.jobs.work_order import WorkOrder
from latent_resonance.studio.store import uploads as uploads_module
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.jobs import ENDED, JobTable

RENDER = {"kind": "render", "patch": {"instrument": "face"}, "seconds": 0.5}
HEAD = "POST /api/uploads?name=a.wav HTTP/1.1\r\nHost: {}\r\n"


@pytest.mark.parametrize("part", ["nothing", "half a head", "half a body", "a second head"])
def test_a_request_that_is_not_sent_on_ends(
    served, part: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "propagate", True)
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    head = HEAD.format(served.host)
    body = "".join(f"{name}: {value}\r\n" for name, value in served.headers.items())
    sent = {
        "nothing": "",
        "half a head": head,
        "half a body": f"{head}{body}Content-Length: 90000\r\n\r\nabc",
        "a second head": f"GET /nowhere HTTP/1.1\r\nHost: {served.host}\r\n{body}\r\nGET /",
    }[part]
    with monkeypatch.context() as hasty:
        hasty.setattr(slow, "HEAD_SECONDS", 0.2)
        hasty.setattr(slow, "BODY_SECONDS", 0.2)
        with (
            socket.create_connection(("127.0.0.1", served.port), timeout=60) as talk,
            suppress(ConnectionError),
        ):
            talk.sendall(sent.encode())
            while talk.recv(4096):
                pass
    assert served.ask("GET", "/api/settings").status == 200
    assert not caplog.records


def test_a_job_that_cannot_be_noted_on_a_full_disk_says_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "studio.sqlite")
    runner = JobRunner(JobTable(database), tmp_path / "jobs")
    (tmp_path / "jobs").rmdir()
    (tmp_path / "jobs").touch()  # no folder of a job can be made in it
    order = WorkOrder.model_validate({"request": RENDER})
    job = runner.start("render", RENDER, order).id
    while (found := runner.find(job)) is None or found.state not in ENDED:
        threading.Event().wait(0.01)
    assert (found.state, "jobs" in found.message) == ("failed", True)
    other = JobTable(database).add("render", RENDER)
    database._open.execute("PRAGMA query_only = ON")  # as when there is no room
    with pytest.raises(OutputError, match="cannot keep this"):
        runner.start("render", RENDER, order)
    runner._give_up(other.id, OutputError("the disk is full"))
    shown = runner.find(other.id)
    assert shown is not None
    assert (shown.state, shown.message) == ("failed", "the disk is full")
    runner.close()  # and the studio still ends without a complaint


def test_no_more_jobs_wait_than_are_taken_on(
    served, studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "MOST_WAITING_JOBS", 2)
    for _ in range(2):
        studio.jobs._table.add("render", RENDER)
    refused = served.ask("POST", "/api/jobs", RENDER)
    assert (refused.status, "jobs are waiting already" in refused.json["detail"]) == (429, True)


def test_uploads_have_a_ceiling_together(served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "MOST_KEPT_BYTES", 1000)
    first = served.ask("POST", "/api/uploads?name=a.wav", b"a" * 600)
    assert first.status == 201
    refused = served.ask("POST", "/api/uploads?name=b.wav", b"b" * 600)
    assert (refused.status, "remove some" in refused.json["detail"]) == (429, True)
    assert served.ask("DELETE", f"/api/uploads/{first.json['id']}").status == 204
    assert served.ask("POST", "/api/uploads?name=b.wav", b"b" * 600).status == 201
