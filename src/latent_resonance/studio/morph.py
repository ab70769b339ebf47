"""What lies between two patches of one instrument."""

from collections.abc import Mapping

from latent_resonance.studio.patch import Patch, Place


def morphed(one: Patch, other: Patch | None, share: float) -> Patch:
    """The patch at ``share`` of the way, 0..1: numbers and places in proportion, words at half.

    A control or movement that only one of them has is taken over at half of the way; places blend
    where both name theirs by weights or both by numbers.
    """
    if other is None or share <= 0:
        return one
    if share >= 1:
        return other
    near, far = (one, other) if share < 0.5 else (other, one)
    return near.model_copy(
        update={
            "controls": {**_only(near.controls, far.controls), **_between(one, other, share)},
            "place": _place(one.place, other.place, share) or near.place,
            "tempo": one.tempo + share * (other.tempo - one.tempo),
        }
    )


def _only(near: Mapping[str, float], far: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in near.items() if name not in far}


def _between(one: Patch, other: Patch, share: float) -> dict[str, float]:
    return {
        name: value + share * (other.controls[name] - value)
        for name, value in one.controls.items()
        if name in other.controls
    }


def _place(one: Place | None, other: Place | None, share: float) -> Place | None:
    if one is None or other is None:
        return None
    if one.w is not None and other.w is not None and len(one.w) == len(other.w):
        pairs = zip(one.w, other.w, strict=True)
        return Place(w=[a + share * (b - a) for a, b in pairs])
    if one.w is None and other.w is None:
        first, second = _shares(one), _shares(other)
        return Place(
            weights={
                name: (1 - share) * first.get(name, 0.0) + share * second.get(name, 0.0)
                for name in {**first, **second}
            }
        )
    return None


def _shares(place: Place) -> dict[str, float]:
    kept = {name: max(0.0, weight) for name, weight in place.weights.items()}
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()} if total > 0 else kept
