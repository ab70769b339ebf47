"""A film of music: seconds that ``render vision`` takes beside those that it lasts, by size.

The named baseline is the same film with each picture made after the last one was encoded, on one
thread, as it was done before: same pictures, same bytes. Both take turns in the same process, which
has opened everything once.

    resonance benchmark film [--data FOLDER]
"""

import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import soundfile

from latent_resonance.engine.clocks import counter
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.models.engines.threads import physical_cores, processor_name

ROUNDS = 3
FILMS: dict[str, tuple[dict[str, int], float]] = {
    "256 x 256": ({}, 10.0),
    "512 x 512": ({"size": 512}, 3.0),
    "1920 x 1080": ({"width": 1920, "height": 1080}, 1.0),
}


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """The least of three rounds; music of ``data_dir``, else 12 s of made sound."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source = _music(data_dir, Path(folder))
        for name, (size, seconds) in FILMS.items():
            ways = {"beside": counter.AheadWindows, "in turn": InlineWindows}
            took: dict[str, list[float]] = {way: [] for way in ways}
            films = {way: Path(folder) / f"{way}.mp4" for way in ways}
            for turn in range(ROUNDS + 1):
                for way, store in ways.items():
                    # On one core stripes are drawn one after the other, too.
                    cores = 1 if way == "in turn" else physical_cores()
                    with (
                        patch.object(counter, "AheadWindows", store),
                        patch(
                            "latent_resonance.models.engines.bundle_player.physical_cores",
                            lambda cores=cores: cores,
                        ),
                    ):
                        began = time.perf_counter()
                        render_file(
                            "vision",
                            films[way],
                            source=source,
                            seconds=seconds,
                            setup=Setup(render=size),
                        )
                        took[way].append(time.perf_counter() - began)
                    if not turn:
                        took[way].clear()  # the first compiles
            same = len({film.read_bytes() for film in films.values()}) == 1
            best = {way: min(times) for way, times in took.items()}
            rows.append(
                {
                    "size": name,
                    "seconds": seconds,
                    "took": {way: round(one, 2) for way, one in best.items()},
                    "times_real_time": round(seconds / best["beside"], 2),
                    "ratio": round(best["in turn"] / best["beside"], 2),
                    "same_bytes": same,
                }
            )
    return {"processor": processor_name(), "cores": physical_cores(), "rows": rows}


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    table = [f"{result['processor']}, {result['cores']} cores"]
    for row in result["rows"]:
        took = row["took"]
        table.append(
            f"{row['size']:<12} {row['seconds']:.0f} s in {took['beside']} s "
            f"({row['times_real_time']} times real time), in turn {took['in turn']} s: "
            f"{row['ratio']} times as quick, "
            f"{'the same' if row['same_bytes'] else 'OTHER'} bytes"
        )
    return table


def _music(data: Path | None, folder: Path) -> Path:
    """Music of the folder, else noise that beats twice a second over a low tone."""
    found = sorted((data / "music").glob("*.ogg")) if data is not None else []
    if found:
        return found[-1]
    at = np.arange(12 * 44_100) / 44_100
    beats = np.random.default_rng(0).standard_normal(len(at)) * np.exp(-20 * (at % 0.5))
    path = folder / "made.wav"
    soundfile.write(path, 0.2 * beats + 0.3 * np.sin(2 * np.pi * 60 * at), 44_100)
    return path
