"""The slow drift around a place."""

from latent_resonance.bundles.find import open_bundle
from latent_resonance.navigate.paths.around import ways_around


def test_ways_lean_to_no_side_that_the_examples_do_not_lie_on() -> None:
    space = open_bundle("fields").space
    middle = space.examples.mean(0)
    apart = ((space.mean - middle) ** 2).sum() ** 0.5
    assert apart > 0.5  # the mean of this model has a hue of its own
    for seed in range(3):
        for way in ways_around(space, seed):
            place = middle + way
            assert ((space.examples - place) ** 2).sum(1).min() < 1e-6
