"""``resonance voice noise``: a recording, or one of a file of noises, as noise of any shape."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.cli.training_commands import needs_training
from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.voices.noise import MODES, VOICE_SHARE, Mode

# Files that hold noises or claim to; anything else is read as sound.
_TENSORS = (".npy", ".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")


def _parse_shape(
    _: click.Context, __: click.Parameter, value: str | None
) -> tuple[int, int, int] | None:
    if value is None:
        return None
    parts = value.lower().split("x")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise click.BadParameter("write it as CHANNELSxROWSxCOLUMNS, such as 4x64x64")
    return (int(parts[0]), int(parts[1]), int(parts[2]))


@click.command("noise")
@click.option("--input", "source", type=Path, required=True, help="A sound, or .npy, .safetensors.")
@click.option("--output", type=Path, required=True, help=".npy, .safetensors, or .pt.")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    help="Who speaks, what is said, both; exact: plain mel levels, which are no Gaussian noise.  "
    "[default: mix]",
)
@click.option(
    "--mix", type=float, help=f"The voice's share of mix, 0..1.  [default: {VOICE_SHARE}]"
)
@click.option("--shape", callback=_parse_shape, help="Of the latents.  [default: 4x32x32]")
@click.option("--subject", type=int, help="Which one of a file of noises, from 0.")
@click.option("--no-snap", is_flag=True, help="Do not look for a voice that is kept.")
@click.option("--statistics", type=Path, help="Other ones than those that are shipped.")
@output_options
def noise_command(
    source: Path,
    output: Path,
    mode: Mode | None,
    mix: float | None,
    shape: tuple[int, int, int] | None,
    subject: int | None,
    no_snap: bool,
    statistics: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the noise of a recording, or pick one of a file of noises."""
    told: dict[str, Any]
    of_sound = {
        "--mode": mode,
        "--mix": mix,
        "--shape": shape,
        "--no-snap": no_snap or None,
        "--statistics": statistics,
    }
    if source.suffix.lower() in _TENSORS:
        from latent_resonance.data.voices.tensors import pick_subject, read_noises

        for flag, given in of_sound.items():
            if given is not None:
                raise InputError(f"{flag} is for sounds: {source} holds noises already")
        made = pick_subject(read_noises(source), subject or 0, source.name)
        if not made.any():
            raise InputError(f"{source}: the noise of subject {subject or 0} is zero throughout")
        told = {"subject": subject or 0}
    elif subject is not None:
        raise InputError("--subject is for files of noises (.npy, .safetensors)")
    else:
        if mix is not None and mode not in {None, "mix"}:
            raise InputError(f"--mix is of the mode mix, not of {mode}: leave one of them out")
        share = VOICE_SHARE if mix is None else mix
        made, told = _from_sound(source, mode or "mix", share, shape, no_snap, statistics)
    write_noise_file(output, made[None])
    told = {"output": str(output), "shape": list(made.shape), **told}
    said = f"{output}: {'x'.join(map(str, made.shape))}, length {np.linalg.norm(made):.2f}"
    lines = [said]
    if told.get("part"):
        lines.append(f"used: {told['part']}")
    if told.get("voice"):
        lines.append(f"the voice of {told['voice']}")
    show_result(told, lines, as_json, quiet)


def _from_sound(
    source: Path,
    mode: Mode,
    mix: float,
    shape: tuple[int, int, int] | None,
    no_snap: bool,
    statistics: Path | None,
) -> tuple[FloatArray, dict[str, Any]]:
    from latent_resonance.navigate.voices.enrolled import KnownVoices, voices_folder
    from latent_resonance.navigate.voices.noise import VoiceNoise
    from latent_resonance.navigate.voices.shapes import BASE
    from latent_resonance.navigate.voices.statistics import load_statistics
    from latent_resonance.sound.voice.clip import RATE, take_voice
    from latent_resonance.sound.voice.mel_square import RATE as SQUARE_RATE

    shape = shape or BASE
    maker = VoiceNoise(load_statistics(statistics))
    if mode == "exact":
        if shape != BASE:
            raise InputError("the mode 'exact' has one shape, 4x32x32")
        samples = read_sound(source, SQUARE_RATE)
        part = take_voice(samples, source.name, SQUARE_RATE).part
        return maker.exact(samples, source.name), {"mode": mode, "part": part, "voice": None}
    at, known = maker.directions(read_sound(source, RATE), source.name), None
    if not no_snap and mode != "words":
        at, known = KnownVoices(voices_folder()).snap(at, maker)
    made = maker.noise(at, mode, mix, shape)
    return made, {"mode": mode, "part": at.part, "voice": known}


def read_sound(path: Path, rate: int) -> FloatArray:
    """A sound file's mean channel; raises MediaError, which names it."""
    from latent_resonance.data.decode import check_sound_file, decode_mono

    check_sound_file(path)
    try:
        return decode_mono(path, rate).samples
    except MediaError as error:
        raise MediaError(f"{path} {error}") from error


def write_noise_file(path: Path, noises: FloatArray) -> None:
    """Noises ``[n, c, h, w]`` as .npy, .safetensors or, where PyTorch is there, .pt."""
    if path.suffix.lower() != ".pt":
        from latent_resonance.data.voices.tensors import write_noises

        write_noises(path, noises)
        return
    from latent_resonance.training.voices.torch_file import write_torch

    with needs_training("writing .pt", "torch"):
        write_torch(path, noises)
