"""Events that are pressed ahead of their time, and taken back."""

from latent_resonance.contracts.values import Event, Spec
from latent_resonance.sense.sliders import Options, Part


def test_what_is_due_is_not_forgotten_with_what_is_to_come() -> None:
    part = Part(Options())
    part.prepare(Spec())
    part.read(2.0, 0.008)
    part.press(Event(9.5, "note_on", key=60, value=100), Event(0.0, "note_off", key=57))
    part.forget()
    assert [event.key for event in part.read(2.008, 0.008).events] == [57]
    assert not part.read(9.5, 0.008).events


def test_a_key_that_goes_up_now_goes_up_after_it_went_down() -> None:
    """What is late keeps its order, though "now" is told as 0 and the press at its own time."""
    part = Part(Options())
    part.prepare(Spec())
    part.read(2.0, 0.008)
    part.press(Event(1.9, "note_on", key=60, value=100))
    part.forget()
    part.press(Event(0.0, "note_off", key=60))
    kinds = [event.kind for event in part.read(2.008, 0.008).events]
    assert kinds == ["note_on", "note_off"]
