"""``resonance show`` and ``--map``: how what is sensed is joined to what is listened to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import AssemblyError, ResonanceError, UnknownNameError
from latent_resonance.engine.recipe import recipe_folder


def resonance(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def refused(done: Result, kind: type[ResonanceError]) -> str:
    assert isinstance(done.exception, kind), (done.output, done.exception)
    assert "\n" not in str(done.exception)
    return str(done.exception)


def test_a_recipes_own_joints_are_shown_without_its_camera() -> None:
    done = resonance("show", "face")
    assert done.exit_code == 0, done.exception
    assert done.stdout.startswith("face: sound of the bundle 'drone'") or "'drone'" in done.stdout
    assert "  mouth  <-  mouth 0..1  (as it is)" in done.stdout
    assert "sensed but unused: " in done.stdout
    assert "listened to but not mapped: " in done.stdout


def test_a_line_of_the_command_line_takes_the_place_of_the_recipes() -> None:
    done = resonance(
        "show", "texture", "--sense", "face", "--map", "brightness=brow:-1..2", "--json"
    )
    assert done.exit_code == 0, done.exception
    (chain,) = json.loads(done.stdout)["chains"]
    rows = {row["control"]: row for row in chain["map"]}
    assert rows["brightness"]["from"] == ["brow"]
    assert (rows["brightness"]["low"], rows["brightness"]["high"]) == (-1, 2)
    assert "brightness" not in chain["listened_but_unmapped"]
    assert "brow" not in chain["sensed_but_unused"]


def test_names_that_nobody_knows_are_refused_with_the_nearest() -> None:
    for line, says in (
        ("brightnes=mouth", "did you mean 'brightness'"),
        ("brightness=mout", "did you mean 'mouth'"),
    ):
        done = resonance("show", "texture", "--sense", "face", "--map", line)
        assert says in refused(done, UnknownNameError)
    done = resonance("show", "texture", "--sense", "fase")
    assert "did you mean 'face'" in refused(done, UnknownNameError)


def test_a_chain_that_nothing_sensed_moves_is_refused_with_both_lists(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'name = "mine"\nbundle = "drone"\nsense = "face"\nnavigate = "energy"\n'
        'render = "living_spectrogram"\nstage = "silent"\n[map]\n'
    )
    done = resonance("render", mine, "--output", tmp_path / "o.wav", "--seconds", 1)
    if "camera" in str(done.exception):
        done = resonance("show", mine)
    text = refused(done, AssemblyError)
    assert "brow" in text.split("it listens to")[0]
    assert "mouth" in text.split("it listens to")[1]
    assert not (tmp_path / "o.wav").exists()


@pytest.mark.parametrize("text", ["brightness", "brightness=mouth:1", "=mouth"])
def test_a_line_is_written_one_way(text: str) -> None:
    assert "CONTROL=SOURCE" in refused(resonance("show", "texture", "--map", text), ResonanceError)


def test_a_preset_sets_what_is_held_mapped_and_moved(tmp_path: Path) -> None:
    shown = resonance(
        "show", "vision", "--preset", "COPPER-tide", "--map", "jagged=highs", "--json"
    )
    assert shown.exit_code == 0, shown.exception
    told = json.loads(shown.stdout)
    (chain,) = told["chains"]
    assert chain["held"] == {"ember": 1, "ocean": 1, "flow_speed": 1.4}, "a line goes first"
    rows = {row["control"]: row for row in chain["map"]}
    assert (rows["warmth"]["low"], rows["warmth"]["high"]) == (0, 5)
    assert [row["control"] for row in chain["moves"]] == ["spin_speed"]
    assert "Copper tide" in told["presets"]
    made = tmp_path / "made.wav"
    morph = ("render", "texture", "--preset", "a door to the river", "--seconds", 0.5)
    assert resonance(*morph, "--output", made).exit_code == 0
    assert made.stat().st_size > 0
    done = resonance(*morph, "--prototype", "rain", "--output", made)
    assert "leave out --preset" in refused(done, ResonanceError)
    done = resonance("show", "vision", "--preset", "coper tide")
    assert "did you mean 'Copper tide'" in refused(done, UnknownNameError)


def test_a_wrong_entry_has_the_name_that_it_has_in_the_file(tmp_path: Path) -> None:
    text = (recipe_folder() / "face.toml").read_text(encoding="utf-8")
    wrong = '[map]\ntilt_db = { from = "mouth", curve = "easy" }\n\n[navigate]'
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("\n[navigate]", f"\n{wrong}", 1), encoding="utf-8")
    said = str(resonance("show", str(path)).exception)
    assert "'map.tilt_db.curve'" in said
    assert "chain" not in said


def test_what_keys_play_is_not_called_unused() -> None:
    done = resonance("show", "notes", "--json")
    assert done.exit_code == 0, done.exception
    (chain,) = json.loads(done.stdout)["chains"]
    assert not {"note", "velocity", "bend"} & set(chain["sensed_but_unused"])


@pytest.mark.parametrize("sense", ["midi", "sliders", "osc"])
@pytest.mark.parametrize("variant", ["choir", "drone", "notes", "strings", "texture"])
def test_another_sense_plays_a_recipe_with_a_map_of_its_own(variant: str, sense: str) -> None:
    done = resonance("show", f"face/{variant}", "--sense", sense, "--json")
    assert done.exit_code == 0, done.exception
    (chain,) = json.loads(done.stdout)["chains"]
    told = " ".join(source for row in chain["map"] for source in row["from"])
    if sense == "midi" and variant != "notes":
        assert "velocity" in told
        assert "nod" not in told


def test_lines_that_another_sense_gives_too_stay_and_slips_are_told(tmp_path: Path) -> None:
    text = (recipe_folder() / "face.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"

    def shown(lines: str) -> Result:
        path.write_text(text.replace("\n[navigate]", f"\n[map]\n{lines}\n[navigate]", 1))
        return resonance("show", path, "--sense", "face", "--sense", "midi", "--json")

    done = shown('tilt_db = "mouth_width"\nhigh_hz = "cc16"')
    rows = json.loads(done.stdout)["chains"][0]["map"]
    assert {row["control"]: row["from"] for row in rows} == {
        "tilt_db": ["mouth_width"],
        "high_hz": ["cc16"],
    }
    assert "did you mean 'mouth'" in refused(shown('tilt_db = "mout"'), UnknownNameError)
    path.write_text(path.read_text().replace('"mout"', '"mouth"'))
    rows = json.loads(resonance("show", path, "--sense", "midi", "--json").stdout)["chains"][0]
    assert "mouth" in {row["control"] for row in rows["map"]}, "as the navigator suggests"


def test_what_a_file_would_move_is_shown(tmp_path: Path) -> None:
    assert "give one with --input" in refused(
        resonance("show", "texture", "--sense", "audio_file"), ResonanceError
    )
    take = tmp_path / "take.csv"
    take.write_text("time,present,mouth\n0,1,0.5\n")
    done = resonance("show", "texture", "--input", take, "--map", "brightness=mouth:0..5", "--json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["chains"][0]["map"][0]["from"] == ["mouth"]


def test_a_gate_and_the_largest_of_several_are_shown(tmp_path: Path) -> None:
    text = (recipe_folder() / "face.toml").read_text(encoding="utf-8")
    lines = (
        'speed = { from = "mouth", gate = 0.2, curve = "ease" }\n'
        'entropy = { from = ["brow", "nod"], mode = "max", low = 0, high = 0.5 }\n'
    )
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("\n[navigate]", f"\n[map]\n{lines}\n[navigate]", 1))
    told = resonance("show", path).stdout
    assert "speed -2..2  <-  mouth 0..1  (ease, from 20 % on)" in told
    assert "entropy 0..0.5  <-  the largest of brow 0..1, nod 0..1  (linear)" in told


def test_scales_steps_and_limits_are_shown() -> None:
    told = resonance("show", "face/notes").stdout
    assert "play_key 57..81  <-  tilt -1..1  (A minor pentatonic)" in told
    row = json.loads(resonance("show", "face/notes", "--json").stdout)["chains"][0]["map"][1]
    assert (row["control"], row["scale"]) == ("play_key", "A minor pentatonic")
    told = resonance("show", "texture", "--sense", "face", "--map", "rate=mouth:-9..5").stdout
    assert "rate -9..5  <-  mouth 0..1  (linear, kept within -5..5)" in told
