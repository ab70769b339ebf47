"""``resonance models names``: how people see the places of a bundle."""

import json
from pathlib import Path
from typing import Any

import click

from latent_resonance.bundles.find import find_bundle, path_to_write
from latent_resonance.bundles.name_places import name_places, shown_table
from latent_resonance.bundles.read import read_bundle
from latent_resonance.cli.shared_options import output_options, show_result


@click.command("names")
@click.argument("bundle")
@click.option(
    "--table", type=Path, help="JSON with titles, groups, positions; see docs/bundles.md."
)
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@output_options
def names_command(
    bundle: str, table: Path | None, output: Path | None, as_json: bool, quiet: bool
) -> None:
    """Give BUNDLE's places names for people, as a table says; without one, print the table.

    The networks and all tensors stay as they are, byte for byte.
    """
    path = find_bundle(bundle)
    if table is not None:
        target = path_to_write(path, output)
        name_places(path, table, target)
        path = target
    made = shown_table(read_bundle(path).space)
    show_result(made, _lines(path, made) if table else [json.dumps(made, indent=1)], as_json, quiet)


def _lines(path: Path, made: dict[str, Any]) -> list[str]:
    shown = sum(not entry.get("hidden") for entry in made["places"].values())
    return [f"{path}: {shown} places shown, {len(made['places']) - shown} hidden"]
