"""Finds places by words: their titles and headings, and how they sound."""

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import Field

from latent_resonance.contracts.values import ByteArray
from latent_resonance.studio.place_cards import PlaceCard

_MOST_WORDS = 8
_CLEAR = 0.5
_HALF = 128


class FoundPlace(PlaceCard):
    """A place, and why it was found."""

    reason: str = Field(description="such as: bright, metal")
    score: float


def find_places(
    words: str, cards: Sequence[PlaceCard], tiles: ByteArray, popular: Sequence[str] = ()
) -> list[FoundPlace]:
    """The places that fit all of the words, the best first; none without a word.

    Args:
        words: any of a title, a heading, or of what is measured: bright, dark, noisy, tonal,
            rhythmic, steady, long, short.
        cards: of the places.
        tiles: their thumbnails ``[places, height, width]``, row 0 the highest.
        popular: names that come first among equals.
    """
    asked = words.lower().split()[:_MOST_WORDS]
    measured = _describe(tiles)
    found = []
    for index, card in enumerate(cards):
        reasons = [_fit(word, card, measured, index) for word in asked]
        if not reasons or any(one is None for one in reasons):
            continue
        fits = [one for one in reasons if one is not None]
        score = sum(value for value, _ in fits) / len(fits) + 0.01 * (card.name in popular)
        why = ", ".join(dict.fromkeys(reason for _, reason in fits))
        found.append(FoundPlace(**dict(card), reason=why, score=round(score, 3)))
    return sorted(found, key=lambda one: (-one.score, one.title))


def _fit(
    word: str, card: PlaceCard, measured: Mapping[str, np.ndarray], index: int
) -> tuple[float, str] | None:
    title, group = card.title.lower(), card.group.lower()
    if title == word:
        return 4.0, card.title
    if any(one.startswith(word) for one in title.split()):
        return 3.0, card.title
    if any(one.startswith(word) for one in group.split()):
        return 2.5, card.group
    for name, values in measured.items():
        if name.startswith(word) and values[index] > _CLEAR:
            return 1.0 + min(float(values[index]), 3.0) / 3, name
    return None


def _describe(tiles: ByteArray) -> dict[str, np.ndarray]:
    """How far each tile is from the middle of all, in deviations, by word."""
    if not len(tiles):
        return {}
    level = tiles.astype(np.float64)
    power = 10 ** (level / 255 * 5)
    rows = power.mean(axis=2)
    height = np.arange(rows.shape[1], 0, -1)
    centre = (rows * height).sum(axis=1) / rows.sum(axis=1)
    peaks = level.max(axis=1) - level.mean(axis=1)
    over_time = level.mean(axis=1)
    beats = np.abs(np.diff(over_time, axis=1)).mean(axis=1)
    sounding = (level.max(axis=1) > _HALF).mean(axis=1)
    bright, tonal = _deviations(centre), _deviations(peaks.mean(axis=1))
    rhythmic, long = _deviations(beats), _deviations(sounding)
    return {
        "bright": bright,
        "dark": -bright,
        "tonal": tonal,
        "noisy": -tonal,
        "rhythmic": rhythmic,
        "steady": _deviations(long - rhythmic),
        "long": long,
        "short": -long,
    }


def _deviations(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
