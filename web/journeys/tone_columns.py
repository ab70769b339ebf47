"""Columns of a tone, as the studio's picture maker draws them: JSON on stdout, for a journey."""

import base64
import json
import sys

import numpy as np

from latent_resonance.studio.play.picture import PictureMaker

RATE = 16_000
CHUNK = 64


def main() -> None:
    """Three seconds of 110 Hz, then a glide to 82 Hz and back, with two weak overtones."""
    time = np.arange(9 * RATE) / RATE
    bend = np.where(time < 4, 0.0, np.sin(np.pi * (time - 4) / 4)).clip(0)
    hz = 110 * (82 / 110) ** bend
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = 0.5 * np.sin(phase) + 0.05 * np.sin(2 * phase) + 0.02 * np.sin(3 * phase)
    maker = PictureMaker(RATE)
    seconds = maker.layout.seconds_per_column
    step = round(CHUNK * seconds * RATE)
    chunks = []
    for at in range(0, len(sound) - step + 1, step):
        maker.add(sound[at : at + step, None].astype(np.float32))
        columns, skipped, _ = maker.draw(CHUNK)
        text = base64.b64encode(columns.tobytes()).decode()
        chunks.append({"columns": len(columns), "skipped": skipped, "bytes": text})
    json.dump({"layout": maker.layout.model_dump(), "chunks": chunks}, sys.stdout)


if __name__ == "__main__":
    main()
