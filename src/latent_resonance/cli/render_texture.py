"""``resonance render texture``: a place of the texture model to a file, or several."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.cli.texture_options import (
    make_refine,
    make_request,
    take_engine,
    texture_options,
)


@click.command()
@click.option("--output", type=Path, required=True, help="Sound file: .wav, .flac, .ogg.")
@click.option("--seconds", type=float, help="How long; one window (about 2 s) if not given.")
@click.option("--variations", default=1, show_default=True, help="How many, around the place.")
@click.option(
    "--morph",
    multiple=True,
    metavar="NAME|FILE",
    help="Place or sound to arrive at; repeated: one after the other.",
)
@click.option("--loudness", default=-20.0, show_default=True, help="LUFS, -60 to -6.")
@click.option("--spectrogram", "picture", type=Path, help="Picture of the sound (.png).")
@texture_options
@output_options
def render_texture(as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Render a texture to a file.

    \b
    resonance render texture --prototype rain --set brightness=3 --set rate=-2 --output rain.wav
    resonance render texture --query door.wav --variations 16 --output doors.wav
    resonance render texture --seed 4 --transfer rate --from steps.wav --output out.wav
    resonance render texture --prototype rain --morph fire --seconds 10 --output way.wav
    resonance render --from out.wav --output again.wav
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.engine.exploration.explorer import Explorer
    from latent_resonance.engine.exploration.render import Output
    from latent_resonance.engine.exploration.render import render_places as render

    request, engine = make_request(chosen), take_engine(chosen)
    bundle, steps = chosen.pop("bundle"), chosen.pop("refine")
    output = Output(chosen.pop("output"), **chosen)
    with (
        Explorer(bundle, engine) as texture,
        progress_bar("render texture", as_json or quiet) as on_progress,
    ):
        report = render(texture, request, output, make_refine(texture.bundle, steps), on_progress)
    show_result(report, _lines(report), as_json, quiet)


def _lines(report: dict[str, Any]) -> list[str]:
    lines = [
        f"{one['output']}: {one['duration_seconds']:.2f} s, {one['loudness_lufs']} LUFS, "
        f"true peak {one['true_peak_db']} dBTP"
        for one in report.get("variations", [report])
    ]
    return [*lines, *([report["spectrogram"]] if "spectrogram" in report else [])]
