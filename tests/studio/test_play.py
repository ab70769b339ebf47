"""The playing socket, over a real server."""

import contextlib
import threading

import numpy as np
import pytest
import soundfile
from studio_page import Page, ready_page
from websockets.exceptions import ConnectionClosed, InvalidStatus

from latent_resonance.studio import wire
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.take_files import read_patch


@pytest.fixture
def session(served) -> str:
    return served.make_session()


@pytest.fixture
def page(served, session):
    with ready_page(served, session) as found:
        yield found


def test_every_pull_is_answered_by_its_own_length_in_order(page: Page) -> None:
    assert page.texts[0] == {"type": "loading", "what": "opening silent"}
    sizes = (960, 1, 480, 24_000, 7)
    for size in sizes:
        page.send("pull", frames=size)
    clock = 0
    for size in sizes:
        head, payload = page.until("sound")
        assert (head["frame"], head["frames"], len(payload)) == (clock, size, 4 * size)
        clock += size


def test_a_control_is_heard_from_the_frame_that_was_told(page: Page) -> None:
    assert not page.pull(960).any()
    page.send("controls", id=5, values={"level": 0.25})
    applied = page.until("applied")
    assert applied == {"type": "applied", "id": 5, "frame": 960, "waiting_model": False}
    assert (page.pull(480) == np.float32(0.25)).all()


def test_a_page_that_is_gone_leaves_no_note_behind(served) -> None:
    session = served.make_session("notes", choices={"instrument": "flute"})
    with ready_page(served, session) as page:
        page.send("midi", id=1, data=[0x90, 69, 100])
        page.send("midi", id=2, data=[0xB0, 64, 127])
        page.until("applied")
        while np.abs(page.pull(4800)).max() < 0.01:
            pass
    with ready_page(served, session) as page:
        released = np.abs(np.concatenate([page.pull(24_000) for _ in range(4)]))
    assert released[:480].max() > 0.001
    assert released[-4800:].max() < 0.001


def test_a_page_that_loses_its_player_leaves_no_note_behind(served) -> None:
    session = served.make_session("notes", choices={"instrument": "flute"})
    with ready_page(served, session) as page:
        page.send("midi", id=1, data=[0x90, 69, 100])
        page.until("applied")
        while np.abs(page.pull(4800)).max() < 0.01:
            pass
        with ready_page(served, session) as other:
            released = np.abs(np.concatenate([other.pull(24_000) for _ in range(4)]))
    assert released[:480].max() > 0.001
    assert released[-4800:].max() < 0.001


def test_what_an_instrument_does_not_have_is_told_and_the_sound_goes_on(page: Page) -> None:
    page.send("controls", id=1, values={"levle": 1.0})
    notice = page.until("notice")
    assert notice["id"] == 1
    assert "did you mean 'level'" in notice["text"]
    page.send("midi", id=2, data=[0x90, 60, 100])
    assert "plays no MIDI" in page.until("notice")["text"]
    page.send("choose", id=3, choice="instrument", value="cello")
    assert page.until("notice")["id"] == 3
    page.pull(100)


def test_a_model_that_breaks_is_heard_as_silence_and_counted(page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5, "breakage": 1})
    page.until("applied")
    assert not page.pull(480).any()
    meters = page.until("meters")
    assert meters["errors"] == 1
    assert "asked to break" in meters["last_error"]
    page.send("controls", id=2, values={"breakage": 0})
    page.until("applied")
    assert (page.pull(480) == 0.5).all()


def test_pictures_come_when_asked_for_and_the_latest_win(page: Page) -> None:
    layout = page.texts[-1]["picture"]
    page.pull(4800)
    page.send("look", columns=8)
    page.pull(480)
    head, payload = page.until("picture")
    assert (head["rows"], head["columns"]) == (layout["rows"], 8)
    assert len(payload) == 8 * layout["rows"]
    made = round(5280 / 48_000 / layout["seconds_per_column"])
    assert head["skipped"] == pytest.approx(made - 8, abs=1)
    assert head["frame"] < 5280


