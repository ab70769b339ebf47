"""A take as a finished file, as ``resonance render`` finishes what it made."""

from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.output_rate import resampled
from latent_resonance.engine.report import levels_in_file, write_sound
from latent_resonance.stage.audio_file import fitting_rate
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.take_files import describe_patch


def finish_take(sound: Path, patch: Patch, output: Path, mastering: Mastering) -> dict[str, Any]:
    """Write a take in another format, faded, at a loudness; the take stays as it is.

    Where the format does not take its rate, as Opus takes no 44.1 kHz, it goes to 48 kHz.

    Args:
        sound: of the take, WAV.
        patch: what it was played with, kept in the file.
        output: .wav, .flac, .ogg, .opus or .mp3.
        mastering: what is done to it.

    Returns:
        Its length, and a ``note`` where the loudness was not reached.

    Raises:
        MediaError: the take is gone or damaged.
        OutputError: it cannot be written.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(sound, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise MediaError("the sound of the take is gone or damaged") from error
    fitting = fitting_rate(rate, output)
    samples, rate = resampled(samples, rate, fitting), fitting
    made: FloatArray = mastering(samples, rate, output)
    write_sound(output, made, rate, describe_patch(patch), options=mastering.stage_options())
    told: dict[str, Any] = {"duration_seconds": len(made) / rate}
    if mastering.loudness is not None:
        told |= mastering.remark(made, levels_in_file(made, rate, output)["loudness_lufs"])
    return told
