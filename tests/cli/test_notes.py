"""``render notes`` and ``play notes`` as scripts use them, on the weight-free model."""

import json
from collections.abc import Callable
from pathlib import Path

import additive_notes
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from midi_bytes import song as midi_song

from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.engine import prepare, single_note
from latent_resonance.models import auto


@pytest.fixture
def resonance(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command line in this process, with the additive model as the bundle ``notes``."""
    for module in (prepare, single_note):
        monkeypatch.setattr(module, "open_bundle", lambda name: additive_notes.bundle())
    monkeypatch.setattr(auto, "Part", lambda options, bundle: additive_notes.Additive())

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return run


def refused(result: Result, says: str) -> None:
    # main() makes one line and exit code 1 of these; test_cli.py has that.
    assert isinstance(result.exception, ResonanceError), (result.output, result.exception)
    text = str(result.exception)
    assert says in text
    assert "\n" not in text


def test_a_note_a_song_and_a_pack(resonance: Callable[..., Result], tmp_path: Path) -> None:
    note = tmp_path / "note.wav"
    done = resonance(
        "render", "notes", "--pitch", 60, "--instrument", "cello", "--latent", "0.3,-1",
        "--velocity", 90, "--seconds", 1, "--seed", 5, "--output", note, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["seed"] == 5
    assert report["instruments"] == ["cello"]
    assert len(soundfile.read(note)[0]) == 16_000

    song = tmp_path / "song.mid"
    song.write_bytes(midi_song([(0, 0.5, 60, 90), (0.2, 0.5, 67, 90)]))
    done = resonance(
        "render", "notes", "--input", song, "--output", tmp_path / "song.wav", "--reverb", 0.2,
        "--distortion", 0.1, "--morph", "flute", "--glide", 0.1, "--polyphony", 16,
        "--spectrogram", tmp_path / "song.png",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "2 notes" in done.stdout
    assert {"song.wav", "song.png"} <= {path.name for path in tmp_path.iterdir()}

    done = resonance(
        "render", "notes", "--range", "60..64", "--velocities", 2, "--step", 4, "--instrument",
        "Marimba", "--output", tmp_path / "pack", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert Path(report["sfz"]).exists()
    # Two keys, two layers, two takes.
    assert report["samples"] == 8
    assert report["looped"] == 0


def test_a_random_timbre_is_made_again_from_its_file(
    resonance: Callable[..., Result], tmp_path: Path
) -> None:
    one, two, again, other = (tmp_path / f"{name}.wav" for name in ("1", "2", "again", "other"))
    note = "render", "notes", "--pitch", 60, "--seconds", 0.3, "--latent", 0.5, "--reverb", 0.1
    done = resonance(*note, "--random", 7, "--fade-out", 0.1, "--output", one, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["instruments"] == ["random_7"]
    # Alone, it is the seed's.
    assert resonance(*note, "--random", "--seed", 8, "--output", two).exit_code == 0
    assert np.abs(soundfile.read(one)[0] - soundfile.read(two)[0]).max() > 0.01
    done = resonance("render", "--from", one, "--output", again)
    assert done.exit_code == 0, (done.output, done.exception)
    assert again.read_bytes() == one.read_bytes()
    assert resonance(
        "render", "--from", one, "--output", other, "--seconds", 0.5, "--set", "gain_db=-12"
    ).exit_code == 0  # fmt: skip
    longer = soundfile.read(other)[0]
    assert len(longer) == 8_000
    assert np.abs(longer).max() < 0.5 * np.abs(soundfile.read(one)[0]).max()
    refused(resonance("render", "--from", one, "--output", other, "--pca", "1=2"), "--pca")
    beyond = resonance("render", "--from", one, "--output", other, "--set", "bend=4")
    refused(beyond, "bend=4 is out of range: from -1 to 1")
    refused(resonance(*note, "--random", 1, "--instrument", "cello", "--output", one), "--random")


def test_the_flag_of_melodic_drums_says_what_it_does(
    resonance: Callable[..., Result], tmp_path: Path
) -> None:
    song = tmp_path / "song.mid"
    song.write_bytes(midi_song([], (0, bytes([0x99, 62, 99]))))
    command = "render", "notes", "--input", song, "--output", tmp_path / "o.wav"
    done = resonance(*command, "--melodic-drums", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["instruments"] == ["grand_piano"]
    done = resonance(*command, "--drums")
    assert done.exit_code == 2
    assert "--melodic-drums" in done.stderr


@pytest.fixture
def at_a_place(resonance: Callable[..., Result], tmp_path: Path) -> Path:
    """A recipe that plays between a cello and a flute."""
    path = tmp_path / "between.toml"
    place = '{ "instrument/cello" = 0.7, "instrument/flute" = 0.3 }'
    path.write_text(
        f'name = "Between two"\nbundle = "notes"\nplace = {place}\n[sense]\npart = "midi"\n'
        '[navigate]\npart = "keyboard"\n[render]\npart = "note_voices"\n'
    )
    return path


def test_an_instrument_that_is_named_plays_instead_of_a_place(
    resonance: Callable[..., Result], tmp_path: Path, at_a_place: Path
) -> None:
    def instruments(*flags: object) -> list[str]:
        note = "--pitch", 60, "--seconds", 0.2, "--output", tmp_path / "o.wav", "--json"
        done = resonance("render", at_a_place, *note, *flags)
        assert done.exit_code == 0, (done.output, done.exception)
        return list(json.loads(done.stdout)["instruments"])

    assert instruments() == ["a place"]
    assert instruments("--instrument", "flute") == ["flute"]
    assert instruments("--random", 7) == ["random_7"]
    assert instruments("--instrument", "flute", "--morph", "cello") == ["flute"]
    for flag, value in (("--morph", "flute"), ("--latent", "0.5")):
        done = resonance("render", at_a_place, "--pitch", 60, flag, value, "--output", "x.wav")
        refused(done, f"{flag} is of an instrument")


def test_a_pack_of_a_place_is_of_that_place(
    resonance: Callable[..., Result], tmp_path: Path, at_a_place: Path
) -> None:
    pack = tmp_path / "pack"
    done = resonance(
        "render", at_a_place, "--range", "60..60", "--takes", 1, "--output", pack, "--json"
    )
    assert done.exit_code == 0, (done.output, done.exception)
    report = json.loads(done.stdout)
    assert report["instrument"] == "between_two"
    # Strings and winds hold, and no key of theirs is heard.
    assert (report["looped"], report["release_samples"]) == (1, 0)
    assert "ampeg_release=0.300" not in (pack / "between_two.sfz").read_text()


def test_drums_are_told(resonance: Callable[..., Result], tmp_path: Path) -> None:
    song = tmp_path / "song.mid"
    song.write_bytes(midi_song([(0, 0.2, 60, 90)], (0, bytes([0x99, 38, 99]))))
    done = resonance("render", "notes", "--input", song, "--output", tmp_path / "o.wav")
    assert done.exit_code == 0
    assert "1 notes on the drum channel were skipped" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--pitch", 60, "--instrument", "chello"], "did you mean 'cello'"),
        (["--pitch", 60, "--latent", "a,b"], "numbers with commas"),
        (["--pitch", 60, "--latent", "nan"], "--latent nan"),
        (["--pitch", 60, "--latent", "1,99"], "from -8 to 8"),
        (["--pitch", 200], "21 to 108"),
        (["--pitch", 60, "--range", "36..84"], "give one of"),
        ([], "give one of"),
        (["--range", "36-84"], "two MIDI numbers"),
        (["--range", "84..36"], "lower key"),
        (["--input", "nothing.mid"], "no file nothing.mid"),
        (["--input", __file__], "not a MIDI file"),
        (["--pitch", 60, "--reverb", 7], "--reverb 7"),
        (["--pitch", 60, "--glide", 11], "--glide 11"),
        (["--pitch", 60, "--polyphony", 0], "--polyphony 0"),
        (["--pitch", 60, "--device", "toaster"], "device"),
        (["--pitch", 60, "--loudness", 0], "--loudness 0"),
        (["--pitch", 60, "--rate", 0], "--rate 0"),
        (["--pitch", 60, "--set", "bend=1e300"], "bend=1e+300 is out of range: from -1 to 1"),
        (["--pitch", 60, "--record-controls", "x.csv"], "--record-controls"),
        (["--pitch", 60, "--map", "brightness=modulation"], "--map"),
        (["--pitch", 60, "--takes", 2], "give its --range"),
        (["--pitch", 60, "--sense", "midi"], "--pitch plays one note by itself: leave --sense out"),
        (["--range", "60..62", "--sense", "face"], "by itself: leave --sense out, or that"),
        (["--pitch", 60, "--input", __file__], "leave --input out"),
        (["--pitch", 60, "--controls", "x.csv"], "leave --controls out"),
        (["--pitch", 60, "--glide", 3], "--glide leads from one note"),
        (["--range", "60..62", "--glide", 3], "--glide leads from one note"),
        (["--pitch", 60, "--map", "brightness=modulation"], "neither --pitch nor --range"),
        (["--pitch", 60, "--random", -5], "--random -5: a random timbre has a number from 0 to"),
        (["--pitch", 60, "--random=-1"], "--random -1: a random timbre"),
        (["--pitch", 60, "--random", 10**18], "from 0 to 999999999999999999"),
        (["--range", "60..62", "--velocity", 9], "give its --pitch"),
        (["--range", "60..62", "--seconds", 9], "--seconds are for one sound"),
        (["--range", "60..62", "--spectrogram", "x.png"], "--spectrogram and"),
    ],
)
def test_what_is_wrong_is_said(
    resonance: Callable[..., Result], tmp_path: Path, arguments: list[object], says: str
) -> None:
    refused(resonance("render", "notes", *arguments, "--output", tmp_path / "o.wav"), says)
    assert list(tmp_path.iterdir()) == []


def test_the_recipe_may_stand_anywhere_and_others_keep_their_flags(
    resonance: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "o.wav"
    done = resonance("render", "--quiet", "notes", "--pitch", 60, "--seconds", 0.3, "--output", out)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    # A file that is called notes is not the recipe.
    refused(resonance("render", "face", "--output", out, "--input", "notes"), "no file notes")
    assert resonance("render", "notes", "--controls", "x.csv").exit_code == 2
    assert "--controls" in resonance("render", "--help").output
    assert "--pitch" in resonance("render", "notes", "--help").output
    assert "--keyboard" in resonance("play", "notes", "--help").output


def test_play_a_file_live(resonance: Callable[..., Result], tmp_path: Path) -> None:
    song = tmp_path / "song.mid"
    song.write_bytes(midi_song([(0, 0.2, 60, 90)]))
    done = resonance(
        "play", "notes", "--input", song, "--stage", "silent", "--seconds", 0.6, "--buffer-ms",
        100, "--instrument", "cello", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, (done.output, done.exception)
    report = json.loads(done.stdout)
    assert report["notes"] == 1
    assert report["note_to_sound_ms"]["count"] == 1


def test_a_file_without_notes_played_live_is_told(
    resonance: Callable[..., Result], tmp_path: Path
) -> None:
    song = tmp_path / "program.mid"
    song.write_bytes(midi_song([], (0.1, bytes([0xC0, 40]))))
    done = resonance("play", "notes", "--input", song, "--stage", "silent", "--buffer-ms", 100)
    assert done.exit_code == 0, (done.output, done.exception)
    assert f"warning: {song} has no notes for this instrument" in done.stderr
