"""What is to be shared, by name, with all that it needs."""

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from latent_resonance.bundles.find import DEFAULTS, find_bundle, list_bundles, ships, user_folder
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError, ResonanceError, UnknownNameError
from latent_resonance.contracts.text_files import parse_toml, read_text
from latent_resonance.engine.recipe import (
    Recipe,
    list_recipes,
    load_recipe,
    user_recipe_folder,
)
from latent_resonance.studio.factory_presets import embedded_preview, factory_presets
from latent_resonance.studio.named_presets import plain_name
from latent_resonance.studio.pictures.previews import draw_preview
from latent_resonance.studio.sharing.outward import refuse_outward
from latent_resonance.studio.sharing.set_file import (
    NAME,
    SetManifest,
    SharedBundle,
    SharedPreset,
    SharedSet,
)
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import LONGEST_LABEL, NewPreset, Preset, Presets
from latent_resonance.studio.store.sessions import Sessions
from latent_resonance.studio.studio import DATABASE, studio_folder

MOST_CARRIED = 16 << 20
"""Bytes of a bundle that goes into a set without being asked for."""

_KINDS = ("preset", "recipe", "bundle")


@dataclass(slots=True)
class Gathered:
    """Grows name by name.

    Attributes:
        presets: with what they play.
        recipes: name to TOML text.
        bundles: name to file, of those that are not the program's too.
        asked: names of bundles that were asked for by name.
    """

    presets: list[NewPreset] = field(default_factory=list)
    recipes: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, Path] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def add_preset(self, preset: NewPreset) -> None:
        """A preset, its instrument and its model."""
        if preset not in self.presets:
            self.presets.append(self._with_own_name(preset))
            for patch in filter(None, (preset.patch, preset.other)):
                self.add_recipe(patch.instrument)
                if patch.bundle:
                    self.add_bundle(patch.bundle)

    def _with_own_name(self, preset: NewPreset) -> NewPreset:
        """Numbered, where another preset of the instrument has its name: one would be lost."""
        taken = {_full(one) for one in self.presets}
        ends = ("", *(f" {number}" for number in range(2, len(taken) + 3)))
        names = (preset.name[: LONGEST_LABEL - len(end)] + end for end in ends)
        named = (preset.model_copy(update={"name": name}) for name in names)
        return next(one for one in named if _full(one) not in taken)

    def add_recipe(self, name: str) -> None:
        """A recipe, where it is not the program's own, and its models."""
        known = list_recipes()
        if name not in known:
            raise UnknownNameError("recipe", name, known)
        recipe = load_recipe(name)
        names = [self.add_bundle(chain.bundle) for chain in recipe.chain]
        if known[name].parent != user_recipe_folder() or name in self.recipes:
            return
        _check_name("recipe", name)
        text = read_text(known[name], "recipe")
        if names != [chain.bundle for chain in recipe.chain]:
            text = _with_bundles(text, names)
        refuse_outward(f"the recipe '{name}'", Recipe.model_validate(parse_toml(text)))
        self.recipes[name] = text

    def add_bundle(self, name_or_path: str) -> str:
        """A model; gives the name that the set knows it by."""
        path, known = find_bundle(name_or_path), list_bundles()
        name = name_or_path if name_or_path in known else path.stem
        _check_name("bundle", name)
        if path.is_dir():
            raise InputError(f"the bundle {path} is a folder: only .resonance files can be shared")
        if ships(name) and not _is_shipped(path):
            raise InputError(
                f"the bundle {path} has the name of one that ships, '{name}': rename the file"
            )
        if self.bundles.setdefault(name, path) != path:
            raise InputError(f"two bundles are called '{name}': rename one of the files")
        return name


def gather(
    names: Sequence[str], folder: Path | None = None, *, everything: bool = False
) -> Gathered:
    """Find what was named.

    Args:
        names: of presets (``rain at night``, ``texture/rain at night``), recipes and bundles of
            the player's own; ``preset:``, ``recipe:`` or ``bundle:`` before one says which it is,
            ``session:last`` is what the studio played last.
        folder: what the studio remembers; the user's own when None.
        everything: all presets, recipes and bundles of the player's own, in place of names.

    Raises:
        ResonanceError: nothing has a name, several things have, it cannot be shared, or no
            studio keeps anything in ``folder``.
    """
    found = Gathered()
    own, last = _remembered(folder)
    if everything:
        for preset in own:
            found.add_preset(preset)
        for name in _own_recipes():
            found.add_recipe(name)
        for name in _own_bundles():
            found.asked.add(found.add_bundle(name))
        if not (found.presets or found.recipes or found.bundles):
            raise InputError("there are no presets, recipes or bundles of your own to share")
    presets = [_plain(one) for one in (*own, *factory_presets())]
    for name in names:
        if name.startswith("session:"):
            if name != "session:last" or last is None:
                raise InputError(
                    f"{name}: 'session:last' is what the studio played last, if it did"
                )
            found.add_preset(last)
        else:
            _add_named(found, name, presets)
    return found


