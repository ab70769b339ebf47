"""How a judge saw the pictures of many places, kept on disk: looking may take minutes."""

import hashlib
from pathlib import Path

import numpy as np

from latent_resonance.contracts.files import cache_folder, keep_in_cache
from latent_resonance.contracts.values import FloatArray

_VERSION = "1"


def read_table(drawn_by: object, places: FloatArray) -> FloatArray | None:
    """What was kept for these places, ``[n, size]``; None where there is none, or it is damaged.

    Args:
        drawn_by: the model, the size of its pictures and the judge, as something with a spelling.
        places: ``[n, latent]``.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        seen = load(_path(drawn_by, places).read_bytes())["seen"].astype(np.float32)
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
    return seen if seen.ndim == 2 and len(seen) == len(places) and np.isfinite(seen).all() else None


def keep_table(drawn_by: object, places: FloatArray, seen: FloatArray) -> bool:
    """Keep it, in 16 bits; False where nothing can be written."""
    from safetensors.numpy import save

    return keep_in_cache(_path(drawn_by, places), save({"seen": seen.astype(np.float16)}))


def _path(drawn_by: object, places: FloatArray) -> Path:
    told = repr((_VERSION, drawn_by)).encode() + np.ascontiguousarray(places).tobytes()
    return cache_folder("moods") / f"{hashlib.sha256(told).hexdigest()[:32]}.safetensors"
