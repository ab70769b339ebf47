"""CLIP and SigLIP by transformers: texts and pictures as vectors.

Radford et al. 2021 (arXiv:2103.00020), Zhai et al. 2023 (arXiv:2303.15343). Weights are read from
safetensors only, and no code that lies beside them is run.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import AutoConfig, AutoModel, AutoTokenizer

from latent_resonance.contracts.values import ByteArray, FloatArray

_KINDS = ("clip", "siglip", "siglip2")
# Of CLIP; SigLIP's are a half. A folder's preprocessor_config.json has the word.
_MEAN, _DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class ClipNetwork:
    """See the module; inference on the processor.

    Args:
        where: a folder, or ``OWNER/NAME`` on the hub.

    Raises:
        OSError: there is no such model, or it has no safetensors.
        ValueError: it is no CLIP or SigLIP.
    """

    def __init__(self, where: str) -> None:
        local = Path(where).is_dir()
        given: dict[str, Any] = {"trust_remote_code": False, "local_files_only": local}
        config = AutoConfig.from_pretrained(where, **given)
        if config.model_type not in _KINDS:
            raise ValueError(f"a '{config.model_type}' is none of {', '.join(_KINDS)}")
        self._tokens = AutoTokenizer.from_pretrained(where, **given)
        model = AutoModel.from_pretrained(where, use_safetensors=True, dtype=torch.float32, **given)
        self._model = model.eval().requires_grad_(requires_grad=False)
        self._siglip = config.model_type != "clip"
        self._side = int(config.vision_config.image_size)
        self._longest = int(config.text_config.max_position_embeddings)
        self._mean, self._deviation = _normalisation(where, siglip=self._siglip)
        self.digest = _digest(model)

    @torch.inference_mode()
    def texts(self, texts: list[str]) -> FloatArray:
        """How the model sees each text, ``[n, size]``; texts too long for it are cut."""
        fed = self._tokens(
            texts,
            return_tensors="pt",
            # SigLIP was trained on texts filled up to their full length.
            padding="max_length" if self._siglip else True,
            truncation=True,
            max_length=self._longest,
        )
        wanted = {name: fed[name] for name in ("input_ids", "attention_mask") if name in fed}
        return _vectors(self._model.get_text_features(**wanted))

    @torch.inference_mode()
    def pictures(self, pictures: ByteArray) -> FloatArray:
        """``[n, size]`` for pictures uint8 ``[n, height, width, 3]``: their middle square."""
        side = self._side
        made = []
        for pixels in pictures:
            least = min(pixels.shape[:2])
            top, left = (pixels.shape[0] - least) // 2, (pixels.shape[1] - least) // 2
            square = Image.fromarray(pixels[top : top + least, left : left + least])
            small = np.asarray(square.resize((side, side), Image.Resampling.BICUBIC), np.float32)
            made.append(((small / 255 - self._mean) / self._deviation).transpose(2, 0, 1))
        fed = torch.from_numpy(np.stack(made).astype(np.float32))
        return _vectors(self._model.get_image_features(pixel_values=fed))


def _vectors(output: Any) -> FloatArray:
    """Of a tensor, or of what newer versions of transformers wrap it in."""
    tensor = output if isinstance(output, torch.Tensor) else output.pooler_output
    found: FloatArray = tensor.float().numpy()
    return found


def _normalisation(where: str, *, siglip: bool) -> tuple[FloatArray, FloatArray]:
    mean, deviation = ((0.5,) * 3, (0.5,) * 3) if siglip else (_MEAN, _DEVIATION)
    try:
        told = json.loads((Path(where) / "preprocessor_config.json").read_text(encoding="utf-8"))
        mean, deviation = told["image_mean"], told["image_std"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # of the hub, or without a word of it: as the paper has it
    return np.array(mean, np.float32), np.array(deviation, np.float32)


def _digest(model: torch.nn.Module) -> str:
    """Of a few numbers of every tensor: other weights, another digest."""
    told = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        told.update(name.encode())
        told.update(value.flatten()[:64].float().numpy().tobytes())
    return told.hexdigest()[:16]
