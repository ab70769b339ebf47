"""Every recipe that ships gives the same bytes by the counter, live, and as a page pulls."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import (
    InputError,
    MediaError,
    ResonanceError,
    UnknownNameError,
)
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.clocks.pull import PullClock
from latent_resonance.engine.demo import DEMOS, performance_path
from latent_resonance.engine.performance import Performance
from latent_resonance.engine.recipe import (
    PartChoice,
    list_recipes,
    load_recipe,
    read_recipe,
    recipe_folder,
)
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.stage import silent

SHIPPED = [name for name, path in list_recipes().items() if path.parent == recipe_folder()]
SOUND = [n for n in SHIPPED if open_bundle(load_recipe(n).chain[0].bundle).kind == "sound"]
SECONDS = 2.0
# What the counter fades out at the end of a file.
FADED = 0.03


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """Sliders of the texture recipe, as ``--record-controls`` saves them."""
    rows = ["time,present,brightness,rate,rain"]
    rows += [f"{n / 10},1,{4 * np.sin(n / 4):.3f},{n % 3},{n % 5 / 5}" for n in range(21)]
    path = tmp_path / "take.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def opened(name: str, take: Path) -> Performance:
    recipe = load_recipe(name)
    recorded = name in DEMOS and DEMOS[name].performance
    source = performance_path(name) if recorded else take
    setup = Setup(seed=3, threads=1)
    return assemble(recipe, sense_file(recipe, setup, source))


@pytest.mark.parametrize("name", SOUND)
def test_three_clocks_give_the_same_bytes(name: str, take: Path) -> None:
    with opened(name, take) as performance:
        form = performance.of_sound()[0].gives
        assert isinstance(form, SoundFormat)
        whole = next(made for made in count(performance, SECONDS) if len(made.samples)).samples
        lead = performance.of_sound()[0].renderer.lead_in_samples
    assert np.abs(whole).max() > 0.01
    length = round((SECONDS - FADED) * form.sample_rate)

    with opened(name, take) as performance:
        stage = silent.Part(silent.Options(keep=True))
        performance.of_sound()[0].stages.append(stage)
        # So much is kept ready that a busy machine, its model in line, runs out of nothing.
        clock = LiveClock(performance, buffer_seconds=1.9 * SECONDS, windows=InlineWindows)
        clock.run(SECONDS)
        live = np.concatenate([block.samples for block in stage.blocks])
    # A file leaves out what comes before the first sample that anything can change.
    live = live[lead:]
    assert clock.meters.underruns == 0
    assert len(live) >= length - form.step_samples - lead
    np.testing.assert_array_equal(live[:length], whole[: min(length, len(live))])

    clock = PullClock(opened(name, take), InlineWindows)
    clock.start()
    blocks, sizes = [], np.random.default_rng(1).integers(1, 4000, 1000)
    while sum(map(len, blocks)) < lead + length:
        blocks.append(clock.pull(int(sizes[len(blocks)])))
    clock.close()
    np.testing.assert_array_equal(np.concatenate(blocks)[lead:][:length], whole[:length])


@pytest.mark.parametrize(("name", "notes"), [("face", False), ("texture", False), ("notes", True)])
def test_a_recipe_plays_notes_where_its_navigator_does(name: str, notes: bool) -> None:
    assert load_recipe(name).plays_notes is notes


def test_a_recipe_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    text = (recipe_folder() / "face.toml").read_text("utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    assert read_recipe(path) is read_recipe(path)
    for title in ("Noon", "Dusk"):  # as long as "Face", and within a tick of the file's clock
        path.write_text(text.replace('title = "Face"', f'title = "{title}"'), "utf-8")
        assert read_recipe(path).title == title
    path.unlink()
    with pytest.raises(InputError, match=r"cannot read the recipe .*mine\.toml"):
        read_recipe(path)


def test_what_is_held_is_within_its_range() -> None:
    """What a recipe holds is refused beyond it, as what is typed; another model reaches less far."""
    recipe = load_recipe("notes")
    chain = recipe.chain[0].model_copy(update={"held": {"bend": 1e9, "brightness": -1e9}})
    setup = Setup(senses=(PartChoice(part="sliders"),))
    far = recipe.model_copy(update={"chain": [chain]})
    with pytest.raises(
        InputError, match=r"the recipe 'notes', 'held': bend=1e\+09 is out of range"
    ):
        assemble(far, setup)
    with assemble(far, replace(setup, opened=open_bundle("notes"))) as performance:
        ranges = {control.name: control for control in performance.chain.listened}
        assert performance.chain.held["bend"] == ranges["bend"].high
        assert performance.chain.held["brightness"] == ranges["brightness"].low
    with pytest.raises(InputError, match=r"bend=2 is out of range: from -1 to 1"):
        assemble(recipe, replace(setup, held={"bend": 2}))


def test_face_and_sound_of_one_film_are_both_sensed(tmp_path: Path) -> None:
    """A sensor that needs a file gets the one that was given; a device stays a device."""
    film = tmp_path / "film.mp4"
    film.touch()
    for names, given in (
        (("face", "audio_file"), [str(film)] * 2),
        (("audio_file", "face"), [str(film), None]),
        (("midi", "face", "audio_file"), [None, str(film), str(film)]),
    ):
        senses = tuple(PartChoice(part=name) for name in names)
        chosen = sense_file(load_recipe("face"), Setup(senses=senses), film).senses
        assert [choice.options.get("source") for choice in chosen] == given


def test_a_chosen_sense_is_not_exchanged_for_another(tmp_path: Path) -> None:
    film = tmp_path / "film.mpg"
    film.touch()
    recipe = load_recipe("notes")
    assert sense_file(recipe, Setup(), film).senses[0].part == "face"
    with pytest.raises(MediaError, match=r"that midi can read: choose the sense face or"):
        sense_file(recipe, Setup(senses=(PartChoice(part="midi"),)), film)


SET = """
name = "set"
sense = { part = "sliders" }
[[chain]]
name = "one"
bundle = "texture"
navigate = { part = "semantic" }
render = { part = "living_spectrogram" }
[[chain]]
name = "two"
bundle = "texture"
navigate = { part = "semantic" }
render = { part = "living_spectrogram" }
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            'map = { rate = "fader1" }',
            r"'map.rate': no sensed control is called 'fader1'; where OSC .* \{ fader1 = 0\.0 \}$",
        ),
        ('move = { rate = { from = "fader1" } }', "'fader1'; where OSC brings it, .* fader1 = 0"),
        ('map = { rate = "yaw_degree" }', "did you mean 'yaw_degrees'[?] where OSC brings it"),
        ('map = { rate = "a b" }', "no sensed control is called 'a b'; there is: "),
    ],
)
def test_a_name_of_one_s_own_beside_another_sense_is_told_what_it_needs(
    tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "set.toml"
    path.write_text(f"{SET}{line}\n")
    senses = PartChoice(part="sliders"), PartChoice(part="osc", options={"port": 0})
    with pytest.raises(UnknownNameError, match=says):
        assemble(load_recipe(str(path)), Setup(senses=senses))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('map = { brightnes = "rate" }', "'map.brightnes': no listened control .* 'brightness'"),
        ('map = { rate = "" }', "'map.rate': no sensed control"),
        ("map = { rate = { from = 'size', low = 9, high = 10 } }", "'map.rate': .* never move"),
        ("held = { brightnes = 1 }", "'held': no control .* 'brightness'"),
        ("held = { brightness = 7 }", "'held': brightness=7 is out of range: from -5 to 5"),
        ("place = { rain = 0 }", "'place': "),
        ("place = [1.0]", "'place': a place of this model has"),
        ('move = { rate = { from = "siz" } }', "'move.rate': no sensed control .* 'size'"),
        ('start = "rian"', "no place"),
    ],
)
def test_what_does_not_fit_says_which_entry_of_which_chain_it_is(
    tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "set.toml"
    path.write_text(f"{SET}{line}\n")
    with pytest.raises(ResonanceError, match=f"the recipe 'set', chain 'two'(, |: ){says}"):
        assemble(load_recipe(str(path)))


def test_two_chains_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    path.write_text(SET.replace('"two"', '"one"'))
    with pytest.raises(InputError, match="two chains are called 'one'"):
        load_recipe(str(path))


def test_paths_in_a_recipe_are_looked_for_in_its_folder_then_in_the_shells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shell = tmp_path / "own", tmp_path / "shell"
    for folder in (own, shell):
        folder.mkdir()
    monkeypatch.chdir(shell)
    text = """
    name = "here"
    bundle = "my.resonance"
    kit = "my.resonance"
    sense = [{ part = "recording", source = "take.csv" }, { part = "midi", source = "nano 1.0" }]
    navigate = { part = "semantic" }
    render = { part = "living_spectrogram" }
    stage = { part = "audio_file", path = "take.csv" }
    """
    path = own / "here.toml"
    path.write_text(text)
    recipe = read_recipe(path)
    assert (recipe.chain[0].bundle, recipe.sense[0].options["source"]) == (
        "my.resonance",
        "take.csv",
    )
    assert read_recipe(path) is recipe
    says = rf"no bundle my\.resonance: no such file; looked in {own} and in {shell}"
    with pytest.raises(InputError, match=says):
        assemble(recipe)
    says = rf"take\.csv: .*; looked in {own} and in {shell}"
    plain = recipe.chain[0].model_copy(update={"bundle": "texture", "kit": None})
    with pytest.raises(InputError, match=says):
        assemble(recipe.model_copy(update={"chain": [plain], "sense": recipe.sense[:1]}))
    (shell / "take.csv").write_text("time,present,rate\n0,1,1\n")
    assert read_recipe(path) is recipe, "as it was until now"
    for name in ("my.resonance", "take.csv", "nano 2"):
        (own / name).touch()
    found = read_recipe(path)
    assert found.chain[0].bundle == found.chain[0].kit == str(own / "my.resonance")
    assert found.sense[0].options["source"] == str(own / "take.csv")
    assert found.sense[1].options["source"] == "nano 1.0"
    assert found.chain[0].stage[0].options["path"] == "take.csv", "results go to the shell's"
