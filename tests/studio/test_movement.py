"""Movement over the socket: it is heard, told, kept; and a session that goes from instrument to
instrument with its take and its beat."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from studio_page import Page, ready_page

from latent_resonance.engine.recipe import load_recipe
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.patch_recipe import held_recipe, performed_recipe, save_recipe
from latent_resonance.studio.play.player import RecipePlayer
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.play.silent import SilentInstrument, SilentPlayer
from latent_resonance.studio.studio import Studio
from latent_resonance.studio.take_files import read_patch

SQUARE = {"kind": "lfo", "shape": "square", "beats": 1, "depth": 0.125}
RATE = 48_000


@pytest.fixture
def session(served) -> str:
    return served.make_session(tempo=60, controls={"level": 0.25})


@pytest.fixture
def page(served, session):
    with ready_page(served, session) as found:
        yield found


def test_a_movement_is_heard_told_and_kept(served, session, page: Page) -> None:
    assert (page.pull(4800) == 0.25).all()
    page.send("moves", id=1, moves={"level": SQUARE})
    assert page.until("applied")["id"] == 1
    # The range is 2 wide: an eighth of it up for half a beat of a second, then down.
    assert (page.pull(4800) == 0.5).all()
    values = page.until("values")
    assert values["values"] == {"level": 0.5}
    assert values["beat"] == pytest.approx(0.2)
    for _ in range(4):
        page.pull(4800)
    assert (page.pull(4800) == 0.0).all()
    page.send("tempo", id=2, bpm=120, beat=4)
    page.until("applied")
    assert (page.pull(4800) == 0.5).all()
    assert page.until("meters")["beat"] == pytest.approx(4.2)
    page.send("moves", id=3, moves={"level": None})
    page.until("applied")
    assert page.until("values")["values"] == {}
    assert (page.pull(4800) == 0.25).all()
    page.send("moves", id=4, moves={"level": SQUARE})
    page.until("applied")
    page.socket.close()
    while (kept := served.ask("GET", f"/api/sessions/{session}").json["patch"])["tempo"] != 120:
        time.sleep(0.02)
    assert kept["moves"]["level"] == {**SQUARE, "seconds": None, "phase": 0}


def test_values_are_told_seldom_and_only_while_something_moves(page: Page) -> None:
    for _ in range(50):
        page.pull(480)
    assert not [one for one in page.texts if one["type"] == "values"]
    page.send("moves", id=1, moves={"level": SQUARE})
    page.until("applied")
    start = time.perf_counter()
    while time.perf_counter() - start < 0.5:
        page.pull(48)
    told = sum(one["type"] == "values" for one in page.texts)
    assert 3 <= told <= 16


def test_a_movement_of_what_does_not_exist_is_told_and_changes_nothing(page: Page) -> None:
    page.send("moves", id=1, moves={"level": SQUARE})
    page.until("applied")
    page.send("moves", id=2, moves={"levle": SQUARE})
    notice = page.until("notice")
    assert notice["id"] == 2
    assert "did you mean 'level'" in notice["text"]
    assert (page.pull(480) == 0.5).all()


def test_a_patch_from_elsewhere_moves_and_stops_moving(served, session, page: Page) -> None:
    patch = {"instrument": "silent", "moves": {"level": SQUARE}, "tempo": 60}
    served.ask("PUT", f"/api/sessions/{session}/patch", patch)
    page.until("patch")
    assert (page.pull(480) == 0.25).all()
    served.ask("PUT", f"/api/sessions/{session}/patch", {"instrument": "silent"})
    page.until("patch")
    assert not page.pull(480).any()


def listened(player: RecipePlayer, name: str) -> float:
    player.pull(512)
    return float(player.moved[name])


def test_a_face_and_a_sound_move_and_each_goes_away_alone() -> None:
    moves = {
        "brightness": {"kind": "source", "source": "mouth", "depth": 0.5},
        "size": {"kind": "source", "source": "bass", "depth": 0.5},
    }
    player = RecipePlayer(Patch(instrument="texture", moves=moves), None, 1)
    try:
        player.set_controls({"mouth": 1.0}, present=True)
        player.set_controls({"bass": 0.5}, present=True, sense="microphone")
        assert listened(player, "brightness") == 5
        assert listened(player, "size") == 2.5
        player.set_controls({}, present=False)
        for _ in range(100):
            player.pull(512)
        assert listened(player, "brightness") == pytest.approx(0, abs=0.01)
        assert listened(player, "size") == 2.5
        player.set_controls({}, present=False, sense="microphone")
        for _ in range(100):
            player.pull(512)
        assert listened(player, "size") == pytest.approx(0, abs=0.01)
    finally:
        player.close()


def test_a_moved_control_goes_around_a_mapped_and_a_held_value() -> None:
    lfo = {"kind": "lfo", "shape": "square", "seconds": 3600, "depth": 0.1}
    lines = {"brightness": {"from": "mouth", "low": -5, "high": 5}}
    player = RecipePlayer(
        Patch(instrument="texture", map=lines, moves={"brightness": lfo}), None, 1
    )
    try:
        player.set_controls({"mouth": 0.7}, present=True)
        assert listened(player, "brightness") == pytest.approx(3)
        player.set_controls({"brightness": -3.0}, None)
        assert listened(player, "brightness") == pytest.approx(-2)
    finally:
        player.close()


def test_a_patch_that_moves_becomes_a_recipe_that_moves(served) -> None:
    patch = Patch(
        instrument="texture",
        tempo=96,
        moves={
            "brightness": {"kind": "lfo", "beats": 8, "depth": 0.28},
            "rate": {"kind": "hand", "points": [0, 1, 0.5], "seconds": 2},
            "size": {"kind": "source", "source": "bass"},
        },
    )
    assert [one.part for one in performed_recipe(patch).sense] == ["microphone"]
    assert held_recipe(patch).chain[0].move.keys() == {"brightness", "rate"}
    save_recipe("swaying", patch)
    recipe = load_recipe("swaying")
    assert (recipe.tempo, recipe.chain[0].move) == (96, patch.moves)
    # As an instrument it moves so from the start, unless a patch says otherwise.
    begun = served.ask("POST", "/api/sessions", {"instrument": "swaying"}).json["patch"]
    assert Patch.model_validate(begun).moves == patch.moves
    assert begun["tempo"] == 96
    still = served.ask("POST", "/api/sessions", {"instrument": "swaying", "moves": {}}).json
    assert still["patch"]["moves"] == {}


def test_a_take_goes_on_over_a_change_of_instrument(
    served, studio, inline_windows, monkeypatch
) -> None:
    session = served.make_session("texture", place={"weights": {"wind": 1}}, tempo=60)
    with ready_page(served, session) as page:
        assert page.ready["channels"] == 1
        page.pull(24_000)
        page.send("record", on=True)
        page.until("take")
        heard = [page.pull(4800) for _ in range(5)]
        opened, go = studio.players.open, threading.Event()

        def slow(*asked) -> SessionPlayer:
            go.wait(60)
            return opened(*asked)

        monkeypatch.setattr(studio.players, "open", slow)
        notes = {"instrument": "notes", "tempo": 90, "controls": {"reverb": 0.0}}
        served.ask("PUT", f"/api/sessions/{session}/patch", notes)
        page.until("loading")
        heard += [page.pull(480) for _ in range(3)]  # the old sound, until the new one is ready
        go.set()
        ready = page.until("ready")
        assert (ready["channels"], ready["patch"]["instrument"]) == (2, "notes")
        assert ready["frame"] == 24_000 + 5 * 4800 + 3 * 480
        page.send("midi", id=1, data=[0x90, 60, 120])
        page.until("applied")
        heard += [page.pull(4800) for _ in range(10)]
        assert page.until("meters")["beat"] == pytest.approx((24_000 + 5 * 4800) / RATE + 1.5, 0.05)
        page.send("record", on=False)
        told = page.until("take")
    whole = np.concatenate(
        [block if block.shape[1] == 2 else block.repeat(2, 1) for block in heard]
    )
    assert told["seconds"] == pytest.approx(len(whole) / RATE)
    (take,) = studio.takes.list()
    path = studio.takes.path(take.id)
    samples, rate = soundfile.read(path, dtype="float32")
    assert (rate, samples.shape) == (RATE, whole.shape)
    assert np.abs(samples - whole).max() < 1e-6
    at = 5 * 4800 + 3 * 480
    assert np.abs(samples[:at]).max() > 0.01
    assert np.abs(samples[at + 4800 :]).max() > 0.01
    # No step where they meet is larger than the sound itself has.
    steps = np.abs(np.diff(samples, axis=0))
    assert steps[at - 10 : at + 490].max() <= 1.5 * steps[:at].max()
    assert (take.name, take.patch.instrument) == ("texture, notes", "notes")
    assert read_patch(path) == take.patch


def test_whoever_still_pulls_the_old_player_gets_the_new_ones_sound(served) -> None:
    opened = served.studio.players.open
    old, new = (
        opened(Patch(instrument="silent", controls={"level": level})) for level in (0.5, -0.5)
    )
    old.pull(1000)
    old.hand_over(new)
    old.pull(480)
    assert new.frame == 1480
    sound = np.frombuffer(old.pull(100)[24:], "<f4")
    assert (sound == -0.5).all()
    assert isinstance(new, SessionPlayer)
    assert not old.recording


def test_a_page_that_goes_while_another_instrument_opens_comes_back_to_that_one(
    served, session, page: Page, monkeypatch
) -> None:
    page.send("controls", id=1, values={"level": 0.5})
    page.until("applied")
    opening, go = threading.Event(), threading.Event()
    opened, closed = SilentInstrument.open, []

    def slow(self, patch: Patch, *rest) -> SilentPlayer:
        made = opened(self, patch, *rest)
        monkeypatch.setattr(made, "close", lambda: closed.append(patch.seed))
        opening.set()
        go.wait(60)
        return made

    monkeypatch.setattr(SilentInstrument, "open", slow)
    patch = {"instrument": "silent", "seed": 5, "controls": {"level": -0.5}}
    served.ask("PUT", f"/api/sessions/{session}/patch", patch)
    assert opening.wait(60)
    page.socket.close()
    go.set()
    while closed != [5]:
        time.sleep(0.02)
    with ready_page(served, session) as back:
        assert back.ready["patch"]["seed"] == 5
        assert (back.pull(100) == -0.5).all()


def test_movement_outlives_the_server(serve, tmp_path: Path, bundles: Path) -> None:
    for life in range(2):
        studio = Studio(tmp_path / "studio", {"silent": SilentInstrument()})
        with serve(studio) as served:
            if life == 0:
                session = served.make_session()
            with ready_page(served, session) as page:
                if life == 0:
                    page.send("tempo", id=1, bpm=60)
                    page.send("moves", id=2, moves={"level": SQUARE})
                    page.until("applied")
                    page.until("applied")
                else:
                    assert page.ready["patch"]["tempo"] == 60
                    assert (page.pull(480) == 0.25).all()
        studio.close()
