"""Integrates phase gradients along the loudest paths of a spectrogram.

The heap of PGHI (Prusa, Balazs, Sondergaard 2017, algorithm 1) grows a tree that reaches each bin
over bins as loud as can be: a maximum spanning tree, in which an edge counts as much as the
quieter of its two bins. Boruvka's algorithm (1926) finds the same tree by whole-array steps: every
bin joins its loudest neighbour, every group so made joins another over its highest pass, and so
on until nothing is left to join.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

_Doubles = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]


class _Edges(NamedTuple):
    """From ``here`` to ``there``; the phase there is that here plus ``step``. Loudest first."""

    here: _Indices
    there: _Indices
    step: _Doubles


def integrate(
    level: FloatArray, in_time: _Doubles, in_frequency: _Doubles, phase: _Doubles
) -> _Doubles:
    """Phase whose differences are the gradients', by the trapezoid, along the loudest paths.

    Args:
        level: what is loud, ``[columns, bins]``; ``-inf`` where nothing is to be integrated.
        in_time: radians per column, ``[columns, bins]``.
        in_frequency: radians per bin, ``[columns, bins]``.
        phase: radians ``[columns, bins]``: kept where level is ``-inf``, and at one bin of each
            region that such bins enclose.

    Returns:
        Radians ``[columns, bins]``, not wrapped.
    """
    forward = (in_time[1:] + in_time[:-1]) / 2
    # As wide as the bins: both are read by the flat index of where they begin.
    upward = np.zeros_like(in_frequency)
    np.add(in_frequency[:, 1:], in_frequency[:, :-1], out=upward[:, :-1])
    upward /= 2
    parent, step = _climb(level, forward, upward)
    top, offset = _to_root(parent, step)
    tops = np.flatnonzero(top == np.arange(len(top)))
    number = np.zeros(len(top), np.intp)
    number[tops] = np.arange(len(tops))
    group = number.take(top)
    edges = _passes(level, forward, upward, group, offset)
    root, over = np.arange(len(tops)), np.zeros(len(tops))
    while len(edges.here):
        parent, step = _join(edges, len(tops))
        above, further = _to_root(parent, step)
        over += further.take(root)
        root = above.take(root)
        edges = _between(edges, above, further)
    begin = phase.ravel().take(tops.take(root)) + over
    return (begin.take(group) + offset).reshape(phase.shape)


def _climb(level: FloatArray, forward: _Doubles, upward: _Doubles) -> tuple[_Indices, _Doubles]:
    """Each bin's loudest neighbour, if louder than itself, and the phase from there to here."""
    bins = level.shape[1]
    every, first, rest = slice(None), slice(None, -1), slice(1, None)
    ways = (
        ((rest, every), (first, every), -bins, forward),
        ((first, every), (rest, every), bins, forward),
        ((every, rest), (every, first), -1, upward),
        ((every, first), (every, rest), 1, upward),
    )
    loudest, way = level.copy(), np.zeros(level.shape, np.uint8)
    for number, (to, of, _, _) in enumerate(ways, 1):
        wins = level[of] > loudest[to]
        np.maximum(loudest[to], level[of], out=loudest[to])
        np.maximum(way[to], wins.view(np.uint8) * np.uint8(number), out=way[to])
    way *= np.isfinite(level)
    ways_flat = way.reshape(-1)
    parent, step = np.arange(level.size), np.zeros(level.size)
    for number, (_, _, apart, change) in enumerate(ways, 1):
        here = np.flatnonzero(ways_flat == number)
        there = here + apart
        parent[here] = there
        step[here] = change.take(there) if apart < 0 else -change.take(here)
    return parent, step


def _to_root(parent: _Indices, step: _Doubles) -> tuple[_Indices, _Doubles]:
    """Root of each node and the sum of steps from there, by pointer doubling, in place."""
    moving = np.flatnonzero(parent.take(parent) != parent)
    while len(moving):
        above = parent.take(moving)
        further = parent.take(above)
        step[moving] = step.take(moving) + step.take(above)
        parent[moving] = further
        moving = moving[parent.take(further) != further]
    return parent, step


def _passes(
    level: FloatArray, forward: _Doubles, upward: _Doubles, group: _Indices, offset: _Doubles
) -> _Edges:
    """Steps from one group to another, between their tops."""
    owner = group.reshape(level.shape)
    found = []
    for here, there, step, apart in (
        (np.s_[:-1], np.s_[1:], forward, level.shape[1]),
        (np.s_[:, :-1], np.s_[:, 1:], upward, 1),
    ):
        height = np.full(level.shape, -np.inf, np.float32)
        np.minimum(level[here], level[there], out=height[here])
        crosses = height > -np.inf
        crosses[here] &= owner[here] != owner[there]
        start = np.flatnonzero(crosses)
        found.append((height.take(start), start, start + apart, step.take(start)))
    height, start, end, change = (np.concatenate(parts) for parts in zip(*found, strict=True))
    depth = height.max(initial=-np.inf) - height
    # 16 bits are sorted by radix; two edges within 0.002 dB are as good as each other.
    deepest = max(float(depth.max(initial=0)), 1e-9)
    order = np.argsort((depth * np.float32(65_535 / deepest)).astype(np.uint16), kind="stable")
    start, end, change = start.take(order), end.take(order), change.take(order)
    change += offset.take(start)
    change -= offset.take(end)
    return _Edges(group.take(start), group.take(end), change)


def _between(edges: _Edges, root: _Indices, offset: _Doubles) -> _Edges:
    """The edges as seen from the roots, without those that stay within one group."""
    here, there = root.take(edges.here), root.take(edges.there)
    leaves = np.flatnonzero(here != there)
    step = edges.step.take(leaves)
    step += offset.take(edges.here.take(leaves))
    step -= offset.take(edges.there.take(leaves))
    return _Edges(here.take(leaves), there.take(leaves), step)


def _join(edges: _Edges, nodes: int) -> tuple[_Indices, _Doubles]:
    """Each group's parent over its loudest edge, and the phase from there to here."""
    count = len(edges.here)
    best = np.full(nodes, count, np.intp)
    # Of several values for one place the last stays: the loudest edge, in falling order.
    falling = np.arange(count)[::-1]
    best[edges.here[::-1]] = falling
    other = np.full(nodes, count, np.intp)
    other[edges.there[::-1]] = falling
    inward = other < best
    best = np.minimum(best, other)
    parent, step = np.arange(nodes), np.zeros(nodes)
    joins = np.flatnonzero(best < count)
    edge, inward = best[joins], inward[joins]
    parent[joins] = np.where(inward, edges.here[edge], edges.there[edge])
    step[joins] = np.where(inward, edges.step[edge], -edges.step[edge])
    # Two that chose each other: one becomes the root.
    mutual = joins[(parent[parent[joins]] == joins) & (joins < parent[joins])]
    parent[mutual], step[mutual] = mutual, 0
    return parent, step
