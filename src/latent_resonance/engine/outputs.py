"""Which stage writes an output file: its extension chooses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.registry import find_part
from latent_resonance.engine.performance import Chain, Performance
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.stage.video.codecs import CONTAINERS

_VIDEO = tuple(CONTAINERS)
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
WRITTEN = (*SOUND_FILES, *_VIDEO, *PICTURES)
"""Endings of all files that are written."""

_WRITERS = {
    **dict.fromkeys(_VIDEO, "video_file"),
    **dict.fromkeys((*PICTURES, ""), "picture_file"),
    **dict.fromkeys(SOUND_FILES, "audio_file"),
}


def writer_of(output: Path) -> str:
    """The stage that writes such a file; empty for one that none does."""
    return _WRITERS.get(output.suffix.lower(), "")


def output_stage(
    performance: Performance, output: Path, options: Mapping[str, Any] | None = None
) -> tuple[Chain, PartChoice]:
    """The chain that goes to the file, and its stage.

    Args:
        performance: whose chain it is.
        output: of the file.
        options: more of the stage's.

    Raises:
        OutputError: no chain gives what such a file holds.
        InputError: it is to hold the input's own sound, and that has none.
    """
    sound, pictures = performance.of_sound(), performance.of_pictures()
    part = writer_of(output)
    if chains := sound if part == "audio_file" else pictures if part else []:
        return chains[0], PartChoice(part=part, options={"path": str(output), **(options or {})})
    if part == "audio_file" and pictures:
        raise InputError(
            f"cannot write {output}: '{performance.name}' gives pictures, and what is sensed "
            f"has no sound of its own: use one of {', '.join(_VIDEO + PICTURES)}"
        )
    fitting = [*(SOUND_FILES if sound else ()), *(_VIDEO + PICTURES if pictures else ())]
    raise OutputError(
        f"cannot write {output}: '{performance.name}' gives {performance.chain.gives}, "
        f"use one of {', '.join(fitting)}"
    )


def written_by(choice: PartChoice) -> Path | None:
    """The file or folder that a stage writes, by its options or its own default; None for none."""
    found = getattr(find_part("stage", choice.part).options(choice.options), "path", None)
    return found if isinstance(found, Path) else None
