"""What was taken from a folder, and what was not and why."""

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel

from latent_resonance.data.prepare.records import JobRecord
from latent_resonance.data.prepare.sources import Found

_MOST_LINES = 12


class SkippedFile(BaseModel):
    """A file that gave no window."""

    file: str
    reason: str
    detail: str


class Report(BaseModel):
    """The content of report.json.

    Attributes:
        files: sounds that gave at least one window.
        windows: in all shards.
        seconds: of sound in the windows, repeated where they overlap.
        shards: how many.
        megabytes: of all shards.
        labels: windows of each class.
        licences: windows under each licence.
        skipped: files of each reason.
        silent_windows: windows left out of sounds that were taken.
        cut_files: sounds longer than ``--most-seconds``.
        kept_jobs: groups of sounds that an earlier run had finished.
        stale_jobs: groups that were done again, because a sound or a shard changed.
        wall_seconds: of this run.
        skipped_files: every one, with its reason.
    """

    files: int
    windows: int
    seconds: float
    shards: int
    megabytes: float
    labels: dict[str, int]
    licences: dict[str, int]
    skipped: dict[str, int]
    silent_windows: int
    cut_files: list[str]
    kept_jobs: int
    stale_jobs: int
    wall_seconds: float
    skipped_files: list[SkippedFile]


def make_report(
    records: Iterable[JobRecord],
    found: Found,
    windows: int,
    seconds: float,
    kept_jobs: int,
    stale_jobs: int,
    wall_seconds: float,
) -> Report:
    """Count what finished jobs and the search of the folder say."""
    jobs = list(records)
    sources = {source.file: source for source in found.sources}
    owners = [job.sources[window.source] for job in jobs for window in job.windows]
    labels = Counter(sources[owner.file].label for owner in owners)
    licences = Counter(sources[owner.file].licence for owner in owners)
    reads = [read for job in jobs for read in job.sources]
    taken = {owner.file for owner in owners}
    skipped = [
        SkippedFile(file=one.file, reason=one.reason, detail=one.detail) for one in found.skipped
    ]
    for read in reads:
        if read.skipped:
            skipped.append(SkippedFile(file=read.file, reason=read.skipped, detail=read.detail))
        elif read.file not in taken:
            skipped.append(SkippedFile(file=read.file, reason="silent", detail="every window"))
    skipped.sort(key=lambda one: (one.reason, one.file))
    shards = [shard for job in jobs for shard in job.shards]
    return Report(
        files=len(taken),
        windows=windows,
        seconds=round(seconds, 3),
        shards=len(shards),
        megabytes=round(sum(shard.bytes for shard in shards) / 1e6, 3),
        labels=dict(sorted(labels.items())),
        licences=dict(sorted(licences.items())),
        skipped=dict(sorted(Counter(one.reason for one in skipped).items())),
        silent_windows=sum(read.silent_windows for read in reads),
        cut_files=sorted(read.file for read in reads if read.was_cut),
        kept_jobs=kept_jobs,
        stale_jobs=stale_jobs,
        wall_seconds=round(wall_seconds, 3),
        skipped_files=skipped,
    )


def report_lines(report: Report) -> list[str]:
    """Lines of text: totals first, then what was left out."""
    taken = f"{report.files} sounds, {report.windows} windows ({report.seconds / 60:.1f} min)"
    made = f"{report.shards} shards, {report.megabytes:.1f} MB, in {report.wall_seconds:.1f} s"
    lines = [f"{taken}, {made}"]
    named = {label: count for label, count in report.labels.items() if label}
    if named:
        unnamed = report.labels.get("", 0)
        lines.append(f"{len(named)} labels" + (f"; {unnamed} windows have none" if unnamed else ""))
    else:
        lines.append("no labels: sub-folders or --label COLUMN of a manifest.csv name them")
    if report.kept_jobs or report.stale_jobs:
        lines.append(f"{report.kept_jobs} groups were done before, {report.stale_jobs} had changed")
    if report.silent_windows:
        lines.append(f"{report.silent_windows} silent windows left out")
    if report.cut_files:
        lines.append(f"{len(report.cut_files)} sounds cut at --most-seconds")
    for reason, count in report.skipped.items():
        lines.append(f"skipped, {reason}: {count}")
    told = [one for one in report.skipped_files if one.reason not in {"filtered", "not audio"}]
    lines += [f"  {one.file}: {one.reason}, {one.detail}" for one in told[:_MOST_LINES]]
    if len(told) > _MOST_LINES:
        lines.append(f"  and {len(told) - _MOST_LINES} more, in report.json")
    return lines
