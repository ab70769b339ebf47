"""Makes the pictures and figures of docs/models/voice.md from a bundle and the folder of its run.

python docs/make_voice_pictures.py voice.resonance runs/voice
"""

import json
import sys
from pathlib import Path

import numpy as np

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.evaluation.voices.adherence import (
    judge_itself,
    known_forms,
    plain_prompts,
    score,
    swapped_prompts,
    swapped_share,
    unseen_prompts,
)
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.navigate.prompts.tokens import WORDS, load_tokens, tokens_of
from latent_resonance.training.run_folder import read_curve

PICTURES = Path(__file__).parent / "pictures"
COUNT = 64
ACROSS = 8


class Painter:
    """Euler's method along a bundle's flow, with its own steps and guidance."""

    def __init__(self, path: Path) -> None:
        bundle = read_bundle(path)
        core = load_openvino().Core()
        exact = {"INFERENCE_PRECISION_HINT": "f32"}
        self.velocity, self.decoder = (
            core.compile_model(core.read_model(bundle.members[name]), "CPU", exact)
            for name in ("velocity.onnx", "decoder.onnx")
        )
        self.facts = bundle.facts["diffusion"]
        self.table = load_tokens(bundle.members[WORDS])

    def paint(self, noise: FloatArray, prompt: str) -> ByteArray:
        """uint8 ``[h, w, 3]``."""
        words = tokens_of(self.table, prompt)[0][None]
        steps, guidance = self.facts["steps"], np.float32(self.facts["guidance"])
        z = noise[None].astype(np.float32)
        for index in range(steps):
            time = np.array([1 - index / steps], np.float32)
            way = self.velocity([z, time, words])[0]
            empty = self.velocity([z, time, np.zeros_like(words)])[0]
            z = z - (empty + guidance * (way - empty)) / np.float32(steps)
        image = self.decoder([z])[0][0].transpose(1, 2, 0)
        return np.rint((image + 1) * 127.5).astype(np.uint8)


def draw_sheet(pictures: list[ByteArray], path: Path) -> None:
    """All of them, at half size."""
    from PIL import Image

    small = [picture[::2, ::2] for picture in pictures]
    rows = [np.concatenate(small[at : at + ACROSS], 1) for at in range(0, len(small), ACROSS)]
    Image.fromarray(np.concatenate(rows)).save(path, quality=80)


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
    painter = Painter(Path(sys.argv[1]))
    random = np.random.default_rng(9)
    judge = known_forms()
    told: dict[str, object] = {"drawn pictures": judge_itself(judge)}
    for name, asked in (
        ("taught words", plain_prompts(COUNT)),
        ("unseen words", unseen_prompts(COUNT)),
        ("swapped colours", swapped_prompts(COUNT // 2)),
    ):
        noise = random.standard_normal((len(asked), *painter.facts["latent"]))
        made = [painter.paint(z, one.prompt) for z, one in zip(noise, asked, strict=True)]
        told[name] = score(judge, asked, made)
        if name == "swapped colours":
            told[name] = swapped_share(asked, made)
        if name == "taught words":
            draw_sheet(made, PICTURES / "voice-model-sheet.webp")
    draw_curve(Path(sys.argv[2]), PICTURES / "voice-model-curve.svg")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
