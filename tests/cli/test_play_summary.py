"""The line that `play` ends with."""

from latent_resonance.cli.play import _results, _summary
from latent_resonance.engine.meters import Meters


def test_every_break_of_the_sound_counts_once() -> None:
    pictures, sound = Meters(underruns=3, card_underflows=2), Meters(underruns=1)
    report = {"seconds": 60.0, **pictures.report(), "chains": {"input": sound.report()}}
    assert _summary(report) == "played 60.0 s; underruns 6"
    sound.control_to_centre.add(0.02)
    line = _summary({"seconds": 1.5, **sound.report()})
    assert line == "played 1.5 s; underruns 1; control to sample p50 20 ms, p95 20 ms"


def test_an_earlier_take_that_made_room_is_told() -> None:
    report = {"outputs": ["take.csv"], "earlier_take": "take-2.csv"}
    assert _results(report) == ["wrote take.csv", "the earlier take is now take-2.csv"]
