"""Which stage writes an output file: its extension chooses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.engine.performance import Chain, Performance
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.stage.video.codecs import CONTAINERS

_VIDEO = tuple(CONTAINERS)
PICTURES = (".png", ".jpg", ".jpeg", ".webp")


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
    """
    kind = output.suffix.lower()
    sound, pictures = performance.of_sound(), performance.of_pictures()
    for suffixes, chains, part in (
        (_VIDEO, pictures, "video_file"),
        ((*PICTURES, ""), pictures, "picture_file"),
        (SOUND_FILES, sound, "audio_file"),
    ):
        if kind in suffixes and chains:
            return chains[0], PartChoice(
                part=part, options={"path": str(output), **(options or {})}
            )
    fitting = [*(SOUND_FILES if sound else ()), *(_VIDEO + PICTURES if pictures else ())]
    raise OutputError(
        f"cannot write {output}: '{performance.name}' gives {performance.chain.gives}, "
        f"use one of {', '.join(fitting)}"
    )
