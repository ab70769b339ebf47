"""Flags that ``render texture`` and ``play texture`` share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from latent_resonance.cli.shared_options import parse_engine, parse_settings
from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted
from latent_resonance.engine.recipe import PartChoice

F = TypeVar("F", bound=Callable[..., Any])


def texture_options(command: F) -> F:
    """What chooses the place."""
    for option in (
        click.option("--seed", default=0, show_default=True, help="Of everything random."),
        click.option("--device", default="cpu", show_default=True, help="Where it runs."),
        click.option("--engine", default="auto", show_default=True, help="What runs the model."),
        click.option(
            "--bundle", default="texture", show_default=True, help="The model: a name or a path."
        ),
        click.option(
            "--refine",
            type=click.IntRange(1, 2000),
            metavar="STEPS",
            help="Bring --query nearer to the sound by so many steps (needs PyTorch).",
        ),
        click.option(
            "--from", "source", type=Path, metavar="FILE", help="The sound --transfer takes from."
        ),
        click.option(
            "--transfer",
            multiple=True,
            metavar="NAME",
            help="Take this attribute of the sound --from; may be repeated.",
        ),
        click.option(
            "--pca",
            "principal",
            multiple=True,
            metavar="NUMBER=VALUE",
            help="Move along a principal axis; may be repeated.",
        ),
        click.option(
            "--sefa",
            multiple=True,
            metavar="[GROUP:]NUMBER=VALUE",
            help="Move along an axis of SeFa, of all, early, middle or late layers.",
        ),
        click.option(
            "--strength", default=1.0, show_default=True, help="How close to --query, 0.05 to 20."
        ),
        click.option(
            "--query",
            type=Path,
            multiple=True,
            metavar="FILE",
            help="A sound that it shall be like; may be repeated.",
        ),
        click.option(
            "--prototype",
            "prototypes",
            multiple=True,
            metavar="NAME[:WEIGHT]",
            help="A named place; several are blended.",
        ),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="CONTROL=VALUE",
            help="Turn a slider, -5 to 5; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def make_request(chosen: dict[str, Any]) -> PlaceRequest:
    """The place that a command's flags ask for; takes them out of ``chosen``.

    Raises:
        InputError: one of them is not as it should be written.
    """
    axes = [_axis(text, "all", "--sefa") for text in chosen.pop("sefa")]
    axes += [_axis(text, "pca", "--pca") for text in chosen.pop("principal")]
    return PlaceRequest(
        seed=chosen.pop("seed"),
        prototypes=[_weighted(text) for text in chosen.pop("prototypes")],
        query=chosen.pop("query"),
        strength=chosen.pop("strength"),
        axes=axes,
        transfer=chosen.pop("transfer"),
        source=chosen.pop("source"),
        settings=parse_settings(chosen.pop("settings")),
    )


def take_engine(chosen: dict[str, Any]) -> PartChoice | None:
    """What plays the bundle; takes its flags out of ``chosen``."""
    return parse_engine(chosen.pop("engine"), chosen.pop("device"))


def make_refine(bundle: Any, steps: int | None) -> Any:
    """A function that brings a place nearer to its sound; None when none is wanted.

    Raises:
        MissingPartError: PyTorch is not installed.
    """
    if steps is None:
        return None
    from latent_resonance.training.refine import Refiner

    return Refiner(bundle, steps)


def _weighted(text: str) -> Weighted:
    name, colon, weight = text.partition(":")
    try:
        return Weighted(name, float(weight) if colon else 1.0)
    except ValueError as error:
        raise InputError(f"--prototype {text}: write it as NAME or NAME:WEIGHT") from error


def _axis(text: str, group: str, flag: str) -> Axis:
    where, _, value = text.partition("=")
    named, colon, number = where.rpartition(":")
    try:
        return Axis(named if colon else group, int(number), float(value))
    except ValueError as error:
        raise InputError(f"{flag} {text}: write it as NUMBER=VALUE, such as 1=2.5") from error
