"""Plays a bundle on the quickest installed engine and precision, chosen once and remembered."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, DeviceError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.members import RANGES
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec, Spectrogram
from latent_resonance.models.engines.bundle_player import PlayerOptions
from latent_resonance.models.engines.checked_network import played_members
from latent_resonance.models.engines.choice import Way, candidates, choose
from latent_resonance.models.engines.eight_bits import with_ranges
from latent_resonance.models.engines.likeness import Difference, difference, places_to_compare
from latent_resonance.models.engines.precisions import EXACT
from latent_resonance.models.engines.threads import live_threads


class Options(PlayerOptions):
    """Threads, the device that the engine must have, and how coarse it may compute."""

    device: Literal["cpu", "cuda", "mps", "directml"] = Field("cpu", description="where it runs")
    precision: Literal["auto", "f32"] = Field(
        "auto", description="f32, or coarser where it is quicker and looks and sounds the same"
    )


class Part:
    """Model: a bundle's network on the engine that suits this machine."""

    latency_seconds = 0.0

    def __init__(self, options: Options, bundle: Bundle) -> None:
        self._options = options
        self._bundle = bundle
        self._player: Model | None = None
        self.engine = ""
        self.precision = EXACT

    @property
    def latent_size(self) -> int:
        """Length of ``Latent.w``."""
        return self._bundle.latent_size

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        """The bundle's format, or the size that was asked for where it takes any."""
        return self._player.gives if self._player else self._bundle.format

    def prepare(self, spec: Spec) -> None:
        """Choose an engine and its precision and ready it; ``engine``, ``precision`` say which.

        Raises:
            AssemblyError: the bundle has no network to play.
            BundleError: no engine can run its network.
            DeviceError: no installed engine has the device.
        """
        device, exact = self._options.device, self._options.precision == EXACT
        if not candidates(device):
            raise DeviceError(
                f"no installed engine plays on '{device}': install one (onnxruntime, torch) "
                "that does; see docs/engines.md"
            )
        threads = spec.threads or self._options.threads or live_threads()
        place = Latent(np.zeros(self.latent_size, np.float32))
        tried: dict[Way, Model] = {}

        def attempt(way: Way) -> Callable[[], Any]:
            tried[way] = self._ready(way, spec)
            return lambda: tried[way].generate(place)

        def compare(way: Way) -> Difference:
            pair = tried[Way(way.engine)], tried[way]
            return difference(
                (pair[0].generate(Latent(w)), pair[1].generate(Latent(w)))
                for w in places_to_compare(self._bundle.space)
            )

        ranges = RANGES in self._bundle.members
        network = self._bundle.digest(*with_ranges(self._bundle, *played_members(self._bundle)))
        if self._bundle.space.diffusion is not None:
            # What a coarser one changes grows with the steps.
            network += f", {self._options.steps} steps, {self._options.guidance_by_change}"
        try:
            chosen = choose(network, threads, device, attempt, compare, exact=exact, ranges=ranges)
            self._player = tried.pop(chosen, None) or self._ready(chosen, spec)
            self.engine, self.precision = chosen
        finally:
            for player in tried.values():
                player.close()

    def _ready(self, way: Way, spec: Spec) -> Model:
        options: dict[str, str | float | None] = {
            "threads": self._options.threads,
            "device": self._options.device,
            "steps": self._options.steps,
            "guidance_by_change": self._options.guidance_by_change,
        }
        if way.precision != EXACT:
            options["precision"] = way.precision
        player: Model = find_part("models", way.engine).make(options, self._bundle)
        player.prepare(spec)
        return player

    def reset(self) -> None:
        pass

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
        self._player = None

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        """The window or picture at ``latent.w``, as the chosen engine makes it.

        Raises:
            AssemblyError: ``w`` has another length, or ``prepare`` was not called.
        """
        if self._player is None:
            raise AssemblyError("the model was not prepared")
        return self._player.generate(latent)
