"""``resonance models tower``: the small network that knows how well a picture fits a text."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.cli.training_commands import needs_training

_FIGURES = {
    "top1_of_16": "right picture first among 16",
    "top1_of_64": "among 64",
    "taught_words_p10": "right ones among the first ten, taught words",
    "held_out_words_p10": "words never seen",
    "chance_p10": "by chance",
}


@click.command("tower")
@click.argument("encoder", type=click.Path(path_type=Path))
@click.option("--output", type=Path, required=True, help="File to write (.safetensors).")
@click.option(
    "--pictures", type=click.IntRange(1), default=9000, show_default=True, help="To train on."
)
@click.option(
    "--steps", type=click.IntRange(1), default=3000, show_default=True, help="Of training."
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@output_options
def tower_command(
    encoder: Path,
    output: Path,
    pictures: int,
    steps: int,
    seed: int,
    threads: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train a tower for prompts on synthetic pictures, with words from a sentence ENCODER.

    ENCODER is a folder with model.safetensors and vocab.txt, as all-MiniLM-L6-v2 has them.
    """
    with needs_training("training a tower"):
        from latent_resonance.training.tower.build import TowerPlan, build_tower
        from latent_resonance.training.tower.loop import TowerEffort
    effort = TowerEffort(steps=steps, seed=seed, threads=threads)
    plan = TowerPlan(pictures=pictures, effort=effort)
    with progress_bar("tower", as_json or quiet) as show:
        made = build_tower(encoder, output, plan, lambda _, done, of: show(done, of))
    lines = [f"{output}: {made['bytes'] / 1e6:.1f} MB"]
    lines += [f"{said}: {made['figures'][name]:.2f}" for name, said in _FIGURES.items()]
    show_result(made, lines, as_json, quiet)
