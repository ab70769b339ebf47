"""Query by example: are variations of a clip nearer to it than sounds drawn at random?"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import MediaError
from latent_resonance.engine.exploration.examples import read_example
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.evaluation.charts.plots import draw_points
from latent_resonance.evaluation.distribution import Space
from latent_resonance.evaluation.embedding import embed
from latent_resonance.evaluation.encode import has_encoder
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter, percent
from latent_resonance.navigate.latent_space.query import draw

Array = npt.NDArray[np.float64]

_QUERIES = 100
_VARIATIONS = 16
_POOL = 400
_AXES = 64
_FEWEST = 10
_TIMED = 10
_NOTE = (
    "Each clip is asked for as `render --query FILE --variations 16` does it: its loudest window "
    "through the encoder, 16 draws of the posterior at strength 1. Distances are in principal axes "
    "of a convolutional network with fixed random weights, where real sounds vary by 1 in all. "
    "Nearer: the mean distance of the 16 to the clip is less than that of 16 random sounds of the "
    "model. Pairs: how often one variation is nearer than one random sound (a half: no better). "
    "Both are easy: sounds of the middle are nearer than random ones too, whatever was asked. Than "
    "of others: how often a clip's own variations are nearer to it than those of another query, "
    "which is a half for an encoder that tells nothing. "
    "Seconds are the processor's, from a file to 16 sounds by the opened model, on one inference "
    "thread."
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One query.

    Attributes:
        held_out: whether the model never saw the clip.
        variations: their distances to the clip, ``[16]``.
        others: of random sounds, ``[16]``.
        encoded: of what comes back of the clip itself.
        clip: point of the clip.
        points: of the variations, ``[16, axes]``.
    """

    held_out: bool
    variations: Array
    others: Array
    encoded: float
    clip: Array
    points: Array

    @property
    def nearer(self) -> bool:
        """Whether variations are nearer on the mean."""
        return bool(self.variations.mean() < self.others.mean())

    @property
    def pairs(self) -> float:
        """Share of pairs in which the variation is nearer."""
        return float((self.variations[:, None] < self.others[None]).mean())


