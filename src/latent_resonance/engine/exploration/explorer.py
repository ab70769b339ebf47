"""An opened bundle to explore: seeds, sounds and requests to places, places to sound."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import ENCODER, MAPPING
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import GRAIN, WARP, LatentSpace
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spec, Spectrogram
from latent_resonance.engine.exploration.examples import Example, read_example
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.engine.exploration.sound_recipe import recipe_to_change
from latent_resonance.engine.output_rate import with_band
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.models.engines.encoded_place import as_rough, encoded_place, with_beside
from latent_resonance.models.engines.full_band import FullBand
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place, usable_place
from latent_resonance.navigate.latent_space.directions import HIGH, LOW, Sliders
from latent_resonance.navigate.latent_space.kin import vary
from latent_resonance.navigate.latent_space.query import Posterior, posterior
from latent_resonance.navigate.latent_space.steer import steer
from latent_resonance.navigate.latent_space.transfer import transfer
from latent_resonance.sound.attributes.table import ATTRIBUTES, measure_window
from latent_resonance.sound.codec import decode
from latent_resonance.sound.grain import MOVES
from latent_resonance.sound.warp import LEAST, MOST

Refine = Callable[[FloatArray, FloatArray], FloatArray]
"""From levels that are wanted and what the network takes of the place found for them to better."""

_KEPT, _HEARD = 16, 512
_ALIKE = 0.2
# A transfer may go as far as a slider's way twice over: recordings lie further apart than its ends.
_FAR, _FAR_ROUNDS = 2.0, 12


class Explorer(Closing):
    """A bundle ready to explore; closing it lets go of its networks.

    Args:
        bundle: a name or a path, or one that is opened already.
        engine: the models part that plays it; None for the quickest that is installed.
        threads: for the model, 0 for its own choice.

    Raises:
        BundleError: its networks cannot be used.
    """

    def __init__(
        self, bundle: str | Bundle, engine: PartChoice | None = None, threads: int = 0
    ) -> None:
        self.bundle = open_bundle(bundle) if isinstance(bundle, str) else bundle
        self.space: LatentSpace = self.bundle.space
        self.sliders = Sliders.of(self.space)
        self._members: dict[str, Member] = {}
        # What was measured on the way is asked for again as sound; a slider starts where it was.
        self._windows = lru_cache(_KEPT)(self._make_window)
        self._attributes = lru_cache(_HEARD)(self._measure_window)
        self._parts = ExitStack()
        choice = engine or PartChoice(part="auto")
        self.model: Model = find_part("models", choice.part).make(choice.options, self.bundle)
        self._parts.callback(self.model.close)
        try:
            self.model.prepare(Spec(format=self.bundle.format, threads=threads))
        except BaseException:
            self._parts.close()
            raise

    @property
    def layout(self) -> SpectrogramFormat:
        """Of the windows of sound; raises AssemblyError for a bundle that makes none."""
        return self.bundle.sound_format

    @property
    def window_seconds(self) -> float:
        """Length of one window of the model."""
        return self.layout.columns * self.layout.hop_seconds

    def seeded(self, seed: int) -> FloatArray:
        """The place of a seed: of its z where the bundle maps z, else near the middle."""
        maps = MAPPING in self.bundle.members
        return seeded_place(self.bundle, seed, self._member(MAPPING) if maps else None)

    def levels(self, w: FloatArray) -> FloatArray:
        """The window at ``w``, ``[bins, columns]`` in dB."""
        return self.window(w).level_db

    def _make_window(self, place: bytes) -> Spectrogram:
        made = self.model.generate(Latent(np.frombuffer(place, np.float32)))
        assert isinstance(made, Spectrogram)  # noqa: S101 - a bundle with a format
        made.level_db.setflags(write=False)
        return made

    def window(self, w: FloatArray) -> Spectrogram:
        """The window at ``w``."""
        return self._windows(np.asarray(w, np.float32).tobytes())

    def model_of(self, layout: SpectrogramFormat) -> Model:
        """The model, giving windows of its own layout or of one that is widened from it."""
        return with_band(self.model, layout, self.space)

    def picture(self, w: FloatArray) -> Frame:
        """The picture at ``w``.

        Raises:
            AssemblyError: the bundle makes no pictures.
        """
        made = self.model.generate(Latent(np.asarray(w, np.float32)))
        if not isinstance(made, Frame):
            raise AssemblyError(f"the bundle '{self.bundle.name}' makes no pictures")
        return made

    def sound(
        self, w: FloatArray, seed: int = 0, layout: SpectrogramFormat | None = None
    ) -> FloatArray:
        """One window as float32 ``[samples]``, by phase gradients of the whole window.

        ``layout`` is the model's own, if not given, or one that is widened from it.
        """
        window = self.window(w)
        if layout is not None and layout != window.format:
            window = FullBand(self.model, layout, self.space).widened(window, w)
        return decode(window, seed=seed)

    def measure(self, w: FloatArray) -> npt.NDArray[np.float64]:
        """The attributes of the sound at ``w``, those of the slope map, in their own units."""
        return self._attributes(np.asarray(w, np.float32).tobytes())

    def _measure_window(self, place: bytes) -> npt.NDArray[np.float64]:
        found = measure_window(self._windows(place), self.measured)
        found.setflags(write=False)
        return found

    @property
    def measured(self) -> tuple[str, ...]:
        """Names of the attributes that ``measure`` gives."""
        follow = self.sliders.follow
        return self.sliders.names[: len(follow.steps)] if follow is not None else ()

    def encode(self, level_db: FloatArray) -> FloatArray:
        """The place of a window whose loudest is 0 dB; unknown columns as the bundle knows them.

        Raises:
            BundleError: the bundle has no encoder.
        """
        return with_beside(self.bundle, self._encoded(level_db), level_db, self.window)

    def example(self, path: Path, refine: Refine | None = None) -> FloatArray:
        """The place of a sound file; raises MediaError.

        How sudden it is, and what it has above the band of the bundle's windows, lie beside it.
        """
        given = Example(path, self.layout, unknown=self.space.knows_unknown)
        level = given.level_db
        w = self._encoded(level)
        if refine:
            w = usable_place(self.bundle, refine(level, w[: self.bundle.network_size]))
        return with_beside(self.bundle, w, level, self.window, given)

    def _encoded(self, level_db: FloatArray) -> FloatArray:
        return encoded_place(self.bundle, self._member(ENCODER), level_db)

    def move(self, w: FloatArray, request: PlaceRequest) -> FloatArray:
        """The place that the request's sliders lead to from ``w``."""
        sliders, measured = self.sliders, self.measured
        sliders.check(request.settings)
        if not any(request.settings.values()):
            return w
        follow = sliders.follow
        if follow is None or request.straight or not set(measured) <= ATTRIBUTES.keys():
            return sliders.move(w, request.settings, straight=request.straight)
        change = np.array([request.settings.get(name, 0.0) for name in measured])
        others = {name: v for name, v in request.settings.items() if name not in measured}
        return sliders.move(steer(w, change, follow, self.measure, kept=self._kept), others)

    def _kept(self, w: FloatArray) -> FloatArray:
        """``w`` with no more warp than counts."""
        warp = self.space.beside_network(w, WARP)
        inside = min(max(warp, LEAST), MOST)
        return w if inside == warp else self.space.with_beside(w, WARP, inside)

    def posterior(self, request: PlaceRequest, refine: Refine | None = None) -> Posterior | None:
        """What the request's query says; None without one."""
        if not request.query:
            return None
        examples = [self.example(path, refine) for path in request.query]
        return posterior(self.space, examples, strength=request.strength)

    def find(
        self, request: PlaceRequest, refine: Refine | None = None, start: FloatArray | None = None
    ) -> FloatArray:
        """The place that a request asks for, float32 ``[w_dim]``.

        Query, ``start``, the request's start or seed first, then prototypes, axes, transfers, and
        sliders last.

        Raises:
            ResonanceError: something it names is not there, or out of range.
        """
        space = self.space
        self.sliders.check(request.settings)
        for name in request.transfer:
            self._check_transfer(name)
        moves = [np.float32(one.value) * space.axis(one.group, one.number) for one in request.axes]
        named = [(space.place(one.name), one.weight) for one in request.prototypes]
        if request.start is not None and start is None:
            start = recipe_to_change(request.start, self.bundle).w
        found = self.posterior(request, refine)
        if found is not None:
            w = np.asarray(found.mean, np.float32)
        else:
            w = self.seeded(request.seed) if start is None else np.asarray(start, np.float32)
        if named:
            total = sum(weight for _, weight in named)
            centre = sum(weight / total * place for place, weight in named)
            w = np.asarray(w + min(1.0, total) * (centre - w), np.float32)
        for move in moves:
            w = np.asarray(w + move, np.float32)
        if request.source is not None:
            w = self._transferred(w, request)
        return self.move(w, request)

    def variations(
        self, request: PlaceRequest, count: int, refine: Refine | None = None
    ) -> list[FloatArray]:
        """As many places that the request asks for, float32 ``[w_dim]`` each.

        One is the place itself; more are drawn around it, and among the kin of its prototypes.

        Raises:
            ResonanceError: something it names is not there, or out of range.
        """
        middle = self.find(request, refine)
        if count == 1:
            return [middle]
        random = np.random.Generator(np.random.PCG64([request.seed, 1]))
        return list(vary(self.space, middle, request.named, count, random, request.strength))

    def _check_transfer(self, name: str) -> None:
        self.sliders.check({name: 0.0})
        if name not in self.measured or name not in ATTRIBUTES:
            raise InputError(f"--transfer {name}: this bundle cannot measure it")

    def _transferred(self, w: FloatArray, request: PlaceRequest) -> FloatArray:
        assert request.source is not None  # noqa: S101 - the caller looked
        level = read_example(request.source, self.layout)
        follow = self.sliders.follow
        assert follow is not None  # noqa: S101 - there is something to measure
        by_grain = GRAIN in self.space.beside and MOVES in request.transfer
        for name in request.transfer:
            if by_grain and name == MOVES:
                continue
            index = self.measured.index(name)
            wanted = ATTRIBUTES[name].measure(level, self.layout)
            step = float(follow.steps[index])
            turned = transfer(
                w,
                self.sliders,
                name,
                wanted,
                step,
                lambda place, i=index: float(self.measure(place)[i]),  # type: ignore[misc]
            )
            # Measured all the way: further where the map alone is mistaken.
            begin = self.measure(w)
            change = np.zeros(len(begin))
            change[index] = np.clip((wanted - begin[index]) / step, _FAR * LOW, _FAR * HIGH)
            steered = steer(w, change, follow, self.measure, begin, _FAR_ROUNDS, self._kept)
            left = abs(float(self.measure(steered)[index]) - wanted)
            # The map's way is the shorter one, where both come as near.
            w = steered if left < abs(turned.reached - wanted) - _ALIKE * step else turned.w
        # Last: nothing moves it after.
        return as_rough(self.bundle, w, level, self.window) if by_grain else w

    def _member(self, name: str) -> Member:
        if name not in self._members:
            self._members[name] = Member(self.bundle, name)
        return self._members[name]

    def close(self) -> None:
        """Let go of the networks."""
        self._members.clear()
        self._parts.close()
