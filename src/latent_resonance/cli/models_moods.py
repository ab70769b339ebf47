"""``resonance models moods``: places of an image bundle, found by words."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.bundles.find import find_bundle, path_to_write
from latent_resonance.cli.shared_options import (
    Within,
    output_options,
    progress_bar,
    show_result,
)
from latent_resonance.contracts.errors import InputError


@click.command("moods")
@click.argument("bundle")
@click.option("--prompt", "prompts", multiple=True, required=True, help="What to see; repeatable.")
@click.option("--name", "names", multiple=True, help="Of the mood; one for each prompt, or none.")
@click.option(
    "--judge",
    default="tower",
    show_default=True,
    help="tower, tower:FILE, or clip:FOLDER or clip:OWNER/NAME (extra clip).",
)
@click.option(
    "--candidates", type=click.IntRange(16), default=4096, show_default=True, help="Random places."
)
@click.option(
    "--rounds", type=click.IntRange(0), default=30, show_default=True, help="Of CMA-ES; 0: none."
)
@click.option(
    "--truncation",
    type=Within(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Below 1: random places are drawn towards the mean.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of it all.")
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@output_options
def moods_command(
    bundle: str,
    prompts: tuple[str, ...],
    names: tuple[str, ...],
    judge: str,
    candidates: int,
    rounds: int,
    truncation: float,
    seed: int,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Add to BUNDLE, a model of pictures, a place for each prompt: the one whose picture fits best.

    For each, pictures of random places are drawn and judged, and the best is made better.
    """
    if names and len(names) != len(prompts):
        raise InputError(f"{len(names)} names for {len(prompts)} prompts: one for each, or none")
    from latent_resonance.engine.moods.add import AskedMood, add_moods
    from latent_resonance.navigate.moods.search import Effort
    from latent_resonance.navigate.prompts.open import open_judge

    path = find_bundle(bundle)
    target = path_to_write(path, output)
    if target.exists() and not target.samefile(path):
        raise InputError(
            f"{target} is there already: to add to it, name it in place of '{bundle}', else choose "
            "another --output"
        )
    asked = [
        AskedMood(prompt, name)
        for prompt, name in zip(prompts, names or [""] * len(prompts), strict=True)
    ]
    with progress_bar("moods", as_json or quiet) as show:
        made = add_moods(
            path,
            target,
            asked,
            judge=open_judge(judge),
            effort=Effort(candidates=candidates, rounds=rounds, seed=seed),
            truncation=truncation,
            on_progress=show,
        )
    show_result(made, _lines(made), as_json, quiet)


def _lines(made: dict[str, Any]) -> list[str]:
    lines = [f"{made['bundle']}: {', '.join(one['name'] for one in made['moods'])}"]
    for one in made["moods"]:
        parts = ", ".join(f"{part} {fit:.1f}" for part, fit in one["parts"].items())
        lines.append(f"  {one['name']}: fit {one['fit']:.1f} (0 is usual, 2 is good): {parts}")
        for word, other in one["unknown"].items():
            lines.append(f"  not known: {word}" + (f"; try {other}" if other else ""))
    return lines
