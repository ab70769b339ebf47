"""Files out of notes: lengths, reports, refusals."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import additive_notes
import numpy as np
import pytest
import soundfile
from measure import RATE, cents_off, level_db
from midi_bytes import midi, song, tempo, track

from latent_resonance.contracts.errors import (
    AssemblyError,
    InputError,
    MediaError,
    UnknownNameError,
)
from latent_resonance.contracts.values import Hit, Tone
from latent_resonance.engine.note_recipe import note_recipe_in
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import Recipe, load_recipe
from latent_resonance.engine.report import write_sound
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer, render_note
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe

Notes = Callable[..., Setup]
RECIPE = load_recipe("notes")
WITHOUT_DRUMS = RECIPE.model_copy(
    update={"chain": [RECIPE.chain[0].model_copy(update={"kit": None})]}
)


def test_one_note_is_a_file_of_its_length(notes: Notes, tmp_path: Path) -> None:
    for pitch, instrument in ((60, "cello"), (60.5, "flute"), (107.7, "trumpet"), (21.2, "cello")):
        path = tmp_path / f"{pitch}.wav"
        report = render_note(RECIPE, notes(instrument=instrument), path, pitch, 100, 2.0)
        sound, rate = soundfile.read(path)
        assert rate == RATE
        assert sound.shape == (2 * RATE,)
        assert abs(cents_off(sound[RATE // 4 : RATE * 3 // 2], pitch)) < 3
        assert level_db(sound[-400:]) < level_db(sound[RATE // 2 : RATE]) - 40
        assert report["clicks"] == 0
        assert -32 < report["loudness_lufs"] < -15


def test_the_latent_moves_the_timbre(notes: Notes, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.wav" for n in range(2)]
    render_note(RECIPE, notes(instrument="cello"), paths[0], 57)
    render_note(RECIPE, notes(instrument="cello", latent=[2.0, -1.0]), paths[1], 57)
    plain, moved = (np.abs(np.fft.rfft(soundfile.read(path)[0][8000:24000])) for path in paths)
    overtones = [
        level[5 * 220 - 20 : 5 * 220 + 20].max() / level[200:240].max() for level in (plain, moved)
    ]
    assert overtones[1] < 0.3 * overtones[0]


@pytest.mark.parametrize(
    ("options", "pitch", "velocity", "seconds", "says"),
    [
        ({"instrument": "chello"}, 60, 100, 1, "did you mean 'cello'"),
        ({"morph": "flut"}, 60, 100, 1, "did you mean 'flute'"),
        ({}, 20, 100, 1, "21 to 108"),
        ({}, 109, 100, 1, "21 to 108"),
        ({}, float("nan"), 100, 1, "21 to 108"),
        ({}, 60, 0, 1, "1 to 127"),
        ({}, 60, 128, 1, "1 to 127"),
        ({}, 60, 100, 1e9, "600"),
        ({"latent": [1.0] * 33}, 60, 100, 1, "33 numbers"),
        ({"latent": [99.0]}, 60, 100, 1, "-8 to 8"),
        ({"render": {"reverb": 1.5}}, 60, 100, 1, "option 'reverb'"),
        ({"render": {"distortion": -1}}, 60, 100, 1, "option 'distortion'"),
        ({"render": {"polyphony": 0}}, 60, 100, 1, "option 'polyphony'"),
        ({"glide_seconds": 11}, 60, 100, 1, "option 'glide_seconds'"),
    ],
)
def test_what_cannot_be_played_is_refused(
    notes: Notes, tmp_path: Path, options: dict[str, Any], pitch: float, velocity: int,
    seconds: float, says: str,
) -> None:  # fmt: skip
    with pytest.raises((InputError, UnknownNameError), match=re.escape(says)):
        render_note(
            RECIPE, notes(**{"instrument": "cello", **options}), tmp_path / "x.wav", pitch,
            velocity, seconds,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pitch", "says"),
    [
        (30, "--pitch 30: the drum kit has whole numbers from 36 to 42 but for 37, 39, 40, 41"),
        (37, "--pitch 37: the drum kit has"),
        (36.5, "--pitch 36.5: the drum kit has whole numbers"),
    ],
)
def test_the_kit_plays_its_drums_only(
    notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pitch: float, says: str
) -> None:
    kit = {key: Tone("a drum", np.zeros(3, np.float32), hit=Hit(0.2)) for key in (36, 38, 42)}
    opened = NotePlayer.__init__

    def with_kit(player: NotePlayer, recipe: Recipe, setup: Setup) -> None:
        opened(player, recipe, setup)
        chain = player.performance.chain
        chain.spec = replace(chain.spec, kit=kit)
        player.instruments = Instruments(chain.spec.space, kit=kit)

    monkeypatch.setattr(NotePlayer, "__init__", with_kit)
    with pytest.raises(InputError, match=re.escape(says)):
        render_note(RECIPE, notes(instrument="drum kit"), tmp_path / "x.wav", pitch)
    assert list(tmp_path.iterdir()) == []


def test_a_note_with_first_reflections_has_two_sides(notes: Notes, tmp_path: Path) -> None:
    setup = notes(instrument="cello", render={"width": 1.0})
    render_note(RECIPE, setup, tmp_path / "wide.wav", 60, seconds=0.5)
    sound, _ = soundfile.read(tmp_path / "wide.wav")
    assert sound.shape[1] == 2
    assert np.abs(sound[:, 0] - sound[:, 1]).max() > 0.01


def test_a_player_plays_one_note_after_the_other_and_the_same_one_again(notes: Notes) -> None:
    with NotePlayer(RECIPE, notes(instrument="church_organ")) as player:
        first = player.play(60, 90, 0.5).samples
        other = player.play(64, 90, 0.5).samples
        again = player.play(60, 90, 0.5).samples
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01
    with pytest.raises(AssemblyError, match="plays no notes"):
        NotePlayer(load_recipe("face"), Setup())


def rendered(source: Path, output: Path, setup: Setup, **options: Any) -> dict[str, Any]:
    return dict(render_file("notes", output, source=source, setup=setup, **options).report)


def test_a_song_is_as_long_as_it_is_and_rings_out(notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(
        song([(0, 1, 60, 100), (0.5, 1, 64, 90), (1, 1, 67, 80)], (0, bytes([0xC0, 19])))
    )
    report = rendered(path, tmp_path / "song.wav", notes(), picture=tmp_path / "song.png")
    sound, _ = soundfile.read(tmp_path / "song.wav")
    assert sound.shape[1] == 2
    assert 2.0 < report["duration_seconds"] < 4.0
    assert report["notes"] == 3
    assert report["most_voices"] == 3
    assert report["instruments"] == ["church_organ"]
    assert report["clicks"] == 0
    assert (tmp_path / "song.png").stat().st_size > 1000
    for key, begin, end in ((60, 0.1, 0.45), (64, 1.05, 1.45), (67, 1.6, 1.95)):
        assert abs(cents_off(sound[round(begin * RATE) : round(end * RATE), 0], key)) < 3
    cut = rendered(path, tmp_path / "cut.wav", notes(), seconds=0.7)
    assert cut["duration_seconds"] == 0.7
    again = tmp_path / "again.wav"
    rendered(path, again, notes())
    assert again.read_bytes() == (tmp_path / "song.wav").read_bytes()


def test_a_key_that_the_file_never_lets_go_ends_with_it(notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "stuck.mid"
    path.write_bytes(midi([track([(0, bytes([0x90, 60, 100])), tempo(0, 500_000)], end=960)]))
    report = rendered(path, tmp_path / "stuck.wav", notes(instrument="church_organ"))
    assert 1.0 < report["duration_seconds"] < 2.5


def test_drums_only_is_no_song(notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "drums.mid"
    path.write_bytes(midi([track([(0, bytes([0x99, 38, 100])), (480, bytes([0x89, 38, 0]))])]))
    with pytest.raises(InputError, match="1 on the drum channel"):
        render_file(WITHOUT_DRUMS, tmp_path / "drums.wav", source=path, setup=notes())
    assert [one.name for one in tmp_path.iterdir()] == ["drums.mid"]


def test_the_recipe_of_a_note_is_not_trusted(notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    render_note(RECIPE, notes(instrument="cello"), path, 60, seconds=0.1)
    own = note_recipe_in(path)
    assert own.chain.navigate.options == {"instrument": "cello"}
    for damage, says in (
        ({"pitch": "high"}, "damaged"),
        ({"chain": own.chain.model_dump() | {"render": {"part": "frames"}}}, "other parts"),
        ({"format": "another"}, "no recipe"),
    ):
        table = own.table() | damage
        write_sound(path, np.zeros((160, 1), np.float32), RATE, {KEY: spell_recipe(table)})
        with pytest.raises(MediaError, match=says):
            note_recipe_in(path)
    with pytest.raises(InputError, match="another version"):
        own.setup(replace(additive_notes.bundle(), facts={"seal": "another"}))
