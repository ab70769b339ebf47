"""A text-to-image model as a folder: what its JSON files say, before anything in it is loaded.

The layouts are those of diffusers (``model_index.json`` and a folder for each network, weights in
safetensors) and of OpenVINO's exports of them (``openvino_*.xml`` and ``.bin``).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from latent_resonance.contracts.errors import BundleError, InputError

INDEX = "model_index.json"
Kind = Literal["torch", "openvino"]
_LDM, _LCM = "LDMTextToImagePipeline", "LatentConsistencyModelPipeline"
_SD, _XL = "StableDiffusionPipeline", "StableDiffusionXLPipeline"
_CLASSES = (_LDM, _SD, _LCM, _XL)
# Components of anything else would let a folder name which module is imported.
_LIBRARIES = {
    "diffusers",
    "latent_consistency_models",
    "latent_diffusion",
    "optimum",
    "stable_diffusion",
    "stable_diffusion_xl",
    "transformers",
}
_NO_WEIGHTS = ("Scheduler", "Tokenizer", "TokenizerFast", "Processor", "Extractor")
_PLAIN, _HALF = re.compile(r"[^.]+\.safetensors"), re.compile(r"\.fp16[.-]")
_LARGEST_JSON = 1 << 20
_SIDES = (64, 2048)


@dataclass(frozen=True, slots=True)
class ModelIndex:
    """What ``model_index.json`` says.

    Attributes:
        pipeline: the class of the pipeline, one of diffusers.
        components: the folders that are used, with the class of each.
    """

    pipeline: str
    components: dict[str, str]

    @property
    def networks(self) -> list[str]:
        """Those of the components that have weights."""
        return [name for name, kind in self.components.items() if not kind.endswith(_NO_WEIGHTS)]

    @property
    def scales_noise(self) -> bool:
        """Whether the pipeline brings noise to what its scheduler starts from."""
        return self.pipeline != _LDM

    @property
    def may_check_safety(self) -> bool:
        """Whether the pipeline can have a safety checker."""
        return self.pipeline in {_SD, _LCM}

    @property
    def may_watermark(self) -> bool:
        """Whether the pipeline can mark its pictures."""
        return self.pipeline == _XL


def read_index(text: str, where: str) -> ModelIndex:
    """Of the text of a ``model_index.json``.

    Raises:
        BundleError: it is damaged, or names things that a model does not need.
        InputError: it is a pipeline of another kind.
    """
    told = _parse(text, where)
    # Exports of OpenVINO may have its prefix.
    pipeline = str(told.get("_class_name", "")).removeprefix("OV")
    if pipeline not in _CLASSES:
        raise InputError(
            f"{where} is a '{pipeline[:60]}'; played are latent diffusion (LDM), Stable Diffusion "
            "1 and 2, SDXL, their Turbo and latent consistency models"
        )
    components = {}
    for name, value in told.items():
        if not isinstance(value, list) or value == [None, None]:
            continue
        if len(value) != 2 or not all(isinstance(one, str) for one in value):
            raise BundleError(f"{where} is damaged: '{name[:40]}' in its {INDEX}")
        library, kind = value
        if library not in _LIBRARIES or not re.fullmatch(r"\w{1,80}", f"{name}{kind}"):
            raise BundleError(f"{where} wants '{library[:40]}' for '{name[:40]}': refused")
        components[name] = kind
    if not {"scheduler", "tokenizer", "unet"} <= set(components):
        raise BundleError(f"{where} is damaged: no scheduler, tokenizer or unet in its {INDEX}")
    return ModelIndex(pipeline, components)


def kind_of(files: Iterable[str]) -> Kind:
    """Whether the files (relative, with ``/``) are an export of OpenVINO."""
    return "openvino" if "unet/openvino_model.xml" in set(files) else "torch"


def weights_variant(files: Iterable[str], index: ModelIndex, *, half: bool, where: str) -> str:
    """``fp16`` where the weights in half precision are to be read, else ``""``.

    Args:
        files: of the model, relative, with ``/``.
        index: what they are to hold.
        half: whether those in half precision are preferred.
        where: for the error.

    Raises:
        InputError: weights are missing, or only there as pickles.
    """
    names = list(files)
    there: dict[str, list[str]] = {}
    for network in index.networks:
        mine = [name for name in names if name.startswith(f"{network}/")]
        tensors = [name for name in mine if name.endswith(".safetensors")]
        plain = any(_PLAIN.fullmatch(name) for name in tensors)
        there[network] = [
            *([""] if plain else []),
            *(["fp16"] if any(_HALF.search(name) for name in tensors) else []),
        ]
        if not there[network]:
            pickled = any(name.endswith((".bin", ".ckpt", ".pt", ".pth")) for name in mine)
            raise InputError(
                f"{where} has the weights of '{network}' only as a pickle, which can run programs "
                "when it is read: take its safetensors (for a model of the hub often the revision "
                "OWNER/NAME@refs/pr/N)"
                if pickled
                else f"{where} has no weights of '{network}': the folder is not complete"
            )
    order = ("fp16", "") if half else ("", "fp16")
    for variant in order:
        if all(variant in found for found in there.values()):
            return variant
    return ""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that can be loaded, and what is known of its model.

    Attributes:
        path: of the folder.
        name: what it is called by.
        kind: whose layout it has.
        index: its components.
        channels: of the noise.
        factor: pixels for each row and column of the noise.
        size: height and width in pixels that it was made for.
        steps: how many it wants.
        most_steps: how many it can do.
        guidance: what it wants.
    """

    path: Path
    name: str
    kind: Kind
    index: ModelIndex
    channels: int
    factor: int
    size: tuple[int, int]
    steps: int
    most_steps: int
    guidance: float

    def noise_shape(self, size: tuple[int, int] | None) -> tuple[int, int, int]:
        """For a picture of a size, or of its own.

        Raises:
            InputError: it cannot make that size.
        """
        height, width = size or self.size
        least, most = _SIDES
        for side in (height, width):
            if side % self.factor or not least <= side <= most:
                raise InputError(
                    f"{self.name} makes pictures of {least} to {most} pixels a side, multiples of "
                    f"{self.factor}, not {width}x{height}"
                )
        return self.channels, height // self.factor, width // self.factor

    def files(self) -> list[str]:
        """Of the folder, relative, with ``/``."""
        return list_files(self.path)


