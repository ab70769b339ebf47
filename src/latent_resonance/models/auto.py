"""Plays a bundle on the quickest installed engine, chosen once and remembered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, DeviceError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec, Spectrogram
from latent_resonance.models.engines.bundle_player import PlayerOptions
from latent_resonance.models.engines.checked_network import MEMBER
from latent_resonance.models.engines.choice import candidates, choose
from latent_resonance.models.engines.threads import live_threads


class Options(PlayerOptions):
    """Threads, and the device that the engine must have."""

    device: Literal["cpu", "cuda", "mps", "directml"] = Field("cpu", description="where it runs")


class Part:
    """Model: a bundle's network on the engine that suits this machine."""

    latency_seconds = 0.0

    def __init__(self, options: Options, bundle: Bundle) -> None:
        self._options = options
        self._bundle = bundle
        self._player: Model | None = None
        self.engine = ""

    @property
    def latent_size(self) -> int:
        """Length of ``Latent.w``."""
        return self._bundle.latent_size

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        """The bundle's format, or the size that was asked for where it takes any."""
        return self._player.gives if self._player else self._bundle.format

    def prepare(self, spec: Spec) -> None:
        """Choose an engine and ready it; ``engine`` says which.

        Raises:
            AssemblyError: the bundle has no network to play.
            BundleError: no engine can run its network.
            DeviceError: no installed engine has the device.
        """
        device = self._options.device
        names = candidates(device)
        if not names:
            raise DeviceError(
                f"no installed engine plays on '{device}': install one (onnxruntime, torch) "
                "that does; see docs/engines.md"
            )
        threads = spec.threads or self._options.threads or live_threads()
        given = replace(spec, threads=threads)
        place = Latent(np.zeros(self.latent_size, np.float32))
        tried: dict[str, Model] = {}

        def attempt(name: str) -> Callable[[], Any]:
            tried[name] = self._ready(name, given)
            return lambda: tried[name].generate(place)

        try:
            self.engine = choose(self._bundle.members.get(MEMBER, b""), threads, device, attempt)
            self._player = tried.pop(self.engine, None) or self._ready(self.engine, given)
        finally:
            for player in tried.values():
                player.close()

    def _ready(self, name: str, spec: Spec) -> Model:
        options = {"device": self._options.device}
        player: Model = find_part("models", name).make(options, self._bundle)
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
