"""A folder of synthetic sounds with a manifest that says how each was made."""

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import is_full, whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.sustained import FAMILIES, sustain

_LOWEST, _HIGHEST = 33, 76
_SHORTEST, _LONGEST = 0.05, 600
_LOWEST_RATE, _HIGHEST_RATE = 1_000, 192_000


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
    """Write a corpus, FLAC files and ``manifest.csv``, whole or not at all.

    Args:
        folder: made when missing.
        count: how many sounds, from 1.
        seconds: length of each, from 0.05 to 600.
        sample_rate: in Hz, 1,000 to 192,000.
        seed: 0 or more.
        on_progress: gets how many are done, of how many.

    Returns:
        The number of sounds.

    Raises:
        InputError: a count, length, rate or seed out of range.
        OutputError: the folder cannot be written, or holds a manifest already.
    """
    import soundfile

    if count < 1:
        raise InputError("synthesize needs at least 1 sound")
    if not _SHORTEST <= seconds <= _LONGEST:
        raise InputError(f"a sound lasts {_SHORTEST} to {_LONGEST} seconds, not {seconds:g}")
    if not _LOWEST_RATE <= sample_rate <= _HIGHEST_RATE:
        raise InputError(f"a sound has {_LOWEST_RATE} to {_HIGHEST_RATE} Hz, not {sample_rate}")
    if seed < 0:
        raise InputError("a seed is 0 or more")
    manifest = folder / "manifest.csv"
    if manifest.exists():
        raise OutputError(f"{folder} has a manifest.csv already: choose an empty folder")
    made: list[Path] = []
    is_new = not folder.exists()
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
        _remove(made, folder, is_new=is_new)
        raise OutputError(f"cannot write to {folder}: {reason}") from error
    except BaseException:
        _remove(made, folder, is_new=is_new)
        raise
    return count


def _remove(made: list[Path], folder: Path, *, is_new: bool) -> None:
    """What there is of a corpus that does not get whole."""
    for path in made:
        path.unlink(missing_ok=True)
    if is_new:
        with suppress(OSError):
            folder.rmdir()
