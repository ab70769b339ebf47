"""``resonance models mix``: layers of one StyleGAN in another."""

from pathlib import Path

import click

from latent_resonance.bundles.find import find_bundle
from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.cli.training_commands import needs_training
from latent_resonance.contracts.errors import InputError


@click.command("mix")
@click.argument("first")
@click.argument("second")
@click.option("--output", type=Path, required=True, help="Bundle to write.")
@click.option(
    "--from-layer",
    default=0,
    show_default=True,
    help="The first layer that changes; from 0 everything does.",
)
@click.option("--share", default=1.0, show_default=True, help="Of the way to SECOND, 0..1.")
@output_options
def mix_command(
    first: str,
    second: str,
    output: Path,
    from_layer: int,
    share: float,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make a bundle of FIRST whose layers, or some of them, are SECOND's or on the way to them.

    Both are StyleGAN2s or StyleGAN3s of pictures, of the same architecture.
    """
    with needs_training("mixing"):
        from latent_resonance.training.importing.mix import mix_bundles
    if output.exists():
        raise InputError(f"{output} exists already: choose another with --output")
    made = mix_bundles(
        find_bundle(first), find_bundle(second), output, layer=from_layer, share=share
    )
    line = f"{made['bundle']}: {made['changed']} tensors changed, of {made['layers']} layers"
    show_result(made, [line], as_json, quiet)
