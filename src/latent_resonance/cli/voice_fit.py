"""``resonance voice fit``: the statistics that make a place of a voice."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result


@click.command("fit")
@click.argument("recipe", type=Path)
@click.option("--output", type=Path, required=True, help="File to write (.safetensors).")
@output_options
def fit_command(recipe: Path, output: Path, as_json: bool, quiet: bool) -> None:
    """Learn the statistics of voices by RECIPE, see recipes/train/voices/statistics.toml."""
    from latent_resonance.contracts.text_files import read_toml
    from latent_resonance.training.voices.build import build_statistics
    from latent_resonance.training.voices.recipe import VoiceRecipe

    plan = read_toml(recipe, VoiceRecipe, "recipe")
    with progress_bar("fit", as_json or quiet) as show:
        made = build_statistics(plan, output, show)
    size, clips, unseen = made["bytes"] / 1e3, made["clips"], made["held_back"]
    strangers, takes = 100 * made["strangers_let_in"], 100 * made["takes_turned_away"]
    lines = [
        f"{output}: {size:.0f} kB, of {clips} clips; {unseen} held back",
        f"a voice is known from a cosine of {made['threshold']:.2f} on",
        f"strangers let in: {strangers:.1f} %; other takes turned away: {takes:.1f} %",
    ]
    show_result(made, lines, as_json, quiet)
