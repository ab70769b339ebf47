"""The judge: right where kinds differ, at chance where they do not, and never shown a take twice."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra latent-resonance[evaluate]")

from latent_resonance.evaluation.judge import (
    Judge,
    share_by_label,
    unseen_names,
    unseen_probabilities,
)


def parts(features):
    return {"sound": np.asarray(features, np.float64)}


def named(features, labels, groups):
    return unseen_names([parts(features)], [parts(features)], labels, groups)[0]


def test_kinds_that_differ_are_told_apart_although_one_is_rare() -> None:
    random = np.random.default_rng(0)
    labels = np.array(["common"] * 300 + ["rare"] * 20 + ["third"] * 60)
    centres = {"common": 0.0, "rare": 2.5, "third": -2.5}
    features = random.normal(0, 1, (380, 12)) + np.array([centres[k] for k in labels])[:, None]
    judge = Judge.fit(parts(features), list(labels))
    assert judge.labels == ("common", "rare", "third")
    fresh = random.normal(0, 1, (200, 12)) + 2.5
    assert (judge.name(parts(fresh)) == "rare").mean() > 0.95
    np.testing.assert_allclose(judge.probabilities(parts(fresh)).sum(axis=1), 1)
    said = named(features, list(labels), [str(k) for k in range(380)])
    assert all(share > 0.9 for share in share_by_label(said, labels).values())
    with pytest.raises(ValueError, match="two kinds"):
        Judge.fit(parts(features[:300]), list(labels[:300]))


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
    labels, groups = ["a"] * 20 + ["b"] * 20, [str(k) for k in range(40)]
    torn = features.copy()
    torn[3] = np.nan
    (said,) = unseen_names([parts(features)], [parts(torn)], labels, groups)
    assert list(said) == ["a"] * 3 + [""] + ["a"] * 16 + ["b"] * 20
    (shares,) = unseen_probabilities([parts(features)], [parts(torn)], labels, groups)
    np.testing.assert_allclose(shares.sum(axis=1), [*[1] * 3, 0, *[1] * 36])
