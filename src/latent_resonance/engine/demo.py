"""The demo: performances that travel in the package, rendered on the default bundles."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.render import Output, render_places
from latent_resonance.engine.exploration.request import PlaceRequest, Weighted
from latent_resonance.engine.mastering import STREAMING_LUFS, Mastering
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup


@dataclass(frozen=True, slots=True)
class Demo:
    """A recipe and what it plays: a recorded performance, places, or another demo's sound."""

    recipe: str
    performance: str = ""
    places: tuple[str, ...] = ()
    seconds: float = 0.0
    listens_to: str = ""


DEMOS = {
    "face": Demo("face", "face.csv"),
    "notes": Demo("notes", "notes.mid"),
    "texture": Demo(
        "texture", places=("scratch", "shake_rattle", "rain", "animals", "bell"), seconds=15
    ),
    "vision": Demo("vision", listens_to="notes"),
}


def performance_path(name: str) -> Path:
    """Where the recorded performance of a demo lies."""
    return Path(__file__).parent / "performances" / DEMOS[name].performance


def render_demo(
    name: str,
    folder: Path,
    seed: int = 0,
    on_progress: Callable[[float, float], None] | None = None,
    loudness: float = STREAMING_LUFS,
) -> dict[str, Any]:
    """Render one demo into ``folder``: ``NAME.wav`` and ``NAME.png``, or ``NAME.mp4``.

    Sounds are of the ``loudness``, in LUFS. One that listens to another's sound finds it there, or
    makes it first. Gives its report.

    Raises:
        InputError: a seed or loudness out of range; nothing is written.
        OutputError: the folder cannot be made.
    """
    setup, mastering = Setup(seed=seed), Mastering(loudness)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {folder}: {error.strerror}") from error
    demo = DEMOS[name]
    output, picture = folder / f"{name}.wav", folder / f"{name}.png"
    if demo.listens_to:
        heard = folder / f"{demo.listens_to}.wav"
        if not heard.is_file():
            render_demo(demo.listens_to, folder, seed, loudness=loudness)
        video = folder / f"{name}.mp4"
        made = render_file(demo.recipe, video, source=heard, setup=setup, on_progress=on_progress)
        return dict(made.report)
    if demo.places:
        first, *rest = demo.places
        request = PlaceRequest(seed=seed, prototypes=[Weighted(first)])
        goal = Output(output, demo.seconds, morph=rest, loudness=loudness, picture=picture)
        told = on_progress or (lambda done, total: None)
        with Explorer(load_recipe(demo.recipe).bundle) as explorer:
            report = render_places(explorer, request, goal, on_progress=told)
        return {"recipe": name, **report}
    made = render_file(
        demo.recipe,
        output,
        source=performance_path(name),
        setup=setup,
        picture=picture,
        mastering=mastering,
        on_progress=on_progress,
    )
    return dict(made.report)
