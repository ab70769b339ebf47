"""``resonance render``: an input to a file."""

from pathlib import Path

import click

from latent_resonance.cli.by_recipe import ByRecipe
from latent_resonance.cli.shared_options import (
    chain_options,
    output_options,
    parse_engine,
    parse_settings,
    progress_bar,
    show_result,
)
from latent_resonance.engine.assemble import Setup
from latent_resonance.engine.perform import only_one, render_file


@click.command(
    cls=ByRecipe,
    own={
        "notes": "latent_resonance.cli.render_notes:render_notes",
        "texture": "latent_resonance.cli.render_texture:render_texture",
    },
    by_flag={"--from": "latent_resonance.cli.render_again:render_again"},
)
@click.argument("recipe")
@click.option("--input", "source", type=Path, help="Video, folder of images or .csv of controls.")
@click.option("--output", type=Path, required=True, help="Sound file: .wav, .flac.")
@click.option("--controls", type=Path, help="Replay a saved performance (.csv).")
@click.option("--record-controls", "record", type=Path, help="Save the controls (.csv).")
@click.option("--spectrogram", "picture", type=Path, help="Picture of the sound (.png).")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long.")
@chain_options
@output_options
def render(
    recipe: str,
    source: Path | None,
    output: Path,
    controls: Path | None,
    record: Path | None,
    picture: Path | None,
    seconds: float | None,
    bundle: str | None,
    engine: str,
    device: str,
    seed: int,
    settings: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Render RECIPE (face, notes, texture, or a TOML file) to a file.

    \b
    resonance render face --input clip.mp4 --output face.wav --spectrogram face.png
    resonance render notes --help                  MIDI, single notes, sample packs
    resonance render texture --help                sliders, prototypes, queries by sound
    resonance render --from out.wav --output again.wav
    """  # noqa: D301 - click's mark for lines that stay
    setup = Setup(
        bundle=bundle,
        seed=seed,
        overrides=parse_settings(settings),
        engine=parse_engine(engine, device),
    )
    with progress_bar(f"render {recipe}", as_json or quiet) as on_progress:
        made = render_file(
            recipe,
            output,
            source=only_one(source, controls),
            setup=setup,
            seconds=seconds,
            picture=picture,
            record=record,
            on_progress=on_progress,
        )
    report = dict(made.report)
    warning = report.get("warning")
    if warning and not quiet:
        click.echo(f"resonance: warning: {warning}", err=True)
    line = (
        f"{output}: {report['duration_seconds']:.2f} s, {report['loudness_lufs']} LUFS, "
        f"true peak {report['true_peak_db']} dBTP"
    )
    others = [str(path) for path in (picture, record) if path]
    show_result(report, [line, *others], as_json, quiet)
