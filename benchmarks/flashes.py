"""What keeps pictures from flashing, beside the named baseline: encoding the same pictures (H.264).

Pictures as they are, which are only looked at, and a strobe, of which every picture is blended, at
256x256 and at 1080p, on one thread.

    python benchmarks/flashes.py
"""

import os
import sys

# Costs are compared on one thread; numpy reads these when it is first imported.
if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray, Frame, Spec
from latent_resonance.render.pictures.flash.safety import PictureSafety, SafetyState
from latent_resonance.stage import video_file

SIZES = {"256": PictureFormat(256, 256, 30), "1080p": PictureFormat(1920, 1080, 30)}
FRAMES = 60


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Milliseconds of processor time for each picture; nothing of ``data_dir`` is needed."""
    return {name: _of_size(form) for name, form in SIZES.items()}


def lines(result: dict[str, Any]) -> list[str]:
    """Milliseconds and their ratio to encoding in the same run, a line for each size."""
    return [
        f"{name}: {one['harmless_ms']} ms a picture, {one['strobe_ms']} ms of a strobe; encoding "
        f"{one['encoding_ms']} ms: {one['harmless_to_encoding']} and {one['strobe_to_encoding']} "
        "of it"
        for name, one in result.items()
    ]


def _of_size(form: PictureFormat) -> dict[str, float]:
    drifting = [_waves(form, 0.05 * k) for k in range(FRAMES)]
    black = np.zeros_like(drifting[0])
    strobe = [black if k // 2 % 2 else pixels for k, pixels in enumerate(drifting)]
    harmless, limited = _limited(form, drifting), _limited(form, strobe)
    encoding = _encoded(form, drifting)
    return {
        "harmless_ms": round(harmless, 2),
        "strobe_ms": round(limited, 2),
        "encoding_ms": round(encoding, 2),
        "harmless_to_encoding": round(harmless / encoding, 3),
        "strobe_to_encoding": round(limited / encoding, 3),
    }


def _limited(form: PictureFormat, pictures: list[ByteArray]) -> float:
    safety, state = PictureSafety(form), SafetyState()

    def one(pixels: ByteArray) -> None:
        nonlocal state
        _, state = safety.apply(state, pixels)

    return _mean_ms(one, pictures)


def _encoded(form: PictureFormat, pictures: list[ByteArray]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        stage = video_file.Part(video_file.Options(path=Path(folder) / "a.mp4"))
        stage.prepare(Spec(picture=form, sample_rate=0, threads=1))
        times = iter(range(len(pictures)))
        found = _mean_ms(lambda pixels: stage.show(Frame(pixels, next(times) / 30)), pictures)
        stage.close()
        return found


def _mean_ms(work: Callable[[ByteArray], None], pictures: list[ByteArray]) -> float:
    """Some pictures cost more than others, and all must be made: the mean counts."""
    work(pictures[0])
    began = time.process_time()
    for pixels in pictures[1:]:
        work(pixels)
    return 1e3 * (time.process_time() - began) / (len(pictures) - 1)


def _waves(form: PictureFormat, phase: float) -> ByteArray:
    y, x = np.ogrid[-1 : 1 : form.height * 1j, -1 : 1 : form.width * 1j]  # type: ignore[misc]
    light = [np.sin(5 * x + 3 * y * (k - 1) + phase) * np.cos(4 * y - k * x) for k in range(3)]
    return np.round(255 * (0.45 + 0.35 * np.stack(light, -1))).astype(np.uint8)


if __name__ == "__main__":
    for line in lines(run()):
        print(line)
    sys.exit(0)
