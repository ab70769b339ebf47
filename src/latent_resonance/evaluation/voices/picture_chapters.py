"""The chapters of a report on pictures of voices."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.evaluation.report import Chapter
from latent_resonance.evaluation.voices.painted import Painted, draw_sheet

_SHARES = ("colour", "ground", "mood", "shape")
_PROMPTS, _VOICES = "prompts.png", "voices.png"


def picture_chapters(painted: Painted, folder: Path) -> list[Chapter]:
    """Tables, and sheets that are written into ``folder``."""
    draw_sheet(painted.prompts, folder / _PROMPTS)
    draw_sheet(painted.voices, folder / _VOICES)
    same, asked = painted.figures["identity"], painted.figures["adherence"]
    rows = [["noise", "recorded again", "strangers", "ratio (asked: 0.6)", "clips"]]
    rows += [_identity_row(mode, found) for mode, found in same.items()]
    table = [["pictures", "colour", "ground", "mood", "form", "swapped colours"]]
    table += [
        ["asked", "0.95", "0.95", "0.85", "0.85", "0.80"],
        [
            "drawn pictures: the judge itself",
            *_shares(asked["drawn"]),
            f"{asked['swapped_drawn']:.2f}",
        ],
        ["taught words", *_shares(asked["taught"]), f"{asked['swapped']:.2f}"],
        ["words that no caption held (asked: 0.80)", *_shares(asked["unseen"]), ""],
        *(
            [f"taught words, noise of voices: {mode}", *_shares(found), ""]
            for mode, found in asked["voices"].items()
        ),
    ]
    modes = ", ".join(same)
    return [
        Chapter(
            "identity",
            "Is the picture of another take the same?",
            table=rows,
            notes=["Differences of pictures of 32 pixels a side, in grey levels (rms)."],
            pictures={_VOICES: f"Clips, and below each the same recorded again: {modes}"},
        ),
        Chapter(
            "adherence",
            "Does it show what was asked?",
            table=table,
            pictures={_PROMPTS: "Taught words, Gaussian noise"},
        ),
    ]


def _identity_row(mode: str, found: Mapping[str, Any]) -> list[str]:
    refused = f", {found['refused']} refused" if found["refused"] else ""
    numbers = (f"{found['again']:.1f}", f"{found['strangers']:.1f}", f"{found['ratio']:.2f}")
    return [mode, *numbers, f"{found['clips']}{refused}"]


def _shares(found: Mapping[str, float]) -> list[str]:
    return [f"{found[name]:.2f}" for name in _SHARES]
