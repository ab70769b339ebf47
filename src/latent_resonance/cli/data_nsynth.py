"""``resonance data nsynth``: notes of the NSynth dataset."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.contracts.errors import InputError


def _pitches(text: str) -> tuple[int, int]:
    lowest, dots, highest = text.partition("..")
    try:
        return int(lowest), int(highest if dots else lowest)
    except ValueError as error:
        raise InputError(f"--pitch {text}: write it as LOWEST..HIGHEST, such as 36..84") from error


@click.command("nsynth")
@click.argument("folder", type=Path)
@click.option("--output", type=Path, help="Folder for the selection.")
@click.option(
    "--download", type=click.Choice(["train", "valid", "test"]), help="Bring this split to FOLDER."
)
@click.option("--sha256", help="Of the archive; anything else is refused.")
@click.option("--family", "families", multiple=True, help="Such as brass; may be repeated.")
@click.option(
    "--source", "sources", multiple=True, help="acoustic, electronic, synthetic; repeated."
)
@click.option("--pitch", default="0..127", show_default=True, help="MIDI, LOWEST..HIGHEST.")
@click.option("--velocity", "velocities", type=int, multiple=True, help="25 50 75 100 127.")
@click.option("--without", multiple=True, help="A quality, such as reverb; may be repeated.")
@click.option("--split", "splits", multiple=True, help="train, valid, test; all that are there.")
@click.option("--count", type=click.IntRange(min=1), help="At most, evenly from the families.")
@click.option("--seed", default=0, show_default=True, help="Of the draw of --count.")
@click.option(
    "--link",
    type=click.Choice(["auto", "hard", "symbolic", "copy"]),
    default="auto",
    show_default=True,
    help="How sounds get there; auto: hard links, else copies.",
)
@click.option("--server", help="In place of download.magenta.tensorflow.org.")
@output_options
def nsynth_command(
    folder: Path,
    output: Path | None,
    download: str | None,
    sha256: str | None,
    families: tuple[str, ...],
    sources: tuple[str, ...],
    pitch: str,
    velocities: tuple[int, ...],
    without: tuple[str, ...],
    splits: tuple[str, ...],
    count: int | None,
    seed: int,
    link: Any,
    server: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Select notes of NSynth (JSON and WAV) in FOLDER, or bring a split there first."""
    from latent_resonance.data.nsynth.archive import SERVER, fetch_split, unpack
    from latent_resonance.data.nsynth.examples import Filter
    from latent_resonance.data.nsynth.select import select
    from latent_resonance.data.web.client import Client

    if output is None and download is None:
        raise click.UsageError("Nothing to do: give --output, --download or both.")
    wanted = Filter(families, sources, *_pitches(pitch), velocities, without, splits, count, seed)
    hidden = as_json or quiet
    result: dict[str, Any] = {}
    lines = []
    if download is not None:
        # The official server has no https; nothing secret is sent to it.
        client = Client(server or SERVER, plain=server is None)
        with progress_bar("download", hidden) as show:
            archive, digest = fetch_split(client, download, folder, sha256, show)
        with progress_bar("unpack", hidden) as show:
            unpacked = unpack(archive, folder, on_progress=show)
        result |= {"archive": str(archive), "sha256": digest, "unpacked": str(unpacked)}
        lines += [f"{archive}: sha256 {digest}", f"{unpacked}: unpacked"]
    if output is not None:
        with progress_bar("select", hidden) as show:
            done = select(folder, output, wanted, link, show)
        result |= {
            "folder": str(output),
            "notes": done.notes,
            "families": dict(done.families),
            "missing": done.missing,
        }
        lines.append(f"{output}: {done.notes} notes")
        lines += [f"  {family}: {notes}" for family, notes in done.families.items()]
        if done.missing:
            lines.append(f"{done.missing} notes pass, but their sounds are not there")
    show_result(result, lines, as_json, quiet)
