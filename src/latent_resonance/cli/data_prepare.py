"""``resonance data prepare``: a folder of sounds to shards of spectrograms."""

import os
from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import (
    cluster_option,
    output_options,
    progress_bar,
    show_result,
)


def _layout_options(command: Any) -> Any:
    options = (
        click.option(
            "--codec",
            type=click.Choice(["linear", "mel"]),
            default="linear",
            show_default=True,
            help="Log-STFT, as bundles have it, or mel bands.",
        ),
        click.option("--sample-rate", type=int, help="In Hz: 16000, mel 22050."),
        click.option("--n-fft", type=int, help="Samples in a frame: 512, mel 2048."),
        click.option("--hop", type=int, help="Samples from column to column: 128, mel 512."),
        click.option("--columns", type=int, help="Columns in a window: 256, mel 512."),
        click.option("--bands", type=int, help="Mel bands: 512."),
        click.option("--range-db", default=80.0, show_default=True, help="Kept below 0 dB."),
        click.option("--overlap", default=0.0, show_default=True, help="Of windows, 0 to 0.95."),
        click.option(
            "--reference",
            type=click.Choice(["window", "file"]),
            default="window",
            show_default=True,
            help="Whose loudest is 0 dB.",
        ),
        click.option(
            "--levels",
            type=click.Choice(["uint8", "float16"]),
            default="uint8",
            show_default=True,
            help="How levels are stored.",
        ),
        click.option(
            "--silence-db",
            default=-50.0,
            show_default=True,
            help="Windows with a peak this far below their file's are left out.",
        ),
        click.option("--min-seconds", default=0.1, show_default=True, help="Shortest sound."),
        click.option(
            "--fill",
            type=click.Choice(["silence", "mirror"]),
            default="silence",
            show_default=True,
            help="What follows a sound shorter than a window.",
        ),
        click.option(
            "--most-seconds", default=3600.0, show_default=True, help="Taken of each sound."
        ),
        click.option(
            "--channel",
            type=click.Choice(["mean", "left", "right"]),
            default="mean",
            show_default=True,
            help="Of sounds with several; one of them where they cancel each other out.",
        ),
        click.option("--shard-megabytes", default=64, show_default=True, help="Bound of a shard."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("prepare")
@click.argument("folder", type=Path)
@click.option("--output", type=Path, required=True, help="Folder for the shards.")
@_layout_options
@click.option("--label", help="Column of manifest.csv that names the class; else sub-folders do.")
@click.option(
    "--keep", multiple=True, metavar="COLUMN=VALUE,..", help="Rows to take; may be repeated."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["shards", "png", "zip"]),
    default="shards",
    show_default=True,
    help="png and zip add OUTPUT/pictures for StyleGAN's own training.",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one for each core.")
@cluster_option
@output_options
def prepare_command(
    folder: Path,
    output: Path,
    label: str | None,
    keep: tuple[str, ...],
    form: str,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
    quiet: bool,
    **layout: Any,
) -> None:
    """Turn FOLDER of sounds into spectrograms to train with; a cut run goes on."""
    from latent_resonance.data.pictures import export_folder, export_zip, stylegan_hint
    from latent_resonance.data.prepare.options import make_options
    from latent_resonance.data.prepare.report import report_lines
    from latent_resonance.data.prepare.run import prepare
    from latent_resonance.data.prepare.sources import parse_keep
    from latent_resonance.data.shards import open_shards

    hidden = as_json or quiet
    with progress_bar("prepare", hidden) as show:
        report = prepare(
            folder,
            output,
            make_options(**layout),
            label=label,
            keep=parse_keep(keep),
            workers=workers or os.cpu_count() or 1,
            cluster=cluster,
            on_progress=show,
        )
    result: dict[str, Any] = {"folder": str(output), **report.model_dump()}
    lines = [f"{output}: {line}" if not n else line for n, line in enumerate(report_lines(report))]
    if form != "shards":
        shards = open_shards(output)
        with progress_bar("pictures", hidden) as show:
            if form == "zip":
                made = export_zip(shards, output / "pictures.zip", show)
            else:
                made = export_folder(shards, output / "pictures", show)
        hint = stylegan_hint(shards)
        result |= {"pictures": str(made), "classes": list(shards.labels)}
        lines += [f"{made}: {len(shards)} pictures", *([hint] if hint else [])]
    show_result(result, lines, as_json, quiet)
