"""The judge of classes: right where classes differ, at chance where they do not."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra latent-resonance[evaluate]")

from latent_resonance.evaluation.classes import classes_of
from latent_resonance.evaluation.judge import Judge
from latent_resonance.evaluation.kept_classes import Verdict, judge_seen, judge_unseen, learnable
from latent_resonance.evaluation.real_sounds import RealWindow


def windows(labels: list[str], groups: list[str]) -> list[RealWindow]:
    level = np.zeros((1, 1), np.float16)
    return [
        RealWindow(level, f"{k:04}", label, group, np.nan, np.nan, np.nan, False, 1, f"{k:04}")
        for k, (label, group) in enumerate(zip(labels, groups, strict=True))
    ]


def two_rings(count: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Classes that no straight line parts, beside a group of many numbers that say nothing."""
    random = np.random.default_rng(seed)
    inner = np.arange(count) % 2 == 0
    angle = random.uniform(0, 2 * np.pi, count)
    radius = np.where(inner, 0.5, 2.0) + random.normal(0, 0.1, count)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
    parts = {"ring": 1_000 * ring, "noise": random.normal(0, 1e-3, (count, 200))}
    return parts, np.where(inner, "inner", "outer")


def test_classes_without_a_straight_border_are_told_apart() -> None:
    parts, names = two_rings(160, 0)
    judge = Judge.fit(parts, list(names), list(range(160)))
    assert judge.labels == ("inner", "outer")
    fresh, truth = two_rings(100, 1)
    scores = judge.probabilities(fresh)
    said = np.array(judge.labels)[scores.argmax(axis=1)]
    assert (said == truth).mean() > 0.9
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
    again = Judge.fit(parts, list(names), list(range(160))).probabilities(fresh)
    np.testing.assert_array_equal(scores, again)
    with pytest.raises(ValueError, match="two kinds"):
        Judge.fit(parts, ["one"] * 160, list(range(160)))


def test_a_clip_counts_once_however_many_windows_it_has() -> None:
    random = np.random.default_rng(0)
    once = {"a": random.normal(0, 1, (30, 3))}
    names = ["low" if row[0] < 0 else "high" for row in once["a"]]
    # The first clip is there in 20 equal windows.
    index = np.concatenate([np.zeros(20, int), np.arange(1, 30)])
    often = {"a": once["a"][index]}
    fresh = {"a": random.normal(0, 1, (200, 3))}
    one = Judge.fit(once, names, list(range(30)))
    other = Judge.fit(often, [names[k] for k in index], list(index))
    agree = one.probabilities(fresh).argmax(axis=1) == other.probabilities(fresh).argmax(axis=1)
    assert agree.mean() > 0.9


def test_unseen_means_no_take_of_it_was_seen() -> None:
    # Labels are random, but each sound comes in four takes that are nearly equal.
    random = np.random.default_rng(0)
    features = np.repeat(random.normal(0, 1, (100, 40)), 4, axis=0)
    parts = {"a": features + random.normal(0, 0.01, features.shape)}
    names = np.repeat(random.choice(["x", "y"], 100), 4)
    takes = windows(list(names), [f"sound {k // 4}" for k in range(400)])
    alone = windows(list(names), [str(k) for k in range(400)])
    every = np.ones(400, np.bool_)
    honest = judge_unseen((parts, parts), takes, names, 0).of(every)
    assert abs(honest["judge_right"] - 0.5) < 0.15
    assert judge_unseen((parts, parts), alone, names, 0).of(every)["judge_right"] > 0.8
    assert judge_seen((parts, parts), takes, names).of(every)["judge_right"] > 0.8
    assert honest["same_class"] == 1


def test_what_comes_back_is_counted_against_truth_and_against_the_judge() -> None:
    verdict = Verdict(np.array(list("aabb")), np.array(list("abbb")), np.array(list("bbba")))
    found = verdict.of(np.ones(4, np.bool_))
    assert found["judge_right"] == 0.75
    assert found["judge_right_mean_of_classes"] == 0.75
    assert found["rebuilt_right"] == 0.25
    assert found["same_class"] == 0.5
    assert found["rebuilt_right_where_judge_is"] == pytest.approx(1 / 3)
    assert verdict.of(np.array([True, False, False, False]))["clips"] == 1


def test_classes_with_few_recordings_are_left_out() -> None:
    names, groups = ["a"] * 5 + ["b"] * 5, [*"12345", *"11122"]
    assert learnable(names, groups).tolist() == [True] * 5 + [False] * 5


def test_labels_become_families_and_sources() -> None:
    found = classes_of(["glass", "metal", "rain_thunder", "pouring", "fire_crackle", "kazoo"])
    assert found["family"] == ["bell", "bell", "water", "water", "fire", "kazoo"]
    assert found["source"] == ["struck", "struck", "elements", "elements", "elements", "kazoo"]
    # Of labels that the table does not know nothing broader can be said.
    assert classes_of(["cello", "flute"]) == {"label": ["cello", "flute"]}
