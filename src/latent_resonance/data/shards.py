"""Prepared data for training loops: any window at any time, little in memory.

shards = open_shards(Path("prepared"))
level_db = shards[17]                     # float32 [rows, columns], row 0 the lowest
batch = shards.batch([3, 1, 4])           # float32 [3, rows, columns]
classes = shards.label_indices[[3, 1, 4]] # into shards.labels, -1 for none
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.prepare.levels import StoredArray, dequantise
from latent_resonance.data.prepare.manifest import import_pyarrow
from latent_resonance.data.prepare.options import Layout, Options
from latent_resonance.data.prepare.output import MANIFEST, SHARDS, read_settings

_OPEN_SHARDS = 64


def open_shards(folder: Path) -> "Shards":
    """Open what ``prepare`` wrote.

    Raises:
        InputError: it is not there, not finished or damaged.
        MissingPartError: pyarrow is not installed.
    """
    options = read_settings(folder)
    if options is None:
        raise InputError(f"{folder} holds no prepared data: resonance data prepare makes it")
    if not (folder / MANIFEST).is_file():
        raise InputError(f"{folder} is not finished: run the same resonance data prepare again")
    return Shards(folder, options)


class Shards:
    """Windows of spectrograms and their facts, in the order of their sounds' names.

    Shards are mapped into memory when they are first used, the latest 64 stay open. Instances
    can be sent to other processes; each opens the shards for itself.

    Attributes:
        folder: where they are.
        options: how they were made.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        pa = import_pyarrow()
        self.folder = folder
        self.options = options
        try:
            self._table: Any = pa.parquet.read_table(folder / MANIFEST)
            shards = self._table.column("shard").unify_dictionaries().combine_chunks()
            self._places = np.asarray(self._table.column("index").to_numpy(), np.int64)
        except (pa.ArrowException, OSError, KeyError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"{folder / MANIFEST} cannot be read: {reason}") from error
        shards = shards if isinstance(shards, pa.DictionaryArray) else shards.dictionary_encode()
        self._names: list[str] = shards.dictionary.to_pylist()
        self._owners = np.asarray(shards.indices.to_numpy(zero_copy_only=False), np.int64)
        self._open: OrderedDict[str, Any] = OrderedDict()

    def __len__(self) -> int:
        """How many windows there are."""
        return len(self._places)

    def __getitem__(self, index: int) -> FloatArray:
        """Level of a window in dB, float32 ``[rows, columns]`` in ``-range_db .. 0``.

        Raises:
            IndexError: no such window.
            InputError: its shard is gone or damaged.
        """
        return dequantise(self.stored(index), self.options.range_db)

    def __iter__(self) -> Iterator[FloatArray]:
        """All windows in order."""
        return (self[index] for index in range(len(self)))

    def __getstate__(self) -> dict[str, Any]:
        """Without the open shards: another process opens its own."""
        return {**self.__dict__, "_open": OrderedDict()}

    def batch(self, indices: Sequence[int] | npt.NDArray[np.integer]) -> FloatArray:
        """Some windows, float32 ``[len(indices), rows, columns]``; see ``__getitem__``."""
        if not len(indices):
            return np.zeros((0, self.options.rows, self.options.columns), np.float32)
        # One table look-up for all, not one for each.
        stored = np.stack([self.stored(int(index)) for index in indices])
        return dequantise(stored, self.options.range_db)  # type: ignore[arg-type]

    def stored(self, index: int) -> StoredArray:
        """A window as it lies in its shard: uint8 or float16 ``[rows, columns]``."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"window {index} of {len(self)}")
        name = self._names[self._owners[index]]
        place = int(self._places[index])
        levels = self._levels(name)
        try:
            window: StoredArray = levels[place]
        except (IndexError, ValueError) as error:
            raise InputError(f"{self.folder / SHARDS / name} has no window {place}") from error
        return window

    def _levels(self, name: str) -> Any:
        if name in self._open:
            self._open.move_to_end(name)
            return self._open[name][1]
        from safetensors import SafetensorError, safe_open

        path = self.folder / SHARDS / name
        try:
            file: Any = safe_open(path, framework="numpy")
            levels = file.get_slice("levels")
            shape = list(levels.get_shape())
        except (OSError, SafetensorError) as error:
            raise InputError(f"{path} cannot be read: {error}; run prepare again") from error
        if shape[1:] != [self.options.rows, self.options.columns]:
            raise InputError(f"{path} holds windows of {shape[1:]}: run prepare again")
        self._open[name] = (file, levels)
        if len(self._open) > _OPEN_SHARDS:
            self._open.popitem(last=False)
        return levels

    @property
    def layout(self) -> Layout:
        """The layout that all windows share."""
        return self.options.layout

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The classes, sorted; windows without one are in none."""
        return tuple(sorted({text for text in self._unique("label") if text}))

    @cached_property
    def label_indices(self) -> npt.NDArray[np.int64]:
        """The class of each window, ``[windows]``, into ``labels``; -1 for none."""
        places = {label: place for place, label in enumerate(self.labels)}
        named = self.facts("label")
        return np.asarray([places.get(label, -1) for label in named], np.int64)

    @cached_property
    def pitch(self) -> FloatArray:
        """MIDI pitch of each window's sound, ``[windows]``; NaN where not known."""
        return self._numbers("pitch")

    @cached_property
    def velocity(self) -> FloatArray:
        """MIDI velocity of each window's sound, ``[windows]``; NaN where not known."""
        return self._numbers("velocity")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the manifest, which ``facts`` takes."""
        return tuple(self._table.column_names)

    def facts(self, column: str) -> list[Any]:
        """A column of the manifest, one value for each window.

        Raises:
            InputError: no such column.
        """
        if column not in self._table.column_names:
            raise InputError(f"no column '{column}'; there is: {', '.join(self.columns)}")
        values: list[Any] = self._table.column(column).to_pylist()
        return values

    def row(self, index: int) -> dict[str, Any]:
        """All that is known of a window."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"window {index} of {len(self)}")
        row: dict[str, Any] = self._table.slice(index % len(self), 1).to_pylist()[0]
        return row

    def licences(self) -> list[tuple[str, str, str, int]]:
        """Source, licence, attribution and windows of each, sorted."""
        together = zip(
            self.facts("source"), self.facts("licence"), self.facts("attribution"), strict=True
        )
        counts: dict[tuple[str, str, str], int] = {}
        for key in together:
            counts[key] = counts.get(key, 0) + 1
        return [(*key, count) for key, count in sorted(counts.items())]

    def _unique(self, column: str) -> list[str]:
        texts: list[str] = self._table.column(column).unique().to_pylist()
        return texts

    def _numbers(self, column: str) -> FloatArray:
        numbers = self._table.column(column).to_numpy()
        return np.asarray(numbers, np.float32)
