"""Bundles whose pictures are drawn by steps, as text-to-image models; no network, no PyTorch."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from latent_resonance.bundles.find import find_bundle, list_bundles
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.diffusion import MOST_STEPS
from latent_resonance.contracts.errors import DeviceError, InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ByteArray, FloatArray, Spec
from latent_resonance.models.engines.bundle_player import BundlePlayer
from latent_resonance.models.engines.output_form import to_pixels
from latent_resonance.models.engines.threads import physical_cores
from latent_resonance.models.text_to_image.checks import check_noise, check_request
from latent_resonance.models.text_to_image.contract import OnStep, PromptReading, TextToImage
from latent_resonance.navigate.prompts.tokens import load_tokens, tokens_of

_ENGINE = "openvino"


class EmbeddedModel(TextToImage):
    """A bundle's networks, ready to paint.

    Args:
        bundle: with a section ``diffusion``.
        engine: the models part that plays it.
        threads: for inference; 0 for all physical cores.

    Raises:
        BundleError: its networks or its words cannot be used.
        InputError: its pictures are not drawn by steps.
    """

    def __init__(self, bundle: Bundle, engine: str = _ENGINE, threads: int = 0) -> None:
        layout, form = bundle.space.diffusion, bundle.format
        if layout is None or not isinstance(form, PictureFormat):
            raise InputError(f"the bundle '{bundle.name}' does not paint from noise and words")
        self.name, self._layout = bundle.name, layout
        self.seal = bundle.seal
        self.noise_shape, self.picture_size = layout.latent, (form.height, form.width)
        self.steps, self.guidance = layout.steps, layout.guidance
        self._table = load_tokens(bundle.space.words)
        if (self._table.tokens, self._table.size) != (layout.tokens, layout.word_size):
            raise InputError(f"the words of '{bundle.name}' are not of the size that it says")
        self._player: BundlePlayer = find_part("models", engine).make({}, bundle)
        self._player.prepare(Spec(threads=threads or physical_cores()))

    def read(self, prompt: str) -> PromptReading:
        """Which words the bundle's table knows; raises InputError where none is."""
        _, reading = tokens_of(self._table, prompt)
        return PromptReading(reading.parts, tuple(reading.unknown), reading.cut, reading.unknown)

    def paint(
        self,
        noise: FloatArray,
        prompt: str,
        *,
        steps: int,
        guidance: float,
        on_step: OnStep | None = None,
    ) -> ByteArray:
        """One picture; see ``TextToImage``."""
        checked = check_noise(noise, self.noise_shape)
        strength = check_request(prompt, steps, guidance, MOST_STEPS)
        sampler = self._player.sampler
        if sampler is None:
            raise InputError(f"the model '{self.name}' was closed")
        words, _ = tokens_of(self._table, prompt)
        w = self._layout.join(checked, words, strength)
        return to_pixels(np.asarray(sampler.sample(w, steps, on_step)[0], np.float32))

    def close(self) -> None:
        """Release the networks."""
        self._player.close()


def is_bundle(name: str) -> bool:
    """Whether a painter of that name is a bundle, and no real model."""
    path = Path(name)
    return name in list_bundles() or path.suffix == ".resonance" or (path / "bundle.json").is_file()


def open_painter(
    name: str,
    size: tuple[int, int] | None = None,
    *,
    device: str = "cpu",
    fetch: bool = True,
    on_fetch: Callable[[float, float], None] | None = None,
) -> TextToImage:
    """A bundle by name or file, or a real model.

    Args:
        name: of a bundle, its path, or what ``open_model`` takes.
        size: height and width that a real model is asked for.
        device: of a real model: ``cpu``, ``cuda`` or ``mps``; a bundle's pictures need ``cpu``.
        fetch: whether a real model that is not here may be fetched.
        on_fetch: told how many of its bytes have come, of how many.

    Raises:
        ResonanceError: there is none, or it cannot be used; one line.
    """
    if is_bundle(name):
        if device != "cpu":
            raise DeviceError(f"the bundle '{name}' paints on 'cpu', not on '{device}'")
        return EmbeddedModel(read_bundle(find_bundle(name)))
    # It brings a client for downloads, which costs a picture by a bundle a tenth of a second.
    from latent_resonance.models.text_to_image.open import open_model

    return open_model(name, device, size=size, fetch=fetch, on_fetch=on_fetch)
