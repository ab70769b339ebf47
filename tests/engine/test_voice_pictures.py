"""A recording's picture: the same bytes again, from the sound or from the picture's recipe."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from diffusion_forge import parts

from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError, MediaError, ResonanceError
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.engine.voice_pictures import VoicePicture, paint_again, paint_voice
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe
from latent_resonance.stage.picture_file import Options, Part


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_bundle(tmp_path_factory.mktemp("tiny") / "tiny.resonance", *parts()))


@pytest.fixture(autouse=True)
def _no_known_voices(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = "latent_resonance.engine.voice_pictures.paint.voices_folder"
    monkeypatch.setattr(place, lambda: tmp_path / "voices")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write(tmp_path / "sung.wav", sung())


def sung(seconds: float = 1.0, hz: float = 180.0, rate: int = 16_000) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * k * hz * time) / k for k in range(1, 12))
    return 0.1 * tone * (1 + 0.5 * np.sin(2 * np.pi * 3 * time))


def write(path: Path, samples: np.ndarray, rate: int = 16_000) -> Path:
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def keep(picture: VoicePicture, path: Path) -> Path:
    stage = Part(Options(path=path))
    stage.prepare(Spec(meta={KEY: spell_recipe(dict(picture.recipe))}))
    stage.show(Frame(picture.pixels, 0.0))
    stage.close()
    return path


@pytest.mark.parametrize("mode", ["mix", "voice", "words", "exact"])
def test_the_same_again_and_from_its_own_recipe(mode, sound, model, tmp_path) -> None:
    made = paint_voice(sound, "red circles", bundle=model, mode=mode)
    assert made.pixels.shape == (256, 256, 3)
    assert np.array_equal(
        made.pixels, paint_voice(sound, "red circles", bundle=model, mode=mode).pixels
    )
    other = write(tmp_path / "other.wav", sung(hz=300.0))
    assert not np.array_equal(made.pixels, paint_voice(other, "red circles", bundle=model).pixels)
    again = paint_again(keep(made, tmp_path / "out.png"), bundle=model)
    assert np.array_equal(made.pixels, again.pixels)
    assert str(tmp_path) not in spell_recipe(dict(made.recipe))


def test_what_was_understood_is_told(sound, model) -> None:
    made = paint_voice(sound, "red circels", bundle=model, steps=1)
    assert made.understood == ("red",)
    assert made.unknown == {"circels": "circles"}
    assert paint_voice(sound, "", bundle=model, steps=1).understood == ()


def test_size_steps_and_cancelling(sound, model) -> None:
    assert paint_voice(sound, "red", bundle=model, size=96).pixels.shape == (96, 96, 3)
    seen = []

    def stop(done: int, of: int) -> None:
        seen.append((done, of))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint_voice(sound, "red", bundle=model, steps=9, on_step=stop)
    assert seen == [(1, 9)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prompt": "голос"}, "no word of 'голос' is known"),
        ({"steps": 0}, "from 1 to 100 steps"),
        ({"size": 5}, "from 16 to 4096"),
        ({"mix": 2.0}, "from 0 to 1"),
        ({"bundle": "/nowhere/model"}, "nor a folder"),
        ({"bundle": "fields"}, "does not paint"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(options, words, sound, model) -> None:
    asked = {"prompt": "red", "bundle": model, **options}
    with pytest.raises(ResonanceError, match=words) as error:
        paint_voice(sound, **asked)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(16_000), "silent"),
        (sung(0.2), "lasts 0.20 s"),
        (np.full(16_000, 0.5), "constant"),
        (np.full(16_000, np.nan), "not numbers"),
    ],
)
def test_sounds_that_are_no_voice(samples, words, model, tmp_path) -> None:
    with pytest.raises(MediaError, match=words):
        paint_voice(write(tmp_path / "odd.wav", samples), "red", bundle=model)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (192_000, 1), (16_000, 6)])
def test_any_rate_and_channels(rate, channels, model, tmp_path) -> None:
    samples = np.repeat(sung(rate=rate)[:, None], channels, axis=1)
    made = paint_voice(write(tmp_path / "odd.wav", samples, rate), "red", bundle=model, steps=1)
    assert made.pixels.std() > 1


def test_recipes_of_others_are_refused(sound, model, tmp_path) -> None:
    made = paint_voice(sound, "red", bundle=model, steps=1)
    changed = [
        ({"seal": "0" * 64}, InputError, "another model"),
        ({"statistics": "other"}, InputError, "other statistics"),
        ({"voice": "????"}, MediaError, "numbers"),
        ({"steps": "many"}, MediaError, "damaged"),
        ({"kind": "sound"}, MediaError, "carries no recipe"),
    ]
    for change, kind, words in changed:
        bad = VoicePicture(made.pixels, {**made.recipe, **change}, made.reading)
        with pytest.raises(kind, match=words):
            paint_again(keep(bad, tmp_path / "bad.png"), bundle=model)
