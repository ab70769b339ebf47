"""The face and its five variants: loud with an open mouth, silent soon after one leaves, no click."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import list_recipes, list_variants, load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup
from latent_resonance.sound.clicks import find_clicks

VARIANTS = ["face/choir", "face/drone", "face/notes", "face/strings", "face/texture"]
# Closed, then open, then gone, with a head that leans and nods all the while.
OPENS, GOES, ENDS = 1.2, 2.2, 3.4


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("face") / "take.csv"
    rows = ["time,present,mouth,brow,stillness,tilt,pitch_degrees,yaw_degrees,yaw_velocity,nod"]
    for k in range(round(ENDS * 25)):
        t = k / 25
        there, mouth = int(t < GOES), 0.7 * (OPENS <= t < GOES)
        lean = np.sin(4 * t)
        rows.append(f"{t},{there},{mouth},0,0.3,{lean:.3f},{15 * lean:.3f},0,0,0")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_variants_are_found_by_name_and_listed_apart() -> None:
    assert [name for name in list_variants() if name.startswith("face/")] == VARIANTS
    assert not set(list_variants()) & set(list_recipes())
    with pytest.raises(UnknownNameError, match="face/choir"):
        load_recipe("face/coir")


@pytest.mark.parametrize("name", ["face", *VARIANTS])
def test_it_opens_and_goes_silent_without_a_click(name: str, take: Path) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    with assemble(recipe, sense_file(recipe, Setup(threads=1), take)) as performance:
        (made,) = count(performance, ENDS, ring_out=False)
        rate = performance.chain.spec.sample_rate
        notes = performance.chain.navigator.plays_notes
    sound = made.samples.mean(axis=1)

    def level_db(begin: float, end: float) -> float:
        part = sound[round(begin * rate) : round(end * rate)]
        return float(10 * np.log10(np.mean(part**2) + 1e-12))

    assert level_db(OPENS + 0.3, GOES) - level_db(OPENS - 0.4, OPENS) > 15
    assert level_db(OPENS + 0.3, GOES) > -36
    if not notes:
        assert level_db(GOES + 0.5, ENDS) < -70
        assert find_clicks(sound, rate) == []


def test_who_leaves_with_an_open_mouth_strikes_no_other_keys(tmp_path: Path) -> None:
    """The key was led to rest while the level still held it: each key between was struck."""
    take = tmp_path / "leaves.csv"
    take.write_text("time,present,mouth,tilt\n0,1,0.6,1\n0.5,0,0.6,1\n1.5,0,0.6,1\n")
    made = render_file("face/notes", tmp_path / "leaves.wav", source=take, setup=Setup(threads=1))
    assert made.report["notes"] == 1
