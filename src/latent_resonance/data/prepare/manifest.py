"""The Parquet manifest: one row for each window, in the order of the sounds' names."""

import importlib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.contracts.files import whole_output
from latent_resonance.data.prepare.records import JobRecord
from latent_resonance.data.prepare.sources import Source

# Columns of a manifest.csv that would hide one of ours travel under this prefix.
_PREFIX = "listed_"


def import_pyarrow() -> Any:
    """pyarrow, when it is installed.

    Raises:
        MissingPartError: says what to install.
    """
    try:
        pa: Any = importlib.import_module("pyarrow")
        importlib.import_module("pyarrow.parquet")  # makes pa.parquet
    except ModuleNotFoundError as error:
        raise MissingPartError(
            "prepared data needs pyarrow: pip install 'latent-resonance[data]'"
        ) from error
    return pa


def write_manifest(
    path: Path, records: Iterable[JobRecord], sources: Mapping[str, Source]
) -> tuple[int, float]:
    """Write all windows of finished jobs; gives their number and their seconds of sound.

    What is known of a sound comes from ``sources``, as it is known now: a changed label needs no
    new shard.
    """
    pa = import_pyarrow()
    found = []
    for record in records:
        for window in record.windows:
            read = record.sources[window.source]
            found.append((read.file, window, record.shards[window.shard].file, read.sha256))
    found.sort(key=lambda row: (row[0], row[1].start_seconds))
    facts = sorted({column for source in sources.values() for column in source.facts})
    owners = [sources[file] for file, *_ in found]
    text = pa.dictionary(pa.int32(), pa.string())
    double, real, small = pa.float64(), pa.float32(), pa.int32()
    columns: dict[str, Any] = {
        "shard": pa.array([shard for *_, shard, _ in found], text),
        "index": pa.array([window.place for _, window, *_ in found], small),
        "file": pa.array([file for file, *_ in found], text),
        "start_seconds": pa.array([window.start_seconds for _, window, *_ in found], double),
        "seconds": pa.array([window.seconds for _, window, *_ in found], double),
        "reference_db": pa.array([window.reference_db for _, window, *_ in found], real),
        "label": pa.array([owner.label for owner in owners], text),
        "pitch": pa.array([_known(owner.pitch) for owner in owners], real),
        "velocity": pa.array([_known(owner.velocity) for owner in owners], real),
        "source": pa.array([owner.origin for owner in owners], text),
        "licence": pa.array([owner.licence for owner in owners], text),
        "attribution": pa.array([owner.attribution for owner in owners], text),
        "sha256": pa.array([sha256 for *_, sha256 in found], text),
    }
    for fact in facts:
        name = f"{_PREFIX}{fact}" if fact in columns else fact
        columns[name] = pa.array([owner.facts.get(fact, "") for owner in owners], text)
    with whole_output(path) as partial:
        pa.parquet.write_table(pa.table(columns), partial, compression="zstd")
    return len(found), math.fsum(window.seconds for _, window, *_ in found)


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number
