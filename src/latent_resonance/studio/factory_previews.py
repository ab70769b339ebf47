"""Writes the pictures of the factory presets, or checks them.

``python -m latent_resonance.studio.factory_previews`` draws those whose preset or model changed
since, into ``factory/previews``; with ``--check`` it draws none and fails when one is stale.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from latent_resonance.contracts.files import whole_output
from latent_resonance.studio.factory_presets import FOLDER, embedded_preview, factory_presets
from latent_resonance.studio.pictures.png import read_png
from latent_resonance.studio.pictures.previews import draw_preview, made_of
from latent_resonance.studio.store.presets import Preset


def stale() -> Iterator[Preset]:
    """Presets whose picture is missing, or was made of something else."""
    for preset in factory_presets():
        path = embedded_preview(preset)
        if not path.is_file() or read_png(path.read_bytes())[1] != made_of(preset):
            yield preset


def left_over() -> list[Path]:
    """Pictures of presets that are no more."""
    wanted = {embedded_preview(preset) for preset in factory_presets()}
    return sorted(set((FOLDER / "previews").glob("*.png")) - wanted)


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written or as they should be, 1 stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="draw nothing; fail when stale")
    given = parser.parse_args(arguments)
    found, over = list(stale()), left_over()
    if given.check and (found or over):
        names = ", ".join([*(preset.name for preset in found), *(path.name for path in over)])
        sys.stderr.write(
            f"stale pictures: {names}; run python -m latent_resonance.studio.factory_previews\n"
        )
        return 1
    for preset in found:
        path = embedded_preview(preset)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_output(path) as partial:
            partial.write_bytes(draw_preview(preset))
    for path in over:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
