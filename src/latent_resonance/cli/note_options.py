"""Flags for one note or a sample pack, for recipes whose navigator plays notes."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.assemble import Setup
from latent_resonance.engine.recipe import PartChoice, Recipe

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
    ]


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
    layers, step = chosen.pop("velocities"), chosen.pop("step")
    given = sum(one is not None for one in (source, pitch, keys))
    devices = all(one.part == "midi" and "source" not in one.options for one in senses)
    if given > 1 or (devices and not given):
        raise InputError("give one of --input song.mid, --pitch 60 or --range 36..84")
    if pitch is not None:
        return partial(_note, pitch, 100 if velocity is None else velocity)
    if keys is not None:
        return partial(_pack, keys, 1 if layers is None else layers, step)
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
) -> dict[str, Any]:
    from latent_resonance.engine.single_note import render_note

    return render_note(recipe, setup, output, pitch, velocity, seconds or 2.0, picture)


def _pack(
    keys: str,
    layers: int,
    step: int | None,
    recipe: Recipe,
    setup: Setup,
    told: Told,
    output: Path,
    picture: Path | None,
    seconds: float | None,
) -> dict[str, Any]:
    from latent_resonance.engine.sample_pack import PackPlan
    from latent_resonance.engine.single_note import render_pack

    low, dots, high = keys.partition("..")
    if not dots or not low.strip().isdecimal() or not high.strip().isdecimal():
        raise InputError(f"--range {keys}: write two MIDI numbers, like 36..84")
    plan = PackPlan(int(low), int(high), layers, 3 if step is None else step)
    return render_pack(recipe, setup, output, plan, told)
