"""Prepare a folder of sounds: find, share out, gather, report."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import write_text
from latent_resonance.data.prepare.manifest import import_pyarrow, write_manifest
from latent_resonance.data.prepare.options import Options
from latent_resonance.data.prepare.output import (
    MANIFEST,
    REPORT,
    finished_jobs,
    open_output,
    sweep,
)
from latent_resonance.data.prepare.records import Job, JobRecord, plan_jobs
from latent_resonance.data.prepare.report import Report, make_report
from latent_resonance.data.prepare.sources import find_sources
from latent_resonance.data.prepare.work import run_job
from latent_resonance.data.workers import share_out

Progress = Callable[[float, float], None]


def prepare(
    folder: Path,
    output: Path,
    options: Options,
    *,
    label: str | None = None,
    keep: Mapping[str, frozenset[str]] | None = None,
    workers: int = 1,
    on_progress: Progress | None = None,
) -> Report:
    """Turn a folder of sounds into shards; goes on where a run before was cut off.

    Args:
        folder: sounds, perhaps with a manifest.csv; see ``sources.find_sources``.
        output: empty, or prepared with the same options.
        options: layout, windows, size of shards.
        label: column that names the class.
        keep: columns and the values that are taken.
        workers: processes; one works in this process.
        on_progress: takes sounds done and sounds in all.

    Raises:
        InputError: nothing to prepare, or ``output`` lies in ``folder``.
        OutputError: ``output`` cannot be written, or belongs to something else.
        MissingPartError: pyarrow is not installed.
    """
    import_pyarrow()
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{output} lies inside {folder}: choose a folder beside it")
    began = time.monotonic()
    found = find_sources(folder, label, keep)
    sources = {source.file: source for source in found.sources}
    with open_output(output, options):
        records, stale = finished_jobs(folder, output, sources)
        kept = len(records)
        done = {read.file for record in records.values() for read in record.sources}
        jobs = plan_jobs(
            [source for source in found.sources if source.file not in done], options, len(sources)
        )
        tell = on_progress or (lambda *_: None)
        tell(len(done), len(sources))
        so_far = len(done)
        for job, record in _run(folder, output, options, jobs, workers):
            records[job.name] = record
            so_far += len(job.sources)
            tell(so_far, len(sources))
        windows, seconds = write_manifest(output / MANIFEST, records.values(), sources)
        sweep(output, records, [s.file for record in records.values() for s in record.shards])
        report = make_report(
            records.values(), found, windows, seconds, kept, stale, time.monotonic() - began
        )
        write_text(output / REPORT, report.model_dump_json(indent=2) + "\n")
    if not windows:
        reasons = ", ".join(f"{count} {reason}" for reason, count in report.skipped.items())
        raise InputError(f"no sound in {folder} can be used: {reasons}; see {output / REPORT}")
    return report


def _run(
    folder: Path, output: Path, options: Options, jobs: Sequence[Job], workers: int
) -> Iterator[tuple[Job, JobRecord]]:
    work = partial(run_job, folder, output, options)
    return share_out(work, jobs, workers, lambda job: [source.file for source in job.sources])
