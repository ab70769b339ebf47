"""``resonance models controls``: sliders, places and axes for a bundle of textures or pictures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from latent_resonance.bundles.find import find_bundle, open_bundle, path_to_write
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.cli.training_commands import needs_training
from latent_resonance.contracts.errors import InputError

_Run = tuple[Callable[..., dict[str, Any]], Callable[[dict[str, Any]], list[str]]]


@click.command("controls")
@click.argument("bundle")
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@click.option(
    "--data", type=Path, multiple=True, help="Folder of labelled clips, for prototypes; repeated."
)
@click.option("--weights", type=Path, help="The run's checkpoint.safetensors, for SeFa.")
@click.option("--places", type=click.IntRange(200), default=8000, show_default=True, help="Heard.")
@click.option("--slopes", type=click.IntRange(4), default=60, show_default=True, help="Measured.")
@click.option(
    "--bend-layer", type=click.IntRange(0), help="Of pictures: the layer to bend; the middle one."
)
@click.option(
    "--mix",
    "mixes",
    multiple=True,
    metavar="PLACE,OTHER",
    help="Of pictures: add PLACE with the coarse, middle and fine layers of OTHER; repeated.",
)
@click.option(
    "--only-kin", is_flag=True, help="Of sounds: keep all, find only other sounds like prototypes."
)
@click.option(
    "--only-sliders", is_flag=True, help="Of sounds: keep all, find only the sliders anew."
)
@click.option(
    "--only-seeds",
    is_flag=True,
    help="Of sounds: keep all, but let seeds lead near the clips of --data; of notes, random "
    "timbres near those notes.",
)
@click.option(
    "--only-attacks",
    is_flag=True,
    help="Of sounds: keep all, but let prototypes and their kin strike as clips of their kind.",
)
@click.option(
    "--only-warp",
    is_flag=True,
    help="Of sounds: keep all, but let sliders move lower frequencies too, where they do not.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@output_options
def controls_command(
    bundle: str,
    output: Path | None,
    data: tuple[Path, ...],
    weights: Path | None,
    places: int,
    slopes: int,
    bend_layer: int | None,
    mixes: tuple[str, ...],
    only_kin: bool,
    only_sliders: bool,
    only_seeds: bool,
    only_attacks: bool,
    only_warp: bool,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find the sliders of BUNDLE and add them to it.

    BUNDLE is a StyleGAN2 of sounds with an encoder, or a StyleGAN2 or StyleGAN3 of pictures: these
    get principal and SeFa axes, each third of the layers by itself, moves and network bending. Of
    notes, --only-seeds alone.
    """
    with needs_training("finding sliders"):
        from latent_resonance.training.directions.add import (
            Effort,
            add_attacks,
            add_controls,
            add_kin,
            add_seeds,
            add_sliders,
            add_warp,
        )
        from latent_resonance.training.directions.picture_controls import add_picture_controls
        from latent_resonance.training.notes.examples import add_examples
        from latent_resonance.training.start_weights import generator_weights
    path, opened = find_bundle(bundle), open_bundle(bundle)
    flags = {
        "--only-kin": only_kin,
        "--only-sliders": only_sliders,
        "--only-seeds": only_seeds,
        "--only-attacks": only_attacks,
        "--only-warp": only_warp,
    }
    only = [flag for flag, is_given in flags.items() if is_given]
    if opened.kind == "image" and only:
        raise InputError(f"{only[0]} is of bundles that make sounds")
    if opened.kind != "image" and (mixes or bend_layer is not None):
        raise InputError("--mix and --bend-layer are of bundles that make pictures")
    if len(only) > 1:
        raise InputError(f"{' and '.join(only[:2])} are two runs")
    target = path_to_write(path, output)
    if opened.kind == "image":
        made = add_picture_controls(
            path, target, layer=bend_layer, mixes=[_pair(one) for one in mixes], seed=seed
        )
        told = (
            f"{made['bundle']}: {len(made['controls'])} sliders, layer {made['bent_layer']} bends"
        )
        show_result(made, [told, f"  {', '.join(made['controls'])}"], as_json, quiet)
        return
    effort = Effort(places=places, slopes=slopes, seed=seed)
    by_itself: dict[str, _Run] = {
        "--only-sliders": (
            partial(add_sliders, effort=effort),
            lambda made: [f"{len(made['controls'])} sliders", *_explained(made)],
        ),
        "--only-warp": (partial(add_warp, effort=effort), _warped),
    }
    by_clips: dict[str, _Run] = {
        "--only-seeds": (
            add_examples if opened.space.plays_notes else partial(add_seeds, effort=effort),
            lambda made: [f"seeds lead near {made['places']} places"],
        ),
        "--only-attacks": (
            add_attacks,
            lambda made: [f"attacks of {len(made['attacks'])} prototypes"],
        ),
        "--only-kin": (add_kin, lambda made: [f"kin of {len(made['kin'])} prototypes"]),
    }
    if only:
        (flag,) = only
        if flag in by_clips and not data:
            raise InputError(f"{flag} needs the clips to find them with: --data FOLDER")
        find, told_of = (by_itself | by_clips)[flag]
        given = (path, target, data) if flag in by_clips else (path, target)
        with progress_bar(flag.removeprefix("--only-"), as_json or quiet) as show:
            made = find(*given, on_progress=lambda text, share: show(share, 1.0))
        first, *more = told_of(made)
        show_result(made, [f"{made['bundle']}: {first}", *more], as_json, quiet)
        return
    state = generator_weights(weights) if weights else None
    with progress_bar("controls", as_json or quiet) as show:
        made = add_controls(
            path,
            target,
            data=data,
            weights=None if state is None else {k: v.numpy() for k, v in state.items()},
            effort=effort,
            on_progress=lambda text, share: show(share, 1.0),
        )
    lines = [
        f"{made['bundle']}: {len(made['controls'])} sliders, {len(made['prototypes'])} prototypes",
        *_explained(made),
    ]
    show_result(made, lines, as_json, quiet)


def _warped(made: dict[str, Any]) -> list[str]:
    moves = [f"  {name}: {steps:+.2f} steps an octave" for name, steps in made["octave"].items()]
    return ["sliders move lower frequencies", *moves]


def _explained(made: dict[str, Any]) -> list[str]:
    return [
        f"  {name}: {made[f'attribute_{name}_explained']:.2f} of its variance is explained"
        for name in made["controls"]
    ]


def _pair(text: str) -> tuple[str, str]:
    first, comma, second = text.partition(",")
    if not comma or not first.strip() or not second.strip():
        raise InputError(f"--mix {text}: write it as PLACE,OTHER, such as place_1,place_2")
    return first.strip(), second.strip()
