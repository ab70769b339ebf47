"""The saved performance: ``time,present,CONTROL,...``, one row per change, times in seconds.

Numbers are written so that they read back to the same float: a replay is exact. An empty cell is a
control that had no value. Where notes are played a last column ``events`` has what happened since
the row before: ``time:kind:channel:key:value``, joined by ``;``. Where anything moves by itself
a column ``kept_tempo`` before it has ``time:bpm:phase:confidence:exact``. A last row that is empty
but for its time says when the performance ends.
"""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, get_args

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.files import free_name, give_name, partial_path
from latent_resonance.contracts.text_files import parse_csv, read_text
from latent_resonance.contracts.values import Controls, Event, EventKind, Tempo

_FIXED = ("time", "present")
_EVENTS = "events"
_TEMPO = "kept_tempo"
_MOST_BYTES = 512 << 20
_MOST_SECONDS = 86_400.0
_FLUSH_SECONDS = 1.0
_LONGEST_ROW = 1 << 20  # bytes
_KINDS: dict[str, EventKind] = {kind: kind for kind in get_args(EventKind)}


def read_performance(path: Path) -> list[Controls]:
    """All rows of a saved performance, in time order; raises as ``read_table``."""
    return read_table(path)[1]


def read_table(path: Path) -> tuple[list[str], list[Controls]]:
    """A saved performance: the names of its controls, and all rows in time order.

    Raises:
        InputError: the file is missing, no performance, or has a bad number; names the line.
    """
    try:
        rows = parse_csv(read_text(path, "performance", _MOST_BYTES).splitlines())
    except InputError as error:
        raise MediaError(str(error)) from error
    except ValueError as error:
        raise MediaError(f"{path} is not a saved performance: {error}") from error
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
    return [name for name in names if name not in {_EVENTS, _TEMPO}], found


def _row(path: Path, line: int, names: Sequence[str], row: Sequence[str]) -> Controls:
    if len(row) != len(names) + 2:
        raise InputError(f"{path}, line {line}: {len(row)} cells where {len(names) + 2} belong")
    cells = dict(zip(names, row[2:], strict=True))
    try:
        events = _read_events(cells.pop(_EVENTS)) if names[-1:] == [_EVENTS] else ()
        tempo = _read_tempo(cells.pop(_TEMPO)) if _TEMPO in cells else None
        seconds, present = float(row[0]), float(row[1])
        values = {name: float(cell) for name, cell in cells.items() if cell}
    except ValueError as error:
        raise InputError(f"{path}, line {line}: {error}") from error
    if not all(map(math.isfinite, (seconds, present, *values.values()))):
        raise InputError(f"{path}, line {line}: a number is not finite")
    if not 0 <= seconds <= _MOST_SECONDS:
        raise InputError(f"{path}, line {line}: a time is not within a day")
    return Controls(seconds, values, present != 0, events, tempo=tempo)


def _read_events(cell: str) -> tuple[Event, ...]:
    """Raises ValueError, which says what is wrong."""
    return tuple(map(_read_event, cell.split(";"))) if cell else ()


def _read_event(text: str) -> Event:
    parts = text.split(":")
    if len(parts) != 5 or parts[1] not in _KINDS:
        raise ValueError(f"'{text}' is not an event: time:kind:channel:key:value")
    event = Event(float(parts[0]), _KINDS[parts[1]], int(parts[2]), int(parts[3]), float(parts[4]))
    lowest = -1 if event.kind == "all_off" else 0
    if not (lowest <= event.channel < 16 and -1 <= event.key < 128):
        raise ValueError(f"'{text}': channels are 0 to 15, keys -1 to 127")
    if not (math.isfinite(event.time_seconds) and math.isfinite(event.value)):
        raise ValueError(f"'{text}': a number is not finite")
    return event


def _read_tempo(cell: str) -> Tempo | None:
    """Raises ValueError, which says what is wrong."""
    if not cell:
        return None
    parts = [float(part) for part in cell.split(":")]
    if len(parts) != 5 or not all(map(math.isfinite, parts)) or parts[1] <= 0:
        raise ValueError(f"'{cell}' is not a tempo: time:bpm:phase:confidence:exact")
    return Tempo(parts[0], parts[1], parts[2], parts[3], exact=parts[4] != 0)


def _written_tempo(tempo: Tempo | None) -> str:
    if tempo is None:
        return ""
    parts = (tempo.time_seconds, tempo.bpm, tempo.phase, tempo.confidence)
    return ":".join([*map(_exact, parts), str(int(tempo.exact))])


