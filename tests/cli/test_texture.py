"""``render texture``, ``play texture`` and ``render --from`` as scripts use them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import ResonanceError


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch", reason="sliders are found with the extra latent-resonance[train]")
    from texture_forge import forge_with_sliders

    return forge_with_sliders(tmp_path_factory.mktemp("cli-texture"))


@pytest.fixture
def texture(bundle: Path) -> Callable[..., Result]:
    """``resonance COMMAND texture --bundle SMALL ...``."""

    def run(command: str, *arguments: object) -> Result:
        words = [command, "texture", "--bundle", bundle, *arguments]
        return CliRunner().invoke(cli, [str(word) for word in words])

    return run


def refused(result: Result, says: str) -> None:
    assert isinstance(result.exception, ResonanceError), (result.output, result.exception)
    text = str(result.exception)
    assert says in text
    assert "\n" not in text


def test_render_with_everything_and_again_from_the_file(
    texture: Callable[..., Result], bundle: Path, tmp_path: Path
) -> None:
    source = tmp_path / "noise.wav"
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 16_000)
    soundfile.write(source, noise, 16_000)
    out = tmp_path / "out.wav"
    done = texture(
        "render", "--seed", 3, "--prototype", "rain:0.6", "--query", source, "--strength", 0.5,
        "--sefa", "late:2=1.5", "--sefa", "1=-1", "--pca", "2=0.5", "--set", "brightness=2",
        "--set", "rate=-1", "--transfer", "size", "--from", source, "--refine", 2,
        "--spectrogram", tmp_path / "out.png", "--output", out, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["axes"] == {"late:2": 1.5, "all:1": -1.0, "pca:2": 0.5}
    assert report["set"] == {"brightness": 2.0, "rate": -1.0}
    assert report["duration_seconds"] == pytest.approx(64 * 32 / 8_000)
    assert set(report["attributes"]) == {"brightness", "rate", "impact", "size", "roughness"}
    assert (tmp_path / "out.png").exists()
    for words in (
        ["--from", out, "--output", tmp_path / "again.wav"],
        ["--output", tmp_path / "again.wav", f"--from={out}"],
    ):
        again = CliRunner().invoke(cli, ["render", *map(str, words), "--bundle", str(bundle)])
        assert again.exit_code == 0, again.output
        assert (tmp_path / "again.wav").read_bytes() == out.read_bytes()
        (tmp_path / "again.wav").unlink()
    changes = ["--from", out, "--set", "rate=2", "--sefa", "1=1", "--seconds", 0.1, "--output"]
    assert texture("render", *changes, tmp_path / "one.wav").exit_code == 0
    words = [*map(str, changes), str(tmp_path / "two.wav"), "--bundle", str(bundle)]
    assert CliRunner().invoke(cli, ["render", *words]).exit_code == 0
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()
    wide = ["--from", str(out), "--rate", "16000", "--output", str(tmp_path / "wide.wav")]
    done = CliRunner().invoke(cli, ["render", *wide, "--bundle", str(bundle)])
    assert done.exit_code == 0, done.output
    assert soundfile.info(tmp_path / "wide.wav").samplerate == 16_000
    drawn = texture("render", "--from", out, "--seed", 7, "--output", tmp_path / "drawn.wav")
    assert isinstance(drawn.exception, ResonanceError)
    assert "--seed draws places" in str(drawn.exception)


def test_variations_and_a_morph(texture: Callable[..., Result], tmp_path: Path) -> None:
    done = texture("render", "--variations", 2, "--output", tmp_path / "v.flac")
    assert done.exit_code == 0, done.output
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        str(tmp_path / "v-1.flac"),
        str(tmp_path / "v-2.flac"),
    ]
    done = texture(
        "render", "--morph", "fire", "--seconds", 0.4, "--output", tmp_path / "w.wav", "--quiet"
    )
    assert done.exit_code == 0, done.output
    assert done.output == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "brightness=nan"], "write it as CONTROL=NUMBER"),
        (["--set", "brightness=6"], "out of range"),
        (["--set", "colour=1"], "no control is called 'colour'"),
        (["--prototype", "rain:lots"], "NAME:WEIGHT"),
        (["--prototype", "rain:2"], "weights lie in 0..1"),
        (["--prototype", "unheard"], "no place is called 'unheard'"),
        (["--sefa", "first=2"], "NUMBER=VALUE"),
        (["--sefa", "99=1"], "from 1 to 8"),
        (["--pca", "1"], "NUMBER=VALUE"),
        (["--query", "none.wav"], "there is no sound file"),
        (["--transfer", "rate"], "--from FILE"),
        (["--from", "none.wav"], "there is no file none.wav"),
        (["--variations", "0"], "--variations"),
        (["--morph", "nowhere"], "no place is called 'nowhere'"),
        (["--seed", "-1"], "--seed"),
        (["--engine", "steam"], "no engine is called"),
        (["--loudness", "0"], "from -60 to -6 LUFS"),
        (["--rate", "0"], "from 8000 to 48000 Hz"),
        (["--strength", "3"], "of --query and of --variations"),
        (["--refine", "2"], "give one"),
        (["--map", "speed=mouth"], "--map is of what is sensed"),
        (["--record-controls", "x.csv"], "--record-controls is of what is sensed"),
        (["--glide-seconds", "1"], "--glide-seconds shapes a performance"),
        (["--wrap-columns", "4"], "--wrap-columns shapes a performance"),
        (["--spectrogram", "x.jpg"], "a spectrogram is a .png"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    texture: Callable[..., Result], tmp_path: Path, words: list[str], says: str
) -> None:
    refused(texture("render", *words, "--output", tmp_path / "x.wav"), says)
    assert not (tmp_path / "x.wav").exists()


SHAPED = """
name = "shaped"
bundle = "{bundle}"
sense = "sliders"
{entry}
navigate = {{ part = "semantic" }}
render = {{ part = "living_spectrogram" }}
"""


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("held = { gain_db = -20 }", "held"),
        ("place = { hit = 0.9 }", "place"),
        ('start = "hit"', "start"),
        ('move.gain_db = { lfo = "square", depth = -1, seconds = 0.1 }', "move"),
    ],
)
def test_what_a_recipe_says_beyond_its_bundle_is_heard(
    bundle: Path, tmp_path: Path, entry: str, says: str
) -> None:
    """A recipe of sliders is more than a place where it holds, moves or begins somewhere."""

    def rendered(entry: str, name: str, *more: object) -> Result:
        recipe = tmp_path / "mine.toml"
        recipe.write_text(SHAPED.format(bundle=bundle.as_posix(), entry=entry))
        words = ["render", recipe, *more, "--seconds", 0.5, "--output", tmp_path / name]
        return CliRunner().invoke(cli, [str(word) for word in words])

    for given, name in ((entry, "a.wav"), ('start = "mean"', "b.wav"), (entry, "c.wav")):
        done = rendered(given, name)
        assert done.exit_code == 0, (done.output, done.exception)
    sounds = [soundfile.read(tmp_path / name)[0] for name in ("a.wav", "b.wav", "c.wav")]
    np.testing.assert_array_equal(sounds[0], sounds[2])
    assert np.abs(sounds[0] - sounds[1]).max() > 0.01
    refused(rendered(entry, "d.wav", "--prototype", "rain"), f"the recipe's {says}")
    refused(rendered('start = "hitt"', "e.wav"), "did you mean 'hit'?")
    refused(rendered("move.gain_db = { seconds = 1 }", "e.wav"), "say what moves it: lfo = a shape")


def test_a_fade_is_taken_from_a_saved_sound(texture: Callable[..., Result], tmp_path: Path) -> None:
    faded, again = tmp_path / "faded.wav", tmp_path / "again.wav"
    words = ["--seconds", 0.4, "--fade-in", 0.2, "--output", faded]
    assert texture("render", *words).exit_code == 0
    assert texture("render", "--from", faded, "--fade-in", 0, "--output", again).exit_code == 0
    early = [np.abs(soundfile.read(path)[0][:200]).max() for path in (faded, again)]
    assert early[1] > 10 * early[0]


def test_no_file_is_written_over_one_that_is_read_or_another_result(
    texture: Callable[..., Result], tmp_path: Path
) -> None:
    sound = tmp_path / "sound.wav"
    soundfile.write(sound, np.random.default_rng(0).uniform(-0.5, 0.5, 8_000), 16_000)
    before = sound.read_bytes()
    for words in (["--query", sound], ["--morph", sound]):
        refused(texture("render", *words, "--output", sound), "it is what is read")
    words = ["--output", tmp_path / "x.png", "--spectrogram", f"{tmp_path}/./x.png"]
    refused(texture("render", *words), "it is another result's file")
    assert sound.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["sound.wav"]
    assert texture("render", "--output", sound).exit_code == 0
    before = sound.read_bytes()
    for more in ([], ["--set", "brightness=3"]):
        words = ["render", "--from", sound, *more, "--output", sound]
        refused(CliRunner().invoke(cli, [str(word) for word in words]), "it is what is read")
    assert sound.read_bytes() == before


def test_wrong_usage_is_2(texture: Callable[..., Result], tmp_path: Path) -> None:
    for words in (["--seconds", "0"], ["--seconds", "1e9"], ["--pitch", "60"], ["--refine", "0"]):
        done = texture("render", *words, "--output", tmp_path / "x.wav")
        assert done.exit_code == 2
        assert words[0] in done.output
    assert not (tmp_path / "x.wav").exists()


def test_a_file_without_a_recipe_is_told(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "plain.wav", np.zeros(100), 16_000)
    for name, says in (("plain.wav", "carries no recipe"), ("none.wav", "there is no file")):
        words = ["render", "--from", str(tmp_path / name), "--output", str(tmp_path / "x.wav")]
        refused(CliRunner().invoke(cli, words), says)


def test_play_for_a_moment(texture: Callable[..., Result]) -> None:
    done = texture(
        "play", "--prototype", "rain", "--set", "rate=2", "--stage", "silent", "--seconds", 0.3,
        "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["control_values"] == {"rate": 2.0}
    refused(texture("play", "--osc", "nine"), "port as a number")
    refused(texture("play", "--prototype", "nowhere", "--stage", "silent"), "no place is called")
    refused(texture("play", "--osc", "9", "--knob", "rate"), "CONTROL=ccN")
