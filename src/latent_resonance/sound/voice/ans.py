"""Small whole numbers in about as many bits as they say: asymmetric numeral systems.

Duda 2013, arXiv:1311.2540: states of 32 bits that give and take 16 bits at a time. Many of them
stand side by side (Giesen 2014, arXiv:1402.3392), number ``i`` going to state ``i % LANES``, so
that NumPy reads a row of them at once: five million numbers in half a second.
"""

import numpy as np
import numpy.typing as npt

LANES = 4096
BITS = 12
"""Frequencies of a class sum to ``2**BITS``."""
_LEAST = 1 << 16

Numbers = npt.NDArray[np.uint8]
Frequencies = npt.NDArray[np.uint16]


def frequencies_of(numbers: Numbers, classes: npt.NDArray[np.uint16], of: int) -> Frequencies:
    """How often each number is in each class, ``[of, 256]``, none that is there below 1."""
    made = np.zeros((of, 256), np.uint16)
    for one in range(of):
        count = np.bincount(numbers[classes == one], minlength=256)
        if not count.any():
            count[0] = 1
        share = np.maximum(count * (1 << BITS) // count.sum(), count > 0)
        while share.sum() > 1 << BITS:
            share[share.argmax()] -= 1
        share[share.argmax()] += (1 << BITS) - share.sum()
        made[one] = share
    return made


def encode(
    numbers: Numbers, classes: npt.NDArray[np.uint16], frequencies: Frequencies
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
    """Words ``[n]`` and last states ``[LANES]`` from which ``decode`` gets the numbers back.

    Args:
        numbers: ``[m]``.
        classes: ``[m]``, which row of the frequencies each number follows.
        frequencies: ``[classes, 256]``, as ``frequencies_of`` gives them.
    """
    share, before = _shares(frequencies)
    state = np.full(LANES, _LEAST, np.uint64)
    words = []
    for start in reversed(range(0, len(numbers), LANES)):
        which = classes[start : start + LANES], numbers[start : start + LANES]
        own, one = share[which], state[: len(which[0])]
        full = one >= own << np.uint64(32 - BITS)
        words.append((one[full] & np.uint64(0xFFFF)).astype(np.uint16))
        one[full] >>= np.uint64(16)
        one[:] = (one // own << np.uint64(BITS)) + one % own + before[which]
    coded = np.concatenate(words[::-1]) if words else np.zeros(0, np.uint16)
    return coded, state.astype(np.uint32)


def decode(
    words: npt.NDArray[np.uint16],
    states: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint16],
    frequencies: Frequencies,
) -> Numbers:
    """The numbers ``[len(classes)]`` that ``encode`` was given."""
    share, before = _shares(frequencies)
    # Which number a state's low bits stand for, by class.
    meant = np.stack([np.repeat(np.arange(256, dtype=np.uint8), row) for row in frequencies])
    numbers = np.empty(len(classes), np.uint8)
    state = states.astype(np.uint64)
    coming = words.astype(np.uint64)
    at, low = 0, np.uint64((1 << BITS) - 1)
    for start in range(0, len(classes), LANES):
        which = classes[start : start + LANES]
        one = state[: len(which)]
        place = one & low
        found = meant[which, place]
        numbers[start : start + LANES] = found
        one[:] = share[which, found] * (one >> np.uint64(BITS)) + place - before[which, found]
        empty = np.flatnonzero(one < _LEAST)
        one[empty] = (one[empty] << np.uint64(16)) | coming[at : at + len(empty)]
        at += len(empty)
    return numbers


def _shares(
    frequencies: Frequencies,
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Frequencies, and their sums over all numbers before."""
    share = frequencies.astype(np.uint64)
    return share, np.cumsum(share, axis=1) - share
