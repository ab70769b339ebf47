"""What a bundle shows or plays of itself: its named places, one after the other."""

import io

import numpy as np
from torch import Tensor

from latent_resonance.contracts.values import FloatArray, Spectrogram, SpectrogramFormat

_ACROSS = 3
_LARGEST = 256


def picture_preview(pictures: Tensor) -> bytes:
    """``[n, channels, height, width]`` in -1..1 as a PNG, nine at most."""
    from PIL import Image

    shown = pictures[: _ACROSS * _ACROSS].clamp(-1, 1)
    step = -(-max(shown.shape[2:]) // _LARGEST)
    grey = shown.shape[1] < 3
    values = ((shown[:, :1] if grey else shown[:, :3]) + 1).mul(127.5).round().byte().numpy()
    values = values[:, :, ::step, ::step]
    rows = [values[at : at + _ACROSS] for at in range(0, len(values), _ACROSS)]
    rows = [row for row in rows if len(row) == len(rows[0])]
    grid = np.concatenate([np.concatenate(list(row), axis=2) for row in rows], axis=1)
    image = Image.fromarray(grid[0] if grey else np.ascontiguousarray(grid.transpose(1, 2, 0)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sound_preview(levels: FloatArray, layout: SpectrogramFormat) -> bytes:
    """``[n, bins, columns]`` in dB as FLAC, a second of each."""
    import soundfile

    from latent_resonance.sound.codec import decode

    pieces = []
    for level in levels:
        sound = decode(Spectrogram(level, layout))[: layout.sample_rate]
        pieces.append(0.25 * sound / max(1e-9, float(np.abs(sound).max())))
    out = io.BytesIO()
    soundfile.write(out, np.concatenate(pieces), layout.sample_rate, format="FLAC")
    return out.getvalue()
