"""What was saved of a performance, by whatever sense, plays it again to the last bit."""

import math
from pathlib import Path

import midi_bytes
import numpy as np
import pytest
import soundfile

from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.perform import Rendered, render_file
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup
from latent_resonance.sense.recording import Options, Part

RATE = 16_000


@pytest.fixture
def senses(tmp_path: Path) -> Path:
    """Two seconds of a song, of OSC and of sound."""
    song = midi_bytes.song([(t / 4, 0.2, 50 + 3 * t, 40 + 10 * t) for t in range(8)])
    (tmp_path / "played.mid").write_bytes(song)
    lines = [
        f"{k / 20} /{name} {value:.3f}"
        for k in range(40)
        for name, value in (("mouth", abs(math.sin(k / 7))), ("brightness", 3 * math.sin(k / 5)))
    ]
    (tmp_path / "played.osc").write_text("\n".join(lines))
    time = np.arange(2 * RATE) / RATE
    swells = np.sin(3 * time) ** 2 * np.sin(2 * np.pi * (220 + 60 * time) * time) * 0.4
    soundfile.write(tmp_path / "played.wav", swells, RATE)
    return tmp_path


def rendered(recipe: str, source: Path, folder: Path, record: Path | None = None) -> Rendered:
    return render_file(recipe, folder / "made.wav", source=source, record=record)


@pytest.mark.parametrize(
    ("recipe", "ending"),
    [
        ("texture", "mid"),
        ("texture", "osc"),
        ("texture", "wav"),
        ("face", "mid"),
        ("face", "osc"),
        ("notes", "mid"),
    ],
)
def test_a_take_of_any_sense_is_the_same_sound(recipe: str, ending: str, senses: Path) -> None:
    take = senses / "take.csv"
    first = rendered(recipe, senses / f"played.{ending}", senses, take)
    again = rendered(recipe, take, senses)
    assert np.abs(first.samples).max() > 0.01
    np.testing.assert_array_equal(again.samples, first.samples)


def test_nothing_is_struck_when_the_music_that_played_notes_is_over(senses: Path) -> None:
    """The pitch of the last tone glides to rest, over many keys, while the notes ring out."""
    take = senses / "take.csv"
    first = rendered("notes", senses / "played.wav", senses, take)
    again = rendered("notes", take, senses)
    assert first.report["notes"] > 3
    assert again.report["notes"] == first.report["notes"]
    last = [float(line.split(",")[0]) for line in take.read_text().splitlines()[1:]]
    assert last == sorted(last)
    assert last[-1] == 2.0


def test_columns_have_the_ranges_of_what_gave_them(tmp_path: Path) -> None:
    """A face's or a player's, though the recipe has neither, and the listener's for sliders."""
    take = tmp_path / "take.csv"
    take.write_text("time,present,yaw_degrees,brightness,cc74,own\n0,1,3,0.5,0.25,7\n1,1,4,1,1,9\n")
    recipe = load_recipe("texture")
    with assemble(recipe, sense_file(recipe, Setup(), take)) as performance:
        ranges = {one.name: (one.low, one.high) for one in performance.senses.controls}
    assert ranges == {
        "yaw_degrees": (-90, 90),
        "brightness": (-5, 5),
        "cc74": (0, 1),
        "own": (7, 9),
    }
    assert Part(Options(source=take)).controls == []
