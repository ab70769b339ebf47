"""What of a recipe leads out of it: files by path, which mean nothing or harm elsewhere."""

import re
import typing
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from latent_resonance.contracts.errors import BundleError, UnknownNameError
from latent_resonance.contracts.registry import Room, find_part
from latent_resonance.engine.recipe import PartChoice, Recipe

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def refuse_outward(subject: str, recipe: Recipe) -> None:
    """Refuse paths of files: those of its bundles, and options of its parts.

    Args:
        subject: what the message begins with.
        recipe: to look through.

    Raises:
        BundleError: says which entry names a file.
    """
    for chain in recipe.chain:
        if not _NAME.fullmatch(chain.bundle) or ".." in chain.bundle:
            raise BundleError(f"{subject} names its bundle by a path")
    for room, choice in _choices(recipe):
        files, reads = _file_options(room, choice.part), _reads(room, choice.part)
        for option, value in choice.options.items():
            texts = list(_texts(value))
            if (
                option in files
                or any(map(_leads_out, texts))
                or any(PurePath(text).suffix.lower() in reads for text in texts)
            ):
                raise BundleError(
                    f"{subject}: {room} '{choice.part}', option '{option}' names a file: leave it "
                    "out, a file is chosen where the recipe is played"
                )


def _choices(recipe: Recipe) -> Iterator[tuple[Room, PartChoice]]:
    for sense in recipe.sense:
        yield "sense", sense
    for chain in recipe.chain:
        yield "navigate", chain.navigate
        yield "models", chain.model
        yield "render", chain.render
        for stage in chain.stage:
            yield "stage", stage


def _file_options(room: Room, part: str) -> set[str]:
    """Those options that are paths; none of a part that is not installed here."""
    try:
        fields = find_part(room, part).load().Options.model_fields
    except UnknownNameError:
        return set()
    return {name for name, one in fields.items() if _is_path(one.annotation)}


def _reads(room: Room, part: str) -> tuple[str, ...]:
    """Endings of the files that a sense reads: such a name may be a file here, without a folder."""
    if room != "sense":
        return ()
    try:
        reads = find_part(room, part).load().Part.reads
    except UnknownNameError:
        return ()
    return tuple(filter(None, reads)) if isinstance(reads, tuple) else ()


def _is_path(annotation: Any) -> bool:
    inner = typing.get_args(annotation)
    if inner:
        return any(map(_is_path, inner))
    return isinstance(annotation, type) and issubclass(annotation, PurePath)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _leads_out(text: str) -> bool:
    return any(mark in text for mark in ("/", "\\", "\0")) or text.startswith("~")
