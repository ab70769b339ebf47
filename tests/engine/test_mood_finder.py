"""Moods of a real bundle: what is kept of its pictures, what is found, what is refused."""

from pathlib import Path

import numpy as np
import pytest
from own_cache import own_cache

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.navigate.moods.search import Effort, StoppedError

EFFORT = Effort(candidates=66, rounds=2, starts=4, axes=4)


@pytest.fixture(scope="module")
def bundle():
    return open_bundle("fields")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_cache(tmp_path, monkeypatch) / "moods"


def test_words_find_places_and_what_was_kept_finds_the_same(bundle, cache: Path) -> None:
    told: list[tuple[float, float]] = []
    with MoodFinder(bundle, effort=EFFORT) as first:
        assert not first.ready
        first.prepare(lambda done, of: told.append((done, of)))
        assert first.ready
        assert told == [(64, 66), (66, 66)]
        answer = first.find("deep blue, xqzvk", 3)
        assert answer.places.shape == (3, bundle.latent_size)
        assert answer.understood == ("deep", "blue")
        assert answer.unknown == {"xqzvk": ""}
        found = first.search("deep blue")
        assert found.fit >= answer.fits[0] - 0.5
        pictures = first.draw(answer.places)
    assert pictures.shape == (3, 128, 128, 3)
    blue = pictures.astype(float).mean((0, 1, 2))
    assert blue[2] > blue[0]
    kept = list(cache.iterdir())
    assert len(kept) == 1
    with MoodFinder(bundle, effort=EFFORT) as second:
        again: list[tuple[float, float]] = []
        second.prepare(lambda done, of: again.append((done, of)))
        assert again == []
        np.testing.assert_array_equal(second.find("deep blue, xqzvk", 3).places, answer.places)
        np.testing.assert_array_equal(second.search("deep blue").w, found.w)
    # A damaged table is drawn again.
    kept[0].write_bytes(b"nothing")
    with MoodFinder(bundle, effort=EFFORT) as third:
        np.testing.assert_array_equal(third.find("deep blue, xqzvk", 3).places, answer.places)


def test_looking_can_be_stopped_and_keeps_nothing(bundle, cache: Path) -> None:
    with MoodFinder(bundle, effort=EFFORT) as finder:
        with pytest.raises(StoppedError):
            finder.prepare(cancelled=lambda: True)
        assert not finder.ready
    assert not cache.exists()


def test_a_bundle_of_sounds_has_no_moods() -> None:
    with pytest.raises(InputError, match="moods are of pictures"):
        MoodFinder(open_bundle("drone"))
