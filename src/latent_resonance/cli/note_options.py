"""Flags for one note or a sample pack, for recipes whose navigator plays notes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.navigate.keys.instruments import random_name, random_number

_BY_SEED = ""
Told = Callable[[float, float], None]


def note_options() -> list[click.Option]:
    """What is played in place of a MIDI file."""
    option = click.Option
    return [
        option(["--pitch"], type=float, help="One note: its MIDI number, 60 is middle C."),
        option(["--velocity"], type=int, help="Of --pitch, 1 to 127.  [default: 100]"),
        option(["--range", "keys"], metavar="LOW..HIGH", help="A sample pack of these keys."),
        option(["--velocities"], type=int, help="Layers of the pack, 1 to 8.  [default: 1]"),
        option(["--step"], type=int, help="Semitones between its samples.  [default: 3]"),
        option(["--takes"], type=int, help="Of each key, to sound in turn, 1 to 4.  [default: 2]"),
    ]


def timbre_options() -> list[click.Option]:
    """What chooses a timbre that has no name, to render and to play."""
    return [
        click.Option(
            ["--random"],
            type=str,
            is_flag=False,
            flag_value=_BY_SEED,
            metavar="[NUMBER]",
            help="A timbre drawn near those of recorded notes; alone, by the --seed.",
        )
    ]


def take_random(chosen: dict[str, Any], navigate: dict[str, Any]) -> None:
    """Makes the timbre that was asked for the instrument of ``navigate``.

    Raises:
        InputError: an instrument is named as well, or the number is none.
    """
    number = chosen.pop("random", None)
    if number is None:
        return
    if navigate.get("instrument") is not None:
        raise InputError("--random draws a timbre: leave --instrument out, or --random")
    text = str(chosen["seed"]) if number == _BY_SEED else number.strip()
    navigate["instrument"] = random_name(random_number(f"--random {text}", text))


def take_notes(
    chosen: dict[str, Any], source: Path | None, senses: Sequence[PartChoice]
) -> Callable[..., dict[str, Any]] | None:
    """What renders the note or the pack that was asked for; None where an input plays.

    Takes its flags out of ``chosen``.

    Args:
        chosen: the command's flags.
        source: the file that plays.
        senses: what plays without one.

    Raises:
        InputError: nothing to play was given, or too much.
    """
    pitch, velocity, keys = (chosen.pop(key) for key in ("pitch", "velocity", "keys"))
    layers, step, takes = (chosen.pop(key) for key in ("velocities", "step", "takes"))
    given = sum(one is not None for one in (source, pitch, keys))
    devices = all(one.part == "midi" and "source" not in one.options for one in senses)
    if given > 1 or (devices and not given):
        raise InputError("give one of --input song.mid, --pitch 60 or --range 36..84")
    if velocity is not None and pitch is None:
        raise InputError("--velocity is of one note: give its --pitch")
    of_packs = {"--velocities": layers, "--step": step, "--takes": takes}
    for flag, value in of_packs.items():
        if value is not None and keys is None:
            raise InputError(f"{flag} is of a sample pack: give its --range")
    if pitch is not None:
        return partial(_note, pitch, 100 if velocity is None else velocity)
    if keys is not None:
        plan = {"velocities": layers, "step": step, "takes": 2 if takes is None else takes}
        given_plan = {name: value for name, value in plan.items() if value is not None}
        return partial(_pack, keys, given_plan)
    return None


def _note(
    pitch: float,
    velocity: int,
    recipe: Recipe,
    setup: Setup,
    told: Told,
    output: Path,
    picture: Path | None,
    seconds: float | None,
    mastering: Mastering,
) -> dict[str, Any]:
    from latent_resonance.engine.single_note import render_note

    return render_note(
        recipe, setup, output, pitch, velocity, seconds or 2.0, picture, mastering=mastering
    )


def _pack(
    keys: str,
    plan: Mapping[str, int],
    recipe: Recipe,
    setup: Setup,
    told: Told,
    output: Path,
    picture: Path | None,
    seconds: float | None,
    mastering: Mastering,
) -> dict[str, Any]:
    from latent_resonance.engine.sample_pack import PackPlan
    from latent_resonance.engine.single_note import render_pack

    if mastering != Mastering():
        raise InputError(
            "--loudness, --fade-in, --fade-out, --bits and --dither are for one sound file: the "
            "samples of a pack keep their levels"
        )
    if picture is not None or seconds is not None:
        raise InputError(
            "--spectrogram and --seconds are for one sound: the samples of a pack are as long as "
            "their notes"
        )
    low, dots, high = keys.partition("..")
    if not dots or not low.strip().isdecimal() or not high.strip().isdecimal():
        raise InputError(f"--range {keys}: write two MIDI numbers, like 36..84")
    return render_pack(recipe, setup, output, PackPlan(int(low), int(high), **plan), told)
