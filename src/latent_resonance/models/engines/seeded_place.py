"""The place of a seed: the same seed, the same place."""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.member import Member

# Places lie within some tens of 0; what is far beyond overflows in the network, to silence.
_BOUND = 1e4


def seeded_place(bundle: Bundle, seed: int, mapping: Member | None = None) -> FloatArray:
    """Of the seed's z where the bundle maps z to w, else drawn around the mean, ``[latent_size]``.

    Args:
        bundle: where it is.
        seed: from 0 on.
        mapping: ``mapping.onnx`` of the bundle, for those who ask for many places.

    Raises:
        InputError: the mapping gives no usable place.
    """
    if MAPPING not in bundle.members:
        return bundle.space.random(seed)
    random = np.random.Generator(np.random.PCG64(seed))
    mapping = mapping or Member(bundle, MAPPING)
    inputs = {
        name: random.standard_normal(shape).astype(np.float32)
        for name, shape in mapping.inputs.items()
    }
    return usable_place(bundle, mapping.run(**inputs))


def usable_place(bundle: Bundle, w: npt.ArrayLike) -> FloatArray:
    """``w`` as a place of the bundle, float32 ``[latent_size]``.

    Raises:
        InputError: it has another length, or holds what is no real number of usual size.
    """
    try:
        given = np.asarray(w)
    except ValueError:  # rows of several lengths
        given = np.zeros(0, np.bool_)
    real = np.issubdtype(given.dtype, np.floating) or np.issubdtype(given.dtype, np.integer)
    made = given.reshape(-1).astype(np.float32) if real else np.zeros(0, np.float32)
    if not bundle.takes(made) or not (np.abs(made) < _BOUND).all():
        raise InputError(
            f"no usable place of '{bundle.name}': it takes {bundle.latent_size} finite numbers, "
            f"each below {_BOUND:g}"
        )
    return bundle.space.whole(made)
