"""``resonance train``: a recipe to a bundle."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.contracts.errors import MissingPartError


@click.command()
@click.argument("recipe", type=Path)
@click.option("--output", type=Path, help="Bundle to write; runs/NAME/NAME.resonance if not given.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option("--steps", type=click.IntRange(min=1), help="Fewer or more steps than the recipe's.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@output_options
def train(
    recipe: Path,
    output: Path | None,
    resume: bool,
    steps: int | None,
    threads: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train the model of RECIPE (a TOML file, see recipes/train) and write it as a bundle."""
    try:
        from latent_resonance.training.run import train_bundle
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx", "safetensors"}:
            raise
        raise MissingPartError(
            "training needs PyTorch: pip install 'latent-resonance[train]'"
        ) from error

    with progress_bar("train", as_json or quiet) as show:
        made = train_bundle(
            recipe,
            output,
            resume=resume,
            steps=steps,
            threads=threads,
            on_progress=lambda progress: show(progress.step, progress.steps),
        )
    show_result(made, [f"{made['bundle']}: {made['steps']} steps"], as_json, quiet)
