"""``resonance data``: training material."""

import sys
from pathlib import Path

import click

from latent_resonance.cli.data_nsynth import nsynth_command
from latent_resonance.cli.data_prepare import prepare_command
from latent_resonance.cli.data_scrape import scrape_command
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.data.synthetic.corpus import synthesize


@click.group()
def data() -> None:
    """Make training material."""


data.add_command(prepare_command)
data.add_command(scrape_command)
data.add_command(nsynth_command)


@data.command("synthesize")
@click.option("--output", type=Path, required=True, help="Folder for the sounds.")
@click.option("--count", default=120, show_default=True, help="How many sounds.")
@click.option("--seconds", default=3.0, show_default=True, help="Length of each.")
@click.option("--sample-rate", default=16_000, show_default=True, help="In Hz.")
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@output_options
def synthesize_command(
    output: Path,
    count: int,
    seconds: float,
    sample_rate: int,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write synthetic held sounds with a manifest that says how each was made."""
    with progress_bar("synthesize", as_json or quiet) as show:
        made = synthesize(output, count, seconds, sample_rate, seed, show)
    show_result(
        {"folder": str(output), "sounds": made}, [f"{output}: {made} sounds"], as_json, quiet
    )


def scraper() -> None:
    """Entry point ``latent-resonance-scraper``: ``resonance data scrape`` under its old name."""
    _run_as("scrape")


def dataset() -> None:
    """Entry point ``latent-resonance-dataset``: ``resonance data prepare`` under its old name."""
    _run_as("prepare")


def _run_as(command: str) -> None:
    from latent_resonance.cli.main import main

    sys.argv[1:1] = ["data", command]
    main()
