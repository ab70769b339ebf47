"""Which sensor reads a file that was given as input, or a device that was named."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic.fields import FieldInfo

from latent_resonance.contracts.errors import AssemblyError, MediaError
from latent_resonance.contracts.registry import find_part, list_parts
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.setup import Setup


def sense_file(recipe: Recipe, setup: Setup, source: Path, *, loop: bool = False) -> Setup:
    """The setup with a file as its input.

    It goes to the first sensor, chosen or of the recipe, that reads files of its kind, and to
    others that do and need a file they were not given (the face and the sound of one film); else
    to any other sensor that does, unless sensors were chosen, else to the first that reads files at
    all, which then says what is wrong.

    Raises:
        MediaError: there is no such file, or the chosen sensors do not read it and others do.
    """
    if not source.exists():
        raise MediaError(f"there is no file {source}")
    choices = list(setup.senses or recipe.sense)
    kind = "" if source.is_dir() else source.suffix.lower()
    fitting = [n for n, choice in enumerate(choices) if kind in _reads(choice.part)]
    readers = {name: _reads_if_there(name) for name in list_parts("sense")}
    others = [name for name, reads in readers.items() if kind in reads]
    others.sort(key=lambda name: readers[name].index(kind))
    reading = [n for n, choice in enumerate(choices) if _reads(choice.part)]
    place = next(iter((*fitting, *reading, 0)))
    if setup.senses and others and not fitting:
        names = ", ".join(choice.part for choice in choices)
        raise MediaError(
            f"{source} is nothing that {names} can read: choose the sense {' or '.join(others)}, "
            "or none"
        )
    if not fitting and (others or not reading):
        choices[place] = PartChoice(part=others[0] if others else "face")
    for number in {place, *(n for n in fitting if lacks_file(choices[n]))}:
        own = {
            "source": str(source),
            **({"loop": loop} if "loop" in _fields(choices[number]) else {}),
        }
        choices[number] = choices[number].with_options(**own)
    return replace(setup, senses=tuple(choices))


def _fields(choice: PartChoice) -> Mapping[str, FieldInfo]:
    fields: Mapping[str, FieldInfo] = find_part("sense", choice.part).load().Options.model_fields
    return fields


def lacks_file(choice: PartChoice) -> bool:
    """Whether a sensor is nothing without a file, and has none."""
    source = _fields(choice).get("source")
    return source is not None and source.is_required() and "source" not in choice.options


def _reads_if_there(part: str) -> tuple[str, ...]:
    """The same of a part that nobody named, which may be one that cannot be imported."""
    try:
        return _reads(part)
    except AssemblyError:
        return ()


def _reads(part: str) -> tuple[str, ...]:
    """Extensions of the files that a sensor reads; empty for none."""
    reads = find_part("sense", part).load().Part.reads
    return reads if isinstance(reads, tuple) else ()  # the role's own, of one that reads none
