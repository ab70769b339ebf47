"""The demo: recorded performances that travel in the package, rendered on the default bundles."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.engine.assemble import Setup
from latent_resonance.engine.perform import render_file


@dataclass(frozen=True, slots=True)
class Demo:
    """A recipe and a performance for it."""

    recipe: str
    performance: str


DEMOS = {"face": Demo("face", "face.csv")}


def performance_path(name: str) -> Path:
    """Where the recorded performance of a demo lies."""
    return Path(__file__).parent / "performances" / DEMOS[name].performance


def render_demo(
    name: str,
    folder: Path,
    seed: int = 0,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, Any]:
    """Render one demo into ``folder`` as ``NAME.wav`` and ``NAME.png``; gives its report.

    Raises:
        OutputError: the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {error.strerror}") from error
    made = render_file(
        DEMOS[name].recipe,
        folder / f"{name}.wav",
        source=performance_path(name),
        setup=Setup(seed=seed),
        picture=folder / f"{name}.png",
        on_progress=on_progress,
    )
    return dict(made.report)
