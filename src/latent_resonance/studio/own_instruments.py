"""A player's own instruments get another name, or go, with all that is kept of them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.contracts.files import write_text
from latent_resonance.contracts.text_files import parse_toml, read_text
from latent_resonance.engine.recipe import list_recipes, user_recipe_folder
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.of_instrument import remove_presets, rename_all

_NAME = re.compile(r"[\w-]{1,60}")
_ENTRY = r"""^({key}[ \t]*=[ \t]*)(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""


def is_own(name: str) -> bool:
    """Whether it is a recipe of the user's folder, not one that ships."""
    path = list_recipes().get(name)
    return path is not None and path.parent == user_recipe_folder()


def check_new_name(name: str) -> None:
    """For a recipe that is not there yet.

    Raises:
        InputError: the name is none, or is taken; case does not count, as on some disks.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"'{name[:80]}' is no name for a recipe: 1 to 60 letters, digits, _ and - only"
        )
    taken = next((one for one in list_recipes() if one.casefold() == name.casefold()), None)
    if taken is not None:
        raise InputError(f"there is a recipe '{taken}' already: choose another name")


def title_of(name: str) -> str:
    """What a recipe of that name is called in lists."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def rename_instrument(before: str, after: str, database: Database) -> None:
    """Its file, its variants, and what is kept of it: presets, sessions, takes, jobs, knobs.

    The file keeps its text, comments too, but for name and title.

    Args:
        before: of the user's own.
        after: a name that no recipe has.
        database: the studio's.

    Raises:
        UnknownNameError: there is no such instrument of the user's own.
        InputError: the new name is none, or is taken; or the file cannot be read.
        OutputError: it cannot be written. Then all is as before.
    """
    path = _own_file(before)
    check_new_name(after)
    text = read_text(path, "recipe")
    changed = _with_name(path, text, after)
    target = path.with_name(f"{after}.toml")
    variants, moved = path.with_suffix(""), target.with_suffix("")
    if variants.is_dir() and moved.exists():
        raise InputError(f"there is a folder {moved} already: choose another name")
    with _told(path), ExitStack() as undo:
        with database.together():
            rename_all(database, before, after)
            write_text(target, changed)
            undo.callback(target.unlink, missing_ok=True)
            if variants.is_dir():
                variants.rename(moved)
                undo.callback(moved.rename, variants)
            path.unlink()
            undo.callback(write_text, path, text)
        undo.pop_all()


def remove_instrument(name: str, database: Database) -> None:
    """Its file and its presets; takes, sessions and its variants' files stay.

    Args:
        name: of the user's own.
        database: the studio's.

    Raises:
        UnknownNameError: there is no such instrument of the user's own.
        OutputError: the file cannot be deleted. Then all is as before.
    """
    path = _own_file(name)
    with _told(path), ExitStack() as undo:
        with database.together():
            remove_presets(database, name)
            data = path.read_bytes()
            path.unlink()
            undo.callback(path.write_bytes, data)
        undo.pop_all()


def _own_file(name: str) -> Path:
    if not is_own(name):
        own = [one for one in list_recipes() if is_own(one)]
        raise UnknownNameError("instrument of your own", name, own)
    return list_recipes()[name]


def _with_name(path: Path, text: str, name: str) -> str:
    """The text of a recipe with another name and its title."""
    wanted = {"name": name, "title": title_of(name)}
    changed = _set_entries(text, wanted)
    try:
        if parse_toml(changed) == {**parse_toml(text), **wanted}:
            return changed
    except ValueError as error:
        raise InputError(f"{path} cannot be read as a recipe: {error}") from error
    raise InputError(f'{path}: write its name and title as plain lines first, as name = "{name}"')


def _set_entries(text: str, wanted: Mapping[str, str]) -> str:
    """The first lines of these keys say something else; one that is missing stands above all."""
    for key, value in wanted.items():
        pattern = re.compile(_ENTRY.format(key=key), re.MULTILINE)
        # A name is letters, digits, _ and -: nothing in it is to be escaped.
        found = pattern.search(text)
        if found is None:
            text = f'{key} = "{value}"\n{text}'
        else:
            text = f'{text[: found.end(1)]}"{value}"{text[found.end() :]}'
    return text


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot change {path}: {error.strerror or error}") from error