def test_a_ping_is_answered_with_what_it_brought(page: Page) -> None:
    page.send("ping", sent=1234.5)
    assert page.until("pong") == {"type": "pong", "sent": 1234.5, "frame": 0}


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[]",
        '{"type": "nothing"}',
        '{"type": "pull"}',
        '{"type": "pull", "frames": 0}',
        '{"type": "pull", "frames": -960}',
        '{"type": "pull", "frames": 24001}',
        '{"type": "pull", "frames": 960, "more": 1}',
        '{"type": "controls", "id": 1, "values": {"level": NaN}}',
        '{"type": "controls", "id": 1, "values": {"level": 1e300}}',
        '{"type": "controls", "id": 1, "values": {"": 1}}',
        '{"type": "midi", "id": 1, "data": [144, 60, 100, 1]}',
        '{"type": "midi", "id": 1, "data": [300]}',
        '{"type": "look", "columns": 100000}',
        "[" * 5000,
        b"\x00\x01",
    ],
)
def test_a_wrong_message_ends_the_socket_and_says_why(message: str | bytes, page: Page) -> None:
    page.socket.send(message)
    code, reason = page.closed()
    assert code == wire.CloseCode.WRONG_MESSAGE
    assert reason.strip(": ") == reason != ""


def test_more_credit_than_a_second_is_refused(page: Page) -> None:
    # The server may hang up before all of them are sent.
    with contextlib.suppress(ConnectionClosed):
        for _ in range(200):
            page.send("pull", frames=wire.MOST_PULL)
    assert page.closed()[0] == wire.CloseCode.WRONG_MESSAGE


def test_a_big_message_ends_the_socket(page: Page) -> None:
    page.socket.send("x" * (wire.MOST_MESSAGE_BYTES + 1))
    assert page.closed()[0] == 1009


def test_no_such_session(served) -> None:
    with served.play("00000000-0000-4000-8000-000000000000") as socket:
        assert Page(socket).closed()[0] == wire.CloseCode.NO_SESSION


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [("Cookie", "", 401), ("Host", "evil.example", 421), ("Sec-Fetch-Site", "cross-site", 403)],
)
def test_a_strange_page_gets_no_socket(served, session, header, value, status) -> None:
    with pytest.raises(InvalidStatus) as refused, served.play(session, **{header: value}):
        pass
    # The client sends its own Host too: two of them are refused as well.
    assert refused.value.response.status_code in {status, 400}


def test_an_instrument_that_cannot_be_opened_says_why(served) -> None:
    with served.play(served.make_session(bundle="other")) as socket:
        page = Page(socket)
        assert "plays no bundle" in page.until("notice")["text"]
        assert page.closed()[0] == wire.CloseCode.FAILED


def test_what_was_set_outlives_the_socket(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.75})
    page.until("applied")
    page.socket.close()
    for _ in range(100):
        kept = served.ask("GET", f"/api/sessions/{session}").json["patch"]
        if kept["controls"]:
            break
        threading.Event().wait(0.02)
    assert kept["controls"] == {"level": 0.75}
    with ready_page(served, session) as again:
        assert again.ready["patch"]["controls"] == {"level": 0.75}
        assert (again.pull(10) == 0.75).all()


