"""The latent space of a bundle, as ``latent.safetensors`` and the manifest describe it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.bundles.manifest import Manifest
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.members import LATENT
from latent_resonance.contracts.space import Direction, FloatArray, LatentSpace, Place

"""The member that holds the tensors."""

WORDS = "words.safetensors"
"""The member that holds the words that prompts are made of."""

DIRECTION, PROTOTYPE, SEFA, SLOPE = "direction/", "prototype/", "sefa/", "attribute/"
"""Prefixes of tensors: named directions and places, axes by group, the slope map."""

KIN = "kin/"
"""Prefix of tensors ``[n, size]``: places of other sounds of a prototype's kind, by its name."""

MASKED = "encoder_masked"
"""Metric of the provenance that is 1 where the encoder was trained with unknown columns."""

_ANCHOR, _LABEL = "anchor/", "label/"
EXAMPLES = "examples"
_PRINCIPAL = "directions"
_MEAN, _SPREAD = "w_avg", "w_std"
_MAP_SCALE = SLOPE + "scale"
_MAP_OVER_W = ("centre", "scale", "axes")
_GROUPS = ("all", "early", "middle", "late")
_NARROWEST = 1e-4

Tensors = Mapping[str, npt.NDArray[Any]]


def place_key(name: str) -> str:
    """The tensor that holds the named place."""
    return _ANCHOR + name


def read_space(manifest: Manifest, tensors: Tensors) -> LatentSpace:
    """The space that a bundle stores; what it leaves out is 0 in the mean and 1 in the spread.

    Args:
        manifest: of the bundle.
        tensors: all of ``latent.safetensors``. Directions, prototypes, axes and examples of
            another length than w are left alone, but for those that lack what lies beside the
            network's own numbers: it is 0 there.

    Raises:
        BundleError: an anchor has another shape, or a name that no place can have.
    """
    beside = tuple(manifest.beside)
    size = manifest.latent_size + len(beside)
    if beside:
        tensors = {k: _widened(k, v, manifest.latent_size, size) for k, v in tensors.items()}
    anchors = _anchors(tensors, size)
    mean = anchors.pop(_MEAN, np.zeros(size, np.float32))
    spread = np.maximum(anchors.pop(_SPREAD, np.ones(size, np.float32)), _NARROWEST)
    # A safetensors file gives its tensors in no fixed order.
    kept = {key: tensors[key] for key in sorted(tensors) if _fits(key, tensors[key], size)}
    slopes, measured = _slopes(manifest, kept)
    none = np.zeros((0, size), np.float32)
    return LatentSpace(
        size=size,
        beside=beside,
        mean=mean,
        spread=spread,
        places=_places(kept, anchors),
        directions=_directions(manifest, kept, measured),
        axes=_axes(kept, spread),
        examples=np.asarray(kept.get(EXAMPLES, none), np.float32),
        slopes=slopes,
        conditioning={slot: tuple(labels) for slot, labels in manifest.conditioning.items()},
        knows_unknown=bool(manifest.provenance.metrics.get(MASKED, 0.0)),
    )


def _widened(key: str, value: npt.NDArray[Any], network: int, size: int) -> npt.NDArray[Any]:
    """A tensor over the network's own numbers of w at least, with all that lies beside them."""
    over_w = not key.startswith(SLOPE) or key.removeprefix(SLOPE) in _MAP_OVER_W
    if not over_w or value.ndim not in {1, 2} or not network <= value.shape[-1] < size:
        return value
    fill = 1 if key in {_SPREAD, _MAP_SCALE} else 0
    width = [(0, 0)] * (value.ndim - 1) + [(0, size - value.shape[-1])]
    return np.pad(value, width, constant_values=fill)


