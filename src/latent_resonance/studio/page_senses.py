"""What a page senses in place of the sensors of a recipe: a face, a MIDI device, a sound."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange
from latent_resonance.engine.assemble import own_controls
from latent_resonance.engine.prepare import Prepared
from latent_resonance.engine.recipe import MapEntry, PartChoice, Recipe

PAGE_SENSES = ("face", "midi", "microphone")
"""Sensor parts whose controls a page gives itself; no two give one of the same name."""

PerformingSense = Literal["face", "microphone"]
"""Those of them that may be there or not, each on its own."""

_KNOBS = 128


def controls_of(part: str) -> Sequence[ControlRange]:
    """What a sensor part gives in a page."""
    made: Sensor = find_part("sense", part).make()
    return made.controls


@cache
def given_by(*parts: str) -> Mapping[str, ControlRange]:
    """Controls of sensor parts, the first one's where names are the same; every MIDI controller."""
    names = (f"cc{number}" for number in range(_KNOBS) if "midi" in parts)
    found = {name: ControlRange(name, 0, 1) for name in names}
    for part in reversed(parts):
        found.update({control.name: control for control in controls_of(part)})
    return found


def sources_of(recipe: Recipe, prepared: Prepared) -> dict[str, ControlRange]:
    """All that can move a chain in a page: its own controls, its senses', the page's."""
    own = (*prepared.listened, *own_controls(recipe))
    return {**given_by(*PAGE_SENSES), **{control.name: control for control in own}}


def sensed_by(recipe: Recipe) -> dict[str, ControlRange]:
    """What its senses give, of MIDI every controller; nothing for files that nobody opened yet."""
    midi = given_by("midi") if any(choice.part == "midi" for choice in recipe.sense) else {}
    return {**midi, **{control.name: control for control in own_controls(recipe)}}


def own_lines(recipe: Recipe, prepared: Prepared) -> ControlMap:
    """What moves a chain before a player maps anything: by what its own senses give."""
    return prepared.lines(own_controls(recipe))


def joined_lines(own: ControlMap, chosen: Mapping[str, MapEntry | None]) -> ControlMap:
    """The lines in force: a player's in place of the instrument's own, None for no line."""
    kept = {name: line for name, line in own.items() if name not in chosen}
    return {**kept, **{name: entry.line for name, entry in chosen.items() if entry is not None}}


def senses_for(recipe: Recipe, names: set[str]) -> list[PartChoice]:
    """The recipe's senses and the page's that give what is missing; those alone beside hands."""
    missing = names - {control.name for control in own_controls(recipe)}
    own = [choice.part for choice in recipe.sense]
    more = [
        PartChoice(part=part)
        for part in PAGE_SENSES
        if part not in own and missing & given_by(part).keys()
    ]
    return more if more and recipe.by_hand else [*recipe.sense, *more]
