"""From a prompt to a place: reading of prompts, fit, tables, regions and the search."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.navigate.moods.fit import Fit
from latent_resonance.navigate.moods.region import Directions, Region
from latent_resonance.navigate.moods.search import Effort, StoppedError, search_place
from latent_resonance.navigate.moods.table import PictureTable
from latent_resonance.navigate.prompts.judge import Reading
from latent_resonance.navigate.prompts.open import open_judge

LATENT = 6


WORDS = {"red": (1, -0.5, -0.5), "green": (-0.5, 1, -0.5), "blue": (-0.5, -0.5, 1)}


class ColourJudge:
    """Sees the mean colour; knows three words."""

    identity, side = "colour", 8

    def read(self, prompt: str) -> Reading:
        parts = tuple(word for word in prompt.split() if word in WORDS)
        vectors = np.array([WORDS[one] for one in parts], np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Reading(vectors, np.ones(len(parts), np.float32), parts)

    def embed_pictures(self, pictures: np.ndarray) -> np.ndarray:
        mean = pictures.reshape(len(pictures), -1, 3).mean(1) / 255 - 0.4
        return (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)


def draw(places: np.ndarray) -> np.ndarray:
    """The first three numbers are the colour."""
    colours = np.clip(127 + 60 * places[:, :3], 0, 255).astype(np.uint8)
    return np.broadcast_to(colours[:, None, None], (len(places), 8, 8, 3))


@pytest.fixture
def places() -> np.ndarray:
    return np.random.default_rng(3).standard_normal((200, LATENT)).astype(np.float32)


def region_of(places: np.ndarray) -> Region:
    return Region.of(places, Directions.of({}, places), 4)


def table_of(places: np.ndarray) -> PictureTable:
    return PictureTable(places, ColourJudge().embed_pictures(draw(places)))


def search(places: np.ndarray, prompt: str = "red", **given):
    judge = ColourJudge()
    effort = given.pop("effort", Effort(rounds=12, starts=4))
    return search_place(
        judge.read(prompt), table_of(places), region_of(places), draw, judge, effort, **given
    )


def test_a_search_finds_better_than_the_table_and_says_what_it_drew(places) -> None:
    judge = ColourJudge()
    reading, table = judge.read("red"), table_of(places)
    fit = Fit(reading, table.seen)
    found = search(places)
    # The score is that of the picture of the place that is given.
    assert found.fit == pytest.approx(float(fit(judge.embed_pictures(draw(found.w[None])))[0]))
    assert found.fit >= float(fit(table.seen).max())
    assert found.parts.keys() == {"red"}
    assert found.drawn > 4
    np.testing.assert_array_equal(found.w, search(places).w)
    assert (search(places, effort=Effort(rounds=12, starts=4, seed=1)).w != found.w).any()


def test_without_rounds_the_best_of_the_table_is_taken(places) -> None:
    found = search(places, effort=Effort(rounds=0, starts=4))
    assert any((found.w == one).all() for one in places)
    assert found.drawn == 4


def test_a_search_tells_how_far_it_is_and_can_be_stopped(places) -> None:
    told: list[tuple[float, float]] = []
    search(places, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(k, 12) for k in range(1, 13)]
    rounds: list[float] = []
    with pytest.raises(StoppedError, match="stopped"):
        search(
            places,
            on_progress=lambda done, _: rounds.append(done),
            cancelled=lambda: len(rounds) == 3,
        )
    assert rounds == [1, 2, 3]


def test_all_that_is_asked_counts_not_the_strongest_alone() -> None:
    reading = ColourJudge().read("red blue")
    others = np.random.default_rng(0).standard_normal((500, 3)).astype(np.float32)
    both, one = np.array([[0.4, -1, 0.4]]), np.array([[1.5, 0, -1]])
    fit = Fit(reading, others)
    assert fit(both.astype(np.float32))[0] > fit(one.astype(np.float32))[0]
    usual = fit(others)
    assert abs(np.median(usual)) < 1.0


def test_places_that_are_found_do_not_look_alike(places) -> None:
    twins = np.repeat(places, 3, axis=0)
    found, fits = table_of(twins).best(ColourJudge().read("green"), 6)
    seen = ColourJudge().embed_pictures(draw(found))
    alike = seen @ seen.T - 2 * np.eye(6)
    assert alike.max() < 0.9
    assert (np.diff(fits) <= 0).all()
    # Of fewer places than asked for, all.
    assert len(table_of(places[:3]).best(ColourJudge().read("green"), 8)[0]) == 3


def test_directions_in_which_places_do_not_differ_are_left_alone(places) -> None:
    still = places.copy()
    still[:, 5] = 0
    one = np.eye(LATENT, dtype=np.float32)
    known = Directions.of({"light": one[3] * 0.2, "spin": one[5]}, still)
    assert known.names == ("light",)
    assert known.low[0] == pytest.approx(still[:, 3].min() / 0.2, rel=1e-5)
    far = still.copy()
    far[:, 3] = 99
    np.testing.assert_allclose(known.inside(far)[:, 3], still[:, 3].max(), rtol=1e-5)
    moved = known.moved(still, np.random.default_rng(0))
    assert (moved[:, 5] == 0).all()
    assert (moved[:, 3] != still[:, 3]).mean() > 0.9
    assert np.ptp(moved[:, 3]) <= np.ptp(still[:, 3]) + 1e-4
    region = Region.of(still, known, 3)
    way = np.full(len(region.axes), 50.0)
    gone = region.place(still[0], way)
    assert np.isfinite(gone).all()
    assert gone[5] == 0
    assert gone[3] <= still[:, 3].max() + 1e-4


def test_the_tower_says_which_words_it_knows_and_what_to_try() -> None:
    tower = open_judge()
    reading = tower.read("a calm, crimsn sea of the blue")
    assert set(reading.parts) >= {"calm", "blue"}
    assert reading.unknown["crimsn"] == "crimson"
    assert not {"a", "of", "the"} & {*reading.parts, *reading.unknown}
    np.testing.assert_allclose(np.linalg.norm(reading.vectors, axis=1), 1, atol=1e-5)
    assert tower.read("calm calm calm").parts == ("calm",)


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("x" * 10_000, "at most 500 characters, not 10,000"),
        ("1234 !?", "at least one word"),
        ("clam", "no word of 'clam' is known: try calm"),
        ("qwrtzplk", "try calm, red, jagged"),
    ],
)
def test_prompts_that_say_nothing_are_refused_in_one_line(prompt: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        open_judge().read(prompt)
    assert "\n" not in str(caught.value)


def test_a_judge_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="tower"):
        open_judge("towr")
    for name, says in (("clip:", "clip:FOLDER"), ("clip:/no/where", "no such folder")):
        with pytest.raises(InputError, match=says):
            open_judge(name)
    with pytest.raises(InputError, match="cannot read"):
        open_judge("tower:/no/where")


def test_a_word_that_names_a_direction_leads_far_up_it(places) -> None:
    one = np.eye(LATENT, dtype=np.float32)
    known = Directions.of({"lines": one[3], "light": one[4]}, places)
    asking = known.asking(["Line", "unknown"])
    assert asking.low[0] == pytest.approx(known.low[0] + 0.8 * (known.high[0] - known.low[0]))
    assert asking.low[1] == known.low[1]
    assert asking.inside(places)[:, 3].min() >= asking.low[0] - 1e-4
    judge = ColourJudge()
    reading = Reading(
        *(getattr(judge.read("red"), name) for name in ("vectors", "weights")), ("red lines",)
    )
    region = Region.of(places, known, 4)
    found = search_place(reading, table_of(places), region, draw, judge, Effort(rounds=3, starts=4))
    assert found.w[3] >= asking.low[0] - 1e-4
