"""Moods by words: how often their pictures show what was asked, by rules on colours and edges.

Twelve prompts, 32 searches each from other seeds with fewer candidates than the command takes, and
words that the tower never saw. Beside them the same for random places, as a baseline.

    python benchmarks/moods.py [DRAWS]
"""

import os
import sys

if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[_name] = "1"

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.engine.moods.painter import Painter
from latent_resonance.engine.moods.random_places import random_places
from latent_resonance.evaluation.moods import PROMPTS, measure_moods, rules_of, unseen_words
from latent_resonance.evaluation.pictures.demands import DEMANDS, look_at
from latent_resonance.navigate.moods.search import Effort

EFFORT = Effort(candidates=512, rounds=6, starts=64, side=128)
DRAWS = 32
RANDOM = 128


def run(data_dir: Path | None = None, draws: int = DRAWS) -> dict[str, Any]:
    """Measure; ``data_dir`` is not needed."""
    bundle = open_bundle("fields")
    asked = rules_of(PROMPTS)
    words = {word: (rule,) for word, rule in unseen_words().items()}
    began = time.process_time()

    def show(done: float, of: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{done:.0f} of {of:.0f} draws", end="", file=sys.stderr)

    prompts = measure_moods(bundle, asked, draws, EFFORT, on_progress=show)
    unseen = measure_moods(bundle, words, max(1, draws // 8), EFFORT, on_progress=show)
    return {
        "draws": draws,
        "prompts": {prompt: asdict(kept) for prompt, kept in prompts.items()},
        "by_chance": by_chance(bundle, asked),
        "unseen": {word: kept.share for word, kept in unseen.items()},
        "unseen_mean": round(float(np.mean([kept.share for kept in unseen.values()])), 3),
        "processor_seconds": round(time.process_time() - began),
    }


def by_chance(bundle: Bundle, asked: dict[str, tuple[str, ...]]) -> dict[str, float]:
    """Share of random places that show what each prompt asks."""
    places, _ = random_places(bundle, RANDOM, 99)
    with Painter(bundle, 256) as painter:
        looks = [look_at(painter.draw(w[None])[0]) for w in places]
    return {
        prompt: round(float(np.mean([all(DEMANDS[r](look) for r in rules) for look in looks])), 3)
        for prompt, rules in asked.items()
    }


def lines(result: dict[str, Any]) -> list[str]:
    made = [f"  {result['draws']} draws each; shown by random places in brackets"]
    for prompt, kept in result["prompts"].items():
        each = ", ".join(f"{name} {share:.2f}" for name, share in kept["each"].items())
        chance = result["by_chance"][prompt]
        made.append(f"  {kept['share']:.2f} ({chance:.2f})  {prompt}: {each}")
    words = ", ".join(f"{word} {share:.2f}" for word, share in result["unseen"].items())
    made += [f"  {result['unseen_mean']:.2f}  words never seen: {words}"]
    return [*made, f"  {result['processor_seconds']} s of one processor"]


if __name__ == "__main__":
    print("\n".join(lines(run(draws=int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS))))
