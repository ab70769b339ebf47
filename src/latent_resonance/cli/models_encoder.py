"""``resonance models encoder``: an encoder for a bundle that stays as it is otherwise."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.bundles.find import find_bundle, path_to_write
from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.cli.train import progress_line
from latent_resonance.cli.training_commands import needs_training

_ERRORS = {
    "spectral_convergence_db": "spectral convergence",
    "level_error_db": "level error",
    "cut_off_spectral_convergence_db": "spectral convergence when cut off",
}


@click.command("encoder")
@click.argument("bundle")
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@click.option(
    "--data", type=Path, multiple=True, help="Folder of real clips (manifest.csv); repeated."
)
@click.option("--weights", type=Path, help="A run's checkpoint, to go on from its encoder.")
@click.option("--steps", type=click.IntRange(1), default=1500, show_default=True)
@click.option(
    "--batch", type=click.IntRange(2), default=16, show_default=True, help="Windows in a step."
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@click.option(
    "--perceptual",
    type=click.Choice(["none", "lpips"]),
    default="none",
    show_default=True,
    help="One more loss, where the package is installed.",
)
@output_options
def encoder_command(
    bundle: str,
    output: Path | None,
    data: tuple[Path, ...],
    weights: Path | None,
    steps: int,
    batch: int,
    seed: int,
    threads: int,
    perceptual: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train an encoder for BUNDLE, whose generator stays as it is, and add it to the bundle.

    With it, sounds can be asked for by example. Run it before `models controls`, whose prototypes
    are found by the encoder.
    """
    with needs_training("training an encoder"):
        from latent_resonance.training.encoder.add import add_encoder
        from latent_resonance.training.encoder.effort import EncoderEffort
    path = find_bundle(bundle)
    target = path_to_write(path, output)
    with progress_line(as_json or quiet) as show:
        made = add_encoder(
            path,
            target,
            data=data,
            weights=weights,
            effort=EncoderEffort(steps, batch, seed, threads, perceptual),
            on_progress=show,
        )
    show_result(made, _lines(made), as_json, quiet)


def _lines(made: dict[str, Any]) -> list[str]:
    best = f"best at step {made['best_step']} of {made['steps']}"
    lines = [f"{made['bundle']}: {best}, by {made['windows']} {made['judged_by']}"]
    own = made["bundles_own"] or made["before"]
    words = "the bundle's own before" if made["bundles_own"] else "untrained"
    lines += [
        f"  {text}: {made['after'][key]:g} dB ({words}: {own[key]:g})"
        for key, text in _ERRORS.items()
    ]
    return lines
