"""What a bundle of pictures shows of itself: its named places."""

import io

import numpy as np

from latent_resonance.contracts.values import FloatArray

_ACROSS = 3
_LARGEST = 256


def picture_preview(pictures: FloatArray) -> bytes:
    """``[n, channels, height, width]`` in -1..1 as a PNG, nine at most."""
    from PIL import Image

    shown = pictures[: _ACROSS * _ACROSS].clip(-1, 1)
    step = -(-max(shown.shape[2:]) // _LARGEST)
    grey = shown.shape[1] < 3
    values = np.rint(((shown[:, :1] if grey else shown[:, :3]) + 1) * 127.5).astype(np.uint8)
    values = values[:, :, ::step, ::step]
    rows = [values[at : at + _ACROSS] for at in range(0, len(values), _ACROSS)]
    rows = [row for row in rows if len(row) == len(rows[0])]
    grid = np.concatenate([np.concatenate(list(row), axis=2) for row in rows], axis=1)
    image = Image.fromarray(grid[0] if grey else np.ascontiguousarray(grid.transpose(1, 2, 0)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
