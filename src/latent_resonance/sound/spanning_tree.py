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
    upward = (in_frequency[:, 1:] + in_frequency[:, :-1]) / 2
    parent, step = _climb(level, forward, upward)
    top, offset = _to_root(parent, step)
    tops = np.flatnonzero(top == np.arange(len(top)))
    number = np.zeros(len(top), np.intp)
    number[tops] = np.arange(len(tops))
    group = number[top]
    edges = _passes(level, forward, upward, group, offset)
    root, over = np.arange(len(tops)), np.zeros(len(tops))
    while len(edges.here):
        parent, step = _join(edges, len(tops))
        above, further = _to_root(parent, step)
        over += further[root]
        root = above[root]
        edges = _between(edges, above, further)
    begin = phase.ravel()[tops[root]] + over
    return (begin[group] + offset).reshape(phase.shape)


def _climb(level: FloatArray, forward: _Doubles, upward: _Doubles) -> tuple[_Indices, _Doubles]:
    """Each bin's loudest neighbour, if louder than itself, and the phase from there to here."""
    index = np.arange(level.size).reshape(level.shape)
    loudest, parent, step = level.copy(), index.copy(), np.zeros(level.shape)

    def offer(to: tuple[slice, slice], of: tuple[slice, slice], change: _Doubles) -> None:
        wins = (level[of] > loudest[to]) & np.isfinite(level[to])
        np.copyto(loudest[to], level[of], where=wins)
        np.copyto(parent[to], index[of], where=wins)
        np.copyto(step[to], change, where=wins)

    every, first, rest = slice(None), slice(None, -1), slice(1, None)
    offer((rest, every), (first, every), forward)
    offer((first, every), (rest, every), -forward)
    offer((every, rest), (every, first), upward)
    offer((every, first), (every, rest), -upward)
    return parent.ravel(), step.ravel()


def _to_root(parent: _Indices, step: _Doubles) -> tuple[_Indices, _Doubles]:
    """Root of each node and the sum of steps from there, by pointer doubling."""
    while True:
        above = parent[parent]
        if np.array_equal(above, parent):
            return parent, step
        step = step + step[parent]
        parent = above


def _passes(
    level: FloatArray, forward: _Doubles, upward: _Doubles, group: _Indices, offset: _Doubles
) -> _Edges:
    """Steps from one group to another, between their tops."""
    index = np.arange(level.size).reshape(level.shape)
    owner = group.reshape(level.shape)
    found = []
    for here, there, step in (
        (np.s_[:-1], np.s_[1:], forward),
        (np.s_[:, :-1], np.s_[:, 1:], upward),
    ):
        height = np.minimum(level[here], level[there])
        crosses = (owner[here] != owner[there]) & np.isfinite(height)
        found.append((height[crosses], index[here][crosses], index[there][crosses], step[crosses]))
    height, start, end, change = (np.concatenate(parts) for parts in zip(*found, strict=True))
    depth = height.max(initial=-np.inf) - height
    # 16 bits are sorted by radix; two edges within 0.002 dB are as good as each other.
    deepest = max(float(depth.max(initial=0)), 1e-9)
    order = np.argsort((depth * np.float32(65_535 / deepest)).astype(np.uint16), kind="stable")
    bins = _Edges(start[order], end[order], change[order])
    return _between(bins, group, offset)


def _between(edges: _Edges, root: _Indices, offset: _Doubles) -> _Edges:
    """The edges as seen from the roots, without those that stay within one group."""
    here, there = root[edges.here], root[edges.there]
    leaves = here != there
    step = (edges.step + offset[edges.here] - offset[edges.there])[leaves]
    return _Edges(here[leaves], there[leaves], step)


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