def _anchors(tensors: Tensors, size: int) -> dict[str, FloatArray]:
    """Named places without their prefix, sorted; ``w_avg`` and ``w_std`` among them."""
    found: dict[str, FloatArray] = {}
    for key, value in sorted(tensors.items()):
        if not key.startswith(_ANCHOR) and key not in {_MEAN, _SPREAD}:
            continue
        place = key.removeprefix(_ANCHOR)
        if value.shape != (size,) or value.dtype != np.float32:
            raise BundleError(
                f"the member '{LATENT}': '{key}' is {value.dtype} {value.shape}, "
                f"not float32 ({size},)"
            )
        # One group is allowed: instrument/cello.
        parts = place.split("/")
        fits = len(parts) <= 2 and all(part.isidentifier() for part in parts)
        if not fits or (key != place and place in {_MEAN, _SPREAD}):
            raise BundleError(f"the member '{LATENT}': a place cannot be called '{place}'")
        found[place] = value
    return found


def _fits(key: str, value: npt.NDArray[Any], size: int) -> bool:
    if key.startswith((DIRECTION, PROTOTYPE)):
        return value.shape == (size,)
    if key.startswith((SEFA, KIN)) or key in {_PRINCIPAL, EXAMPLES}:
        return value.ndim == 2 and value.shape[1] == size and len(value) > 0
    return key.startswith(SLOPE)


def _places(kept: Tensors, anchors: Mapping[str, FloatArray]) -> dict[str, Place]:
    """Prototypes, then labels by their plain names where these are free, then all others."""
    found = {
        key.removeprefix(PROTOTYPE): Place(value.astype(np.float32), "prototype")
        for key, value in kept.items()
        if key.startswith(PROTOTYPE)
    }
    for name, place in found.items():
        if KIN + name in kept:
            found[name] = replace(place, kin=kept[KIN + name].astype(np.float32))
    for name in sorted(anchors, key=lambda name: not name.startswith(_LABEL)):
        group, _, plain = name.rpartition("/")
        taken = group == "label" and (plain in found or plain in anchors)
        shown = plain if group == "label" and not taken else name
        found.setdefault(shown, Place(anchors[name], group, duplicate=taken))
    return found


def _slopes(manifest: Manifest, kept: Tensors) -> tuple[dict[str, npt.NDArray[Any]], int]:
    """The slope map and how many directions it moves: the manifest's first controls, or none."""
    found = {key.removeprefix(SLOPE): value for key, value in kept.items() if key.startswith(SLOPE)}
    count = np.size(found.get("steps", ()))
    first = [control.name for control in manifest.controls[:count]]
    if len(first) < count or any(DIRECTION + name not in kept for name in first):
        return {}, 0
    return found, count


def _directions(manifest: Manifest, kept: Tensors, measured: int) -> dict[str, Direction]:
    """Those of the manifest's controls first, in its order."""
    controls = {control.name: control for control in manifest.controls}
    known = [key.removeprefix(DIRECTION) for key in kept if key.startswith(DIRECTION)]
    first = [name for name in controls if name in known]
    return {
        name: Direction(
            vector=np.asarray(kept[DIRECTION + name], np.float32),
            measured_by=name if index < measured else "",
            description=controls[name].description if name in controls else "",
        )
        for index, name in enumerate([*first, *(name for name in known if name not in controls)])
    }


def _axes(kept: Tensors, spread: FloatArray) -> dict[str, FloatArray]:
    groups = [key.removeprefix(SEFA) for key in kept if key.startswith(SEFA)]
    groups.sort(key=lambda group: _GROUPS.index(group) if group in _GROUPS else len(_GROUPS))
    found = {group: _as_wide(kept[SEFA + group].astype(np.float32), spread) for group in groups}
    if _PRINCIPAL in kept:
        found["pca"] = kept[_PRINCIPAL].astype(np.float32)
    return found


def _as_wide(axes: FloatArray, spread: FloatArray) -> FloatArray:
    """Unit axes ``[k, size]`` made as long as the space's deviation along them."""
    wide = np.sqrt((axes**2) @ (spread.astype(np.float64) ** 2))
    return np.asarray(axes * wide[:, None], np.float32)
