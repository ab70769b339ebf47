"""``resonance data``: training material."""

from pathlib import Path

import click

from latent_resonance.cli.data_nsynth import nsynth_command
from latent_resonance.cli.data_prepare import prepare_command
from latent_resonance.cli.data_scrape import scrape_command
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.contracts.errors import InputError
from latent_resonance.data.synthetic.corpus import synthesize
from latent_resonance.data.synthetic.pictures.corpus import synthesize_pictures


@click.group()
def data() -> None:
    """Make training material."""


data.add_command(prepare_command)
data.add_command(scrape_command)
data.add_command(nsynth_command)


@data.command("synthesize")
@click.argument("what", type=click.Choice(["sounds", "pictures"]), default="sounds")
@click.option("--output", type=Path, required=True, help="Folder for what is made.")
@click.option(
    "--count", type=click.IntRange(max=1_000_000), default=120, show_default=True, help="How many."
)
@click.option("--seconds", type=float, help="Length of each sound.  [default: 3.0]")
@click.option("--sample-rate", type=int, help="Of sounds, in Hz.  [default: 16000]")
@click.option("--size", type=int, help="Of pictures, pixels a side.  [default: 128]")
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@output_options
def synthesize_command(
    what: str,
    output: Path,
    count: int,
    seconds: float | None,
    sample_rate: int | None,
    size: int | None,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write synthetic held SOUNDS or abstract PICTURES, with a manifest of how each was made."""
    given = {"--seconds": seconds, "--sample-rate": sample_rate, "--size": size}
    foreign = ("--seconds", "--sample-rate") if what == "pictures" else ("--size",)
    for flag in foreign:
        if given[flag] is not None:
            raise InputError(f"{flag} is not for {what}")
    with progress_bar("synthesize", as_json or quiet) as show:
        if what == "pictures":
            made = synthesize_pictures(output, count, 128 if size is None else size, seed, show)
        else:
            length = 3.0 if seconds is None else seconds
            rate = 16_000 if sample_rate is None else sample_rate
            made = synthesize(output, count, length, rate, seed, show)
    show_result({"folder": str(output), what: made}, [f"{output}: {made} {what}"], as_json, quiet)
