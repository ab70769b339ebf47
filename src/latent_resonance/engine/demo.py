"""The demo: performances that travel in the package, rendered on the default bundles."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.engine.assemble import Setup
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.render import Output, render_places
from latent_resonance.engine.exploration.request import PlaceRequest, Weighted
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import load_recipe


@dataclass(frozen=True, slots=True)
class Demo:
    """A recipe and a performance for it: a recorded one, or places to go through."""

    recipe: str
    performance: str = ""
    places: tuple[str, ...] = ()
    seconds: float = 0.0


DEMOS = {
    "face": Demo("face", "face.csv"),
    "notes": Demo("notes", "notes.mid"),
    "texture": Demo(
        "texture", places=("scratch", "shake_rattle", "rain", "animals", "bell"), seconds=15
    ),
}


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
    output, picture = folder / f"{name}.wav", folder / f"{name}.png"
    demo = DEMOS[name]
    if demo.places:
        first, *rest = demo.places
        request = PlaceRequest(seed=seed, prototypes=[Weighted(first)])
        goal = Output(output, demo.seconds, morph=rest, picture=picture)
        told = on_progress or (lambda done, total: None)
        with Explorer(load_recipe(demo.recipe).bundle) as explorer:
            report = render_places(explorer, request, goal, on_progress=told)
        return {"recipe": name, **report}
    made = render_file(
        demo.recipe,
        output,
        source=performance_path(name),
        setup=Setup(seed=seed),
        picture=picture,
        on_progress=on_progress,
    )
    return dict(made.report)
