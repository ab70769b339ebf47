"""``resonance render --from out.wav``: the sound of a file once more, from its own recipe."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, parse_engine, show_result


@click.command()
@click.option("--from", "source", type=Path, required=True, help="A file of render texture.")
@click.option("--output", type=Path, required=True, help="Sound file: .wav, .flac, .ogg.")
@click.option("--bundle", help="Its model, where its name finds another one.")
@click.option("--engine", default="auto", show_default=True, help="What runs the model.")
@click.option("--device", default="cpu", show_default=True, help="Where it runs.")
@output_options
def render_again(
    source: Path,
    output: Path,
    bundle: str | None,
    engine: str,
    device: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the sound of a file once more, from the recipe that it carries."""
    from latent_resonance.engine.exploration.explorer import Explorer
    from latent_resonance.engine.exploration.render import render_again as render
    from latent_resonance.engine.exploration.sound_recipe import recipe_in

    name = bundle or recipe_in(source).bundle
    with Explorer(name, parse_engine(engine, device)) as texture:
        report = render(source, output, texture)
    line = (
        f"{report['output']}: {report['duration_seconds']:.2f} s, {report['loudness_lufs']} LUFS, "
        f"true peak {report['true_peak_db']} dBTP"
    )
    show_result(report, [line], as_json, quiet)
