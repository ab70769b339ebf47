"""What a texture bundle knows of its own space: places, sliders, prototypes, axes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.directions import Sliders
from latent_resonance.navigate.latent_space.query import Space

PROTOTYPE, SEFA = "prototype/", "sefa/"
_LABEL = "label/"


@dataclass(frozen=True, slots=True)
class TextureSpace:
    """Read from a bundle; arrays only.

    Attributes:
        prior: where its sounds lie.
        sliders: its named controls.
        places: named places, prototypes first: name to ``[w_dim]``.
        axes: ``pca`` and, where they are stored, SeFa's groups: name to ``[k, w_dim]``, each row
            as long as the space is wide there.
        starts: example places to begin from, ``[n, w_dim]``.
        tensors: everything in ``latent.safetensors``.
        order: names of the manifest's controls.
    """

    prior: Space
    sliders: Sliders
    places: Mapping[str, FloatArray]
    axes: Mapping[str, FloatArray]
    starts: FloatArray
    tensors: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def place(self, name: str) -> FloatArray:
        """A named place; raises UnknownNameError."""
        if name not in self.places:
            raise UnknownNameError("prototype", name, self.places)
        return self.places[name]

    def axis(self, group: str, number: int) -> FloatArray:
        """Axis ``number``, from 1 on, of a group: what +1 adds to w.

        Raises:
            UnknownNameError: no such group.
            InputError: no such number.
        """
        if group not in self.axes:
            raise UnknownNameError("group of axes", group, self.axes)
        rows = self.axes[group]
        if not 1 <= number <= len(rows):
            raise InputError(f"axis {number} of '{group}' is out of range: from 1 to {len(rows)}")
        return np.asarray(rows[number - 1], np.float32)


def read_space(bundle: Bundle) -> TextureSpace:
    """What the bundle stores.

    Raises:
        InputError: it has no latent space to move in.
    """
    from safetensors.numpy import load

    data = bundle.members.get("latent.safetensors")
    if data is None or "w_avg" not in bundle.landmarks:
        raise InputError(f"the bundle '{bundle.name}' has no places to start from")
    tensors = load(data)
    size = bundle.latent_size
    mean = bundle.landmarks["w_avg"]
    deviation = np.maximum(bundle.landmarks.get("w_std", np.ones(size, np.float32)), 1e-4)
    order = tuple(str(row["name"]) for row in bundle.facts.get("controls") or ())
    kept = {key: value for key, value in tensors.items() if _fits(key, value, size)}
    places = {
        key.removeprefix(PROTOTYPE): value.astype(np.float32)
        for key, value in kept.items()
        if key.startswith(PROTOTYPE)
    }
    for name, place in bundle.landmarks.items():
        if name not in {"w_avg", "w_std"}:
            places.setdefault(name.removeprefix(_LABEL), place)
    axes = {
        key.removeprefix(SEFA): _as_wide(value.astype(np.float32), deviation)
        for key, value in kept.items()
        if key.startswith(SEFA)
    }
    if "directions" in kept:
        axes["pca"] = kept["directions"].astype(np.float32)
    starts = kept["examples"].astype(np.float32) if "examples" in kept else mean[None]
    return TextureSpace(
        Space(mean, deviation), Sliders.read(kept, order), places, axes, starts, kept, order
    )


def _fits(key: str, value: npt.NDArray[np.generic], size: int) -> bool:
    """Whether a tensor is one that this space can use; others are left alone."""
    if key.startswith(("direction/", PROTOTYPE)):
        return value.shape == (size,)
    if key.startswith(SEFA) or key in {"directions", "examples"}:
        return value.ndim == 2 and value.shape[1] == size and len(value) > 0
    return True


def _as_wide(axes: FloatArray, deviation: FloatArray) -> FloatArray:
    """Unit axes ``[k, w_dim]`` made as long as the space's deviation along them."""
    wide = np.sqrt((axes**2) @ (deviation.astype(np.float64) ** 2))
    return np.asarray(axes * wide[:, None], np.float32)
