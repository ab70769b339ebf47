"""Search by choosing: children of what was given, liked and disliked, with a way back."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.navigate.latent_space.lineage import Ancestor, Lineage
from latent_resonance.navigate.latent_space.query import draw, posterior


class Search:
    """One search in a bundle.

    Args:
        explorer: opened.
        seed: of all draws.
        lineage: of a search to go on with.

    Raises:
        InputError: the lineage is of another bundle or size.
    """

    def __init__(self, explorer: Explorer, seed: int = 0, lineage: Lineage | None = None) -> None:
        self._explorer = explorer
        self._seed = seed
        self.lineage = Lineage(explorer.bundle.name) if lineage is None else lineage
        bundle = explorer.bundle
        fits = all(bundle.takes(one.w) for one in self.lineage.members)
        if self.lineage.bundle != bundle.name or not fits:
            raise InputError(
                f"this search is of the bundle '{self.lineage.bundle}', not of '{bundle.name}'"
            )
        self.lineage.complete(explorer.space.whole)

    def begin(self, request: PlaceRequest) -> int:
        """A sound to begin with; gives its number."""
        return self.lineage.add(self._explorer.find(request), note=_told(request))

    def example(self, path: Path) -> int:
        """A sound file as a beginning, liked from the start; gives its number."""
        number = self.lineage.add(self._explorer.example(path), note=f"example {path.name}")
        self.lineage.judge(number, 1)
        return number

    def children(
        self, parents: Sequence[int] = (), count: int = 8, strength: float = 1.0
    ) -> list[int]:
        """Variations of ``parents`` (all that is liked when none is named), away from the disliked.

        The same search gives the same children.
        """
        chosen: list[Ancestor] = [self.lineage[number] for number in parents]
        if not chosen:
            chosen = [one for one in self.lineage.members if one.opinion > 0]
        found = posterior(
            self._explorer.space,
            [one.w for one in chosen],
            self.lineage.judged(-1),
            strength=strength,
        )
        random = np.random.Generator(np.random.PCG64([self._seed, len(self.lineage)]))
        numbers = [one.number for one in chosen]
        note = f"child at strength {strength:g}"
        return [self.lineage.add(w, numbers, note) for w in draw(found, count, random)]

    def judge(self, number: int, opinion: int) -> None:
        """Liked (1), disliked (-1) or neither (0)."""
        self.lineage.judge(number, opinion)

    def change(self, number: int, request: PlaceRequest) -> int:
        """A sound with sliders moved, as a child; gives its number."""
        moved = self._explorer.move(self.lineage[number].w, request)
        return self.lineage.add(moved, [number], _told(request))

    def place(self, number: int) -> FloatArray:
        """Where a sound lies."""
        return self.lineage[number].w

    def sound(self, number: int) -> FloatArray:
        """One window of it, float32 ``[samples]``."""
        return self._explorer.sound(self.place(number), self._seed)


def _told(request: PlaceRequest) -> str:
    told = [f"{key} {value}" for key, value in request.settings_table().items()]
    return "; ".join(told) or f"seed {request.seed}"
