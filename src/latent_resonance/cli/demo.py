"""``resonance demo``: the main job on what the package carries."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.engine.demo import DEMOS, render_demo
from latent_resonance.engine.mastering import STREAMING_LUFS


@click.command()
@click.option(
    "--output",
    type=Path,
    default=Path("resonance-demo"),
    show_default=True,
    help="Folder for sounds, pictures and a video; made when missing.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option(
    "--loudness",
    default=STREAMING_LUFS,
    show_default=True,
    metavar="LUFS",
    help="Of the sounds, -60 to -6, peaks under -1 dBTP.",
)
@output_options
def demo(output: Path, seed: int, loudness: float, as_json: bool, quiet: bool) -> None:
    """Render a recorded performance of each instrument; needs no camera and no sound card."""
    made = []
    for name in DEMOS:
        with progress_bar(name, as_json or quiet) as on_progress:
            made.append(render_demo(name, output, seed, on_progress, loudness))
    lines = []
    for one in made:
        lines.append(
            f"{one['recipe']}: {one['output']}  ({one['duration_seconds']:.1f} s, "
            f"{one['loudness_lufs']} LUFS)"
        )
        if "spectrogram" in one:
            lines.append(f"{one['recipe']}: {one['spectrogram']}")
    show_result({"folder": str(output), "made": made}, lines, as_json, quiet)
