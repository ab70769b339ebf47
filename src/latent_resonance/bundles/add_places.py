"""Gives a bundle more named places; its networks and all other tensors stay as they are."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from latent_resonance.bundles.display import ShownPlace, with_shown
from latent_resonance.bundles.manifest import Manifest
from latent_resonance.bundles.space import place_key, read_space
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import LATENT
from latent_resonance.contracts.values import FloatArray


def add_places(
    bundle: Bundle,
    output: Path,
    places: Mapping[str, FloatArray],
    shown: Mapping[str, ShownPlace],
) -> None:
    """Write ``output``: the bundle with more places, those of the same names replaced.

    Args:
        bundle: as it was read.
        output: may be the file that it was read from.
        places: name to w, float32 ``[latent]``.
        shown: how people see them, for any of them.

    Raises:
        BundleError: a name that no place can have, or two places of one title.
        OutputError: the bundle cannot be written; nothing is left half-written.
    """
    from safetensors.numpy import load, save

    tensors = load(bundle.members[LATENT]) if LATENT in bundle.members else {}
    tensors |= {place_key(name): np.asarray(w, np.float32) for name, w in places.items()}
    manifest = Manifest.model_validate(dict(bundle.facts))
    space = read_space(manifest, tensors)
    # safetensors writes what lies behind a view, whatever its strides say.
    content = save({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)})
    members = {**bundle.members, LATENT: content}
    rewrite_bundle(output, bundle, with_shown(members, space, shown))
