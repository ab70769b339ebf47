"""The map: ranges, curves, gates, scales, several sources, absence, and what it refuses."""

import pytest

from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.values import ControlRange, Controls
from latent_resonance.engine.control_map import ControlMapping, MapState, refuse_deaf
from latent_resonance.engine.recipe import ChainRecipe, MapEntry, parse_map
from latent_resonance.engine.scales import nearest_in_scale, scale_steps

SENSED = (
    ControlRange("mouth", 0, 1),
    ControlRange("smile", 0, 1),
    ControlRange("yaw", -90, 90),
    ControlRange("cc1", 0, 1),
)
LISTENED = (
    ControlRange("mouth", 0, 1),
    ControlRange("brightness", -5, 5),
    ControlRange("pitch", 0, 127, 60),
    ControlRange("gain_db", -96, 12),
)


def mapped(lines, values, *, present=True, absent="rest", away=(), steps=1, dt=0.01):
    mapping = ControlMapping(lines, SENSED, LISTENED, absent)
    state, found = MapState(), {}
    for _ in range(steps):
        found, state = mapping.step(state, Controls(0, values, present), dt, frozenset(away))
    return found


def line(**fields):
    source = fields.pop("source", "mouth")
    return MapLine((source,) if isinstance(source, str) else tuple(source), **fields)


def test_a_plain_line_of_the_same_name_passes_values_on_to_the_bit():
    value = 0.1 + 0.2
    assert mapped({"mouth": line()}, {"mouth": value}) == {"mouth": value}


def test_values_stay_within_what_the_listener_allows():
    assert mapped({"mouth": line()}, {"mouth": 7.0}) == {"mouth": 1.0}
    assert mapped({"brightness": line(low=-50, high=50)}, {"mouth": 1.0}) == {"brightness": 5.0}


@pytest.mark.parametrize(
    ("fields", "value", "wanted"),
    [
        ({}, 0.5, 0.0),
        ({"low": -1, "high": 1}, 0.25, -0.5),
        ({"low": 3, "high": -3}, 1.0, -3.0),
        ({"span": (0.2, 0.4)}, 0.3, 0.0),
        ({"span": (0.4, 0.2)}, 0.4, -5.0),
        ({"gate": 0.5}, 0.5, -5.0),
        ({"gate": 0.5}, 0.75, 0.0),
        ({"curve": "ease"}, 0.25, -5 + 10 * 0.15625),
        ({"curve": "exponential"}, 0.5, -5 + 10 * (10**0.5 - 1) / 9),
        ({"curve": "steps", "steps": 3}, 0.5, 0.0),
        ({"curve": "steps", "steps": 3}, 0.99, 5.0),
    ],
)
def test_ranges_gates_and_curves(fields, value, wanted):
    found = mapped({"brightness": line(**fields)}, {"mouth": value})
    assert found["brightness"] == pytest.approx(wanted)


def test_a_scale_gives_its_notes_only():
    fields = {"low": 48, "high": 72, "curve": "scale", "scale": "A minor pentatonic"}
    steps = scale_steps("A minor pentatonic")
    found = {mapped({"pitch": line(**fields)}, {"mouth": n / 100})["pitch"] for n in range(101)}
    assert {round(pitch) % 12 for pitch in found} == set(steps)
    assert len(found) >= 10
    assert nearest_in_scale(61.4, "C major") == 62.0
    # A note holds a little beyond the middle to the next, so that a tremble is no trill.
    assert nearest_in_scale(62.65, "C chromatic", held=62.0) == 62.0
    assert nearest_in_scale(62.75, "C chromatic", held=62.0) == 63.0


def test_several_sources_are_summed_or_the_larger_is_taken():
    values = {"mouth": 0.5, "smile": 0.25}
    both = ("mouth", "smile")
    assert mapped({"brightness": line(source=both)}, values)["brightness"] == pytest.approx(2.5)
    larger = {"brightness": line(source=both, mode="max")}
    assert mapped(larger, values)["brightness"] == pytest.approx(0.0)


def test_smoothing_goes_two_thirds_of_the_way_in_its_time_constant():
    mapping = ControlMapping({"brightness": line(smooth_seconds=0.1)}, SENSED, LISTENED)
    _, state = mapping.step(MapState(), Controls(0, {"mouth": 0.0}), 0.01)
    for _ in range(10):
        found, state = mapping.step(state, Controls(0, {"mouth": 1.0}), 0.01)
    assert found["brightness"] == pytest.approx(-5 + 10 * 0.632, abs=0.01)


