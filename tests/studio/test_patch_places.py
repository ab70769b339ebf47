"""A patch's place as numbers: named ones blended, or given as they are."""

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.studio.patch import Place

SPACE = LatentSpace.of(2, {"rain": np.array([4, 0], np.float32), "wind": np.ones(2, np.float32)})


def test_a_place_is_its_numbers_or_a_blend() -> None:
    np.testing.assert_array_equal(Place(w=[1, 2]).found_in(SPACE), [1, 2])
    blended = Place(weights={"rain": 1, "wind": 3, "w_avg": 0}).found_in(SPACE)
    np.testing.assert_allclose(blended, [1.75, 0.75])
    assert blended.dtype == np.float32


def test_places_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="2 numbers, not 3"):
        Place(w=[1, 2, 3]).found_in(SPACE)
    with pytest.raises(InputError, match="above 0"):
        Place(weights={"rain": 0}).found_in(SPACE)
    with pytest.raises(UnknownNameError, match="did you mean 'rain'"):
        Place(weights={"ran": 1}).found_in(SPACE)
