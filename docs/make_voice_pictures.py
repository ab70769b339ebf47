"""Makes the pictures and figures of docs/models/voice.md from a bundle and the folder of its run.

With the noise of voices besides: resonance evaluate voice --pictures.

python docs/make_voice_pictures.py voice.resonance runs/voice
"""

import json
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

from latent_resonance.engine.voice_pictures.embedded import open_painter
from latent_resonance.evaluation.voices.painted import draw_sheet, judge_prompts
from latent_resonance.training.run_folder import read_curve

PICTURES = Path(__file__).parent / "pictures"
COUNT = 64


def draw_curve(run: Path, path: Path) -> None:
    """The loss over thousands of pictures, as SVG."""
    rows = [(float(row["kimg"]), float(row["loss"])) for row in read_curve(run)]
    points = np.array(rows)
    smooth = np.convolve(points[:, 1], np.ones(9) / 9, "valid")
    x = 60 + 620 * points[4:-4, 0] / points[-1, 0]
    y = 260 - 220 * np.clip(smooth, 0, 1.5) / 1.5
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    marks = "".join(
        f'<text x="50" y="{264 - 220 * v / 1.5:.0f}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.5, 1, 1.5)
    )
    last = points[-1, 0]
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 300" font-family="sans-serif" '
        f'font-size="13" fill="#555">{marks}<text x="680" y="285" text-anchor="end">{last:.0f} '
        'thousand pictures</text><text x="60" y="25">loss of the velocity</text>'
        f'<polyline points="{line}" fill="none" stroke="#2450d0" stroke-width="2"/></svg>\n',
        encoding="utf-8",
    )


def main() -> None:
    """Write the pictures; print the table."""
    with closing(open_painter(sys.argv[1])) as model:
        paint = partial(model.paint, steps=model.steps, guidance=model.guidance)
        told, made = judge_prompts(paint, model.noise_shape, {}, COUNT)
    draw_sheet(made, PICTURES / "voice-model-sheet.webp")
    draw_curve(Path(sys.argv[2]), PICTURES / "voice-model-curve.svg")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