def finish(
    gathered: Gathered,
    *,
    with_bundles: bool = False,
    pictures: bool = True,
    on_picture: Callable[[int], None] = lambda _: None,
) -> SharedSet:
    """The set of what was gathered.

    Args:
        gathered: what is to be in it.
        with_bundles: carry models of any size, not only those of up to 16 MiB or asked for.
        pictures: draw presets that have no picture yet; a second or two for each.
        on_picture: called with how many presets have been seen to.

    Raises:
        BundleError: a bundle cannot be used.
    """
    listed, carried = [], {}
    for name, path in sorted(gathered.bundles.items()):
        data, is_ours = path.read_bytes(), _is_shipped(path)
        small = len(data) <= MOST_CARRIED or name in gathered.asked or with_bundles
        if small and not is_ours:
            carried[name] = data
        seal = read_bundle(path).seal
        digest = hashlib.sha256(data).hexdigest()
        listed.append(
            SharedBundle(
                name=name,
                sha256=digest,
                seal=seal,
                bytes=len(data),
                carried=name in carried,
                ships=is_ours,
            )
        )
    drawn = {}
    for number, preset in enumerate(gathered.presets):
        picture = _picture(preset) if pictures else None
        if picture is not None:
            drawn[number] = picture
        on_picture(number + 1)
    manifest = SetManifest(
        presets=[
            SharedPreset(**dict(_plain(preset)), pictured=number in drawn)
            for number, preset in enumerate(gathered.presets)
        ],
        recipes=sorted(gathered.recipes),
        bundles=listed,
    )
    return SharedSet(manifest, gathered.recipes, carried, drawn)


def _add_named(found: Gathered, name: str, presets: Sequence[NewPreset]) -> None:
    kind, colon, rest = name.partition(":")
    wanted, kinds = (rest, (kind,)) if colon and kind in _KINDS else (name, _KINDS)
    fitting: list[tuple[str, Any]] = []
    if "preset" in kinds:
        named = [one for one in presets if wanted in _spellings(one)] or [
            one for one in presets if plain_name(wanted) in map(plain_name, _spellings(one))
        ]
        fitting += [("preset", one) for one in named]
        # Of one name, the player's own comes first and counts.
        by_instrument = {one.patch.instrument: one for _, one in reversed(fitting)}
        fitting = [("preset", one) for one in by_instrument.values()]
    if "recipe" in kinds and wanted in list_recipes():
        fitting.append(("recipe", wanted))
    if "bundle" in kinds and wanted in list_bundles():
        fitting.append(("bundle", wanted))
    own = {"recipe": _own_recipes(), "bundle": _own_bundles()}
    ours = [(kind, one) for kind, one in fitting if kind == "preset" or one in own[kind]]
    if fitting and not ours:
        raise InputError(
            f"'{wanted}' ships with the program, everybody has it: share a preset or recipe of it"
        )
    if not ours:
        known = [one.name for one in presets]
        raise UnknownNameError(
            "preset, recipe or bundle", wanted, [*known, *own["recipe"], *own["bundle"]]
        )
    if len(ours) > 1:
        told = [f"'{k}:{_full(one) if k == 'preset' else one}'" for k, one in ours]
        raise InputError(f"'{wanted}' is the name of several things: say {' or '.join(told)}")
    ((kind, one),) = ours
    if kind == "preset":
        found.add_preset(one)
    elif kind == "recipe":
        found.add_recipe(one)
    else:
        found.asked.add(found.add_bundle(one))


def _remembered(folder: Path | None) -> tuple[list[Preset], NewPreset | None]:
    """The player's own presets, and the session that was played last as one more."""
    remembered = (folder or studio_folder()) / DATABASE
    if not remembered.is_file():
        if folder is not None:
            raise InputError(
                f"no studio keeps its presets in {folder}: give the folder of "
                "'resonance studio --folder'"
            )
        return [], None
    with closing(Database(remembered)) as database:
        own, last = Presets(database).list(), Sessions(database).latest()
    name = f"{last.patch.instrument} as played" if last else ""
    return own, NewPreset(name=name, patch=last.patch) if last else None


def _plain(preset: NewPreset) -> NewPreset:
    """Without what only this machine knows of it."""
    return NewPreset(**{name: getattr(preset, name) for name in NewPreset.model_fields})


def _full(preset: NewPreset) -> str:
    return f"{preset.patch.instrument}/{preset.name}"


def _spellings(preset: NewPreset) -> tuple[str, str]:
    return preset.name, _full(preset)


def _picture(preset: NewPreset) -> bytes | None:
    shipped = {(_full(one)): one for one in factory_presets() if _plain(one) == _plain(preset)}
    for one in shipped.values():
        with suppress(OSError):
            return embedded_preview(one).read_bytes()
    with suppress(ResonanceError):  # it is shared without one
        return draw_preview(preset)
    return None


def _own_recipes() -> list[str]:
    own = user_recipe_folder()
    return [name for name, path in list_recipes().items() if path.parent == own]


def _own_bundles() -> list[str]:
    return [name for name, path in list_bundles().items() if path.parent == user_folder()]


def _is_shipped(path: Path) -> bool:
    return path.parent == DEFAULTS


def _check_name(what: str, name: str) -> None:
    if not re.fullmatch(NAME, name) or ".." in name:
        raise InputError(
            f"the {what} '{name}' cannot be shared under this name: letters, digits, . _ -"
        )


def _with_bundles(text: str, names: Sequence[str]) -> str:
    """The recipe with its bundles by name; its comments are lost."""
    table: dict[str, Any] = parse_toml(text)
    chains: Sequence[dict[str, Any]] = table.get("chain", [table])
    for chain, name in zip(chains, names, strict=True):
        chain["bundle"] = name
    return tomli_w.dumps(table)
