"""Which sensors play live: those that were named, the recipe's, or what this machine has."""

import sys
from dataclasses import replace

from latent_resonance.contracts.errors import DeviceError, InputError, ResonanceError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.setup import Setup


def choose_senses(
    recipe: Recipe,
    setup: Setup,
    *,
    by_input: bool = False,
    camera: str | None = None,
    calibrate: bool = False,
    midi: str | None = None,
    osc: str | None = None,
    microphone: str | None = None,
    keyboard: bool = False,
) -> Setup:
    """The setup with the sensors that were named, or those that can be had.

    A recipe that is played by hand, or by MIDI where no device is connected, takes the keys of the
    terminal.

    Args:
        recipe: to play.
        setup: so far.
        by_input: whether a file takes the place of a device.
        camera: number or path, for the face.
        calibrate: measure the neutral face.
        midi: part of an input's name.
        osc: UDP port.
        microphone: part of an input's name.
        keyboard: the keys of the terminal.

    Raises:
        InputError: a port that is none.
        DeviceError: there is nothing to play with.
    """
    if osc is not None and not osc.isdecimal():
        raise InputError(f"--osc {osc}: give the UDP port as a number")
    named = [
        *([PartChoice(part="midi", options={"source": midi})] if midi is not None else []),
        *([PartChoice(part="osc", options={"port": int(osc)})] if osc is not None else []),
        *([PartChoice(part="microphone", options={"device": microphone})] if microphone else []),
        *([PartChoice(part="keys")] if keyboard else []),
    ]
    senses = list(setup.senses)
    for one in named:
        # A device that was named is that of the sense that was: not a second one of its kind.
        at = next((n for n, choice in enumerate(senses) if choice.part == one.part), None)
        if at is None:
            senses.append(one)
        else:
            senses[at] = senses[at].with_options(**one.options)
    senses = senses or list(recipe.sense)
    chosen = bool(setup.senses or named)
    if not chosen and not by_input:
        senses = [_there(choice) for choice in senses]
    face: dict[str, object] = {"source": camera} if camera is not None else {}
    face |= {"calibrate": True} if calibrate else {}
    if face:
        flag = "--camera" if camera is not None else "--calibrate"
        if by_input:
            raise InputError(f"{flag} is of a camera, --input of a file: leave one of them out")
        if all(choice.part != "face" for choice in senses):
            raise InputError(f"{flag} is of the sense 'face': add --sense face")
        senses = [c.with_options(**face) if c.part == "face" else c for c in senses]
    same = not chosen and senses == list(recipe.sense)
    return setup if same else replace(setup, senses=tuple(senses))


def _there(choice: PartChoice) -> PartChoice:
    """The choice, or the terminal's keys where hands have nothing else to play on."""
    if choice.part == "sliders" and _has_terminal():
        return PartChoice(part="keys")
    if choice.part != "midi" or choice.options.get("source"):
        return choice
    try:
        sensor = find_part("sense", "midi").make(choice.options)
        try:
            sensor.prepare(Spec())
        finally:
            sensor.close()
    except ResonanceError as error:
        if _has_terminal():
            return PartChoice(part="keys")
        raise DeviceError(
            f"nothing to play with: {error}, and this is no terminal; "
            "connect a MIDI keyboard or give --input song.mid"
        ) from error
    return choice


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
