"""What a preset sounds like, without anybody who performs: the same bytes each time."""

import math

from latent_resonance.contracts.values import Event, FloatArray
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.setup import Setup
from latent_resonance.sense import sliders
from latent_resonance.studio.morph import morphed
from latent_resonance.studio.patch_recipe import held_recipe
from latent_resonance.studio.store.presets import NewPreset, Phrase, PhraseNote

_MIDDLE_C = Phrase(notes=[PhraseNote(note=60, start=0, beats=3)], beats=4)
_SECONDS_PER_MINUTE = 60


def preset_sound(
    preset: NewPreset, seconds: float, engine: PartChoice | None = None
) -> tuple[FloatArray, int]:
    """Its sound, float32 ``[samples, channels]``, and the rate in Hz.

    Notes are those of its phrase, of middle C where it has none.

    Raises:
        ResonanceError: the patch cannot be played.
    """
    patch = morphed(preset.patch, preset.other, preset.morph)
    recipe = held_recipe(patch)
    setup = Setup(seed=patch.seed, threads=1, engine=engine)
    with assemble(recipe, setup) as performance:
        if performance.chain.navigator.plays_notes:
            (hands,) = performance.senses.sensors
            assert isinstance(hands, sliders.Part)  # noqa: S101 - held_recipe chose it
            hands.press(*_events(preset.phrase or _MIDDLE_C, patch.tempo, seconds))
        made = count(performance, seconds, ring_out=False)[0]
        return made.samples, performance.chain.spec.sample_rate


def _events(phrase: Phrase, bpm: float, seconds: float) -> list[Event]:
    beat = _SECONDS_PER_MINUTE / bpm
    events = []
    for turn in range(math.ceil(seconds / (phrase.beats * beat))):
        for one in phrase.notes:
            start = (turn * phrase.beats + one.start) * beat
            end = start + one.beats * beat
            events.append(Event(start, "note_on", 0, one.note, one.velocity))
            events.append(Event(end, "note_off", 0, one.note, 0))
    # A key that is hit again as it comes up comes up first.
    events.sort(key=lambda event: (event.time_seconds, event.kind == "note_on"))
    return [event for event in events if event.time_seconds < seconds]