def test_a_source_that_said_nothing_yet_leaves_the_control_alone():
    assert mapped({"brightness": line(source="cc1")}, {}) == {}


@pytest.mark.parametrize(("absent", "wanted"), [("rest", 60.0), ("hold", 127.0), ("fade", 60.0)])
def test_controls_of_an_absent_performer(absent, wanted):
    lines = {"pitch": line()}
    mapping = ControlMapping(lines, SENSED, LISTENED, absent)
    here = Controls(0, {"mouth": 1.0})
    _, state = mapping.step(MapState(), here, 0.01)
    gone = Controls(0, {"mouth": 1.0}, present=False)
    for _ in range(300):
        found, state = mapping.step(state, gone, 0.01, frozenset({"mouth"}))
    assert found["pitch"] == pytest.approx(wanted, abs=0.1)
    assert found.get("gain_db", 0) == pytest.approx(-96 if absent == "fade" else 0, abs=0.1)


KEY = ControlRange("play_key", 0, 127, 60, "MIDI number")


@pytest.mark.parametrize("absent", ["rest", "hold", "fade"])
@pytest.mark.parametrize(
    "fields",
    [
        {"low": 48, "high": 72},
        {"low": 48, "high": 72, "curve": "scale"},
        {"low": 48, "high": 72, "curve": "scale", "smooth_seconds": 0.1},
    ],
)
def test_keys_stay_where_they_are_while_their_performer_is_away(absent, fields):
    mapping = ControlMapping({"play_key": line(**fields)}, SENSED, [KEY], absent)
    here, gone = frozenset(), frozenset({"mouth"})
    found, state = mapping.step(MapState(), Controls(0, {"mouth": 0.0}, False), 0.01, gone)
    assert found == {"play_key": 60.0}, "nobody was there yet"
    for _ in range(300):
        found, state = mapping.step(state, Controls(0, {"mouth": 0.95}), 0.01, here)
    last = found["play_key"]
    # A camera leads a lost face to rest by itself.
    for k in range(100):
        values = {"mouth": 0.95 * 0.9**k}
        found, state = mapping.step(state, Controls(0, values, False), 0.01, gone)
        assert found["play_key"] == pytest.approx(last)
    found, state = mapping.step(state, Controls(0, {"mouth": 0.0}), 1e9, here)
    assert found["play_key"] == pytest.approx(48)


@pytest.mark.parametrize(("absent", "wanted"), [("rest", -2.5), ("fade", -2.5), ("hold", 5.0)])
def test_of_several_sources_the_one_whose_performer_went_counts_as_at_rest(absent, wanted):
    lines = {"brightness": line(source=("mouth", "cc1"))}
    mapping = ControlMapping(lines, SENSED, LISTENED, absent)
    values = {"mouth": 0.75, "cc1": 0.25}
    found, state = mapping.step(MapState(), Controls(0, values), 0.01)
    assert found["brightness"] == pytest.approx(5)
    before = 5.0
    for _ in range(300):
        found, state = mapping.step(state, Controls(0, values), 0.01, frozenset({"mouth"}))
        assert 0 <= before - found["brightness"] < 0.3, "it glides"
        before = found["brightness"]
    assert found["brightness"] == pytest.approx(wanted, abs=0.01)
    found, _ = mapping.step(state, Controls(0, values), 0.01)
    assert found["brightness"] == pytest.approx(5)


def test_of_a_key_of_several_sources_the_one_that_went_keeps_its_part():
    lines = {"play_key": line(source=("mouth", "cc1"), low=48, high=72)}
    mapping = ControlMapping(lines, SENSED, [KEY])
    _, state = mapping.step(MapState(), Controls(0, {"mouth": 0.5, "cc1": 0.25}), 0.01)
    for _ in range(50):
        values = {"mouth": 0.0, "cc1": 0.5}
        found, state = mapping.step(state, Controls(0, values), 0.01, frozenset({"mouth"}))
        assert found["play_key"] == pytest.approx(72)


def test_unknown_names_offer_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'mouth'"):
        ControlMapping({"brightness": line(source="mout")}, SENSED, LISTENED)
    with pytest.raises(UnknownNameError, match="did you mean 'brightness'"):
        ControlMapping({"brightnes": line()}, SENSED, LISTENED)


def test_a_line_beyond_what_its_control_can_be_is_refused():
    with pytest.raises(InputError, match=r"brightness goes from -5 to 5.* from 100 to 200"):
        ControlMapping({"brightness": line(low=100, high=200)}, SENSED, LISTENED)
    with pytest.raises(InputError, match="never move"):
        ControlMapping({"brightness": line(low=-6, high=-90)}, SENSED, LISTENED)


