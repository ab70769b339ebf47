"""A folder of synthetic sounds with a manifest that says how each was made."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import is_full, whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.sustained import FAMILIES, sustain

_LOWEST, _HIGHEST = 33, 76


@dataclass(frozen=True, slots=True)
class SyntheticSound:
    """What one sound was made from."""

    file: str
    family: str
    midi_pitch: int
    brightness: float
    seed: int


def plan_sounds(count: int, seed: int = 0) -> list[SyntheticSound]:
    """``count`` sounds, families in turn, pitches and brightness at random; the same for a seed."""
    generator = np.random.Generator(np.random.PCG64(seed))
    names = list(FAMILIES)
    planned = []
    for index in range(count):
        family = names[index % len(names)]
        pitch = int(generator.integers(_LOWEST, _HIGHEST + 1))
        brightness = round(float(generator.uniform()), 3)
        planned.append(
            SyntheticSound(
                f"{family}-{pitch:03d}-{index:05d}.flac", family, pitch, brightness, seed + index
            )
        )
    return planned


def make_sounds(
    count: int, seconds: float = 3.0, sample_rate: int = 16_000, seed: int = 0
) -> Iterator[tuple[SyntheticSound, FloatArray]]:
    """Each planned sound with its samples."""
    for sound in plan_sounds(count, seed):
        yield (
            sound,
            sustain(
                sound.family,
                sound.midi_pitch,
                seconds,
                sample_rate,
                sound.brightness,
                sound.seed,
            ),
        )


def synthesize(
    folder: Path,
    count: int,
    seconds: float = 3.0,
    sample_rate: int = 16_000,
    seed: int = 0,
    on_progress: Callable[[float, float], None] | None = None,
) -> int:
    """Write a corpus: FLAC files and ``manifest.csv``; gives the number of sounds.

    Raises:
        InputError: a count or length that makes nothing.
        OutputError: the folder cannot be written, or holds a manifest already.
    """
    import soundfile

    if count < 1 or seconds <= 0.05:
        raise InputError("synthesize needs at least 1 sound of more than 0.05 seconds")
    manifest = folder / "manifest.csv"
    if manifest.exists():
        raise OutputError(f"{folder} has a manifest.csv already: choose an empty folder")
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            whole_output(manifest) as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            rows = csv.DictWriter(file, [*asdict(SyntheticSound("", "", 0, 0, 0)), "licence"])
            rows.writeheader()
            for done, (sound, samples) in enumerate(
                make_sounds(count, seconds, sample_rate, seed), 1
            ):
                made.append(folder / sound.file)
                soundfile.write(made[-1], samples, sample_rate, subtype="PCM_16")
                rows.writerow({**asdict(sound), "licence": "CC0-1.0"})
                if on_progress:
                    on_progress(done, count)
    except (OSError, soundfile.SoundFileError, OutputError) as error:
        reason = "the disk is full" if is_full(manifest) else str(error)
        for path in made:
            path.unlink(missing_ok=True)
        raise OutputError(f"cannot write to {folder}: {reason}") from error
    return count