def measure_queries(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Queries by real clips; None without an encoder, for notes, or without clips."""
    if not has_encoder(material.bundle) or material.bundle.space.plays_notes:
        return None
    clips = _choose(material)
    if not clips or len(material.real) < _FEWEST:
        return None
    space = Space.fit(material.real_points, _AXES)
    random = np.random.default_rng(material.seed)
    found: list[Answered] = []
    seconds: list[float] = []
    with Explorer(material.bundle, PartChoice(part="openvino"), threads=1) as texture:
        # Seeds that no other chapter uses.
        pool = space.place(_points(texture, [texture.seeded(1_000_000 + k) for k in range(_POOL)]))
        on_progress(0.15)
        for index, (path, held_out) in enumerate(clips):
            try:
                level = read_example(path, texture.layout)
            except MediaError:
                continue  # silent, or no longer there
            clip = space.place(embed([level], texture.layout))
            asked = texture.posterior(PlaceRequest(query=(path,)))
            if asked is None:
                continue
            places = list(draw(asked, _VARIATIONS, random))
            near = space.place(_points(texture, [texture.encode(level), *places]))
            far = pool[random.permutation(len(pool))[:_VARIATIONS]]
            apart = np.linalg.norm(near - clip, axis=1)
            away = np.linalg.norm(far - clip, axis=1)
            found.append(Answered(held_out, apart[1:], away, float(apart[0]), clip[0], near[1:]))
            if len(seconds) < _TIMED:
                seconds.append(_time(texture, path))
            on_progress(0.15 + 0.85 * (index + 1) / len(clips))
    if not found:
        return None
    sets = {
        "all": found,
        "held_out": [one for one in found if one.held_out],
        "trained_on": [one for one in found if not one.held_out],
    }
    metrics: dict[str, object] = {
        "variations": _VARIATIONS,
        "seconds_for_16": float(np.mean(seconds)),
        **{name: _summary(answers, found) for name, answers in sets.items() if answers},
    }
    _draw(folder / "queries.png", sets)
    return Chapter(
        "queries",
        "Query by example",
        metrics,
        _table(sets, found, float(np.mean(seconds))),
        [_NOTE],
        {"queries.png": "Distance of variations and of random sounds to each clip"},
    )


def _choose(material: Material) -> list[tuple[Path, bool]]:
    """Up to 100 clips: held-out ones first, half of all at most where there are others."""
    clips = {window.path: window.held_out for window in material.real if window.path.is_file()}
    random = np.random.default_rng(material.seed)
    sides = [[path for path, held in clips.items() if held is side] for side in (True, False)]
    drawn = [[side[k] for k in random.permutation(len(side))] for side in sides]
    held = drawn[0][: max(_QUERIES // 2, _QUERIES - len(drawn[1]))]
    trained = drawn[1][: _QUERIES - len(held)]
    return [*((path, True) for path in held), *((path, False) for path in trained)]


def _points(texture: Explorer, places: Sequence[np.ndarray]) -> Array:
    return embed([texture.levels(place) for place in places], texture.layout)


def _time(texture: Explorer, path: Path) -> float:
    """The processor's seconds from a file to 16 sounds, none of which was made before."""
    begun = time.process_time()
    asked = texture.posterior(PlaceRequest(query=(path,)))
    assert asked is not None  # noqa: S101 - there is a query
    for place in draw(asked, _VARIATIONS, np.random.default_rng(0)):
        texture.sound(place)
    return time.process_time() - begun


def _nearer_than_of_others(one: Answered, every: Sequence[Answered]) -> float:
    """Share of the other queries whose variations are farther from this clip than its own are."""
    own = float(one.variations.mean())
    means = [
        float(np.linalg.norm(other.points - one.clip, axis=1).mean())
        for other in every
        if other is not one
    ]
    return float(np.mean([own < mean for mean in means])) if means else float("nan")


def _summary(answers: Sequence[Answered], every: Sequence[Answered]) -> dict[str, float]:
    return {
        "queries": len(answers),
        "nearer_share": float(np.mean([one.nearer for one in answers])),
        "nearer_pairs_share": float(np.mean([one.pairs for one in answers])),
        "nearer_than_of_others_share": float(
            np.mean([_nearer_than_of_others(one, every) for one in answers])
        ),
        "median_distance_variations": float(np.median([one.variations for one in answers])),
        "median_distance_random": float(np.median([one.others for one in answers])),
        "median_distance_encoded": float(np.median([one.encoded for one in answers])),
    }


def _table(
    sets: dict[str, list[Answered]], every: Sequence[Answered], seconds: float
) -> list[list[str]]:
    rows = [
        [
            "clips", "queries", "nearer", "pairs", "than of others",
            "variations", "the clip rebuilt", "random sounds",
        ]
    ]  # fmt: skip
    texts = {"all": "all", "held_out": "never seen by the model", "trained_on": "trained on"}
    for name, answers in sets.items():
        if not answers:
            continue
        one = _summary(answers, every)
        rows.append(
            [
                texts[name],
                str(len(answers)),
                percent(one["nearer_share"]),
                percent(one["nearer_pairs_share"]),
                percent(one["nearer_than_of_others_share"]),
                f"{one['median_distance_variations']:.3f}",
                f"{one['median_distance_encoded']:.3f}",
                f"{one['median_distance_random']:.3f}",
            ]
        )
    rows.append([f"16 variations take {seconds:.2f} s", *[""] * 7])
    return rows


def _draw(path: Path, sets: dict[str, list[Answered]]) -> None:
    clouds = {
        name: np.array([[one.others.mean(), one.variations.mean()] for one in sets[key]]).reshape(
            -1, 2
        )
        for name, key in (("trained on", "trained_on"), ("never seen", "held_out"))
    }
    draw_points(
        path,
        "Query by example: below the line variations are nearer",
        clouds,
        "mean distance of random sounds to the clip",
        "of its variations",
        diagonal=True,
    )
