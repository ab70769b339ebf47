"""From a prompt to the one place whose picture fits best: random places, then CMA-ES.

Hansen 2016, "The CMA evolution strategy: a tutorial". Each score is that of a picture as it is
drawn, and the place that is given is the place of the picture that had the best.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.navigate.moods.fit import Fit
from latent_resonance.navigate.moods.region import Region
from latent_resonance.navigate.moods.table import PictureTable
from latent_resonance.navigate.prompts.judge import PictureJudge, Reading

Draw = Callable[[FloatArray], ByteArray]
"""From places ``[n, latent]`` to their pictures, uint8 ``[n, height, width, 3]``."""

_STRIDE = 0.35
"""First step of the search, in deviations of the random places."""


class StoppedError(ResonanceError):
    """The search was stopped by who asked for it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Attributes:
        candidates: random places.
        rounds: of CMA-ES; 0 for none.
        starts: of the best candidates, drawn and judged again before the search goes on from one.
        side: pixels a side of the pictures that the search is led by, where the size can be chosen.
        axes: principal ones along which CMA-ES searches, beside the named directions.
        seed: of everything random.
    """

    candidates: int = 4096
    rounds: int = 30
    starts: int = 64
    side: int = 128
    axes: int = 16
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The best place.

    Attributes:
        w: ``[latent]``.
        fit: how well its picture does what is asked; 0 is usual, 2 is good (``Fit``).
        parts: the same for each part of the prompt.
        drawn: how many pictures were judged for it, beside the table's.
    """

    w: FloatArray
    fit: float
    parts: dict[str, float]
    drawn: int


def search_place(
    reading: Reading,
    table: PictureTable,
    region: Region,
    draw: Draw,
    judge: PictureJudge,
    effort: Effort,
    on_progress: Callable[[float, float], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Found:
    """The best of a table's places, made better; the same arguments, the same place.

    Where a word names a direction of the model, places are taken far up that direction only: what
    the model says of itself a judge need not find out.

    Args:
        reading: of the prompt, by ``judge``.
        table: random places, as the judge saw them.
        region: of the same model.
        draw: what the model draws.
        judge: of the pictures.
        effort: its rounds, starts and seed count here.
        on_progress: gets how many rounds are done, of how many.
        cancelled: asked before each round.

    Raises:
        StoppedError: when ``cancelled`` says so.
    """
    from cmaes import CMA

    fit = Fit(reading, table.seen)
    words = [word for part in (*reading.parts, *reading.unknown) for word in part.split()]
    region = replace(region, directions=region.directions.asking(words, reading.ways))
    region = region.led_by(table.places, fit.parts(table.seen))
    places, _ = table.best(reading, effort.starts)
    places = region.directions.inside(places)
    seen = judge.embed_pictures(draw(places))
    fits = fit(seen)
    top = int(np.argmax(fits))
    start = places[top]
    best, best_fit, best_seen, drawn = start, float(fits[top]), seen[top], len(places)
    ways = len(region.axes)
    if effort.rounds and ways > 1:
        zero = np.zeros(ways)
        search = CMA(mean=zero, sigma=_STRIDE, seed=effort.seed)
        for done in range(effort.rounds):
            if cancelled():
                raise StoppedError("the search for a mood was stopped")
            asked = [search.ask() for _ in range(search.population_size)]
            places = np.stack([region.place(start, way) for way in asked])
            seen = judge.embed_pictures(draw(places))
            fits = fit(seen)
            drawn += len(places)
            top = int(np.argmax(fits))
            if fits[top] > best_fit:
                best, best_fit, best_seen = places[top], float(fits[top]), seen[top]
            search.tell([(way, -float(one)) for way, one in zip(asked, fits, strict=True)])
            on_progress(done + 1, effort.rounds)
    each = fit.parts(best_seen[None])[0]
    parts = {name: round(float(one), 2) for name, one in zip(reading.parts, each, strict=True)}
    return Found(np.asarray(best, np.float32), best_fit, parts, drawn)
