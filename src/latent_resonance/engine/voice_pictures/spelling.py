"""Arrays within a recipe, as text, to the last bit."""

import base64
import binascii
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray


def spell_numbers(values: FloatArray) -> str:
    """Base 64 of float32, little-endian, in C order."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode("ascii")


def read_numbers(text: Any, count: int) -> FloatArray:
    """``[count]`` as ``spell_numbers`` wrote them.

    Raises:
        MediaError: it is no such text, of another length, or not finite.
    """
    try:
        found = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
    except (TypeError, ValueError, binascii.Error) as error:
        raise MediaError("its recipe has no numbers where they should be") from error
    if len(found) != count or not np.isfinite(found).all():
        raise MediaError(f"its recipe does not have {count} finite numbers")
    return found.astype(np.float32)
