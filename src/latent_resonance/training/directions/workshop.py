"""A bundle's networks at hand: z to w, w to levels and attributes, sound to w."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import ENCODER, MAPPING
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import GRAIN
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.models.engines.encoded_place import encoded_place, with_beside
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.threads import physical_cores
from latent_resonance.sound.attributes.table import measure_window
from latent_resonance.training.directions.kept import KeptMeasures

Doubles = npt.NDArray[np.float64]
Progress = Callable[[str, float], None]

# Places that are kept together: some seconds of work.
_GROUP = 128


@dataclass(frozen=True, slots=True)
class Measured:
    """Places and what they sound like.

    Attributes:
        places: ``[n, w_dim]``.
        values: ``[n, attributes]``, in the attributes' own units.
    """

    places: FloatArray
    values: Doubles

    def joined(self, other: "Measured") -> "Measured":
        """These measurements, then ``other``'s."""
        return Measured(
            np.concatenate([self.places, other.places]),
            np.concatenate([self.values, other.values]),
        )


class Workshop(Closing):
    """Opened networks of one bundle.

    Args:
        bundle: with mapping, synthesis and encoder.
        kept: folder for what was measured; a later run with it goes on from there.

    Raises:
        InputError: it makes no sound, or lacks one of them.
        BundleError: they cannot be used.
    """

    def __init__(self, bundle: Bundle, kept: Path | None = None) -> None:
        if not isinstance(bundle.format, SpectrogramFormat):
            raise InputError(f"the bundle '{bundle.name}' makes pictures: sliders are of sound")
        for name in (MAPPING, ENCODER):
            if name not in bundle.members:
                how = "; `resonance models encoder` trains one" if name == ENCODER else ""
                raise InputError(f"the bundle '{bundle.name}' has no {name}, which is needed{how}")
        self.bundle, self.layout = bundle, bundle.format
        seal = bundle.seal
        self._kept = None if kept is None else KeptMeasures(kept, seal)
        self._mapping, self._encoder = Member(bundle, MAPPING), Member(bundle, ENCODER)
        # Measuring is most of the work; it takes all processors, each sound on one.
        self._pool = ThreadPoolExecutor(physical_cores())
        self._idle: SimpleQueue[Model] = SimpleQueue()
        self._idle.put(self._player())

    def _player(self) -> Model:
        """One that nobody plays now; made when all that there are play."""
        try:
            return self._idle.get_nowait()
        except Empty:
            model: Model = find_part("models", "openvino").make({"threads": 1}, self.bundle)
            model.prepare(Spec(format=self.layout, threads=1))
            return model

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Places of random z, ``[count, w_dim]``; grain is random where z does not lead to any.

        Air and attack are 0 where z leads to none: sliders are found without them.
        """
        (shape,) = self._mapping.inputs.values()
        (name,) = self._mapping.inputs
        drawn = [
            self._mapping.run(**{name: random.standard_normal(shape).astype(np.float32)}).reshape(
                -1
            )
            for _ in range(count)
        ]
        space = self.bundle.space
        places = np.array([space.whole(w) for w in drawn], np.float32)
        if GRAIN in space.beside and len(drawn[0]) == space.network_size:
            at = space.network_size
            places[:, at] = space.spread[at] * random.standard_normal(count)
        return places

    def window(self, w: FloatArray) -> Spectrogram:
        """The window at a place, with its envelope."""
        model = self._player()
        try:
            made = model.generate(Latent(np.asarray(w, np.float32)))
        finally:
            self._idle.put(model)
        assert isinstance(made, Spectrogram)  # noqa: S101 - a bundle with a format
        return made

    def levels(self, w: FloatArray) -> FloatArray:
        """What a place sounds like, ``[bins, columns]`` in dB."""
        return self.window(w).level_db

    def encode(self, level_db: FloatArray) -> FloatArray:
        """The place of a window ``[bins, columns]`` whose loudest is 0 dB."""
        w = encoded_place(self.bundle, self._encoder, level_db)
        return with_beside(self.bundle, w, level_db, self.window)

    def measure(
        self, places: FloatArray, show: Callable[[float], None] = lambda share: None
    ) -> Measured:
        """The attributes of ``places [n, w_dim]``."""
        places = np.asarray(places, np.float32)
        values = []
        for begin in range(0, len(places), _GROUP):
            group = places[begin : begin + _GROUP]
            found = self._kept.read(group) if self._kept else None
            if found is None:
                found = self._measured(group, begin, len(places), show)
                if self._kept:
                    self._kept.write(group, found)
            show((begin + len(group)) / len(places))
            values.append(found)
        return Measured(places, np.concatenate(values))

    def _measured(
        self, places: FloatArray, begin: int, count: int, show: Callable[[float], None]
    ) -> Doubles:
        values = []
        heard = self._pool.map(lambda w: measure_window(self.window(w)), places)
        for index, found in enumerate(heard):
            values.append(found)
            show((begin + index + 1) / count)
        return np.array(values)

    def close(self) -> None:
        """Release the networks."""
        self._pool.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().close()
