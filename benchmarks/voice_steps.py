"""Two steps of a live voice's picture: what words that pull cost, and what the pictures show.

Each way to guide paints the same prompts from the same noise, at several strengths. Told are the
judge's shares (evaluation/voices/adherence.py) of colour, ground, mood and form of taught words and
of words that no caption held, and of swapped colours; and the processor's time of a picture on one
thread. SEED 21 gives the prompts that the share of the recipe was chosen by.

    python benchmarks/voice_steps.py [PROMPTS] [SEED]
"""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ByteArray, Latent, Spec
from latent_resonance.evaluation.voices.adherence import (
    Asked,
    known_forms,
    plain_prompts,
    score,
    swapped_prompts,
    swapped_share,
    unseen_prompts,
)
from latent_resonance.navigate.prompts.tokens import load_tokens, tokens_of

_STEPS, _PROMPTS = 2, 96
_STRENGTHS = (2.0, 3.0)
_WAYS: Mapping[str, Mapping[str, Any]] = {
    "without words too": {},
    "by change, .7": {"guidance_by_change": 0.7},
}


def main(count: int = _PROMPTS, seed: int = 0) -> None:
    """Print a line for each way and strength."""
    bundle = open_bundle("voice")
    asked = {
        "taught": plain_prompts(count, seed),
        "unseen": unseen_prompts(count, seed + 1),
        "swapped": swapped_prompts(2 * (count // 4), seed + 2),
    }
    judge = known_forms()
    for strength in _STRENGTHS:
        for way, options in _WAYS.items():
            began, told = time.process_time(), []
            shown = {kind: _paint(bundle, options, ones, strength) for kind, ones in asked.items()}
            pictures = sum(map(len, asked.values()))
            took = 1e3 * (time.process_time() - began) / pictures
            for kind, ones in asked.items():
                if kind == "swapped":
                    told.append(f"swapped {swapped_share(ones, shown[kind]):.2f}")
                else:
                    found = score(judge, ones, shown[kind])
                    told.append(" ".join([kind, *(f"{value:.2f}" for value in found.values())]))
            print(f"{strength:.0f} {way:18} {took:5.1f} ms  {'; '.join(told)}", flush=True)


def _paint(
    bundle: Bundle, options: Mapping[str, Any], asked: Sequence[Asked], strength: float
) -> list[ByteArray]:
    layout = bundle.space.diffusion
    assert layout is not None
    table = load_tokens(bundle.space.words)
    player = find_part("models", "openvino").make({"steps": _STEPS, **options}, bundle)
    player.prepare(Spec(threads=1))
    random, made = np.random.default_rng(9), []
    for one in asked:
        noise = random.standard_normal(layout.latent)
        words, _ = tokens_of(table, one.prompt)
        w = layout.join(noise, words, strength)
        made.append(np.asarray(player.generate(Latent(w)).pixels))
    player.close()
    return made


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]))
