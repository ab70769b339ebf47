"""Pictures as PNG; grey ones back."""

import io

import numpy as np

from latent_resonance.contracts.values import ByteArray


def write_png(pixels: ByteArray, note: str = "") -> bytes:
    """``[height, width]`` or ``[height, width, 3]``, 8 bits; ``note`` travels as its comment."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    if note:
        info.add_text("Comment", note)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=info, optimize=True)
    return file.getvalue()


def read_png(data: bytes) -> tuple[ByteArray, str]:
    """Pixels ``[height, width]`` and the comment of a PNG that ``write_png`` wrote."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("L")), str(image.info.get("Comment", ""))
