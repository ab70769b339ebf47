"""A model's window as an endless loop of magnitude columns, read at any real position."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray, Spectrogram


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A window that joins its end to its start.

    Attributes:
        magnitude: linear ``[columns, bins]``.
        envelope: gains of the sound, linear, ``[columns * n]``; None for 1 everywhere.
    """

    magnitude: FloatArray
    envelope: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.magnitude)

    def turned(self, columns: int) -> "Loop":
        """The same loop, begun so many columns on."""
        magnitude = np.roll(self.magnitude, -columns, axis=0)
        if self.envelope is None:
            return Loop(magnitude)
        by = columns * (len(self.envelope) // len(self))
        return Loop(magnitude, np.roll(self.envelope, -by))

    @staticmethod
    def of(window: Spectrogram, blend_columns: int) -> "Loop":
        """Levels and envelope, both closed over as many columns."""
        if window.envelope_db is None:
            return Loop(close_loop(window, blend_columns))
        gains = np.power(np.float32(10), window.envelope_db / np.float32(20), dtype=np.float32)
        columns = window.level_db.shape[1]
        envelope = _closed(gains.reshape(columns, -1), blend_columns).reshape(-1)
        return Loop(close_loop(window, blend_columns), envelope)


def close_loop(window: Spectrogram, blend_columns: int) -> FloatArray:
    """The window as linear magnitude ``[columns - blend_columns, bins]`` that joins end to start.

    The last ``blend_columns`` are blended, as magnitudes, into the first: going over the end in
    either direction meets no step.
    """
    magnitude = np.power(np.float32(10), window.level_db.T / np.float32(20), dtype=np.float32)
    # Levels at the floor of the codec are silence.
    magnitude[-window.format.range_db + 1e-3 >= window.level_db.T] = 0
    return _closed(magnitude, blend_columns)


def _closed(columns: FloatArray, blend_columns: int) -> FloatArray:
    period = len(columns) - blend_columns
    ramp = (np.arange(blend_columns, dtype=np.float32) / np.float32(max(1, blend_columns)))[:, None]
    loop: FloatArray = columns[:period].copy()
    loop[:blend_columns] = ramp * columns[:blend_columns] + (1 - ramp) * columns[period:]
    return loop


def mix(old: Loop, new: Loop, blend: float) -> Loop:
    """From ``old`` at 0 to ``new`` at 1, as magnitudes."""
    if blend >= 1 or old is new:
        return new
    share = np.float32(blend)
    magnitude = old.magnitude + share * (new.magnitude - old.magnitude)
    if old.envelope is None and new.envelope is None:
        return Loop(magnitude)
    one = np.float32(1)
    before = one if old.envelope is None else old.envelope
    after = one if new.envelope is None else new.envelope
    return Loop(magnitude, np.asarray(before + share * (after - before), np.float32))


def read_column(loop: FloatArray, position: float) -> FloatArray:
    """Magnitudes ``[bins]`` at a real-valued column; positions wrap, in both directions."""
    period = len(loop)
    position %= period
    index = int(position) % period
    part = np.float32(position - int(position))
    here: FloatArray = loop[index]
    if part == 0:
        return here
    following = loop[(index + 1) % period]
    return np.asarray(here + part * (following - here), np.float32)


def read_envelope(loop: Loop, positions: FloatArray) -> FloatArray:
    """Gains ``[n]`` at real-valued columns ``[n]``, which wrap; the loop has an envelope."""
    assert loop.envelope is not None  # noqa: S101 - the caller looked
    count = len(loop.envelope)
    place = positions * np.float32(count / len(loop)) - np.float32(0.5)
    node = np.floor(place)
    part = (place - node).astype(np.float32)
    index = node.astype(np.intp) % count
    here = loop.envelope[index]
    index += 1
    index[index == count] = 0
    return np.asarray(here + part * (loop.envelope[index] - here), np.float32)
