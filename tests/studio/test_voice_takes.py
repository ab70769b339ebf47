"""Recorded voices and their pictures: kept, painted beside all else, cancelled, recovered."""

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PIL import Image

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.models.text_to_image.contract import OnStep
from latent_resonance.stage.metadata.recipe_of import read_recipe
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id
from latent_resonance.studio.store.voice_takes import PictureRequest, VoiceTakes
from latent_resonance.studio.studio import Studio
from latent_resonance.studio.voice_painter import VoicePainter
from latent_resonance.studio.voice_sound import keep_sound

RATE = 16_000
ASKED = {"bundle": "drone", "prompt": "red rings, hopeful"}
PATIENCE = 30


def voice(seed: int = 0, seconds: float = 1.0) -> np.ndarray:
    """A hum whose pitch and vowel are the seed's."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 110 + 30 * seed
    hum = sum(np.sin(2 * np.pi * pitch * k * time) / (k + seed) for k in range(1, 9))
    return (0.2 * hum * (1 + 0.5 * np.sin(2 * np.pi * 3 * time))).astype(np.float32)


def wav(samples: np.ndarray, rate: int = RATE) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV")
    return file.getvalue()


def upload(served, samples: np.ndarray, rate: int = RATE) -> str:
    made = served.ask("POST", "/api/uploads?name=me.wav", wav(samples, rate))
    return str(made.json["id"])


def add(served, samples: np.ndarray):
    return served.ask("POST", "/api/voice-takes", {"upload": upload(served, samples)})


@pytest.fixture
def painter(studio: Studio) -> Callable[..., list[threading.Event]]:
    """Puts a brush of our own into the studio."""

    def put(paint) -> None:
        studio.voice_painter.close()
        studio.voice_painter = VoicePainter(studio.voice_takes, paint)

    return put


def painted(shade: int = 200) -> SimpleNamespace:
    return SimpleNamespace(
        pixels=np.full((8, 8, 3), shade, np.uint8),
        recipe={"prompt": "red rings", "seed": 3},
        understood=("red", "rings"),
        unknown={"hopeful": None},
        voice="anna",
    )


def until(served, take: str, *states: str) -> dict:
    path = f"/api/voice-takes/{take}/painting"
    for _ in range(100 * PATIENCE):
        now = served.ask("GET", path).json
        if now["state"] in states:
            return now
        threading.Event().wait(0.01)
    raise AssertionError(f"it stays {now}")


def test_a_voice_is_kept_painted_heard_and_removed(served, studio: Studio, painter) -> None:
    def paint(take: str, asked: PictureRequest, on_step: OnStep) -> SimpleNamespace:
        on_step(1, 2)
        return painted()

    painter(paint)
    first, second = add(served, voice()), add(served, voice(1))
    assert (first.status, first.json["name"], second.json["name"]) == (201, "Take 1", "Take 2")
    assert first.json["seconds"] == 1.0
    assert first.json["picture"] is None
    take = second.json["id"]
    at = f"/api/voice-takes/{take}"
    assert served.ask("GET", f"{at}/painting").json is None
    assert served.ask("GET", f"{at}/picture").status == 404
    assert served.ask("POST", f"{at}/painting", ASKED).status == 202
    assert until(served, take, "done", "failed")["state"] == "done"
    made = served.ask("GET", at).json["picture"]
    assert made["understood"] == ["red", "rings"]
    assert made["unknown"] == {"hopeful": ""}
    assert made["voice"] == "anna"
    assert made["asked"]["mix"] == 0.6
    got = served.ask("GET", f"{at}/picture")
    assert got.headers["content-type"] == "image/png"
    assert np.asarray(Image.open(io.BytesIO(got.body))).shape == (8, 8, 3)
    # The file carries how it was made.
    assert read_recipe(studio.voice_takes.picture(take)) == {"prompt": "red rings", "seed": 3}
    heard, rate = soundfile.read(io.BytesIO(served.ask("GET", f"{at}/sound").body))
    assert rate == RATE
    assert len(heard) == rate
    assert served.ask("GET", f"{at}/waveform").json["seconds"] == 1.0
    assert served.ask("PUT", at, {"name": "Hello"}).json["name"] == "Hello"
    assert [one["name"] for one in served.ask("GET", "/api/voice-takes").json] == [
        "Hello",
        "Take 1",
    ]
    assert served.ask("DELETE", at).status == 204
    assert served.ask("DELETE", at).status == 404
    assert not studio.voice_takes.sound(take).exists()
    assert not studio.voice_takes.picture(take).exists()


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        (np.zeros(RATE, np.float32), "silent"),
        (np.full(RATE, 0.5, np.float32), "constant"),
        (voice(seconds=0.2), "at least 0.3 s"),
        (np.where(np.arange(RATE) == 99, np.nan, voice()), "not numbers"),
    ],
)
def test_what_is_no_voice_is_refused_in_one_line(served, studio: Studio, samples, why: str) -> None:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="FLOAT")
    sent = served.ask("POST", "/api/uploads?name=me.wav", file.getvalue()).json["id"]
    answer = served.ask("POST", "/api/voice-takes", {"upload": sent})
    assert answer.status == 422
    assert why in answer.json["detail"]
    assert "me.wav" in answer.json["detail"]
    assert str(studio.folder) not in answer.json["detail"]
    assert studio.voice_takes.list() == []
    assert list((studio.folder / "voice-takes").iterdir()) == []


def test_a_picture_is_cancelled_within_one_step_and_the_server_answers_meanwhile(
    served, painter
) -> None:
    going, on = threading.Event(), threading.Event()
    steps = []

    def paint(take: str, asked: PictureRequest, on_step: OnStep) -> SimpleNamespace:
        for step in range(1, 4):
            steps.append(step)
            going.set()
            assert on.wait(PATIENCE)
            on_step(step, 3)
        return painted()

    painter(paint)
    take, other = add(served, voice()).json["id"], add(served, voice(1)).json["id"]
    served.ask("POST", f"/api/voice-takes/{take}/painting", ASKED)
    assert going.wait(PATIENCE)
    assert served.ask("POST", f"/api/voice-takes/{other}/painting", ASKED).json["state"] == (
        "waiting"
    )
    assert served.ask("DELETE", f"/api/voice-takes/{other}/painting").status == 204
    assert until(served, other, "cancelled")
    assert served.ask("DELETE", f"/api/voice-takes/{take}/painting").status == 204
    on.set()
    assert until(served, take, "cancelled")
    assert steps == [1]
    assert served.ask("GET", f"/api/voice-takes/{take}").json["picture"] is None
    # The next one is painted as if nothing had been.
    served.ask("POST", f"/api/voice-takes/{take}/painting", ASKED)
    assert until(served, take, "done")
    assert served.ask("DELETE", f"/api/voice-takes/{new_id()}/painting").status == 404


def test_the_latest_request_counts_and_a_take_that_goes_leaves_nothing(
    served, studio: Studio, painter
) -> None:
    going, on = threading.Event(), threading.Event()

    def paint(take: str, asked: PictureRequest, on_step: OnStep) -> SimpleNamespace:
        going.set()
        assert on.wait(PATIENCE)
        on_step(1, 1)
        return painted(int(asked.prompt))

    painter(paint)
    take = add(served, voice()).json["id"]
    at = f"/api/voice-takes/{take}"
    for shade in ("10", "20", "30"):
        served.ask("POST", f"{at}/painting", {**ASKED, "prompt": shade})
    on.set()
    assert until(served, take, "done")
    assert np.asarray(Image.open(studio.voice_takes.picture(take))).max() == 30
    on.clear()
    going.clear()
    served.ask("POST", f"{at}/painting", {**ASKED, "prompt": "40"})
    assert going.wait(PATIENCE)
    assert served.ask("DELETE", at).status == 204
    on.set()
    studio.voice_painter.close()
    assert list((studio.folder / "voice-takes").iterdir()) == []


@pytest.mark.parametrize("error", [InputError("no such word"), OSError(28, "No space left")])
def test_what_fails_says_why_and_the_picture_before_stays(
    served, studio: Studio, painter, error: Exception
) -> None:
    def paint(take: str, asked: PictureRequest, on_step: OnStep) -> SimpleNamespace:
        if asked.prompt:
            raise error
        return painted()

    painter(paint)
    take = add(served, voice()).json["id"]
    at = f"/api/voice-takes/{take}"
    served.ask("POST", f"{at}/painting", {**ASKED, "prompt": ""})
    assert until(served, take, "done")
    served.ask("POST", f"{at}/painting", ASKED)
    failed = until(served, take, "failed")
    assert str(error.args[-1]) in failed["why"]
    assert served.ask("GET", f"{at}/picture").status == 200


def test_requests_are_checked_and_names_are_looked_up(served, studio: Studio) -> None:
    take = add(served, voice()).json["id"]
    at = f"/api/voice-takes/{take}/painting"
    for wrong in ({"steps": 0}, {"mix": 2}, {"mode": "best"}, {"guidance": 0.5}, {"more": 1}):
        assert served.ask("POST", at, {**ASKED, **wrong}).status == 422
    assert served.ask("POST", at, {"bundle": "nothing here"}).status == 404
    assert served.ask("POST", f"/api/voice-takes/{new_id()}/painting", ASKED).status == 404
    assert served.ask("POST", "/api/voice-takes", {"upload": new_id()}).status == 404


def test_sounds_that_were_whole_are_there_after_a_kill(tmp_path: Path) -> None:
    database, folder = Database(tmp_path / "studio.sqlite"), tmp_path / "voice-takes"
    takes = VoiceTakes(database, folder)
    sound = tmp_path / "me.wav"
    sound.write_bytes(wav(voice(), 22_050))
    kept = keep_sound(takes, sound, "me.wav")
    lost = new_id()
    takes.sound(lost).write_bytes(sound.read_bytes())
    takes.sound(new_id()).write_bytes(b"RIFF")
    (folder / f".{new_id()}.wav.999999999.partial").write_bytes(b"RIFF")
    assert VoiceTakes(database, folder).recover() == 1
    assert {take.id for take in takes.list()} == {kept.id, lost}
    assert {path.name for path in folder.iterdir()} == {f"{kept.id}.wav", f"{lost}.wav"}
    assert takes.find(lost).seconds == pytest.approx(RATE / 22_050, abs=1e-3)
    with pytest.raises(MediaError, match="song"):
        keep_sound(takes, Path(__file__), "song.mp3")


def test_voices_are_enrolled_from_takes_and_forgotten(served) -> None:
    takes = [add(served, voice(2)).json["id"] for _ in range(2)]
    assert served.ask("GET", "/api/voices").json == []
    new = {"name": "My_voice", "takes": takes}
    assert served.ask("POST", "/api/voices", new).json == {
        "name": "My_voice",
        "clips": 2,
        "usable": True,
    }
    assert served.ask("POST", "/api/voices", new).status == 422
    assert served.ask("POST", "/api/voices", {**new, "replace": True}).status == 201
    assert served.ask("POST", "/api/voices", {**new, "name": "../out"}).status == 422
    assert served.ask("POST", "/api/voices", {**new, "takes": [new_id()]}).status == 404
    assert [one["name"] for one in served.ask("GET", "/api/voices").json] == ["My_voice"]
    assert served.ask("DELETE", "/api/voices/My_voice").status == 204
    assert served.ask("DELETE", "/api/voices/My_voice").status == 404
    assert json.loads(served.ask("GET", "/api/voices").body) == []
