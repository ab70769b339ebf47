"""``resonance models envelope``: attacks as sudden as recordings' for a bundle of sounds."""

from pathlib import Path

import click

from latent_resonance.bundles.find import find_bundle, path_to_write
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.cli.training_commands import needs_training


@click.command("envelope")
@click.argument("bundle")
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@click.option(
    "--data",
    type=Path,
    multiple=True,
    required=True,
    help="Folder of clips, with or without manifest.csv; repeated.",
)
@click.option("--steps", type=click.IntRange(1), default=500, show_default=True)
@click.option(
    "--random-sounds",
    type=click.IntRange(2),
    default=300,
    show_default=True,
    help="Of the bundle, heard beside the clips.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@output_options
def envelope_command(
    bundle: str,
    output: Path | None,
    data: tuple[Path, ...],
    steps: int,
    random_sounds: int,
    seed: int,
    threads: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fit the fine envelope of BUNDLE to clips, and add it to the bundle.

    With it, what the bundle plays begins as suddenly as recordings do. The bundle needs an encoder
    (`models encoder`); a fifth of the clips is kept back to judge by.
    """
    with needs_training("fitting an envelope"):
        from latent_resonance.training.envelope.add import add_envelope
        from latent_resonance.training.envelope.fit import EnvelopeEffort
    path = find_bundle(bundle)
    target = path_to_write(path, output)
    with progress_bar("envelope", as_json or quiet) as show:
        made = add_envelope(
            path,
            target,
            data=data,
            effort=EnvelopeEffort(steps, random_sounds, seed, threads),
            on_progress=lambda share: show(share, 1.0),
        )
    share = {name: f"{100 * value:.1f} %" for name, value in made["rise_share"].items()}
    back = f"{share['kept_back_before']} before, {share['kept_back_after']} now"
    told = [
        f"{made['bundle']}: sounds that rise by 20 dB in 6 ms",
        f"  {made['kept_back']} clips kept back: {share['kept_back_real']}; played back: {back}",
        f"  random sounds: {share['random_before']} before, {share['random_after']} now",
    ]
    show_result(made, told, as_json, quiet)
