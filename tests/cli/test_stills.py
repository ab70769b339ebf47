"""Pictures of recordings as they are typed: one, a folder, again; and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from diffusion_forge import parts
from PIL import Image
from typed import Typed

from latent_resonance.bundles.write import write_bundle

RATE = 16_000
# Any recipe whose navigator paints recordings has these flags: the name does not matter.
RECIPE = """
name = "singer"
bundle = "{bundle}"
sense = "sliders"
[navigate]
part = "voice_noise"
prompt = "red circles"
[render]
part = "frames"
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("tiny") / "tiny.resonance", *parts())


@pytest.fixture
def painted(typed: Typed, bundle: Path) -> Typed:
    (typed.folder / "singer.toml").write_text(RECIPE.format(bundle=bundle))
    return typed


def voice_like(seconds: float = 1.0, hz: float = 130.0, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * k * hz * t) / k for k in range(1, 12))
    return 0.1 * tone * np.clip(np.sin(2 * np.pi * 3 * t) + 0.6, 0, None)


def write(name: str, samples: np.ndarray, rate: int = RATE) -> None:
    soundfile.write(name, samples, rate, subtype="FLOAT")


def pixels(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_a_recording_its_picture_and_the_same_again(painted: Typed, bundle: Path) -> None:
    write("me.wav", voice_like())
    command = ("render", "singer.toml", "--input", "me.wav")
    code, out, err = painted(*command, "--prompt", "red circels", "--output", "a.png")
    assert (code, out) == (0, "a.png: 256 x 256; understood: red\n")
    assert err == "resonance: 'circels' says nothing to the model: try 'circles'\n"
    made = painted.json(
        *command, "--size", 64, "--steps", 2, "--scale", 3, "--mode", "voice", "--output", "b.png"
    )
    asked = (made["steps"], made["guidance"], made["width"], made["mode"], made["prompt"])
    assert asked == (2, 3.0, 64, "voice", "red circles")
    for name in ("a.png", "b.png"):
        assert painted("render", "--from", name, "--bundle", bundle, "--output", "c.png")[0] == 0
        assert Path("c.png").read_bytes() == Path(name).read_bytes()
    assert pixels("b.png").shape == (64, 64, 3)
    exact = painted.json(*command, "--mode", "exact", "--output", "d.jpg")
    assert exact["mode"] == "exact"
    assert painted("render", "--from", "d.jpg", "--model", bundle, "--output", "e.jpg")[0] == 0
    assert Path("d.jpg").read_bytes() == Path("e.jpg").read_bytes()


def test_a_folder_of_recordings(painted: Typed) -> None:
    Path("takes").mkdir()
    write("takes/one.wav", voice_like())
    write("takes/one.flac.wav", voice_like(hz=220.0))
    write("takes/silent.wav", np.zeros(RATE))
    Path("takes/notes.txt").write_text("no sound")
    Path("takes/._one.wav").write_bytes(b"as macOS leaves on sticks")
    code, out, err = painted("render", "singer.toml", "--batch", "takes", "--output", "pictures")
    assert code == 1
    assert [line.split(":")[0] for line in out.splitlines()] == [
        str(Path("pictures/one.flac.png")),
        str(Path("pictures/one.png")),
    ]
    silent, counted = err.splitlines()
    assert "silent.wav is silent" in silent
    assert counted == "resonance: 1 of 3 recordings gave no picture"
    assert not np.array_equal(pixels("pictures/one.png"), pixels("pictures/one.flac.png"))


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (voice_like(rate=8_000), 8_000),
        (voice_like(rate=192_000), 192_000),
        (np.stack([voice_like()] * 6, 1), RATE),
    ],
    ids=["8 kHz", "192 kHz", "6 channels"],
)
def test_recordings_of_any_form(painted: Typed, samples: np.ndarray, rate: int) -> None:
    write("any.wav", samples, rate)
    made = painted.json(
        *("render", "singer.toml", "--input", "any.wav", "--prompt", "", "--output", "a.png")
    )
    assert made["understood"] == []
    assert made["part"] == ""


def test_of_ten_minutes_it_is_said_which_part(painted: Typed) -> None:
    samples = np.zeros(600 * 8_000, np.float32)
    samples[300 * 8_000 : 302 * 8_000] = voice_like(2.0, rate=8_000)
    write("long.wav", samples, 8_000)
    _, out, _ = painted("render", "singer.toml", "--input", "long.wav", "--output", "a.png")
    assert "; used: 2" in out
    assert "s of 600.0 s" in out


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(RATE), "is silent"),
        (voice_like(0.2), "at least 0.3 s"),
        (np.full(RATE, 0.3), "is a constant"),
        (np.full(RATE, np.nan), "not numbers"),
    ],
    ids=["silence", "0.2 s", "constant", "NaN"],
)
def test_what_is_no_voice_is_refused(painted: Typed, samples: np.ndarray, says: str) -> None:
    write("me.wav", samples)
    painted.refused(says, "render", "singer.toml", "--input", "me.wav", "--output", "a.png")


def test_what_cannot_be_painted_is_refused(painted: Typed) -> None:
    write("me.wav", voice_like())
    command = ("render", "singer.toml", "--input", "me.wav", "--output", "a.png")
    for says, more in (
        ("no word of '紅い円' is known", ("--prompt", "紅い円")),
        ("no/such", ("--model", "no/such/folder")),
        ("--size", ("--size", "9999")),
        ("give one of --input", ("--batch", ".")),
        ("move a video", ("--set", "hue=1")),
        ("--scale and --guidance are the same", ("--scale", 2, "--guidance", 2)),
        ("--scale 6: at most 5", ("--scale", 6, "--output", "a.mp4")),
        ("--seed changes nothing of a still", ("--seed", 5)),
        ("--engine changes nothing of a still", ("--engine", "onnxruntime")),
        ("--model and --bundle both say", ("--model", "voice", "--bundle", "texture")),
        ("--mix is of the mode mix", ("--mode", "words", "--mix", 0.3, "--output", "a.mp4")),
        ("red red ...: string should have", ("--prompt", "red " * 3000)),
        ("for a still", ("--mode", "exact", "--output", "a.mp4")),
        ("a .png or .jpg", ("--output", "a.webp")),
        ("--fps is for moving pictures", ("--fps", 12)),
        ("--width is for moving pictures", ("--width", 64)),
        ("--rate is for moving pictures", ("--rate", 48_000)),
        ("--mix is of the mode mix", ("--mode", "voice", "--mix", 0.5)),
    ):
        painted.refused(says, *command, *more)
    start = command[:2]
    painted.refused("there is no file gone.wav", *start, "--input", "gone.wav", "--output", "a.png")
    Path("dir.wav").mkdir()
    painted.refused("dir.wav is a folder", *start, "--input", "dir.wav", "--output", "a.png")
    painted.refused("give one of --input", *start, "--output", "a.png")
    painted.refused("carries no recipe", "render", "--from", "me.wav", "--output", "b.wav")
    Path("empty").mkdir()
    painted.refused("holds no recordings", *start, "--batch", "empty", "--output", "p")
