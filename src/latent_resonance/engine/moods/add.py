"""Adds moods to an image bundle: places found by prompts, with names."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.bundles.add_places import add_places
from latent_resonance.bundles.display import ShownPlace
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.navigate.moods.search import Effort
from latent_resonance.navigate.prompts.judge import PictureJudge, check_prompt
from latent_resonance.navigate.suggestion.moods import MOTION
from latent_resonance.render.pictures.look import CONTROLS

GROUP = "Moods"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS_OF_A_NAME = 3
_TABLE = 0.5
"""Share of the work that the table of pictures is, for progress."""


@dataclass(frozen=True, slots=True)
class AskedMood:
    """A mood that is asked for.

    Attributes:
        prompt: what to see.
        name: of the place; made of the prompt where empty.
    """

    prompt: str
    name: str = ""


def add_moods(
    path: Path,
    output: Path,
    asked: Sequence[AskedMood],
    *,
    judge: PictureJudge,
    effort: Effort | None = None,
    truncation: float = 1.0,
    threads: int = 1,
    on_progress: Callable[[float, float], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Write the bundle ``path`` with a place for each prompt to ``output``.

    Args:
        path: of an image bundle.
        output: the new bundle, may be the same file; a mood of the same name is replaced.
        asked: prompts with their names.
        judge: of how well pictures fit.
        effort: how much is tried.
        truncation: 0..1; below 1 random places are drawn towards the mean.
        threads: for the model; on one the result is the same on every run.
        on_progress: gets how much is done, of how much.
        cancelled: asked now and then.

    Returns:
        ``bundle``, ``moods``: for each its name, prompt, ``fit`` (0 is usual, 2 is good), the fit
        of its parts, and words that were not known with what to try.

    Raises:
        ResonanceError: a prompt or name cannot be used, the bundle makes no pictures or cannot be
            read or written; or StoppedError. Nothing is left half-written.
    """
    bundle = read_bundle(path)
    names = choose_names(asked, bundle.space)
    readings = [judge.read(mood.prompt) for mood in asked]
    made, places, shown = [], {}, {}
    with MoodFinder(bundle, judge, effort, threads, truncation) as finder:
        finder.prepare(lambda done, of: on_progress(_TABLE * done / of, 1.0), cancelled)
        for index, (mood, name, reading) in enumerate(zip(asked, names, readings, strict=True)):

            def told(done: float, of: float, index: int = index) -> None:
                on_progress(_TABLE + (1 - _TABLE) * (index + done / of) / len(asked), 1.0)

            found = finder.search(mood.prompt, told, cancelled)
            places[name] = found.w
            shown[name] = ShownPlace(prompt=check_prompt(mood.prompt), group=GROUP)
            made.append(
                {
                    "name": name,
                    "prompt": mood.prompt,
                    "fit": round(found.fit, 2),
                    "parts": found.parts,
                    "unknown": dict(reading.unknown),
                }
            )
    add_places(bundle, output, places, shown)
    return {"bundle": str(output), "moods": made}


def choose_names(asked: Sequence[AskedMood], space: LatentSpace) -> list[str]:
    """A name for each mood, all different, and no control's, as a mood's share is one by its name.

    None takes a place that was not found by its prompt.

    A name that is given replaces whatever mood had it.

    Raises:
        InputError: a prompt or a name that cannot be, or a name given twice.
    """
    chosen: list[str] = []
    taken = {*space.directions, *(one.name for one in (*MOTION, *CONTROLS))}
    for mood in asked:
        prompt = check_prompt(mood.prompt)
        if mood.name and not _NAME.fullmatch(mood.name):
            raise InputError(f"--name {mood.name[:40]}: small letters, digits and _, up to 40")
        if mood.name in taken:
            raise InputError(f"--name {mood.name}: a control is called so, choose another")
        if mood.name in chosen:
            raise InputError(f"two moods are to be called '{mood.name}'")
        chosen.append(mood.name or _free(prompt, space, {*chosen, *taken}))
    return chosen


def _free(prompt: str, space: LatentSpace, taken: Collection[str]) -> str:
    words = re.findall(r"[a-z][a-z0-9]*", prompt.lower())[:_WORDS_OF_A_NAME]
    plain = "_".join(words)[:32].strip("_") or "mood"
    number, name = 1, plain
    while name in taken or (name in space.places and space.places[name].prompt != prompt):
        number += 1
        name = f"{plain}_{number}"
    return name
