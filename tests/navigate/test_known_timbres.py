"""Random timbres near recorded ones: of the asked family, as wide as it, no two alike."""

from dataclasses import replace

import numpy as np
from additive_notes import FAMILIES, SIZE, TIMBRE, space

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.navigate.keys.known_timbres import KnownTimbres

STRING, FLUTE = (FAMILIES.index(name) for name in ("string", "flute"))


def known_space() -> LatentSpace:
    """Strings of two kinds that differ in two numbers at once, and a single flute."""
    random = np.random.default_rng(0)
    examples = np.zeros((61, SIZE), np.float32)
    kind = np.repeat([-3.0, 3.0], 30)
    examples[:60, 0] = kind + 0.1 * random.standard_normal(60)
    examples[:60, 1] = kind + 0.1 * random.standard_normal(60)
    examples[:60, TIMBRE + STRING] = 1
    examples[60, [2, TIMBRE + FLUTE]] = 5, 1
    return replace(space(), examples=examples)


def test_they_lie_near_known_ones_and_spread_as_far() -> None:
    known, random = KnownTimbres(known_space()), np.random.default_rng(1)
    assert known.families == (FLUTE, STRING)
    drawn = np.array([known.draw(STRING, random) for _ in range(400)])
    assert drawn.shape == (400, TIMBRE)
    assert len(np.unique(drawn, axis=0)) == 400
    # What goes together in recordings goes together: the middle and the other corners stay empty.
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] > 0.98
    assert (np.abs(drawn[:, 0]) < 0.5).mean() < 0.1
    np.testing.assert_allclose(drawn[:, :2].std(axis=0), 3, rtol=0.1)
    np.testing.assert_array_equal(drawn[:, 2:], 0)
    alone = known.draw(FLUTE, random)
    np.testing.assert_allclose(alone[:4], [0, 0, 5, 0], atol=1e-6)


def test_random_instruments_are_of_one_family_that_has_examples() -> None:
    instruments = Instruments(known_space())
    ws = np.array([instruments.find(f"random {seed}").w for seed in range(40)])
    shares = ws[:, TIMBRE:-2]
    assert set(shares.argmax(axis=1)) == {FLUTE, STRING}
    np.testing.assert_array_equal(np.sort(shares, axis=1)[:, -2:], [[0, 1]] * 40)
    assert 8 < (shares.argmax(axis=1) == FLUTE).sum() < 32
    np.testing.assert_array_equal(instruments.find("random_3").w, ws[3])
    strings = ws[shares[:, STRING] > 0]
    assert len(np.unique(strings, axis=0)) == len(strings)


def test_without_examples_they_lie_between_two_instruments() -> None:
    w = Instruments(space()).find("random 4").w
    shares = np.sort(w[TIMBRE:-2])
    assert shares[-1] <= 0.75
    assert shares[-2:].sum() == np.float32(1)
