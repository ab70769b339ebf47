"""The saved performance: ``time,present,CONTROL,...``, one row per change, times in seconds.

Numbers are written so that they read back to the same float: a replay is exact.
"""

import csv
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import IO

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.files import partial_path
from latent_resonance.contracts.values import Controls

_FIXED = ("time", "present")


def read_performance(path: Path) -> list[Controls]:
    """All rows of a saved performance, in time order.

    Raises:
        InputError: the file is missing, no performance, or has a bad number; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MediaError(f"cannot read the performance {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MediaError(f"{path} is not a saved performance: it is not text") from error
    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0][:2]) != _FIXED:
        raise MediaError(
            f"{path} is not a saved performance: its first line must start with 'time,present'"
        )
    names = rows[0][2:]
    if len(set(names)) != len(names):
        raise InputError(f"{path} has two columns of the same name")
    found = [_row(path, line, names, row) for line, row in enumerate(rows[1:], 2) if row]
    if not found:
        raise InputError(f"{path} has no rows: nothing to play")
    for line, (before, after) in enumerate(pairwise(found), 3):
        if after.time_seconds < before.time_seconds:
            raise InputError(f"{path}, line {line}: time goes back")
    return found


def _row(path: Path, line: int, names: Sequence[str], row: Sequence[str]) -> Controls:
    if len(row) != len(names) + 2:
        raise InputError(f"{path}, line {line}: {len(row)} cells where {len(names) + 2} belong")
    try:
        numbers = [float(cell) for cell in row]
    except ValueError as error:
        raise InputError(f"{path}, line {line}: {error}") from error
    if not all(map(math.isfinite, numbers)):
        raise InputError(f"{path}, line {line}: a number is not finite")
    return Controls(numbers[0], dict(zip(names, numbers[2:], strict=True)), numbers[1] != 0)


class PerformanceWriter:
    """Writes a performance as it happens; the file appears under its name when closed whole.

    Args:
        path: where to.
        names: the controls, in the order of the columns.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._path = path
        self._names = list(names)
        self._partial = partial_path(path)
        self._last: tuple[object, ...] | None = None
        self._file: IO[str] | None = None
        try:
            self._file = self._partial.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror}") from error
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow([*_FIXED, *self._names])

    def add(self, time_seconds: float, controls: Controls) -> None:
        """Note the controls in force from ``time_seconds`` on; unchanged ones take no row."""
        cells = tuple(controls.values.get(name, 0.0) for name in self._names)
        key = (controls.present, *cells)
        if key == self._last:
            return
        self._last = key
        self._rows.writerow([repr(time_seconds), int(controls.present), *map(_exact, cells)])

    def close(self) -> None:
        """Put the finished file in its place."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial.replace(self._path)

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> "PerformanceWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


def _exact(value: float) -> str:
    return repr(float(value))