def _written(event: Event) -> str:
    time, value = _exact(event.time_seconds), _exact(event.value)
    return f"{time}:{event.kind}:{event.channel}:{event.key}:{value}"


class PerformanceWriter:
    """Writes a performance as it happens; the file appears under its name when closed whole.

    Args:
        path: where to.
        names: the controls, in the order of the columns.
        with_events: whether events are kept as well, in a last column.
        with_tempo: whether the performer's tempo is, in a column before it.
        keep_short: on a full disk, what was written up to there is still there, for ``keep``.
        keep_earlier: what lies under the name gets the first ``NAME-2``, ``NAME-3`` that is free,
            when this one takes its place.

    Attributes:
        earlier: where what lay there is now; None where nothing did.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        names: Sequence[str],
        *,
        with_events: bool = False,
        with_tempo: bool = False,
        keep_short: bool = False,
        keep_earlier: bool = False,
    ) -> None:
        self._path, self._keep_short, self._keep_earlier = path, keep_short, keep_earlier
        self.earlier: Path | None = None
        self._with_events, self._with_tempo = with_events, with_tempo
        self._names = list(names)
        self._partial = partial_path(path)
        self._last: tuple[object, ...] | None = None
        self._file: IO[str] | None = None
        self._flushed = 0.0
        if path.suffix.lower() != ".csv":
            raise OutputError(f"cannot write {path}: what is sensed is kept as a .csv")
        try:
            self._file = self._partial.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror}") from error
        self._rows = csv.writer(self._file, lineterminator="\n")
        more = [*([_TEMPO] if with_tempo else ()), *([_EVENTS] if with_events else ())]
        self._cells = len(self._names) + len(more)
        self._rows.writerow([*_FIXED, *self._names, *more])

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"cannot write {self._path}: {error.strerror}") from error

    def add(self, time_seconds: float, controls: Controls) -> None:
        """Note the controls in force from ``time_seconds`` on; unchanged ones take no row.

        Raises:
            OutputError: the disk will not take it.
        """
        given = [controls.values.get(name) for name in self._names]
        cells = ["" if value is None else _exact(value) for value in given]
        if self._with_tempo:
            cells.append(_written_tempo(controls.tempo))
        key = (controls.present, *given, self._with_tempo and controls.tempo)
        if key == self._last and not (self._with_events and controls.events):
            return
        self._last = key
        if self._with_events:
            cells.append(";".join(map(_written, controls.events)))
        with self._told():
            self._rows.writerow([repr(time_seconds), int(controls.present), *cells])
            if self._file is not None and time_seconds >= self._flushed + _FLUSH_SECONDS:
                self._flushed = time_seconds
                self._file.flush()

    def close(self, end_seconds: float | None = None) -> None:
        """Put the finished file in its place; where it is known, it says when it ends.

        Raises:
            OutputError: the disk will not take it.
        """
        if self._file is None:
            return
        try:
            with self._told():
                if end_seconds is not None and self._last is not None:
                    self._rows.writerow([repr(end_seconds), 0, *[""] * self._cells])
                self._file.close()
                self._give_name()
        except OutputError:
            if not self._keep_short:
                self.abort()
            raise
        self._file = None

    def keep(self) -> None:
        """Put what a full disk has taken in its place, up to the last whole row.

        Raises:
            OutputError: it has taken no row, and nothing is left of the file.
        """
        if self._file is None:
            return
        with suppress(OSError):  # the rows that the disk did not take
            self._file.close()
        try:
            with self._told():
                some = _cut_to_rows(self._partial)
                if some:
                    self._give_name()
        except OutputError:
            self.abort()
            raise
        if not some:
            self.abort()
            raise OutputError(f"cannot keep {self._path}: the disk took no row of it")
        self._file = None

    def _give_name(self) -> None:
        if self._keep_earlier and self._path.exists():
            earlier = free_name(self._path)
            self._path.replace(earlier)
            self.earlier = earlier
        give_name(self._partial, self._path)

    def abort(self) -> None:
        """Leave nothing behind."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
            self._partial.unlink(missing_ok=True)

    def __enter__(self) -> "PerformanceWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


def _cut_to_rows(path: Path) -> bool:
    """Drop the half row at the end of a table; whether a row is left below the heads."""
    with path.open("r+b") as file:
        heads = len(file.readline())
        end = file.seek(0, io.SEEK_END)
        begin = file.seek(max(0, end - _LONGEST_ROW))
        whole = begin + file.read().rfind(b"\n") + 1
        file.truncate(whole)
    return whole > heads


def _exact(value: float) -> str:
    return repr(float(value))
