"""The pictures of a take as places and times: drawn to a film later, at any size, none left out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.render.pictures.look import CONTROLS, look_values

SUFFIX = ".places.npz"


@dataclass(frozen=True, slots=True)
class TakePictures:
    """What was shown while a take was recorded.

    Attributes:
        instrument: whose recipe draws it.
        bundle: whose places they are.
        limited: whether the limiter of flashes was on all the time.
        seconds: ``[n]``, when each was shown, from the start of the take.
        places: float32 ``[n, latent]``.
        looks: float32 ``[n, controls]``, in the order of the look's ``CONTROLS``.
    """

    instrument: str
    bundle: str
    limited: bool
    seconds: np.ndarray
    places: FloatArray
    looks: FloatArray

    def played(self, row: int) -> dict[str, float]:
        """The look of one of them."""
        values = self.looks[row].tolist()
        return {control.name: value for control, value in zip(CONTROLS, values, strict=True)}

    @classmethod
    def read(cls, path: Path) -> "TakePictures":
        """Of a file that a recorder wrote; raises InputError."""
        try:
            with np.load(path, allow_pickle=False) as table:
                told = json.loads(str(table["told"]))
                return cls(**told, **{n: table[n] for n in ("seconds", "places", "looks")})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError("the pictures of this take are gone or damaged") from error


class PictureRecorder:
    """Adds each picture until it is kept; ``add`` is called on the thread that makes them.

    Args:
        instrument: whose recipe draws it.
        bundle: whose places they are.
        limited: whether the limiter of flashes is on.
        start_seconds: of the take, on the performance's clock.
    """

    def __init__(self, instrument: str, bundle: str, limited: bool, start_seconds: float) -> None:
        self._told = {"instrument": instrument, "bundle": bundle}
        self.limited = limited
        self._start = start_seconds
        self._rows: list[tuple[float, FloatArray, list[float]]] = []

    def add(self, moment: float, w: FloatArray, play: Mapping[str, float]) -> None:
        """One more picture, at a moment of the performance's clock."""
        self._rows.append((moment - self._start, w, look_values(play)))

    def keep(self, path: Path) -> bool:
        """Write it; False where there was no picture. Raises OutputError."""
        rows = [row for row in self._rows if row[0] >= 0]
        if not rows:
            return False
        told = {**self._told, "limited": self.limited}
        with whole_output(path) as partial, partial.open("wb") as file:
            np.savez_compressed(
                file,
                told=json.dumps(told),
                seconds=np.array([row[0] for row in rows]),
                places=np.array([row[1] for row in rows], np.float32),
                looks=np.array([row[2] for row in rows], np.float32),
            )
        return True
