"""The judge: right where kinds differ, at chance where they do not, and never shown a take twice."""

import numpy as np
import pytest

from latent_resonance.evaluation.classifier import (
    Classifier,
    accuracy_by_label,
    held_out_judges,
    held_out_names,
)


def named(features, labels, groups):
    return held_out_names(held_out_judges([features], labels, groups), features)


def test_kinds_that_differ_are_told_apart_although_one_is_rare() -> None:
    random = np.random.default_rng(0)
    labels = np.array(["common"] * 300 + ["rare"] * 20 + ["third"] * 60)
    centres = {"common": 0.0, "rare": 2.5, "third": -2.5}
    features = random.normal(0, 1, (380, 12)) + np.array([centres[k] for k in labels])[:, None]
    judge = Classifier.fit(features, list(labels))
    assert judge.labels == ("common", "rare", "third")
    fresh = random.normal(0, 1, (200, 12)) + 2.5
    assert (judge.name(fresh) == "rare").mean() > 0.95
    np.testing.assert_allclose(judge.probabilities(fresh).sum(axis=1), 1)
    said = named(features, list(labels), [str(k) for k in range(380)])
    assert all(share > 0.9 for share in accuracy_by_label(said, labels).values())
    with pytest.raises(ValueError, match="two kinds"):
        Classifier.fit(features[:300], list(labels[:300]))


def test_takes_of_one_sound_do_not_leak() -> None:
    # Labels are random, but each sound comes in four takes that are nearly equal.
    random = np.random.default_rng(0)
    features = np.repeat(random.normal(0, 1, (100, 60)), 4, axis=0)
    features += random.normal(0, 0.01, features.shape)
    labels = np.repeat(random.choice(["a", "b"], 100), 4)
    takes = np.repeat([f"sound {k}" for k in range(100)], 4)
    leaking = named(features, list(labels), [str(k) for k in range(400)])
    honest = named(features, list(labels), list(takes))
    assert (leaking == labels).mean() > 0.8
    assert abs((honest == labels).mean() - 0.5) < 0.15


def test_what_cannot_be_judged_is_not_counted_as_right() -> None:
    said = named(np.eye(4), ["a", "a", "b", "b"], ["x", "x", "y", "y"])
    assert set(said) == {""}
    features = np.random.default_rng(0).normal(0, 1, (40, 3))
    features[:20] += 9
    judges = held_out_judges([features], ["a"] * 20 + ["b"] * 20, [str(k) for k in range(40)])
    assert sum(one.unseen for one in judges).tolist() == [1] * 40
    features[3] = np.nan
    assert list(held_out_names(judges, features)) == ["a"] * 3 + [""] + ["a"] * 16 + ["b"] * 20
