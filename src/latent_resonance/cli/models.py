"""``resonance models``: what can be played."""

from pathlib import Path

import click

from latent_resonance.bundles.find import check_output, describe, list_bundles, open_bundle
from latent_resonance.cli.models_controls import controls_command
from latent_resonance.cli.models_encoder import encoder_command
from latent_resonance.cli.models_envelope import envelope_command
from latent_resonance.cli.models_fetch import fetch_command, list_known
from latent_resonance.cli.models_mix import mix_command
from latent_resonance.cli.models_moods import moods_command
from latent_resonance.cli.models_names import names_command
from latent_resonance.cli.models_tower import tower_command
from latent_resonance.cli.shared_options import not_there_yet, output_options, show_result
from latent_resonance.cli.training_commands import needs_training
from latent_resonance.contracts.errors import InputError


@click.group()
def models() -> None:
    """List, show, check, import and export model bundles."""


models.add_command(controls_command)
models.add_command(fetch_command)
models.add_command(mix_command)
models.add_command(encoder_command)
models.add_command(envelope_command)
models.add_command(tower_command)
models.add_command(names_command)
models.add_command(moods_command)


@models.command("list")
@output_options
def list_models(as_json: bool, quiet: bool) -> None:
    """The bundles that a name reaches, embedded ones and your own, and models of the hub."""
    found = {name: str(path) for name, path in list_bundles().items()}
    lines = [f"{name:16} {path}" for name, path in found.items()]
    known = list_known()
    lines += ["", "text-to-image models of the Hugging Face hub (resonance models fetch NAME):"]
    lines += [
        f"{one['name']:16} {one['hub']}: {one['about']}{'; fetched' if one['here'] else ''}"
        for one in known
    ]
    show_result({"bundles": found, "text_to_image": known}, lines, as_json, quiet)


@models.command()
@click.argument("bundle")
@output_options
def show(bundle: str, as_json: bool, quiet: bool) -> None:
    """What BUNDLE (a name or a path) is: its sizes, controls, data and licences."""
    facts = describe(open_bundle(bundle))
    show_result(facts, _lines(facts), as_json, quiet)


@models.command("check")
@click.argument("bundle")
@output_options
def check_model(bundle: str, as_json: bool, quiet: bool) -> None:
    """Whether BUNDLE is whole and safe to play; exit code 1 if not."""
    from latent_resonance.engine.trial import try_bundle

    facts = try_bundle(bundle)
    show_result(facts, [f"{bundle}: good ({facts['members']} members)"], as_json, quiet)


@models.command("import")
@click.argument("file", type=Path)
@click.option(
    "--output", type=Path, help="Bundle to write; FILE's name with .resonance, here, if not given."
)
@click.option("--name", help="Of the bundle; the output's if not given.")
@click.option("--licence", default="not stated", help="Of the weights, as whoever made them says.")
@click.option("--source", default="", help="Who made them, or where they were found.")
@click.option(
    "--codec",
    metavar="N_FFT,HOP,SAMPLE_RATE",
    help="The pictures are linear spectrograms of sound, such as 512,128,16000.",
)
@click.option(
    "--range-db", default=80.0, show_default=True, help="With --codec: black below white."
)
@click.option(
    "--rows",
    type=click.Choice(["highest-first", "lowest-first"]),
    default="highest-first",
    show_default=True,
    help="With --codec: what the picture's first row is.",
)
@click.option(
    "--scale",
    type=click.Choice(["linear", "mel"]),
    default="linear",
    show_default=True,
    help="With --codec: of the rows; mel bands as librosa's, from 0 Hz to half the rate.",
)
@click.option(
    "--window",
    type=click.Choice(["gauss", "hann"]),
    default="hann",
    show_default=True,
    help="With --codec: of the spectrograms.",
)
@click.option("--halve", is_flag=True, help="Weights of 16 bits: half the size, a little coarser.")
@output_options
def import_model(
    file: Path,
    output: Path | None,
    name: str | None,
    licence: str,
    source: str,
    codec: str | None,
    range_db: float,
    rows: str,
    scale: str,
    window: str,
    halve: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make a bundle of FILE, a network pickle of StyleGAN2-ADA, StyleGAN3 or StyleGAN-XL.

    Nothing in FILE is run: it is read as numbers, and refused if it wants to be more.
    """
    with needs_training("importing"):
        from latent_resonance.training.importing.bundle import Origin, SoundCodec, import_network

    output = not_there_yet(output or Path(f"{file.stem}.resonance"))
    check_output(output, name)
    sound = None
    if codec is not None:
        n_fft, hop, sample_rate = _codec(codec)
        sound = SoundCodec(
            n_fft,
            hop,
            sample_rate,
            range_db,
            lowest_first=rows == "lowest-first",
            window=window,
            mel=scale == "mel",
        )
    made = import_network(
        file, output, name=name, origin=Origin(licence, source), codec=sound, halve=halve
    )
    show_result(made, _lines(made), as_json, quiet)


@models.command("export")
@click.argument("what")
@click.option(
    "--output", type=Path, required=True, help="Folder to make, or with another --format the file."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["onnx", "isf", "glsl", "wgsl", "html"]),
    default="onnx",
    show_default=True,
    help="ONNX files, or one place of a coordinate network as a shader.",
)
@click.option("--place", help="Of a shader: a named place.")
@click.option("--seed", type=click.IntRange(0), help="Of a shader: a random place.")
@click.option("--opset", type=click.IntRange(18, 23), help="Of ONNX; 18 if not given.")
@click.option(
    "--movable",
    is_flag=True,
    help="StyleGAN3 only: the picture is moved and turned by a second input, transform [3, 3].",
)
@output_options
def export_model(
    what: str,
    output: Path,
    kind: str,
    place: str | None,
    seed: int | None,
    opset: int | None,
    movable: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write WHAT (a bundle, a training checkpoint or a network pickle) as ONNX files.

    Each is compared with PyTorch, or on two engines where only the network is known; the
    difference is printed and kept in export.json. With another --format, one place of a bundle
    that computes its pictures from coordinates is written as a shader for VJ programs.
    """
    if kind == "onnx":
        _refuse("a shader", {"--place": place, "--seed": seed})
        with needs_training("exporting"):
            from latent_resonance.training.importing.onnx_files import export_files

        made = export_files(what, output, opset=opset, movable=movable)
    else:
        from latent_resonance.engine.shader_file import export_shader

        _refuse("ONNX", {"--opset": opset, "--movable": movable or None})
        made = export_shader(open_bundle(what), kind, output, place=place, seed=seed)
    show_result(made, _lines(made), as_json, quiet)


def _refuse(wanted: str, flags: dict[str, object]) -> None:
    given = [name for name, value in flags.items() if value is not None]
    if given:
        raise InputError(f"{given[0]} is for {wanted}: choose it with --format, or leave it out")


def _codec(text: str) -> tuple[int, int, int]:
    try:
        n_fft, hop, sample_rate = (int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--codec {text}: write it as N_FFT,HOP,SAMPLE_RATE, such as 512,128,16000"
        ) from error
    return n_fft, hop, sample_rate


def _lines(facts: dict[str, object], indent: str = "") -> list[str]:
    lines: list[str] = []
    for key, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{indent}{key}:")
            for item in value:
                lines.append(f"{indent}  - " + "; ".join(f"{k}: {v}" for k, v in item.items() if v))
        elif isinstance(value, list):
            lines.append(f"{indent}{key}: {', '.join(map(str, value))}")
        else:
            lines.append(f"{indent}{key}: {value}")
    return lines
