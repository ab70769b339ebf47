"""Instruments of pictures over the playing socket: the sound goes in, places come out."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from studio_page import Page, ready_page

from latent_resonance.contracts.confined import stream
from latent_resonance.sound.recordings import apart

RATE = 48_000


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV")
    return file.getvalue()


def loud_then_quiet(seconds: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    half = round(seconds / 2 * RATE)
    return np.concatenate([0.3 * rng.standard_normal(half), np.zeros(half)]).clip(-1, 1)


def told(page: Page, kind: str) -> list[dict]:
    return [one for one in page.texts if one["type"] == kind]


@pytest.fixture
def page(served):
    with ready_page(served, served.make_session("vision")) as found:
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


def test_a_page_without_a_graphics_processor_gets_pictures_in_its_own_shape(served) -> None:
    with ready_page(served, served.make_session("vision"), "?as_frames=true") as page:
        drawn = page.ready["drawn"]
        assert (drawn["kind"], drawn["width"], drawn["height"]) == ("frames", 320, 180)
        page.send("pull", frames=9_600)
        kinds = {}
        while "drawn" not in kinds:
            kind, got = page.next_binary()
            kinds[kind] = got
            if kind == "sound":
                page.send("pull", frames=4_800)
        head, jpeg = kinds["drawn"]
        with Image.open(io.BytesIO(jpeg)) as picture:
            assert picture.size == (320, 180)
            assert np.ptp(np.asarray(picture)) > 30
        assert (head["width"], head["height"]) == (320, 180)


def test_the_meters_tell_what_is_heard_and_silence_is_told_as_such(page: Page, upload: str) -> None:
    page.send("open_sound", id=1, source="file", upload=upload)
    page.send("play_sound", id=2, playing=True)
    page.until("applied")
    page.until("applied")
    for _ in range(10):
        page.pull(4_800)
    assert max(one["values"]["rms"] for one in told(page, "heard")) > 0.3
    page.send("play_sound", id=3, playing=False, at=1.5)
    page.until("applied")
    for _ in range(10):
        page.pull(4_800)
    page.texts.clear()
    page.pull(4_800)
    while not told(page, "heard"):
        page.pull(480)
    heard = told(page, "heard")[-1]
    assert (heard["playing"], heard["at"], heard["upload"]) == (False, 1.5, upload)
    assert heard["values"]["rms"] == 0


def test_a_file_that_is_gone_is_one_line_and_live_sound_comes_back(page: Page) -> None:
    page.send("open_sound", id=7, source="file", upload="00000000-0000-4000-8000-000000000000")
    notice = page.until("notice")
    assert (notice["id"], "no longer there" in notice["text"]) == (7, True)
    page.send("open_sound", id=1, source="live")
    page.until("applied")
    sound = (9_000 * np.sin(np.arange(4_800) * 0.05)).astype("<i2")
    loudest = 0.0
    for _ in range(8):
        page.socket.send(sound.tobytes())
        loudest = max(loudest, float(np.abs(page.pull(4_800)).max()))
    assert loudest > 0.2
    assert max(one["values"]["rms"] for one in told(page, "heard")) > 0


def test_a_file_without_sound_is_refused_by_its_own_name(served) -> None:
    made = served.ask("POST", "/api/uploads?name=broken.mp3", b"no sound at all" * 99)
    answer = served.ask("GET", f"/api/uploads/{made.json['id']}/waveform")
    assert answer.status == 422
    assert "broken.mp3" in answer.json["detail"]
    assert str(served.studio.uploads.folder) not in answer.json["detail"]


def test_a_waveform_has_the_shape_of_its_sound(served, upload: str) -> None:
    found = served.ask("GET", f"/api/uploads/{upload}/waveform").json
    assert found["seconds"] == 2
    peaks = np.array(found["peaks"])
    assert peaks[:290].min() > 0.3
    assert peaks[310:].max() == 0


def test_a_decoder_that_dies_is_a_line_and_the_studio_goes_on(
    served, upload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad_decoder.py").write_text(
        "import os\ndef tell(path):\n    os.abort()\n    yield"
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with monkeypatch.context() as bad:
        bad.setenv("PYTHONPATH", path)
        bad.setattr(apart, "_SERVED", "bad_decoder")
        stream.end_idle()
        answer = served.ask("GET", f"/api/uploads/{upload}/waveform")
    assert answer.status == 422
    assert "ended the process that looked at it" in answer.json["detail"]
    assert served.ask("GET", f"/api/uploads/{upload}/waveform").status == 200


def test_the_other_pages_take_no_sound(served) -> None:
    with ready_page(served, served.make_session()) as page:
        assert page.ready["drawn"] is None
        page.send("open_sound", id=1, source="live")
        assert "takes no sound" in page.until("notice")["text"]
        page.socket.send(b"\0\0" * 480)
        assert page.closed()[0] == 4400


def test_words_become_places_and_those_that_say_nothing_are_told(served) -> None:
    found = served.ask("POST", "/api/moods/fields", {"prompt": "deep blue qwrtzp"}).json
    assert len(found["places"]) == len(found["fits"]) == 4
    assert found["fits"] == sorted(found["fits"], reverse=True)
    assert "blue" in " ".join(found["understood"])
    assert list(found["unknown"]) == ["qwrtzp"]


@pytest.mark.parametrize("prompt", ["", "  ", "blue " * 2_000, "qwrtzp"])
def test_a_prompt_that_cannot_be_used_is_one_line(served, prompt: str) -> None:
    answer = served.ask("POST", "/api/moods/fields", {"prompt": prompt})
    assert answer.status == 422
    assert "\n" not in answer.json["detail"]
    assert len(answer.json["detail"]) < 200
