"""CLIP or SigLIP as a judge of pictures: knows things of the world, as the tower does not."""

import re
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import InputError, MissingPartError, in_a_line
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.navigate.prompts.judge import Reading, check_prompt

_ENOUGH = 128
_BATCH = 16


class ClipJudge:
    """See the module.

    Args:
        where: a folder, or ``OWNER/NAME`` on the Hugging Face hub; safetensors only.

    Raises:
        InputError: there is no such model, or it is none of pictures and texts.
        MissingPartError: what it needs is not installed.
    """

    side = _ENOUGH
    """Pixels a side that are worth drawing; it enlarges or reduces to its own size."""

    def __init__(self, where: str) -> None:
        try:
            from latent_resonance.networks.clip import ClipNetwork
        except ModuleNotFoundError as error:
            if error.name not in {"torch", "transformers"}:
                raise
            raise MissingPartError(
                "clip needs PyTorch and transformers: pip install 'latent-resonance[clip]'"
            ) from error
        try:
            self._network = ClipNetwork(where)
        except (OSError, ValueError, KeyError) as error:
            said = in_a_line(error)[:200]
            raise InputError(f"clip:{where} cannot be used: {said}") from error
        self.identity = f"clip-{self._network.digest}"

    def read(self, prompt: str) -> Reading:
        """The whole prompt, and each phrase between commas by itself.

        Raises:
            InputError: it is empty or too long.
        """
        plain = check_prompt(prompt)
        phrases = [one.strip() for one in re.split(r"[,;.]", plain) if one.strip()]
        parts = tuple(dict.fromkeys([plain, *phrases]))
        vectors = _unit(self._network.texts(list(parts)))
        # As much for the whole as for all phrases together.
        weights = np.array([len(parts) - 1 or 1, *[1] * (len(parts) - 1)], np.float32)
        return Reading(vectors, weights, parts)

    def embed_pictures(self, pictures: ByteArray) -> FloatArray:
        """``[n, size]`` of length 1 for pictures uint8 ``[n, height, width, 3]``.

        Raises:
            ValueError: no pictures.
        """
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
            raise ValueError("pictures are uint8 [n, height, width, 3]")
        begins = range(0, len(pictures), _BATCH)
        return _unit(
            np.concatenate([self._network.pictures(pictures[k : k + _BATCH]) for k in begins])
        )


def load_clip(where: str) -> ClipJudge:
    """The judge of a folder or of the hub; raises as ``ClipJudge``."""
    if not Path(where).is_dir() and not re.fullmatch(r"[\w.-]+/[\w.-]+", where):
        raise InputError(f"clip:{where}: there is no such folder; a model of the hub is OWNER/NAME")
    return ClipJudge(where)


def _unit(x: FloatArray) -> FloatArray:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-8), np.float32)
