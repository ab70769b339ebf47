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
