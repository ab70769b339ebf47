"""One job: read its sounds, write its shards, then say so. Runs in a worker process."""

import hashlib
import json
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import MediaError, OutputError
from latent_resonance.contracts.files import open_regular, whole_output, write_text
from latent_resonance.data.decode import AntiphaseError, ShortenedError, decode_mono
from latent_resonance.data.prepare.levels import StoredArray, cut_windows
from latent_resonance.data.prepare.options import Options
from latent_resonance.data.prepare.records import (
    Job,
    JobRecord,
    ShardRecord,
    SourceRecord,
    WindowRecord,
)
from latent_resonance.data.prepare.sources import Source
from latent_resonance.sound.recordings.reader import NoSoundError

_SILENT_PEAK = 1e-4
_KINDS: dict[type[MediaError], str] = {
    NoSoundError: "not audio",
    ShortenedError: "shortened",
    AntiphaseError: "antiphase",
}


def run_job(folder: Path, output: Path, options: Options, job: Job) -> JobRecord:
    """Do a job: its shards go to ``output/shards``, then its record to ``output/jobs``.

    Raises:
        OutputError: the disk will not take it.
    """
    try:
        shards = _Shards(output, options, job.name)
        sources = [
            _run_source(folder, source, index, options, shards)
            for index, source in enumerate(job.sources)
        ]
        shards.close()
        record = JobRecord(sources=sources, shards=shards.done, windows=shards.windows)
        write_text(output / "jobs" / f"{job.name}.json", record.model_dump_json())
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror}") from error
    return record


class _Shards:
    """Gathers windows and writes a shard whenever one is full."""

    def __init__(self, output: Path, options: Options, job: str) -> None:
        self.done: list[ShardRecord] = []
        self.windows: list[WindowRecord] = []
        self._output = output
        self._options = options
        self._job = job
        self._held: list[StoredArray] = []

    def add(
        self, stored: StoredArray, source: int, start: float, seconds: float, db: float
    ) -> None:
        at = (source, len(self.done), len(self._held))
        self.windows.append(WindowRecord(*at, round(start, 6), round(seconds, 6), round(db, 3)))
        self._held.append(stored)
        if len(self._held) >= self._options.windows_per_shard:
            self.close()

    def close(self) -> None:
        from safetensors import SafetensorError
        from safetensors.numpy import save_file

        if not self._held:
            return
        path = self._output / "shards" / f"{self._job}-{len(self.done):03}.safetensors"
        facts = {"options": json.dumps(self._options.model_dump(), sort_keys=True)}
        # safetensors writes the memory as it lies; a stack keeps the order of what is stacked.
        levels = np.ascontiguousarray(np.stack(self._held))
        with whole_output(path) as partial:
            try:
                save_file({"levels": levels}, partial, facts)
            except SafetensorError as error:
                raise OutputError(f"cannot write {path}: {error}") from error
            size = partial.stat().st_size
        self.done.append(ShardRecord(file=path.name, windows=len(self._held), bytes=size))
        self._held = []


def _run_source(
    folder: Path, source: Source, index: int, options: Options, shards: _Shards
) -> SourceRecord:
    record = SourceRecord(file=source.file, size=source.size, mtime_ns=source.mtime_ns)
    path = folder / source.path
    try:
        record.sha256 = file_sha256(path)
        sound = decode_mono(path, options.sample_rate, options.most_seconds, options.channel)
    except MediaError as error:
        kinds = (kind for kind in _KINDS if isinstance(error, kind))
        record.skipped = _KINDS.get(next(kinds, MediaError), "unreadable")
        record.detail = str(error)
        return record
    except OSError as error:
        record.skipped, record.detail = "unreadable", str(error.strerror)
        return record
    record.was_cut = sound.was_cut
    record.seconds = round(len(sound.samples) / options.sample_rate, 6)
    if not np.isfinite(sound.samples).all():
        record.skipped, record.detail = "not finite", "holds NaN or infinity"
    elif record.seconds < options.min_seconds:
        record.skipped = "too short"
        record.detail = f"{record.seconds:.3f} s, less than {options.min_seconds} s"
    elif np.abs(sound.samples).max() < _SILENT_PEAK:
        record.skipped, record.detail = "silent", "never above -80 dB of full scale"
    else:
        for window in cut_windows(sound.samples, options):
            if window is None:
                record.silent_windows += 1
            else:
                shards.add(
                    window.stored, index, window.start_seconds, window.seconds, window.reference_db
                )
    return record


def file_sha256(path: Path) -> str:
    """Of a file's content, read piece by piece."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
