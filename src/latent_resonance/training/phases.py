"""When to stop: an audio GAN is noise, then has structure, then is usable.

``sharpness.py`` measures both against the real batch; here they are smoothed along the curve, and
told to the person who waits.
"""

import math
from collections.abc import Mapping, Sequence

PHASES = ("noise", "structure", "usable")
_SMOOTHED = 10
# Two batches of 16 real textures have 0.72 +- 0.08 (and a sharpness of 0.96), noise 0.02.
_REAL, _STRUCTURE = 0.7, 0.5
# Lines as sharp as the real ones within a factor of the square root of two.
_OCTAVES = 0.5
_WAITED = 0.25

Row = Mapping[str, str]


def phase_of(rows: Sequence[Row]) -> str:
    """The phase at the end of a curve: the mean of its last ten rows that have both figures."""
    structure, sharpness = _smooth(rows)
    if not structure >= _STRUCTURE:
        return PHASES[0]
    sharp = sharpness > 0 and abs(math.log2(sharpness)) <= _OCTAVES
    return PHASES[2] if sharp else PHASES[1]


def stop_hint(rows: Sequence[Row]) -> list[str]:
    """Lines for a reader: since when each phase lasts, and whether waiting still pays."""
    told = [row for row in rows if row.get("phase")]
    if not told:
        return []
    now = told[-1]["phase"]
    structure, sharpness = _smooth(told)
    lines = [f"phase: {now} (structure {structure:.2f}, sharpness {sharpness:.2f}; real: 0.7, 1)"]
    lines += [
        f"{phase} since {_since(told, PHASES.index(phase))} kimg"
        for phase in PHASES[1 : PHASES.index(now) + 1]
    ]
    if now == PHASES[2]:
        lasting = len(told) - next(
            i for i in range(len(told)) if all(row["phase"] == now for row in told[i:])
        )
        if lasting >= max(2 * _SMOOTHED, _WAITED * len(told)):
            best = min(range(len(told)), key=lambda i: _distance(told[: i + 1]))
            if best < len(told) - _SMOOTHED:
                lines.append(
                    f"closest to real at {float(told[best]['kimg']):g} kimg: more steps of this "
                    "recipe are unlikely to help"
                )
    return lines


def _since(rows: Sequence[Row], phase: int) -> str:
    """Thousands of pictures from which on the phase was never lost again."""
    first = len(rows) - 1
    while first and PHASES.index(rows[first - 1]["phase"]) >= phase:
        first -= 1
    return f"{float(rows[first]['kimg']):g}"


def _distance(rows: Sequence[Row]) -> float:
    structure, sharpness = _smooth(rows)
    if len(rows) < _SMOOTHED or not sharpness > 0:
        return math.inf
    return max(0.0, _REAL - structure) + abs(math.log2(sharpness))


def _smooth(rows: Sequence[Row]) -> tuple[float, float]:
    last = [row for row in rows[-2 * _SMOOTHED :] if row.get("sharpness")][-_SMOOTHED:]
    if not last:
        return math.nan, math.nan
    count = len(last)
    return (
        sum(float(row["structure"]) for row in last) / count,
        sum(float(row["sharpness"]) for row in last) / count,
    )
