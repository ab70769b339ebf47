"""What a finished job says of itself; written last, so that what is not written is not done."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from latent_resonance.data.prepare.options import Options
from latent_resonance.data.prepare.sources import Source

_MOST_BYTES_A_JOB = 256 << 20
_FEWEST_FILES_A_JOB, _MOST_FILES_A_JOB, _JOBS = 32, 1024, 64


@dataclass(frozen=True, slots=True)
class Job:
    """Some sounds that one worker turns into shards."""

    name: str
    sources: tuple[Source, ...]


class WindowRecord(NamedTuple):
    """Where a window is, and what it holds (see ``levels.Window``)."""

    source: int
    shard: int
    place: int
    start_seconds: float
    seconds: float
    reference_db: float


class SourceRecord(BaseModel):
    """A sound as it was when it was read; ``skipped`` is why it gave no window, if it gave none."""

    model_config = ConfigDict(extra="forbid")

    file: str
    size: int
    mtime_ns: int
    sha256: str = ""
    seconds: float = 0.0
    silent_windows: int = 0
    was_cut: bool = False
    skipped: str = ""
    detail: str = ""


class ShardRecord(BaseModel):
    """A shard's file name, how many windows it holds, and its size."""

    model_config = ConfigDict(extra="forbid")

    file: str
    windows: int
    bytes: int


class JobRecord(BaseModel):
    """A finished job."""

    model_config = ConfigDict(extra="forbid")

    sources: list[SourceRecord]
    shards: list[ShardRecord]
    windows: list[WindowRecord]


def plan_jobs(sources: Sequence[Source], options: Options, total: int) -> list[Job]:
    """Neighbours together: few enough that a cut run loses little, many enough to fill shards.

    A job's name is a digest of what goes in, so that the same work has the same name whoever does
    it, and other work never does.

    Args:
        sources: what is to be done.
        options: as for all.
        total: sounds in the folder, done or not.
    """
    most_files = min(_MOST_FILES_A_JOB, max(_FEWEST_FILES_A_JOB, total // _JOBS))
    jobs: list[Job] = []
    group: list[Source] = []
    for source in sources:
        size = sum(one.size for one in group) + source.size
        if group and (len(group) >= most_files or size > _MOST_BYTES_A_JOB):
            jobs.append(_job(group, options))
            group = []
        group.append(source)
    if group:
        jobs.append(_job(group, options))
    return jobs


def _job(sources: Iterable[Source], options: Options) -> Job:
    together = tuple(sources)
    digest = hashlib.sha256(options.model_dump_json().encode())
    for source in together:
        digest.update(f"\n{source.file}\t{source.size}\t{source.mtime_ns}".encode())
    return Job(digest.hexdigest()[:20], together)