def list_files(path: Path) -> list[str]:
    """Of a folder and those in it, relative, with ``/``, sorted."""
    found = (one for depth in ("*", "*/*") for one in path.glob(depth) if one.is_file())
    return sorted(one.relative_to(path).as_posix() for one in found)


def read_folder(path: Path, name: str = "") -> ModelFolder:
    """Look at a folder; loads nothing.

    Raises:
        BundleError: it is damaged.
        InputError: it is no model, or of another kind.
    """
    called = name or str(path)
    if not (path / INDEX).is_file():
        raise InputError(
            f"{called} is no model of diffusers: a folder with a {INDEX} (single checkpoint files "
            "are not read)"
        )
    index = read_index(_text(path / INDEX, called), called)
    kind = kind_of(list_files(path))
    unet = _facts(path / "unet" / "config.json", called)
    coder = "vqvae" if "vqvae" in index.components else "vae"
    coder = "vae_decoder" if kind == "openvino" else coder
    levels = _facts(path / coder / "config.json", called).get("block_out_channels")
    scheduler = _facts(path / "scheduler" / "scheduler_config.json", called)
    channels, sides = unet.get("in_channels"), unet.get("sample_size")
    sides = [sides, sides] if isinstance(sides, int) else sides
    if (
        not isinstance(channels, int)
        or not 1 <= channels <= 64
        or not isinstance(levels, list)
        or not 1 <= len(levels) <= 8
        or not isinstance(sides, list)
        or len(sides) != 2
        or not all(isinstance(side, int) and 1 <= side <= 1024 for side in sides)
    ):
        raise BundleError(f"{called} is damaged: its config.json has no channels or sizes")
    factor = 1 << (len(levels) - 1)
    steps, guidance = _wants(index.pipeline, unet, scheduler)
    return ModelFolder(
        path,
        called,
        kind,
        index,
        channels,
        factor,
        (sides[0] * factor, sides[1] * factor),
        steps,
        _most_steps(scheduler),
        guidance,
    )


def _wants(pipeline: str, unet: dict[str, Any], scheduler: dict[str, Any]) -> tuple[int, float]:
    """Steps and guidance, as the models' authors recommend them."""
    if pipeline == _LCM or scheduler.get("_class_name") == "LCMScheduler":
        # Guidance is an input of those that were distilled whole, and baked into the others.
        return 4, 8.5 if unet.get("time_cond_proj_dim") else 1.0
    distilled = scheduler.get("timestep_spacing") == "trailing"
    if distilled and scheduler.get("prediction_type", "epsilon") == "epsilon":
        return 2, 1.0
    if pipeline == _LDM:
        return 50, 6.0
    return 30, 5.0 if pipeline == _XL else 7.5


def _most_steps(scheduler: dict[str, Any]) -> int:
    told = [scheduler.get("num_train_timesteps", 1000)]
    if scheduler.get("_class_name") == "LCMScheduler":
        told.append(scheduler.get("original_inference_steps", 50))
    return max(1, min(one for one in told if isinstance(one, int)))


def _facts(path: Path, where: str) -> dict[str, Any]:
    return _parse(_text(path, where), where)


def _text(path: Path, where: str) -> str:
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise BundleError(f"{where} is damaged: {path.name} is too large")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{where} is not complete: {path.parent.name}/{path.name} cannot be read"
        ) from error
    except UnicodeDecodeError as error:
        raise BundleError(f"{where} is damaged: {path.name} is no text") from error


def _parse(text: str, where: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{where} is damaged: a JSON file of it cannot be read") from error
    if not isinstance(told, dict):
        raise BundleError(f"{where} is damaged: a JSON file of it holds no table")
    return told
