"""Prepare a folder of sounds: find, share out, gather, report."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
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
    cluster: str | None = None,
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
        cluster: address of a Ray cluster that works in their place; see ``data.cluster``.
        on_progress: takes sounds done and sounds in all.

    Raises:
        InputError: nothing to prepare, or ``output`` lies in ``folder``.
        OutputError: ``output`` cannot be written, or belongs to something else.
        MissingPartError: pyarrow is not installed, or Ray, where a cluster is to work.
        DeviceError: there is no such cluster.
    """
    import_pyarrow()
    if cluster:  # its machines have other working folders
        folder, output = folder.resolve(), output.resolve()
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{output} lies inside {folder}: choose a folder beside it")
    began = time.monotonic()
    found = find_sources(folder, label, keep)
    sources = {source.file: source for source in found.sources}
    with _hands(cluster), open_output(output, options):
        records, stale = finished_jobs(folder, output, sources)
        kept = len(records)
        done = {read.file for record in records.values() for read in record.sources}
        jobs = plan_jobs(
            [source for source in found.sources if source.file not in done], options, len(sources)
        )
        tell = on_progress or (lambda *_: None)
        tell(len(done), len(sources))
        so_far = len(done)
        for job, record in _run(folder, output, options, jobs, workers, cluster):
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


def _hands(cluster: str | None) -> AbstractContextManager[object]:
    """Who works, before anything is made."""
    if not cluster:
        return nullcontext()
    from latent_resonance.data.cluster import on_cluster

    return on_cluster(cluster)


def _run(
    folder: Path,
    output: Path,
    options: Options,
    jobs: Sequence[Job],
    workers: int,
    cluster: str | None,
) -> Iterator[tuple[Job, JobRecord]]:
    work = partial(run_job, folder, output, options)
    return share_out(work, jobs, workers, _files_of, cluster)


def _files_of(job: Job) -> list[str]:
    return [source.file for source in job.sources]
