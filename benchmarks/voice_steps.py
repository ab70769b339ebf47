"""Two steps of a live voice's picture: what words that pull cost, and what the pictures show.

Each way to guide paints the same prompts from the same noise, at several strengths. Told are the
judge's shares (``judge_prompts``) of colour, ground, mood and form of taught words and of words
that no caption held, and of swapped colours; and the processor's time of a picture on one thread.
The last way is the recipe's in 8-bit integers, which ``auto`` takes where they are quicker.
SEED 21 gives the prompts that the share of the recipe was chosen by.

    python benchmarks/voice_steps.py [PROMPTS] [SEED]
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import RANGES
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ByteArray, FloatArray, Latent, Spec
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.evaluation.voices.painted import judge_prompts
from latent_resonance.navigate.prompts.tokens import load_tokens, tokens_of

_PROMPTS, _STRENGTHS = 96, (2.0, 3.0)


def main(count: int = _PROMPTS, seed: int = 0) -> None:
    """Print a line for each way and strength."""
    bundle = open_bundle("voice")
    live = load_recipe("voice").chain[0].model.options
    ways = {"without words too": {"steps": live["steps"]}, "as the recipe has it": live}
    if RANGES in bundle.members:
        ways["the same in 8 bits"] = {**live, "precision": "int8"}
    for strength in _STRENGTHS:
        for way, options in ways.items():
            painter = _Painter(bundle, options, strength)
            found, _ = judge_prompts(painter.paint, painter.layout.latent, {}, count, seed=seed)
            told = [
                " ".join([kind, *(f"{value:.2f}" for value in found[kind].values())])
                for kind in ("taught", "unseen")
            ]
            took = 1e3 * float(np.mean(painter.took))
            shares = "; ".join([*told, f"swapped {found['swapped']:.2f}"])
            print(f"{strength:.0f} {way:20} {took:5.1f} ms  {shares}", flush=True)


class _Painter:
    """Paints, and notes how long the processor worked for each picture."""

    def __init__(self, bundle: Bundle, options: Mapping[str, Any], strength: float) -> None:
        layout = bundle.space.diffusion
        assert layout is not None
        self.layout, self._strength = layout, strength
        self._table = load_tokens(bundle.space.words)
        self._player = find_part("models", "openvino").make(dict(options), bundle)
        self._player.prepare(Spec(threads=1))
        self.took: list[float] = []

    def paint(self, noise: FloatArray, prompt: str) -> ByteArray:
        words, _ = tokens_of(self._table, prompt)
        latent = Latent(self.layout.join(noise, words, self._strength))
        began = time.process_time()
        made = np.asarray(self._player.generate(latent).pixels)
        self.took.append(time.process_time() - began)
        return made


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]))
