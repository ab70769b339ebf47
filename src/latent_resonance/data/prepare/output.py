"""The folder that shards are written to: what is finished, what is stale, who is at work.

    prepared.json     the options, written first
    jobs/             one record for each finished job
    shards/           levels
    manifest.parquet  one row for each window, written last
    report.json       what was taken, and what was not and why

Shards reach their names only when whole, and readers go by the manifest only, which is replaced
in one step: they see the last finished state, never one in between.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import write_text
from latent_resonance.data.prepare.options import Options
from latent_resonance.data.prepare.records import JobRecord
from latent_resonance.data.prepare.sources import Source
from latent_resonance.data.prepare.work import file_sha256

SETTINGS, MANIFEST, REPORT, JOBS, SHARDS = (
    "prepared.json", "manifest.parquet", "report.json", "jobs", "shards",
)  # fmt: skip
_SCHEMA = 1


def read_settings(output: Path) -> Options | None:
    """The options a folder was prepared with; None when it was not.

    Raises:
        InputError: the file is damaged or of another version.
    """
    path = output / SETTINGS
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        if settings["schema_version"] != _SCHEMA:
            raise InputError(f"{path} is of version {settings['schema_version']}, not {_SCHEMA}")
        return Options.model_validate(settings["options"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: prepare into another folder") from error


@contextmanager
def open_output(output: Path, options: Options) -> Iterator[None]:
    """Make the folder, or go on with one made with the same options; one run at a time.

    Raises:
        OutputError: it cannot be written, holds other things or other options, or another run
            is at work in it.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        made = read_settings(output)
        if made is None and any(not path.name.startswith(".") for path in output.iterdir()):
            raise OutputError(f"{output} holds other things: choose an empty folder")
        if made is not None and made != options:
            other = ", ".join(
                f"{name} {getattr(made, name)}"
                for name in Options.model_fields
                if getattr(made, name) != getattr(options, name)
            )
            raise OutputError(f"{output} was prepared with {other}: choose another folder")
        with _alone(output):
            for name in (JOBS, SHARDS):
                (output / name).mkdir(exist_ok=True)
            if made is None:
                settings = {"schema_version": _SCHEMA, "options": options.model_dump()}
                write_text(output / SETTINGS, json.dumps(settings, indent=2) + "\n")
            yield
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror}") from error


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # Windows: two runs at once do the same work twice, to the same names
        yield
        return
    with (output / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(f"another run is writing to {output}") from error
        yield


def finished_jobs(
    folder: Path, output: Path, sources: Mapping[str, Source]
) -> tuple[dict[str, JobRecord], int]:
    """The jobs that still hold, by name, and how many do not any more.

    A job holds while its shards are there and every sound it read is there and the same: by size
    and time, or else by content.
    """
    held: dict[str, JobRecord] = {}
    stale = 0
    taken: set[str] = set()
    for path in sorted((output / JOBS).glob("*.json")):
        try:
            record = JobRecord.model_validate_json(path.read_bytes())
        except ValidationError:
            stale += 1
            continue
        files = {source.file for source in record.sources}
        if not files & taken and _holds(folder, output, record, sources):
            held[path.stem] = record
            taken |= files
        else:
            stale += 1
    return held, stale


def _holds(folder: Path, output: Path, record: JobRecord, sources: Mapping[str, Source]) -> bool:
    for shard in record.shards:
        path = output / SHARDS / shard.file
        if not path.is_file() or path.stat().st_size != shard.bytes:
            return False
    for read in record.sources:
        now = sources.get(read.file)
        if now is None or now.size != read.size:
            return False
        if now.mtime_ns != read.mtime_ns:
            try:
                if file_sha256(folder / now.path) != read.sha256:
                    return False
            except OSError:
                return False
    return True


def sweep(output: Path, names: Iterable[str], shards: Sequence[str]) -> None:
    """Remove the records and shards that no finished job owns; what was cut off while written."""
    jobs = {f"{name}.json" for name in names}
    for folder, kept in ((output / JOBS, jobs), (output / SHARDS, set(shards))):
        for path in folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)
