"""Every sense moves every navigator without a map being written."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.space import Direction, LatentSpace
from latent_resonance.contracts.values import ControlRange, Spec
from latent_resonance.navigate import blend, energy, semantic
from latent_resonance.navigate.suggestion.match import Wanted, match
from latent_resonance.sense import face

EYE = np.eye(6, dtype=np.float32)
PLACES = LatentSpace.of(6, {"tone": EYE[0], "rain": EYE[1], "wind": EYE[2]})
SLIDERS = replace(
    PLACES,
    directions={
        name: Direction(EYE[k])
        for k, name in enumerate(("brightness", "rate", "impact", "size", "roughness"))
    },
)
AXES = replace(PLACES, axes={"pca": EYE})
SPACES = {"places": PLACES, "sliders": SLIDERS, "axes": AXES, "bare": LatentSpace.of(6, {})}

AUDIO = [
    ControlRange(name, 0, 1)
    for name in (
        *("rms", "onset", "centroid", "flatness", "contrast", "zero_crossing_rate"),
        *("chroma_variance", "bass", "mids", "highs", "voicing"),
    )
] + [ControlRange("pitch", 0, 127, 60, "MIDI number")]
MIDI = [
    ControlRange("note", 0, 127, 60, "MIDI number"),
    ControlRange("velocity", 0, 1),
    ControlRange("notes", 0, 16),
    ControlRange("bend", -1, 1),
    ControlRange("pressure", 0, 1),
    *(ControlRange(f"cc{number}", 0, 1) for number in (1, 16, 17, 18, 19)),
]
FACE = list(face.Part.controls)
RECORDED = [ControlRange("mouth", 0, 0.8), ControlRange("brow", 0, 0), ControlRange("x", -2, 3)]
OWN = [ControlRange("knob", 0, 1), ControlRange("tilt", -1, 1), ControlRange("still", 2, 2)]
SENSES = {"face": FACE, "audio": AUDIO, "midi": MIDI, "recording": RECORDED, "own": OWN}
NAVIGATORS: dict[str, Any] = {"energy": energy, "semantic": semantic, "blend": blend}


def prepared(name: str, space: LatentSpace) -> Any:
    module = NAVIGATORS[name]
    part = module.Part(module.Options())
    part.prepare(Spec(space=space))
    return part


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("navigator", NAVIGATORS)
@pytest.mark.parametrize("sense", SENSES)
def test_every_sense_moves_every_navigator(sense: str, navigator: str, space: str) -> None:
    part = prepared(navigator, SPACES[space])
    sensed = {control.name: control for control in SENSES[sense]}
    listens = {control.name: control for control in part.listens}
    suggested = part.suggest(SENSES[sense])
    if not (navigator == "semantic" and space == "bare"):
        assert len(suggested) >= 2
    for name, line in suggested.items():
        control = listens[name]
        assert line.source
        assert set(line.source) <= set(sensed)
        if line == MapLine((name,)):
            continue
        # Neither what is sensed nor what comes of it is a constant, and all of it is allowed.
        assert all(sensed[source].low < sensed[source].high for source in line.source)
        low = control.low if line.low is None else line.low
        high = control.high if line.high is None else line.high
        assert low != high
        assert control.low <= min(low, high) <= max(low, high) <= control.high


@pytest.mark.parametrize("navigator", NAVIGATORS)
def test_what_offers_the_listened_controls_is_passed_on(navigator: str) -> None:
    part = prepared(navigator, replace(SLIDERS, axes=AXES.axes))
    suggested = part.suggest(part.listens)
    assert suggested == {control.name: MapLine((control.name,)) for control in part.listens}


def test_a_face_is_the_energy_states_own_sense() -> None:
    part = prepared("energy", PLACES)
    names = ["mouth", "brow", "yaw_degrees", "yaw_velocity", "stillness"]
    assert part.suggest(FACE) == {name: MapLine((name,)) for name in names}


def test_what_is_suggested_makes_sense() -> None:
    sound = prepared("energy", PLACES).suggest(AUDIO)
    assert sound["mouth"].source == ("rms",)
    assert (sound["stillness"].low, sound["stillness"].high) == (1, 0)
    assert (sound["yaw_degrees"].low, sound["yaw_degrees"].high) == (-30, 30)
    keys = prepared("energy", PLACES).suggest(MIDI)
    assert keys["mouth"] == MapLine(("cc1", "velocity"), mode="max")
    assert keys["stillness"].span == (0, 1)
    texture = prepared("semantic", SLIDERS)
    assert texture.suggest(FACE)["brightness"].source == ("mouth",)
    assert texture.suggest(FACE)["size"].span == (-20, 20)
    assert texture.suggest(AUDIO)["rate"].source == ("onset",)
    plane = prepared("blend", PLACES).suggest(FACE)
    assert plane["place_x"] == MapLine(("yaw_degrees",), span=(-30, 30), low=-1, high=1)
    assert plane["place_y"].source == ("mouth",)
    assert "truncation" not in plane
    assert plane["tone"].gate > 0, "a weight that is never 0 would hide the plane"


WANTED = [
    Wanted(ControlRange("a", 0, 1), [MapLine(("q", "p"), mode="max")], MapLine(())),
    Wanted(ControlRange("b", -1, 1), spare=MapLine((), low=-0.5, high=0.5)),
    Wanted(ControlRange("c", 0, 1), spare=MapLine(())),
    Wanted(ControlRange("d", 0, 1)),
]


def ranges(**spans: tuple[float, float]) -> Sequence[ControlRange]:
    return [ControlRange(name, low, high) for name, (low, high) in spans.items()]


def test_a_line_takes_the_sources_that_are_there() -> None:
    assert match(ranges(p=(0, 1)), WANTED) == {"a": MapLine(("p",), mode="max")}
    both = match(ranges(p=(0, 1), q=(0, 1)), WANTED)
    assert both == {"a": MapLine(("q", "p"), mode="max")}
    assert match(ranges(q=(3, 3)), WANTED) == {}


def test_what_is_left_goes_to_its_own_kind_first() -> None:
    found = match(ranges(x=(0, 1), y=(-1, 1), z=(0, 5)), WANTED)
    assert {name: line.source for name, line in found.items()} == {
        "a": ("x",),
        "b": ("y",),
        "c": ("z",),
    }
    assert (found["b"].low, found["b"].high) == (-0.5, 0.5)
    other = match(ranges(x=(-1, 1), y=(-1, 1)), WANTED)
    assert {name: line.source for name, line in other.items()} == {"b": ("x",), "a": ("y",)}
    assert list(match(ranges(x=(0, 1), z=(0, 1)), WANTED, spare_lines=1)) == ["a"]


def test_the_same_name_in_another_unit_is_another_control() -> None:
    wanted = [Wanted(ControlRange("pitch", -1, 1, 0, "semitones"))]
    assert match([ControlRange("pitch", 0, 127, 60, "MIDI number")], wanted) == {}
    assert match([ControlRange("pitch", 0, 1)], wanted) == {"pitch": MapLine(("pitch",))}
