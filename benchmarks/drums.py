"""The drum kit: how fast each drum begins, how long it lasts, and how far apart the kinds are.

    python benchmarks/drums.py [RATE]

Played as notes on MIDI channel 10 at velocity 110, judged on sound alone.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.values import Event
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import KeptWindows
from latent_resonance.evaluation.note_lives import levels

_FRAME, _HOP = 0.003, 0.0005
_LEAD_SECONDS, _SECONDS = 0.05, 4.0


def run(data_dir: Path | None = None, rate: int = 48_000) -> list[dict[str, Any]]:
    """Measure each drum of the recipe ``notes``; nothing of ``data_dir`` is needed."""
    hands = Setup(
        senses=(PartChoice(part="sliders"),), render={"channels": 1}, rate=rate, threads=1
    )
    kept = KeptWindows()
    rows = []
    with assemble(load_recipe("notes"), hands) as performance:
        (sensor,) = performance.senses.sensors
        for key, tone in performance.chain.spec.kit.items():
            performance.senses.reset()
            sensor.press(Event(_LEAD_SECONDS, "note_on", 9, key, 110))
            sound = count(performance, _SECONDS, kept=kept)[0].samples[:, 0]
            rows.append({"drum": tone.name, "key": key, **_measured(sound, rate)})
    return rows


def _measured(sound: np.ndarray, rate: int) -> dict[str, Any]:
    found = levels(sound, rate, _FRAME, _HOP)
    top = found.max()

    def first(db: float) -> float:
        # A frame tells of its end.
        return float(np.flatnonzero(found > top + db)[0]) * _HOP + _FRAME - _LEAD_SECONDS

    begin = round(_LEAD_SECONDS * rate)
    power = np.abs(np.fft.rfft(sound[begin : begin + rate // 2])) ** 2
    hz = np.fft.rfftfreq(rate // 2, 1 / rate)
    last = float(np.flatnonzero(found > top - 60)[-1]) * _HOP - _LEAD_SECONDS
    return {
        "begins_ms": round(1e3 * first(-20), 1),
        "loud_ms": round(1e3 * first(-6), 1),
        "lasts_s": round(last, 2),
        "centroid_hz": round(float(power @ hz / power.sum())),
        "left_db": round(float(found[-1] - top), 1),
    }


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    told = [
        f"{row['key']:3d} {row['drum']:15s} begins {row['begins_ms']} ms, within 6 dB of its "
        f"loudest at {row['loud_ms']} ms, lasts {row['lasts_s']} s, centroid "
        f"{row['centroid_hz']} Hz, {row['left_db']} dB at the end"
        for row in rows
    ]
    told.append(
        f"all: begin within {max(r['begins_ms'] for r in rows)} ms, are loud within "
        f"{max(r['loud_ms'] for r in rows)} ms, last {max(r['lasts_s'] for r in rows)} s at most"
    )
    return told


if __name__ == "__main__":
    print("\n".join(lines(run(rate=int(sys.argv[1]) if len(sys.argv) > 1 else 48_000))))