def test_the_later_of_two_pages_wins(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    with ready_page(served, session) as later:
        assert page.closed()[0] == wire.CloseCode.TAKEN_OVER
        assert (later.pull(100) == 0.5).all()


def test_a_patch_by_http_is_followed_while_it_plays(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    patch = {"instrument": "silent", "controls": {"level": -0.5}}
    assert served.ask("PUT", f"/api/sessions/{session}/patch", patch).status == 200
    assert page.until("patch")["patch"]["controls"] == {"level": -0.5}
    assert (page.pull(100) == -0.5).all()
    # What a patch does not name goes back to rest.
    served.ask("PUT", f"/api/sessions/{session}/patch", {"instrument": "silent"})
    page.until("patch")
    assert not page.pull(100).any()


WRONG = {"controls": {"level": 0.25}, "choices": {"color": "red"}, "tempo": 60}


def test_a_refused_patch_leaves_all_as_it_was(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    served.ask("PUT", f"/api/sessions/{session}/patch", {"instrument": "silent", **WRONG})
    assert "color" in page.until("notice")["text"]
    told = page.until("patch")["patch"]
    assert (told["controls"], told["tempo"]) == ({"level": 0.5}, 120)
    assert (page.pull(100) == 0.5).all()


def test_a_patch_that_nobody_plays_and_is_refused_is_not_kept(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    page.socket.close()
    while served.studio.players.playing:
        threading.Event().wait(0.01)
    put = served.ask("PUT", f"/api/sessions/{session}/patch", {"instrument": "silent", **WRONG})
    assert (put.status, "color" in put.json["detail"]) == (404, True)
    kept = served.ask("GET", f"/api/sessions/{session}").json["patch"]
    assert (kept["controls"], kept["choices"]) == ({"level": 0.5}, {})
    with ready_page(served, session) as later:
        assert (later.pull(100) == 0.5).all()


def test_another_seed_opens_the_instrument_anew_and_the_clock_goes_on(
    served, session, page: Page
) -> None:
    page.pull(1000)
    patch = {"instrument": "silent", "seed": 7, "controls": {"level": 0.125}}
    served.ask("PUT", f"/api/sessions/{session}/patch", patch)
    ready = page.until("ready")
    assert (ready["frame"], ready["patch"]["seed"]) == (1000, 7)
    faded = page.pull(480)[:, 0]  # in 10 ms out of the sound before
    assert 0 < faded[0] < 0.001
    assert np.all(np.diff(faded) > 0)
    assert (page.pull(100) == 0.125).all()


def test_a_patch_that_cannot_be_opened_leaves_the_sound(served, session, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    patch = {"instrument": "silent", "bundle": "other"}
    served.ask("PUT", f"/api/sessions/{session}/patch", patch)
    assert page.until("notice")["level"] == "error"
    assert page.until("patch")["patch"]["controls"] == {"level": 0.5}
    assert (page.pull(100) == 0.5).all()
    kept = served.ask("GET", f"/api/sessions/{session}").json["patch"]
    assert (kept["bundle"], kept["controls"]) == (None, {"level": 0.5})


def test_a_place_of_a_model_of_another_size_does_not_keep_a_session_from_playing(served) -> None:
    session = served.make_session("face", place={"w": [1, 2]}, controls={"speed": 0.5})
    with ready_page(served, session) as page:
        (notice,) = (one for one in page.texts if one["type"] == "notice")
        assert notice["level"] == "warning"
        assert "numbers, not 2: its own place plays" in notice["text"]
        assert page.ready["patch"]["place"] is None
        assert page.ready["patch"]["controls"] == {"speed": 0.5}
        assert np.isfinite(page.pull(960)).all()


def test_a_take_is_what_was_heard_and_carries_its_patch(served, studio, page: Page) -> None:
    page.send("controls", id=1, values={"level": 0.25})
    page.until("applied")
    page.pull(500)
    page.send("record", on=True, name="../../a: strange / name")
    assert page.until("take") == {
        "type": "take",
        "recording": True,
        "seconds": 0.0,
        "take": None,
    }
    for _ in range(5):
        page.pull(960)
    page.send("record", on=False)
    told = page.until("take")
    assert told["seconds"] == pytest.approx(0.1)
    path = studio.takes.path(told["take"])
    samples, rate = soundfile.read(path)
    assert (rate, len(samples)) == (48_000, 4800)
    assert (samples == 0.25).all()
    assert read_patch(path) == Patch(instrument="silent", controls={"level": 0.25})

    listed = served.ask("GET", "/api/takes").json
    assert [one["name"] for one in listed] == ["../../a: strange / name"]
    sent = served.ask("GET", f"/api/takes/{told['take']}/sound")
    assert sent.body == path.read_bytes()
    assert sent.headers["content-disposition"].startswith("attachment;")
    assert "/" not in sent.headers["content-disposition"]
    upload = served.ask("POST", "/api/uploads?name=dropped.wav", sent.body).json
    assert served.ask("GET", f"/api/takes/patch?upload={upload['id']}").json["controls"] == {
        "level": 0.25
    }
    assert served.ask("DELETE", f"/api/takes/{told['take']}").status == 204
    assert not path.exists()


def test_a_take_is_kept_when_the_page_goes(served, studio, page: Page) -> None:
    page.send("record", on=True)
    page.until("take")
    page.pull(4800)
    page.socket.close()
    for _ in range(100):
        if studio.takes.list():
            break
        threading.Event().wait(0.02)
    (take,) = studio.takes.list()
    assert take.seconds == pytest.approx(0.1)
    assert soundfile.info(studio.takes.path(take.id)).frames == 4800


def test_a_full_disk_ends_the_take_and_not_the_sound(page: Page, studio, monkeypatch) -> None:
    from latent_resonance.contracts.errors import OutputError
    from latent_resonance.studio.take_files import TakeFile

    page.send("controls", id=1, values={"level": 0.5})
    page.send("record", on=True)
    page.until("take")
    assert (page.pull(480) == 0.5).all()

    def full(self: TakeFile, samples: np.ndarray) -> None:
        raise OutputError("cannot write: the disk is full")

    monkeypatch.setattr(TakeFile, "add", full)
    assert (page.pull(480) == 0.5).all()
    assert "the disk is full" in page.until("notice")["text"]
    kept = page.until("take")
    assert not kept["recording"]
    assert (page.pull(480) == 0.5).all()
    (take,) = studio.takes.list()
    assert take.id == kept["take"]
    assert soundfile.info(studio.takes.path(take.id)).frames == 480
