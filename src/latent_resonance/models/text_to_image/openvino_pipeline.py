"""Real text-to-image models by OpenVINO GenAI: exports of them, on the processor, without PyTorch.

The pipelines are those of https://github.com/openvinotoolkit/openvino.genai (Apache-2.0); the same
noise gives the picture that diffusers gives, by a grey level, where the sampler draws nothing.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import (
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
)
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.threads import physical_cores
from latent_resonance.models.text_to_image.checks import check_noise, check_request, seed_of
from latent_resonance.models.text_to_image.contract import OnStep, PromptReading
from latent_resonance.models.text_to_image.folder import ModelFolder
from latent_resonance.models.text_to_image.words import read_words

_LONGEST = 77
_NEEDS = (
    "exports for OpenVINO need openvino-genai: pip install 'latent-resonance[genai]' "
    "(of the version of openvino that is installed)"
)
_NETWORK, _TOKENIZER = "openvino_model", "openvino_tokenizer"


class OpenVinoPipeline:
    """A ``TextToImage`` of an export.

    Args:
        folder: its files.
        device: ``cpu``.
        size: height and width in pixels; its own where none is given.
        threads: for inference; 0 for all physical cores.

    Raises:
        BundleError: the folder is damaged.
        DeviceError: it is to run elsewhere than on the processor.
        InputError: something of the export is missing, it is of another kind, or it cannot make
            that size.
        MissingPartError: openvino-genai is not installed, or does not fit OpenVINO.
    """

    def __init__(
        self,
        folder: ModelFolder,
        device: str = "cpu",
        size: tuple[int, int] | None = None,
        threads: int = 0,
    ) -> None:
        self.name, self.steps, self.guidance = folder.name, folder.steps, folder.guidance
        self.noise_shape = folder.noise_shape(size)
        self.picture_size = size or folder.size
        self._most_steps = folder.most_steps
        if device != "cpu":
            raise DeviceError(f"exports for OpenVINO paint on 'cpu', not on '{device}'")
        _check_whole(folder)
        self._kit = load_genai()
        self._busy = threading.Lock()
        try:
            self._pipeline: Any = self._kit.Text2ImagePipeline(
                str(folder.path),
                "CPU",
                INFERENCE_PRECISION_HINT="f32",
                INFERENCE_NUM_THREADS=threads or physical_cores(),
                ENABLE_CPU_PINNING=False,
            )
            self._tokenizer = self._kit.Tokenizer(str(folder.path / "tokenizer"))
        except RuntimeError as error:
            raise BundleError(f"{folder.name} cannot be loaded: {_short(error)}") from error

    def read(self, prompt: str) -> PromptReading:
        """All words, up to the longest prompt."""
        self._ready()

        def tokens(text: str, most: int) -> Sequence[int]:
            try:
                ids: Sequence[int] = self._tokenizer.encode(text).input_ids.data[0].tolist()
            except RuntimeError:  # characters that its vocabulary lacks altogether
                ids = []
            return ids[:most]

        # The last of the longest prompt ends it, the first begins it.
        return read_words(
            prompt,
            lambda text: tokens(text, _LONGEST - 1),
            lambda word: len(tokens(word, _LONGEST)) <= 2,
        )

    def paint(
        self,
        noise: FloatArray,
        prompt: str,
        *,
        steps: int,
        guidance: float,
        on_step: OnStep | None = None,
    ) -> ByteArray:
        """See ``TextToImage``."""
        checked = check_noise(noise, self.noise_shape)
        pull = check_request(prompt, steps, guidance, self._most_steps)
        height, width = self.picture_size
        watch = _Watch(on_step)
        with self._busy:
            pipeline = self._ready()
            try:
                made = pipeline.generate(
                    prompt,
                    height=height,
                    width=width,
                    num_inference_steps=steps,
                    guidance_scale=pull,
                    generator=_noise_source(self._kit, checked),
                    callback=watch,
                )
            except RuntimeError as error:
                raise BundleError(f"{self.name} cannot paint this: {_short(error)}") from error
        if watch.raised is not None:
            raise watch.raised
        if not watch.finite:
            raise BundleError(f"{self.name} gives NaN: its weights are damaged")
        watch.tell(steps, steps)
        return np.array(made.data[0], np.uint8)

    def close(self) -> None:
        """Release the weights; safe to call twice."""
        self._pipeline = None

    def _ready(self) -> Any:
        if self._pipeline is None:
            raise InputError(f"{self.name} was closed")
        return self._pipeline


class _Watch:
    """Tells every step, in order. What a callback raises would end the process: it is kept.

    The kit calls from a thread of its own, which quick steps overtake: calls come late, and the
    last of them not at all.
    """

    def __init__(self, on_step: OnStep | None) -> None:
        self._on_step = on_step
        self.raised: BaseException | None = None
        self.finite = True
        self._told = 0

    def __call__(self, step: int, steps: int, latents: Any) -> bool:
        try:
            self.finite = bool(np.isfinite(latents.data).all())
            self.tell(step + 1, steps)
        except BaseException as error:  # noqa: BLE001 - raised again once the pipeline has ended
            self.raised = error
        return self.raised is not None or not self.finite

    def tell(self, done: int, steps: int) -> None:
        """Tell that ``done`` of ``steps`` are done, and those before that were not told."""
        while self._on_step is not None and self._told < done:
            self._told += 1
            self._on_step(self._told, steps)


def _noise_source(kit: Any, noise: FloatArray) -> Any:
    """What the pipeline draws from: first the noise, then what is known from it."""
    tensor = load_openvino().Tensor
    random = np.random.Generator(np.random.PCG64(seed_of(noise)))

    class Source(kit.Generator):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._first = True

        def next(self) -> float:
            return float(random.standard_normal())

        def randn_tensor(self, shape: Sequence[int]) -> Any:
            first, self._first = self._first, False
            if first:
                return tensor(noise.reshape(tuple(shape)).copy())
            return tensor(random.standard_normal(tuple(shape)).astype(np.float32))

    return Source()


def _check_whole(folder: ModelFolder) -> None:
    if folder.index.pipeline == "LDMTextToImagePipeline":
        raise InputError(f"{folder.name} is latent diffusion (LDM), which OpenVINO does not play")
    files = set(folder.files())
    parts = {name for name in folder.index.networks if name.startswith(("text_encoder", "unet"))}
    for name, file in (
        *((part, _NETWORK) for part in sorted(parts | {"vae_decoder"})),
        *((part, _TOKENIZER) for part in folder.index.components if part.startswith("tokenizer")),
    ):
        for ending in ("xml", "bin"):
            if f"{name}/{file}.{ending}" not in files:
                raise InputError(f"{folder.name} is not complete: it has no {name}/{file}.{ending}")


def load_genai() -> Any:
    """The module ``openvino_genai``; raises MissingPartError."""
    load_openvino()
    try:
        import openvino_genai
    except ImportError as error:  # not there, or built for another version of OpenVINO
        raise MissingPartError(_NEEDS) from error
    return openvino_genai


def _short(error: RuntimeError) -> str:
    """The last line that says something, of a list of places in C++."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    return " ".join((said or lines or ["OpenVINO does not say why"])[-1].split())[:200]
