"""The waves of movement: a position in cycles in, -1..1 out."""

import hashlib
import math
from collections.abc import Sequence

from latent_resonance.engine.movement import Shape

# Of a cycle: how long the random wave takes from one value to the next, before it holds.
_STEP_SHARE = 0.25


def wave(shape: Shape, position: float, name: str = "") -> float:
    """The wave's value.

    Args:
        shape: sine and triangle begin at 0 and rise, saw rises from -1, square begins at 1,
            random goes smoothly to a new value in each cycle and holds it.
        position: in cycles; its whole part tells random cycles apart.
        name: of what is moved, so that two random waves differ.
    """
    cycle = math.floor(position)
    x = position - cycle
    match shape:
        case "sine":
            return math.sin(2 * math.pi * x)
        case "triangle":
            return 1 - 4 * abs((x + 0.25) % 1.0 - 0.5)
        case "saw":
            return 2 * x - 1
        case "square":
            return 1.0 if x < 0.5 else -1.0
        case "random":
            before, after = _drawn(cycle - 1, name), _drawn(cycle, name)
            part = min(1.0, x / _STEP_SHARE)
            return before + part * part * (3 - 2 * part) * (after - before)


def path(points: Sequence[float], position: float) -> float:
    """Points evenly spaced over a cycle, joined by lines, the last one to the first."""
    place = (position - math.floor(position)) * len(points)
    left = int(place) % len(points)
    part = place - int(place)
    return points[left] + part * (points[(left + 1) % len(points)] - points[left])


def _drawn(cycle: int, name: str) -> float:
    """The same on every machine: -1..1 from a hash of the cycle and the name."""
    digest = hashlib.blake2b(f"{name}:{cycle}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 0xFFFFFFFF * 2 - 1
