"""A model's window as an endless loop of magnitude columns, read at any real position."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.values import FloatArray, Spectrogram

# A window whose end is this far below its loudest is an event that is over.
_OVER_DB, _END = -20.0, 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A window that joins its end to its start.

    Attributes:
        magnitude: linear ``[columns, bins]``.
        envelope: gains of the sound, linear, ``[columns * n]``; None for 1 everywhere.
        event: which window of a sound that goes on it is; None where one goes round.
        over: whether what happens in it has ended at its end.
    """

    magnitude: FloatArray
    envelope: FloatArray | None = None
    event: Hashable = None
    over: bool = False

    def __len__(self) -> int:
        return len(self.magnitude)

    def turned(self, columns: int) -> "Loop":
        """The same loop, begun so many columns on."""
        magnitude = np.roll(self.magnitude, -columns, axis=0)
        if self.envelope is None:
            return replace(self, magnitude=magnitude)
        by = columns * (len(self.envelope) // len(self))
        return replace(self, magnitude=magnitude, envelope=np.roll(self.envelope, -by))

    @staticmethod
    def of(window: Spectrogram, blend_columns: int) -> "Loop":
        """Levels and envelope, both closed over as many columns."""
        if window.envelope_db is None:
            return Loop(close_loop(window, blend_columns))
        gains = np.power(np.float32(10), window.envelope_db / np.float32(20), dtype=np.float32)
        columns = window.level_db.shape[1]
        envelope = _closed(gains.reshape(columns, -1), blend_columns).reshape(-1)
        return Loop(close_loop(window, blend_columns), envelope)

    @staticmethod
    def of_event(window: Spectrogram, blend_columns: int, event: Hashable) -> "Loop":
        """As long as ``of``; what is over at the window's end keeps its beginning as it is."""
        if not is_over(window):
            return replace(Loop.of(window, blend_columns), event=event)
        whole = Loop.of(window, 0)
        period = len(whole) - blend_columns
        envelope = whole.envelope
        if envelope is not None:
            envelope = envelope[: period * (len(envelope) // len(whole))]
        return Loop(whole.magnitude[:period], envelope, event, over=True)


def is_over(window: Spectrogram) -> bool:
    """Whether what happens in a window has ended at its end."""
    power = np.power(10.0, window.level_db / 10).sum(axis=0)
    end = power[len(power) - max(1, round(_END * len(power))) :]
    return bool(end.mean() < power.max() * 10 ** (_OVER_DB / 10))


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
        return replace(new, magnitude=magnitude)
    one = np.float32(1)
    before = one if old.envelope is None else old.envelope
    after = one if new.envelope is None else new.envelope
    envelope = np.asarray(before + share * (after - before), np.float32)
    return replace(new, magnitude=magnitude, envelope=envelope)


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
