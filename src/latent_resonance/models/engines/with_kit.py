"""A model of notes with another beside it that makes drums, opened when the first is struck."""

import threading
from collections.abc import Callable

from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.values import Frame, Latent, Spec, Spectrogram


class WithKit(Model):
    """Model: another one's windows, and the kit's where ``Latent.of_kit`` asks for them.

    Args:
        model: prepared.
        open_kit: gives the kit's model, prepared; called once, where it is first asked or before.
    """

    def __init__(self, model: Model, open_kit: Callable[[], Model]) -> None:
        self._model, self._open_kit = model, open_kit
        self._kit: Model | None = None
        self._opening = threading.Lock()

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        return self._model.gives

    @property
    def latency_seconds(self) -> float:
        return self._model.latency_seconds

    def prepare(self, spec: Spec) -> None:
        """Both are prepared by their owner."""

    def close(self) -> None:
        self._model.close()
        with self._opening:
            if self._kit is not None:
                self._kit.close()

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        """A window of the model that has the place."""
        if not latent.of_kit:
            return self._model.generate(latent)
        return self.open_kit().generate(latent)

    def open_kit(self) -> Model:
        """The kit's model; a second call waits for the first. Raises what opening it does."""
        with self._opening:
            if self._kit is None:
                self._kit = self._open_kit()
            return self._kit
