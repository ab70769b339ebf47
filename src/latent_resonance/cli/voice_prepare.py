"""``resonance voice prepare``: a folder of voices to tensors for latent diffusion."""

import os
from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result


@click.command("prepare")
@click.argument("folder", type=Path)
@click.option("--output", type=Path, required=True, help="Folder for the tensors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["npy", "safetensors", "pt"]),
    default="npy",
    show_default=True,
    help="Of the last tensor; pt needs PyTorch.",
)
@click.option("--subject", type=int, help="Write this one as subject-N as well, from 0.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one for each core.")
@output_options
def prepare_command(
    folder: Path,
    output: Path,
    form: str,
    subject: int | None,
    workers: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Turn FOLDER of voices into mel squares, mean.npy, std.npy and noise [N, 4, 32, 32].

    A cut run goes on. The numbers are those of the mode exact, by the statistics of this folder.
    """
    from latent_resonance.cli.voice_noise import write_noise_file
    from latent_resonance.data.voices.prepare import prepare_voices
    from latent_resonance.data.voices.tensors import pick_subject

    with progress_bar("prepare", as_json or quiet) as show:
        made = prepare_voices(
            folder,
            output,
            workers=workers or os.cpu_count() or 1,
            subject=subject,
            on_progress=show,
        )
    files = [output / f"noise.{form}"]
    write_noise_file(files[0], made.noises)
    if subject is not None:
        one = pick_subject(made.noises, subject, str(folder))
        files.append(output / f"subject-{subject}.{form}")
        write_noise_file(files[1], one[None])
    told = {
        "folder": str(output),
        "subjects": len(made.files),
        "kept": made.kept,
        "skipped": dict(made.skipped),
        "files": [str(file) for file in files],
    }
    lines = [f"{files[0]}: {len(made.files)} x 4 x 32 x 32, a noise for each subject"]
    lines += [f"{file}: subject {subject}" for file in files[1:]]
    lines += [f"left out {file}: it {reason.removeprefix('it ')}" for file, reason in made.skipped]
    show_result(told, lines, as_json, quiet)
