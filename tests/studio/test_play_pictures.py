"""Instruments of pictures over the playing socket: the sound goes in, places come out."""

import io

import numpy as np
import pytest
import soundfile
from studio_page import Page

RATE = 48_000


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV")
    return file.getvalue()


def loud_then_quiet(seconds: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    half = round(seconds / 2 * RATE)
    return np.concatenate([0.3 * rng.standard_normal(half), np.zeros(half)]).clip(-1, 1)


@pytest.fixture
def page(served):
    with served.play(served.make_session("vision")) as socket:
        found = Page(socket)
        found.ready = found.until("ready")
        yield found


@pytest.fixture
def upload(served) -> str:
    made = served.ask("POST", "/api/uploads?name=song.wav", wav(loud_then_quiet()))
    assert made.status == 201
    return made.json["id"]


def test_a_page_that_draws_gets_places_in_step_with_the_files_own_sound(
    page: Page, upload: str
) -> None:
    drawn = page.ready["drawn"]
    assert drawn["kind"] == "places"
    page.send("open_sound", id=1, source="file", upload=upload)
    assert page.until("applied")["id"] == 1
    page.send("play_sound", id=2, playing=True)
    page.until("applied")
    page.send("pull", frames=4_800)
    heads, places, sound = [], [], []
    while len(heads) < 40:
        kind, got = page.next_binary()
        if kind == "sound":
            sound.append(np.frombuffer(got[1], "<f4").reshape(-1, 2)[:, 0])
            page.send("pull", frames=1_600)
        elif kind == "placed":
            heads.append(got[0])
            places.append(np.frombuffer(got[1], "<f4"))
    heard = np.concatenate(sound)
    wanted = np.zeros(len(heard))
    wanted[: len(loud_then_quiet())] = loud_then_quiet()[: len(heard)]
    # All but the fade at its start, and what 16 bits leave out.
    assert np.abs(heard - wanted)[2_000:].max() < 1e-3
    frames = [head["frame"] for head in heads]
    assert frames == sorted(frames)
    size = heads[0]["size"]
    assert all(len(place) == size + len(drawn["looks"]) for place in places)
    assert not np.array_equal(places[0][:size], places[-1][:size])
