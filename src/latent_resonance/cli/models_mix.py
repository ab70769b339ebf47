"""``resonance models mix``: layers of one StyleGAN in another, or weights between checkpoints."""

from pathlib import Path

import click

from latent_resonance.bundles.find import find_bundle
from latent_resonance.cli.shared_options import not_there_yet, output_options, show_result
from latent_resonance.cli.training_commands import needs_training
from latent_resonance.contracts.errors import InputError

_CHECKPOINT = ".safetensors"


@click.command("mix")
@click.argument("first")
@click.argument("second")
@click.option("--output", type=Path, required=True, help="Bundle or checkpoint to write.")
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

    Or both are checkpoints of one run of a GAN, of pictures or sounds: generator and encoder
    between two steps. `train --resume` beside the output makes a bundle of it.
    """
    with needs_training("mixing"):
        from latent_resonance.training.checkpoint_mix import mix_checkpoints
        from latent_resonance.training.importing.mix import mix_bundles
    not_there_yet(output)
    if {Path(first).suffix, Path(second).suffix} == {_CHECKPOINT}:
        if from_layer:
            raise InputError("--from-layer is for bundles: of checkpoints, all layers are mixed")
        mixed = mix_checkpoints(Path(first), Path(second), output, share)
        early, late = mixed["steps"]
        told = f"{mixed['checkpoint']}: {mixed['changed']} tensors between steps {early} and {late}"
        show_result(mixed, [told], as_json, quiet)
        return
    made = mix_bundles(
        find_bundle(first), find_bundle(second), output, layer=from_layer, share=share
    )
    line = f"{made['bundle']}: {made['changed']} tensors changed, of {made['layers']} layers"
    show_result(made, [line], as_json, quiet)
