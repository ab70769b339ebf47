"""How the level of a sound moves inside the columns of its window, learnt from recordings.

A column is as long as its analysis window (32 ms at 16 kHz and 512 samples), and a generator smears
attacks over several of them. A small network reads a window's levels in bands and gives gains every
quarter of a column; multiplied with the sound, they make attacks as sudden as those of the
recordings that it was fitted to (``training.envelope``).

The network is a stack of convolutions over time, with the columns before added from the second on,
leaky rectifiers, and a hyperbolic tangent that bounds the gains; it runs in numpy.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

VALUES = 4
"""Of the envelope in one column."""
BANDS = 17
MOST_DB = 60.0
"""Gains lie within plus and minus this."""
DILATIONS = (1, 1, 2, 4)
LEAK, SOFT = 0.2, 5.0
# Levels as the network takes them: around 0, most within 1.
_CENTRE_DB, _UNIT_DB = -30.0, 20.0
_LOWEST_DB, _HIGHEST_DB = -60.0, 20.0
_LEAST_POWER = 1e-9


class FineEnvelope:
    """A network of this kind, ready to run.

    Args:
        tensors: ``weight/K`` ``[out, in, taps]`` and ``bias/K`` ``[out]`` for each convolution in
            order, the last one with ``VALUES`` outputs.

    Raises:
        ValueError: they do not fit together.
    """

    def __init__(self, tensors: Mapping[str, npt.NDArray[Any]]) -> None:
        count = len(DILATIONS) + 1
        names = {f"{kind}/{k}" for k in range(count) for kind in ("weight", "bias")}
        if tensors.keys() != names:
            raise ValueError(f"it has {', '.join(sorted(tensors))}")
        self._weights = [np.asarray(tensors[f"weight/{k}"], np.float32) for k in range(count)]
        self._biases = [np.asarray(tensors[f"bias/{k}"], np.float32) for k in range(count)]
        size = BANDS + 1
        for k, (weight, bias) in enumerate(zip(self._weights, self._biases, strict=True)):
            out = VALUES if k == count - 1 else len(bias)
            # Each but the first and the last adds to what it reads.
            kept = k in {0, count - 1} or (weight.ndim == 3 and len(weight) == size)
            if weight.ndim != 3 or not kept or weight.shape[:2] != (out, size):
                raise ValueError(f"weight/{k} has shape {weight.shape}")
            if bias.shape != (out,) or weight.shape[2] % 2 == 0:
                raise ValueError(f"weight/{k} has {weight.shape[2]} taps, bias/{k} {bias.shape}")
            size = out

    def gains_db(self, level_db: FloatArray) -> FloatArray:
        """Gains ``[columns * VALUES]``, dB, of levels ``[bins, columns]``, dB."""
        hidden = envelope_inputs(level_db)
        for k, dilation in enumerate(DILATIONS):
            made = _convolve(hidden, self._weights[k], self._biases[k], dilation)
            np.maximum(made, np.float32(LEAK) * made, out=made)
            hidden = made if k == 0 else hidden + made
        made = _convolve(hidden, self._weights[-1], self._biases[-1], 1)
        gains = np.float32(MOST_DB) * np.tanh(made / np.float32(SOFT))
        return np.ascontiguousarray(gains.T).reshape(-1)


def envelope_inputs(level_db: FloatArray) -> FloatArray:
    """What the network reads of levels ``[bins, columns]``: ``[BANDS + 1, columns]``.

    Bands, wider towards the top, and the whole, under the window's loudest column.
    """
    power = np.exp(level_db * np.float32(np.log(10) / 10))
    edges = _edges(len(level_db))
    sums = np.add.reduceat(power[: edges[-1]], edges[:-1], axis=0)
    bands = sums / np.diff(edges)[:, None].astype(np.float32)
    whole = power.mean(axis=0, keepdims=True)
    levels = 10 * np.log10(np.concatenate([bands, whole]) + np.float32(_LEAST_POWER))
    levels -= levels[-1].max()
    scaled = (np.clip(levels, _LOWEST_DB, _HIGHEST_DB) - _CENTRE_DB) / _UNIT_DB
    return np.asarray(scaled, np.float32)


def _edges(bins: int) -> npt.NDArray[np.intp]:
    """First bins of the bands, and the end of the last."""
    edges = np.geomspace(max(2.0, 6 * bins / 256), bins, BANDS)
    edges = np.maximum(np.rint(edges), np.arange(2, BANDS + 2))
    return np.concatenate([[1], edges]).astype(np.intp)


def _convolve(x: FloatArray, weight: FloatArray, bias: FloatArray, dilation: int) -> FloatArray:
    """Along time, ``[in, n]`` to ``[out, n]``; zeros before, the last column again after."""
    taps = weight.shape[2]
    reach = dilation * (taps // 2)
    padded = np.zeros((len(x), x.shape[1] + 2 * reach), np.float32)
    padded[:, reach : reach + x.shape[1]] = x
    padded[:, reach + x.shape[1] :] = x[:, -1:]
    count = x.shape[1]
    made = np.broadcast_to(bias[:, None], (len(bias), count)).copy()
    for tap in range(taps):
        made += weight[:, :, tap] @ padded[:, tap * dilation : tap * dilation + count]
    return made
