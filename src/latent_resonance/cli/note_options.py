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


def take_timbre(recipe: Recipe, chosen: dict[str, Any], navigate: dict[str, Any]) -> Recipe:
    """The recipe, without its place where an instrument is asked for in its stead.

    A random timbre that was asked for becomes the instrument of ``navigate``.

    Raises:
        InputError: an instrument is named as well, or the number is none; or what starts at an
            instrument was given to a place.
    """
    number = chosen.pop("random", None)
    if number is not None:
        if navigate.get("instrument") is not None:
            raise InputError("--random draws a timbre: leave --instrument out, or --random")
        text = str(chosen["seed"]) if number == _BY_SEED else number.strip()
        navigate["instrument"] = random_name(random_number(f"--random {text}", text))
    if not recipe.plays_notes or recipe.chain[0].place is None:
        return recipe
    if navigate.get("instrument") is not None:
        first = recipe.chain[0].model_copy(update={"place": None})
        return recipe.model_copy(update={"chain": [first, *recipe.chain[1:]]})
    for name in ("morph", "latent"):
        if navigate.get(name):
            raise InputError(
                f"--{name} is of an instrument, and here a place plays that has none: give "
                "--instrument as well, which plays in its stead"
            )
    return recipe


def take_notes(
    chosen: dict[str, Any],
    given: Mapping[str, Any],
    senses: Sequence[PartChoice],
    preset: str | None = None,
) -> Callable[..., dict[str, Any]] | None:
    """What renders the note or the pack that was asked for; None where an input plays.

    Takes its flags out of ``chosen``.

    Args:
        chosen: the command's flags.
        given: what else may play, by its flag.
        senses: what plays without one.
        preset: names the pack of a place.

    Raises:
        InputError: nothing to play was given, or too much.
    """
    pitch, velocity, keys = (chosen.pop(key) for key in ("pitch", "velocity", "keys"))
    layers, step, takes = (chosen.pop(key) for key in ("velocities", "step", "takes"))
    others = [flag for flag, value in given.items() if value]
    devices = all(one.part == "midi" and "source" not in one.options for one in senses)
    alone = pitch is None and keys is None
    plays = any(flag != "--sense" for flag in others)
    if (alone and devices and not plays) or (pitch is not None and keys is not None):
        raise InputError("give one of --input song.mid, --pitch 60 or --range 36..84")
    if others and not alone:
        asked = "--range makes a sample pack" if pitch is None else "--pitch plays one note"
        raise InputError(f"{asked} by itself: leave {' and '.join(others)} out, or that")
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
        return partial(_pack, keys, given_plan, preset)
    return None


def _refuse_glide(setup: Setup) -> None:
    if setup.navigate.get("glide_seconds"):
        raise InputError(
            "--glide leads from one note of an --input to the next: leave it out where each note "
            "is by itself"
        )


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

    _refuse_glide(setup)
    return render_note(
        recipe, setup, output, pitch, velocity, seconds or 2.0, picture, mastering=mastering
    )


def _pack(
    keys: str,
    plan: Mapping[str, int],
    name: str | None,
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
    _refuse_glide(setup)
    low, dots, high = keys.partition("..")
    if not dots or not low.strip().isdecimal() or not high.strip().isdecimal():
        raise InputError(f"--range {keys}: write two MIDI numbers, like 36..84")
    asked = PackPlan(int(low), int(high), **plan)
    return render_pack(recipe, setup, output, asked, told, name)
