"""Controls by hand: what is listened to is offered, what was set has a value."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange, Event, Spec
from latent_resonance.sense.sliders import Options, Part

LISTENS = (ControlRange("mouth", 0, 1), ControlRange("all/1", -3, 3, 0.5))


def test_what_is_listened_to_is_offered_and_only_what_was_set_has_a_value() -> None:
    part = Part(Options(values={"mouth": 0.5, "own.name-2": -4}))
    assert [control.name for control in part.controls] == ["mouth", "own.name-2"]
    part.prepare(Spec(listens=LISTENS))
    assert list(part.controls) == [*LISTENS, ControlRange("own.name-2", -4, 1, -4)]
    assert part.read(0.0).values == {"mouth": 0.5, "own.name-2": -4}
    before = part.read(0.1)
    assert part.read(0.2) is before
    part.move(0.3, **{"all/1": 2.0})
    assert part.read(0.3).values == {"mouth": 0.5, "own.name-2": -4, "all/1": 2}
    assert part.read(0.3).time_seconds == 0.3
    assert part.statistics() == {"controls": 3}
    assert part.duration_seconds is None
    assert part.quick


def test_choices_and_place() -> None:
    part = Part(Options(values={"mouth": 0.5}))
    part.choose(instrument="cello")
    part.choose(engine="a")
    part.go_to(np.ones(3, np.float32))
    now = part.read(0.0)
    assert now.choices == {"instrument": "cello", "engine": "a"}
    assert now.place is not None
    part.go_to(None)
    assert part.read(0.0).place is None
    part.choose(engine="b")
    part.press(Event(9.0, "note_on"))
    part.reset()
    now = part.read(0.0, 99.0)
    assert (now.choices, now.present, now.events, now.values) == ({}, True, (), {"mouth": 0.5})


def test_scripted_events_wait_for_their_step() -> None:
    part = Part(Options(seconds=2.0))
    off, on, bend = (
        Event(1.5, "note_off", 0, 60),
        Event(0.0, "note_on", 0, 60, 90),
        Event(0.0, "bend", 0, -1, 0.5),
    )
    part.press(off, on, bend)
    assert part.read(0.0, 0.1).events == (on, bend), "in the order given, where the time is one"
    assert part.read(0.1, 1.4).events == ()
    assert part.read(1.5, 0.1).events == (off,)
    part.press(Event(0.2, "note_on", 0, 61, 90))
    assert part.read(1.6, 0.1).events == (Event(1.6, "note_on", 0, 61, 90),), "late: as if now"
    assert part.duration_seconds == 2


@pytest.mark.parametrize("name", ["", "two words", "a;b", "a\nb", "x="])
def test_names_that_no_control_has(name: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        find_part("sense", "sliders").make({"values": {name: 1.0}})
