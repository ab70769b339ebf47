"""Real text-to-image models by diffusers: latent diffusion, Stable Diffusion, SDXL and distilled.

Rombach et al. 2022 (arXiv:2112.10752), Podell et al. 2023 (arXiv:2307.01952), Sauer et al. 2023
(arXiv:2311.17042), Luo et al. 2023 (arXiv:2310.04378).
"""

import functools
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import (
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
    in_a_line,
)
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.models.text_to_image.checks import check_noise, check_request, seed_of
from latent_resonance.models.text_to_image.contract import OnStep, PromptReading
from latent_resonance.models.text_to_image.folder import ModelFolder, ModelIndex, weights_variant
from latent_resonance.models.text_to_image.installed import DIFFUSION_NEEDS
from latent_resonance.models.text_to_image.words import read_words
from latent_resonance.models.torch import list_devices

_LONGEST = 77


class DiffusersPipeline:
    """A ``TextToImage`` in PyTorch.

    Args:
        folder: its files; weights are read from safetensors alone, and no code beside them is run.
        device: ``cpu``, ``cuda`` or ``mps``; on ``cuda`` in half precision.
        size: height and width in pixels; its own where none is given.

    Raises:
        BundleError: the folder is damaged.
        DeviceError: this machine has no such device.
        InputError: it has no safetensors, or cannot make that size.
        MissingPartError: diffusers is not installed.
    """

    def __init__(
        self, folder: ModelFolder, device: str = "cpu", size: tuple[int, int] | None = None
    ) -> None:
        self.name, self.steps, self.guidance = folder.name, folder.steps, folder.guidance
        self.noise_shape = folder.noise_shape(size)
        self.picture_size = size or folder.size
        self._most_steps = folder.most_steps
        if device not in list_devices():
            raise DeviceError(f"PyTorch finds no device '{device}' on this machine")
        self._device = device
        self._busy = threading.Lock()
        self._pipeline = _load(folder, device)

    def read(self, prompt: str) -> PromptReading:
        """All words, up to the longest prompt; of old vocabularies those that they have."""
        tokenizer = self._ready().tokenizer
        most = min(_LONGEST, tokenizer.model_max_length)
        unknown = tokenizer.unk_token_id

        def says_nothing(word: str) -> bool:
            ids = tokenizer(word, add_special_tokens=False).input_ids
            return all(one == unknown for one in ids)

        return read_words(
            prompt,
            lambda text: tokenizer(text, truncation=True, max_length=most).input_ids,
            says_nothing,
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
        """See ``TextToImage``; raises InputError too where its safety checker holds it back."""
        import torch

        checked = check_noise(noise, self.noise_shape)
        pull = check_request(prompt, steps, guidance, self._most_steps)
        height, width = self.picture_size
        with self._busy:
            pipeline = self._ready()
            start = torch.from_numpy(checked[None].copy())
            exact = torch.backends.cudnn.flags(
                enabled=True, benchmark=False, deterministic=True, allow_tf32=False
            )
            try:
                with _watched(pipeline.scheduler, on_step), exact:
                    made = pipeline(
                        prompt,
                        latents=start.to(self._device, pipeline.unet.dtype),
                        height=height,
                        width=width,
                        num_inference_steps=steps,
                        guidance_scale=pull,
                        # Those that draw on their way would else never repeat.
                        generator=torch.Generator("cpu").manual_seed(seed_of(checked)),
                        output_type="np",
                    )
            except torch.OutOfMemoryError as error:
                raise DeviceError(
                    f"{self.name} at {width}x{height} needs more memory than '{self._device}' has"
                ) from error
        return self._pixels(made)

    def close(self) -> None:
        """Release the weights; safe to call twice."""
        self._pipeline = None
        gc.collect()

    def _ready(self) -> Any:
        if self._pipeline is None:
            raise InputError(f"{self.name} was closed")
        return self._pipeline

    def _pixels(self, made: Any) -> ByteArray:
        if any(getattr(made, "nsfw_content_detected", None) or []):
            raise InputError(
                f"the safety checker of {self.name} held the picture back; "
                "try other words or another noise"
            )
        values = np.asarray(made.images[0], np.float32)
        if not np.isfinite(values).all():
            raise BundleError(f"{self.name} gives NaN: its weights are damaged")
        return np.asarray(np.rint(values.clip(0, 1) * 255), np.uint8)


def _load(folder: ModelFolder, device: str) -> Any:
    try:
        import diffusers
        import torch
        import transformers
    except ModuleNotFoundError as error:
        raise MissingPartError(DIFFUSION_NEEDS) from error
    # Half of it is typed, and without the annotation the calls of the other half are refused.
    kit: Any = diffusers
    texts: Any = transformers
    half = device == "cuda"
    variant = weights_variant(folder.files(), folder.index, half=half, where=folder.name)
    index = folder.index
    kit.utils.logging.set_verbosity_error()
    kit.utils.logging.disable_progress_bar()
    texts.utils.logging.set_verbosity_error()
    texts.utils.logging.disable_progress_bar()
    try:
        pipeline = getattr(kit, index.pipeline).from_pretrained(
            folder.path,
            torch_dtype=torch.float16 if half else torch.float32,
            variant=variant or None,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            **_left_out(index),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        said = in_a_line(error)[:200]
        raise BundleError(f"{folder.name} cannot be loaded: {said}") from error
    except Exception as error:  # safetensors has an error of its own
        if type(error).__name__ != "SafetensorError":
            raise
        raise BundleError(f"{folder.name} is damaged: {error}") from error
    if not index.scales_noise and pipeline.scheduler.init_noise_sigma != 1:
        # That pipeline scales no noise, as these samplers need.
        pipeline.scheduler = kit.DDIMScheduler.from_config(pipeline.scheduler.config)
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            # Of latent diffusion the text encoder is left in training, with dropout.
            part.eval().requires_grad_(requires_grad=False)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def _left_out(index: ModelIndex) -> dict[str, Any]:
    """What the pipeline is told that it does not have; it would else ask for it."""
    if index.may_watermark:
        # It would depend on another package whether a picture has a watermark.
        return {"add_watermarker": False}
    given: dict[str, Any] = {}
    if index.may_check_safety:
        if "safety_checker" not in index.components:
            given.update(safety_checker=None, feature_extractor=None, requires_safety_checker=False)
        if "image_encoder" not in index.components:
            given["image_encoder"] = None
    return given


@contextmanager
def _watched(scheduler: Any, on_step: OnStep | None) -> Iterator[None]:
    """Steps are counted at the scheduler: not every pipeline calls back."""
    if on_step is None:
        yield
        return
    plain = scheduler.step
    done = 0

    # Pipelines look at its signature for what they may give it.
    @functools.wraps(plain)
    def step(*values: Any, **named: Any) -> Any:
        nonlocal done
        made = plain(*values, **named)
        done += 1
        on_step(done, len(scheduler.timesteps))
        return made

    scheduler.step = step
    try:
        yield
    finally:
        del scheduler.step
