"""A folder of voices to mel squares, their statistics, and noises of all subjects.

OUTPUT/vectors.npy      [N, 4096] levels in dB, see sound/voice/mel_square.py
OUTPUT/mean.npy         [4096], over the corpus
OUTPUT/std.npy          [4096], 1 where nothing varies
OUTPUT/normalised.npy   [N, 4096]
OUTPUT/subjects.csv     which file is which subject, and what was left out and why
OUTPUT/squares/         one vector for each file, so that a cut run goes on
"""

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.files import whole_output, write_text
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.decode import decode_mono
from latent_resonance.data.prepare.sources import Source, find_sources
from latent_resonance.data.workers import share_out
from latent_resonance.sound.voice.mel_square import RATE, square_of_recording

SHAPE = (4, 32, 32)
_SQUARES = "squares"
_FRESH = 1  # version of what lies in there


@dataclass(frozen=True, slots=True)
class PreparedVoices:
    """What a folder became.

    Attributes:
        noises: float32 ``[N, 4, 32, 32]``.
        files: of the subjects, in their order.
        skipped: file and reason of what was left out.
        kept: how many were there from a run before.
    """

    noises: FloatArray
    files: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    kept: int


class _Job(NamedTuple):
    source: Source
    target: Path


def prepare_voices(
    folder: Path,
    output: Path,
    *,
    workers: int = 1,
    subject: int | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> PreparedVoices:
    """Turn a folder of voices into noises as its mel squares give them; a cut run goes on.

    Args:
        folder: sounds, at any rate, in folders of any depth.
        output: beside it.
        workers: processes.
        subject: one that has to be there, from 0; more than there are sounds is refused at once.
        on_progress: gets sounds done and sounds in all.

    Raises:
        InputError: no voice can be used, there are not so many, or ``output`` lies in ``folder``.
        OutputError: it cannot be written.
    """
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{output} lies inside {folder}: choose a folder beside it")
    found = find_sources(folder)
    if subject is not None:
        count = len(found.sources)
        if not 0 <= subject < count:
            raise InputError(f"{folder} holds {count} sounds, no subject {subject}: count from 0")
    squares = output / _SQUARES
    try:
        squares.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror}") from error
    jobs = [_Job(source, squares / _file_name(source)) for source in found.sources]
    waiting = [job for job in jobs if not job.target.is_file()]
    tell = on_progress or (lambda *_: None)
    done = len(jobs) - len(waiting)
    reasons: dict[str, str] = {}
    work = partial(_run, folder)
    for job, reason in share_out(work, waiting, workers, lambda job: [job.source.file]):
        if reason:
            reasons[job.source.file] = reason
        done += 1
        tell(done, len(jobs))
    used = [job for job in jobs if job.source.file not in reasons]
    if not used:
        first = next(iter(reasons.items()))
        raise InputError(f"no voice in {folder} can be used; {first[0]}: {first[1]}")
    vectors = np.stack([np.load(job.target, allow_pickle=False) for job in used])
    if not np.ptp(vectors, axis=0).any():
        raise InputError(
            f"noise is made of what voices differ by: {folder} has one alone that can be used, or "
            "the same again"
        )
    noises = _gather(output, vectors)
    files = tuple(job.source.file for job in used)
    skipped = tuple(sorted(reasons.items()))
    _write_list(output / "subjects.csv", files, skipped)
    return PreparedVoices(noises, files, skipped, len(jobs) - len(waiting))


def _file_name(source: Source) -> str:
    facts = f"{_FRESH} {source.file} {source.size} {source.mtime_ns}"
    return hashlib.sha256(facts.encode("utf-8")).hexdigest()[:24] + ".npy"


def _run(folder: Path, job: _Job) -> str:
    """Write a sound's square; gives why not, where it cannot be used."""
    try:
        sound = decode_mono(folder / job.source.file, RATE).samples
        square = square_of_recording(sound, "it")
    except MediaError as error:
        return str(error)
    _write_array(job.target, square)
    return ""


def _gather(output: Path, vectors: FloatArray) -> FloatArray:
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0)
    deviation[deviation == 0] = 1.0
    normalised = ((vectors - mean) / deviation).astype(np.float32)
    for name, values in (
        ("vectors", vectors),
        ("mean", mean),
        ("std", deviation),
        ("normalised", normalised),
    ):
        _write_array(output / f"{name}.npy", values)
    return np.asarray(normalised.reshape(-1, *SHAPE), np.float32)


def _write_array(path: Path, values: FloatArray) -> None:
    with whole_output(path) as part, part.open("wb") as file:
        np.save(file, values, allow_pickle=False)


def _write_list(path: Path, files: tuple[str, ...], skipped: tuple[tuple[str, str], ...]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["subject", "file", "left_out_because"])
    table.writerows([index, file, ""] for index, file in enumerate(files))
    table.writerows(["", file, reason] for file, reason in skipped)
    write_text(path, text.getvalue())