def test_a_table_tells_all_of_a_line():
    lines = {
        "pitch": line(curve="scale", scale="A minor", low=-10),
        "brightness": line(curve="steps", steps=3),
    }
    pitch, brightness = ControlMapping(lines, SENSED, LISTENED).table()
    assert (pitch["scale"], pitch["steps"]) == ("A minor", None)
    assert (pitch["low"], pitch["within"]) == (-10, [0, 127])
    assert (brightness["scale"], brightness["steps"]) == (None, 3)


def test_a_chain_that_nothing_moves_is_refused_and_both_lists_are_shown():
    with pytest.raises(AssemblyError) as refused:
        refuse_deaf({}, SENSED, LISTENED, "drone")
    text = str(refused.value)
    assert "mouth, smile, yaw, cc1" in text
    assert "brightness, pitch" in text
    assert "\n" not in text


def test_lines_of_the_command_line():
    found = parse_map(("brightness=mouth:-5..5", "mouth=smile", "pitch=mouth+smile:48..72"))
    assert found["brightness"] == MapLine(("mouth",), None, -5, 5)
    assert found["mouth"] == MapLine(("smile",))
    assert found["pitch"].source == ("mouth", "smile")
    spaced = parse_map(("brightness = mouth + smile : -5..5",))
    assert spaced == {"brightness": MapLine(("mouth", "smile"), None, -5, 5)}
    for wrong in (
        "a= ",
        "a=b+",
        "brightness",
        "=mouth",
        "a=b:1",
        "a=b:x..y",
        "a=",
        "a=b:nan..1",
        "a=b:0..1e99",
    ):
        with pytest.raises(InputError, match="--map"):
            parse_map((wrong,))


CHAIN = {"bundle": "texture", "navigate": "place", "render": "living"}


def test_entries_of_a_recipe():
    entry = MapEntry.model_validate({"from": ["mouth", "smile"], "in": [0, 0.5], "low": 1})
    assert entry.line == MapLine(("mouth", "smile"), (0, 0.5), 1)
    assert MapEntry.model_validate("mouth").line == MapLine(("mouth",))
    full = MapEntry.model_validate(entry.model_dump(mode="json"))
    assert full == entry, "what was written in full can be read"
    for wrong in (
        {"from": "m", "curve": "bend"},
        {"from": "m", "in": [1, 1]},
        {"low": 1},
        {"from": "m", "curve": "scale", "scale": "H moll"},
        {"from": "m", "gate": 2},
    ):
        with pytest.raises(ValueError):
            MapEntry.model_validate(wrong)
    for idle in (
        {"from": "m", "scale": "C major"},
        {"from": "m", "steps": 3},
        {"from": "m", "curve": "ease", "scale": "A minor"},
    ):
        with pytest.raises(ValueError, match="acts with curve"):
            ChainRecipe.model_validate(CHAIN | {"map": {"rate": idle}})


def test_what_is_done_to_the_values_of_one_step_is_no_part_of_the_next() -> None:
    control = ControlRange("level", 0, 1, 0.5)
    mapping = ControlMapping({"level": MapLine(("knob",))}, [ControlRange("knob", 0, 1)], [control])
    given, state = mapping.step(MapState(), Controls(0.0, {"knob": 0.25}), 0.01)
    given["level"] = 0.9
    assert mapping.step(state, Controls(0.01, {}), 0.01)[0] == {"level": 0.25}


@pytest.mark.parametrize("scale", ["A minor", "C major"])
def test_a_line_that_was_kept_may_say_what_is_of_another_curve(scale: str) -> None:
    # As takes and presets were written, with and without what is usual.
    full = {"from": ["mouth"], "curve": "linear", "scale": scale, "steps": 5}
    for kept in (full, {"from": ["mouth"], "scale": scale}):
        assert MapEntry.model_validate(kept) == MapEntry.model_validate({"from": ["mouth"]})


def test_another_models_control_may_lie_beyond_a_line() -> None:
    sensed, listened = [ControlRange("mouth", 0, 1, 0)], [ControlRange("rate", -5, 5, 0)]
    lines = {"rate": MapLine(("mouth",), low=10, high=20)}
    with pytest.raises(InputError, match="would never move"):
        ControlMapping(lines, sensed, listened)
    ControlMapping(lines, sensed, listened, reach=False)
