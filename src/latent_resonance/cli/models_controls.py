"""``resonance models controls``: sliders, prototypes and axes for a texture bundle."""

from pathlib import Path

import click

from latent_resonance.bundles.find import find_bundle
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.contracts.errors import MissingPartError


@click.command("controls")
@click.argument("bundle")
@click.option("--output", type=Path, help="Bundle to write; BUNDLE itself if not given.")
@click.option(
    "--data", type=Path, multiple=True, help="Folder of labelled clips, for prototypes; repeated."
)
@click.option("--weights", type=Path, help="The run's checkpoint.safetensors, for SeFa.")
@click.option("--places", type=click.IntRange(200), default=8000, show_default=True, help="Heard.")
@click.option("--slopes", type=click.IntRange(4), default=60, show_default=True, help="Measured.")
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@output_options
def controls_command(
    bundle: str,
    output: Path | None,
    data: tuple[Path, ...],
    weights: Path | None,
    places: int,
    slopes: int,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find the sliders of BUNDLE, a StyleGAN2 of sounds with an encoder, and add them to it."""
    try:
        from latent_resonance.training.adversarial.export import source_weights
        from latent_resonance.training.directions.add import Effort, add_controls
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx", "onnxscript"}:
            raise
        raise MissingPartError(
            "finding sliders needs PyTorch: pip install 'latent-resonance[train]'"
        ) from error
    path = find_bundle(bundle)
    state = source_weights(weights) if weights else None
    with progress_bar("controls", as_json or quiet) as show:
        made = add_controls(
            path,
            output or path,
            data=data,
            weights=None if state is None else {k: v.numpy() for k, v in state.items()},
            effort=Effort(places=places, slopes=slopes, seed=seed),
            on_progress=lambda text, share: show(share, 1.0),
        )
    lines = [
        f"{made['bundle']}: {len(made['controls'])} sliders, {len(made['prototypes'])} prototypes",
        *(
            f"  {name}: {made[f'attribute_{name}_explained']:.2f} of its variance is explained"
            for name in made["controls"]
        ),
    ]
    show_result(made, lines, as_json, quiet)
