"""Flags that ``render notes`` and ``play notes`` share."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from latent_resonance.cli.shared_options import parse_engine
from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.notes.open import NotesSetup

F = TypeVar("F", bound=Callable[..., Any])


def notes_options(command: F) -> F:
    """What chooses the sound."""
    for option in (
        click.option("--seed", default=0, show_default=True, help="Of everything random."),
        click.option("--device", default="cpu", show_default=True, help="Where it runs: cpu."),
        click.option("--engine", default="auto", show_default=True, help="What runs the model."),
        click.option(
            "--bundle", default="notes", show_default=True, help="The model: a name or a path."
        ),
        click.option("--polyphony", default=24, show_default=True, help="Voices at once, 1 to 64."),
        click.option(
            "--glide", default=0.0, metavar="SECONDS", help="Glide from each note to the next."
        ),
        click.option("--distortion", default=0.0, metavar="0..1", help="Overdrive."),
        click.option("--reverb", default=0.0, metavar="0..1", help="A room around it."),
        click.option("--morph", metavar="NAME", help="Instrument to arrive at in the end."),
        click.option(
            "--latent",
            metavar="A,B,...",
            help="Move the instrument's first timbre numbers by these.",
        ),
        click.option("--instrument", metavar="NAME", help="Play all notes on this one."),
    ):
        command = option(command)
    return command


def parse_latent(text: str | None) -> tuple[float, ...]:
    """``"0.3,-1"`` as numbers.

    Raises:
        InputError: not numbers with commas between.
    """
    if not text:
        return ()
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"--latent {text}: write numbers with commas, like 0.3,-1") from error
    if not all(math.isfinite(value) for value in values):
        raise InputError(f"--latent {text}: every number must be finite")
    return values


def make_setup(chosen: dict[str, Any]) -> NotesSetup:
    """The setup of a command's flags; takes them out of ``chosen``."""
    return NotesSetup(
        engine=parse_engine(chosen.pop("engine"), chosen.pop("device")),
        bundle=chosen.pop("bundle"),
        instrument=chosen.pop("instrument"),
        latent=parse_latent(chosen.pop("latent")),
        morph=chosen.pop("morph"),
        polyphony=chosen.pop("polyphony"),
        seed=chosen.pop("seed"),
        glide_seconds=chosen.pop("glide"),
        distortion=chosen.pop("distortion"),
        reverb=chosen.pop("reverb"),
    )
