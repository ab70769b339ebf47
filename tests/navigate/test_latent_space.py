"""SeFa, queries, lineages: arithmetic with known answers."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.space import Direction, LatentSpace, Place
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap, least_move
from latent_resonance.navigate.latent_space.directions import Sliders
from latent_resonance.navigate.latent_space.kin import new_events, vary
from latent_resonance.navigate.latent_space.lineage import Lineage, read_place, spell_place
from latent_resonance.navigate.latent_space.query import draw, posterior
from latent_resonance.navigate.latent_space.sefa import factorise, factorise_groups
from latent_resonance.navigate.latent_space.steer import steer
from latent_resonance.navigate.latent_space.transfer import transfer

RANDOM = np.random.default_rng(1)
SPACE = LatentSpace.of(16, {})


def test_sefa_finds_the_axis_that_styles_depend_on_most() -> None:
    axis = np.eye(16)[5]
    weights = RANDOM.standard_normal((40, 1)) * axis * 4 + RANDOM.standard_normal((40, 16)) * 0.3
    found = factorise([weights.astype(np.float32)], 3)
    assert abs(found[0] @ axis) > 0.98
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-5)
    np.testing.assert_array_equal(found, factorise([weights.astype(np.float32)], 3))
    with pytest.raises(InputError, match="no style weights"):
        factorise([], 3)


def test_sefas_groups_are_thirds_of_the_layers() -> None:
    layers = {f"b{n}": np.eye(16, dtype=np.float32)[n : n + 1] for n in range(6)}
    groups = factorise_groups(layers, list(layers), 2)
    assert list(groups) == ["all", "early", "middle", "late"]
    np.testing.assert_allclose(np.abs(groups["late"]).sum(axis=0)[4:6], [1, 1], atol=1e-5)


def straight_map(slope: np.ndarray, steps: np.ndarray | None = None) -> AttributeMap:
    """A map that is linear: attributes ``[k]`` of places ``[size]``."""
    count, size = slope.shape
    return AttributeMap(
        centre=np.zeros(size),
        scale=np.ones(size),
        axes=np.eye(size),
        first=np.zeros((2, size)),
        first_bias=np.zeros(2),
        second=np.zeros((2, 2)),
        second_bias=np.zeros(2),
        last=np.zeros((count, 2)),
        linear=slope,
        bias=np.zeros(count),
        steps=np.ones(count) if steps is None else steps,
    )


def test_the_map_moves_one_attribute_and_keeps_the_other() -> None:
    slope = np.array([[3.0, 1.5, 0, 0], [1.5, 3.0, 0.6, 0]])
    known = straight_map(slope)
    moved = known.move(np.zeros(4, np.float32), [3, 0])
    np.testing.assert_allclose(slope @ moved, [3, 0], atol=0.05)
    assert moved[3] == 0


def test_the_maps_slope_is_that_of_its_prediction() -> None:
    size, hidden, count = 6, 5, 3
    known = AttributeMap(
        centre=RANDOM.standard_normal(size),
        scale=RANDOM.uniform(0.5, 2, size),
        axes=np.linalg.qr(RANDOM.standard_normal((size, size)))[0][:4],
        first=RANDOM.standard_normal((hidden, 4)),
        first_bias=RANDOM.standard_normal(hidden),
        second=RANDOM.standard_normal((hidden, hidden)),
        second_bias=RANDOM.standard_normal(hidden),
        last=RANDOM.standard_normal((count, hidden)),
        linear=RANDOM.standard_normal((count, 4)),
        bias=RANDOM.standard_normal(count),
        steps=np.ones(count),
    )
    w = RANDOM.standard_normal(size).astype(np.float32)
    given = known.enter(w)
    tiny = 1e-3
    for axis in range(4):
        by = np.eye(4)[axis] * tiny
        change = known.predict(known.shift(w, by)) - known.predict(known.shift(w, -by))
        np.testing.assert_allclose(change / (2 * tiny), known.slope(given)[:, axis], atol=5e-3)
    assert AttributeMap.read(known.tensors()) is not None
    broken = known.tensors() | {"bias": np.zeros(7, np.float32)}
    assert AttributeMap.read(broken) is None
    assert AttributeMap.read({}) is None


def test_measured_steering_corrects_a_map_that_is_wrong() -> None:
    true = np.array([[1.0, 0.6, 0, 0.2], [-0.3, 1.4, 0.5, 0]])
    known = straight_map(np.array([[1.4, 0.1, 0, 0], [0.3, 0.9, 0, 0.3]]))
    w = np.array([0.3, -0.2, 0.1, 0], np.float32)

    def measure(place: np.ndarray) -> np.ndarray:
        return true @ place + 0.05 * np.sin(3 * (true @ place))

    trusted = measure(known.move(w, [4, 0])) - measure(w)
    measured = measure(steer(w, np.array([4.0, 0]), known, measure)) - measure(w)
    assert np.abs(trusted - [4, 0]).max() > 0.8
    assert np.abs(measured - [4, 0]).max() < 0.3


def test_steering_never_falls_back_where_the_model_cannot_go_on() -> None:
    known = straight_map(np.eye(2, 4))
    ways = [
        float(np.tanh(steer(np.zeros(4, np.float32), np.array([v, 0.0]), known, _ends)[0] / 2) * 2)
        for v in (0.0, 1.0, 2.0, 3.0, 5.0)
    ]
    assert all(after >= before - 1e-6 for before, after in itertools.pairwise(ways))
    assert ways[-1] > 1.9


def test_steering_stays_at_the_ends_of_what_there_is_and_goes_on_by_other_ways() -> None:
    known = straight_map(np.array([[1.0, 2.0, 0, 0], [0, 0, 1.0, 0]]))
    seen = []

    def measure(place: np.ndarray) -> np.ndarray:
        seen.append(place)
        return np.array([place[0] + 2 * place[1], place[2]], np.float64)

    def kept(place: np.ndarray) -> np.ndarray:
        return np.concatenate([place[:1], np.clip(place[1:2], -1, 1), place[2:]])

    found = steer(np.zeros(4, np.float32), np.array([5.0, 0]), known, measure, kept=kept)
    assert max(abs(place[1]) for place in seen) <= 1
    assert measure(found)[0] > 4
    assert found[0] > 2


def test_a_slider_moves_also_where_others_leak_more_than_it_turns() -> None:
    def measure(w: np.ndarray) -> np.ndarray:
        return np.array([w[0], 40.0 * (w[0] != 0)])

    found = steer(np.zeros(4, np.float32), np.array([2.0, 0]), straight_map(np.eye(2, 4)), measure)
    assert abs(measure(found)[0] - 2) < 0.6


def test_a_correction_that_brings_nothing_is_the_last() -> None:
    heard = []

    def measure(place: np.ndarray) -> np.ndarray:
        heard.append(place)
        return _ends(place)

    steer(np.zeros(4, np.float32), np.array([5.0, 0.0]), straight_map(np.eye(2, 4)), measure)
    # Where it begins, two legs, a correction or two: the model ends at 2.
    assert 4 <= len(heard) <= 5


def test_the_way_to_a_little_is_the_beginning_of_the_way_to_more() -> None:
    """To the last bit, so that what was heard there need not be made again."""
    random = np.random.default_rng(5)
    slope = random.standard_normal((3, 8))
    known, w = straight_map(slope), random.standard_normal(8).astype(np.float32)

    def places(value: float) -> list[bytes]:
        heard: list[bytes] = []

        def measure(place: np.ndarray) -> np.ndarray:
            heard.append(place.tobytes())
            return np.asarray(0.7 * slope @ place + 0.2 * np.sin(slope @ place))

        steer(w, np.array([0, value, 0]), known, measure)
        return heard

    for value, shared in ((2.9, 2), (3.9, 2), (-3.3, 1)):
        # The first is where it begins, then come the legs.
        assert places(5.0)[:shared] == places(value)[:shared]


def _ends(place: np.ndarray) -> np.ndarray:
    """The first attribute ends at 2."""
    return np.array([2 * np.tanh(place[0] / 2), place[1]])


def test_a_flat_slope_gives_a_short_move() -> None:
    assert np.isfinite(least_move(np.zeros((2, 3)), np.ones(2), 0.5)).all()
    assert np.linalg.norm(least_move(np.eye(2, 3) * 1e-4, np.ones(2), 0.5)) <= 0.5 + 1e-9


def sliders() -> Sliders:
    vectors = {"b": np.eye(4, dtype=np.float32)[1], "a": 2 * np.eye(4, dtype=np.float32)[0]}
    return Sliders.of(
        LatentSpace(size=4, directions={name: Direction(v) for name, v in vectors.items()})
    )


def test_sliders_take_a_slope_map_that_has_no_more_attributes_than_they_are() -> None:
    vectors = {name: Direction(np.zeros(4, np.float32)) for name in ("a", "b", "c")}
    for count, follows in ((2, True), (3, True), (4, False)):
        slopes = straight_map(np.eye(count, 4)).tensors()
        made = Sliders.of(LatentSpace(size=4, directions=vectors, slopes=slopes))
        assert (made.follow is not None) == follows


def test_sliders_add_up_in_straight_lines_and_refuse_what_is_not_there() -> None:
    found = sliders()
    assert found.names == ("b", "a")
    np.testing.assert_allclose(
        found.move(np.zeros(4, np.float32), {"a": 2, "b": -1}), [4, -1, 0, 0]
    )
    with pytest.raises(UnknownNameError, match="'c'"):
        found.check({"c": 1})
    for value in (5.1, -6, float("nan")):
        with pytest.raises(InputError, match="out of range"):
            found.check({"a": value})


def test_transfer_reaches_the_wanted_attribute_or_the_end_of_the_slider() -> None:
    def measure(w: np.ndarray) -> float:
        return float(w[0]) * 1.3 + 0.2

    done = transfer(np.zeros(4, np.float32), sliders(), "a", 5.0, 2.0, measure)
    assert done.reached == pytest.approx(5.0, abs=0.1)
    far = transfer(np.zeros(4, np.float32), sliders(), "a", 500.0, 2.0, measure)
    assert far.value == 5.0


def test_a_stronger_query_stays_nearer_to_its_example() -> None:
    example = RANDOM.standard_normal(16).astype(np.float32)
    far = []
    for strength in (0.25, 1.0, 4.0):
        found = posterior(SPACE, [example], strength=strength)
        children = draw(found, 200, np.random.default_rng(0))
        far.append(float(np.linalg.norm(children - example, axis=1).mean()))
    assert far[0] > far[1] > far[2]
    apart = np.linalg.norm(
        draw(posterior(SPACE, []), 200, np.random.default_rng(0)) - example, axis=1
    )
    assert far[1] < 0.7 * apart.mean()


def test_examples_that_differ_keep_their_spread_where_they_do() -> None:
    one, other = np.zeros(16, np.float32), np.zeros(16, np.float32)
    one[0], other[0] = 1.5, -1.5
    found = posterior(SPACE, [one, other], strength=2)
    assert found.deviation[0] > 2 * found.deviation[1]
    heavier = posterior(SPACE, [one, other], strength=2, weights=[3, 1])
    assert heavier.mean[0] > 0.4


def test_children_keep_away_from_what_is_disliked() -> None:
    liked, disliked = np.zeros(16, np.float32), np.zeros(16, np.float32)
    disliked[0] = 0.6
    random = [np.random.default_rng(0) for _ in range(2)]
    plain = draw(posterior(SPACE, [liked]), 300, random[0])
    away = draw(posterior(SPACE, [liked], [disliked]), 300, random[1])
    assert away[:, 0].mean() < plain[:, 0].mean() - 0.1


def test_a_query_refuses_what_cannot_be() -> None:
    with pytest.raises(InputError, match="strength"):
        posterior(SPACE, [], strength=0)
    with pytest.raises(InputError, match="16 numbers"):
        posterior(SPACE, [np.zeros(3, np.float32)])
    with pytest.raises(InputError, match="weight"):
        posterior(SPACE, [SPACE.mean], weights=[-1])
    with pytest.raises(InputError, match="at least 1"):
        draw(posterior(SPACE, []), 0, np.random.default_rng(0))


def test_a_lineage_goes_back_and_comes_back_from_its_file(tmp_path: Path) -> None:
    lineage = Lineage("small")
    first = lineage.add(RANDOM.standard_normal(4).astype(np.float32), note="seed 0")
    second = lineage.add(np.ones(4, np.float32), [first])
    third = lineage.add(np.zeros(4, np.float32), [second])
    lineage.judge(second, -1)
    assert lineage.path(third) == [first, second, third]
    assert lineage.children(first) == [second]
    lineage.save(tmp_path / "search.json")
    again = Lineage.load(tmp_path / "search.json")
    assert again.table() == lineage.table()
    np.testing.assert_array_equal(again[first].w, lineage[first].w)
    assert len(again.judged(-1)) == 1
    with pytest.raises(InputError, match="no sound 7"):
        lineage[7]
    with pytest.raises(InputError, match="4 numbers"):
        lineage.add(np.zeros(5, np.float32))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "nonsense", "[" * 100_000])
def test_a_file_that_is_no_lineage_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "search.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"search\.json"):
        Lineage.load(path)


def test_places_are_spelled_exactly() -> None:
    w = RANDOM.standard_normal(128).astype(np.float32)
    np.testing.assert_array_equal(read_place(spell_place(w)), w)
    for text in ("", "!", spell_place(np.array([np.nan], np.float32))):
        with pytest.raises(ValueError):
            read_place(text)


def test_variations_and_events_of_a_named_place_are_of_its_kin() -> None:
    kin = np.array([[9] * 16, [-9] * 16, *([number] * 16 for number in range(1, 7))], np.float32)
    space = LatentSpace(16, SPACE.mean, SPACE.spread, {"rain": Place(np.zeros(16, np.float32))})
    known = replace(space, places={"rain": replace(space.places["rain"], kin=kin)})
    random = np.random.default_rng

    def nearest(places: np.ndarray) -> list[int]:
        return [int(np.abs(kin - w).mean(axis=1).argmin()) for w in places]

    w = space.place("rain")
    for _ in range(3):
        drawn = vary(known, w, {"rain": 1.0}, 16, random(0))
        assert sorted(nearest(drawn)) == sorted([*range(8)] * 2)
    # Half of the place, half of the way; four times as strict, a quarter of it.
    far = np.abs(vary(known, w, {"rain": 0.5}, 8, random(0))).max()
    assert 4 < far < 5.5 > 2 * np.abs(vary(known, w, {"rain": 0.5}, 8, random(0), 4.0)).max()
    np.testing.assert_array_equal(
        vary(space, w, {"rain": 1.0}, 4, random(0)), draw(posterior(space, [w]), 4, random(0))
    )
    first, *others = itertools.islice(new_events(known, w, {"rain": 1.0}, random(0)), 13)
    np.testing.assert_array_equal(first, w)
    assert sorted(nearest(np.array(others))) == sorted([*range(4)] * 3)
    without = np.array(list(itertools.islice(new_events(space, w, {}, random(0)), 1, 13)))
    assert 0.05 < without.std() < 0.3
