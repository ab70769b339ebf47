"""Opening a set: its presets, recipes and bundles become the player's own."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile

from latent_resonance.bundles.find import list_bundles, ships, user_folder
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import BundleError, InputError, OutputError
from latent_resonance.contracts.files import flush_to_disk, partial_path
from latent_resonance.contracts.text_files import parse_toml
from latent_resonance.engine.recipe import Recipe, list_recipes, recipe_folder, user_recipe_folder
from latent_resonance.engine.trial import try_bundle
from latent_resonance.studio.sharing.set_file import SharedBundle, SharedSet, read_set
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import NewPreset, Preset, Presets
from latent_resonance.studio.studio import DATABASE, studio_folder


@dataclass(frozen=True, slots=True)
class Plan:
    """What opening a set comes to.

    Attributes:
        presets: to be added.
        recipes: name to text, to be written.
        bundles: name to file, to be written.
        replaced: what of those is here in another form, such as ``preset texture/rain``.
        same: how many things of it are here already.
        pictures: of presets that have one: number in ``presets`` to number in the set.
        notes: what a reader should know: models that are not carried, places that are sent to.
    """

    presets: list[NewPreset] = field(default_factory=list)
    recipes: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, bytes] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    same: int = 0
    pictures: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def report(self) -> dict[str, object]:
        """Plain values, as in ``--json``."""
        return {
            "presets": [f"{one.patch.instrument}/{one.name}" for one in self.presets],
            "recipes": sorted(self.recipes),
            "bundles": sorted(self.bundles),
            "replaced": self.replaced,
            "here_already": self.same,
            "notes": self.notes,
        }


def plan_opening(path: Path, presets: Presets | None) -> Plan:
    """Read a set and compare it with what is here; nothing is written.

    Args:
        path: of the set.
        presets: the player's own; None where there are none yet.

    Raises:
        BundleError: it is damaged, hostile or of a newer version, or plays what nobody has.
    """
    shared = read_set(path)
    files, replaced, same = _files(path, shared)
    kept = {(one.patch.instrument, one.name): one for one in (presets.list() if presets else ())}
    new: list[NewPreset] = []
    pictures: dict[int, int] = {}
    for number, shown in enumerate(shared.manifest.presets):
        preset = _plain(shown)
        known = kept.get((preset.patch.instrument, preset.name))
        if known is not None and _plain(known) == preset:
            same += 1
            continue
        if shown.pictured:
            pictures[len(new)] = number
        new.append(preset)
        if known is not None:
            replaced.append(f"preset {preset.patch.instrument}/{preset.name}")
    recipes, bundles = files
    return Plan(new, recipes, bundles, replaced, same, pictures, list(_notes(shared)))


def open_set(
    path: Path, folder: Path | None = None, *, replace: bool = False, presets: Presets | None = None
) -> Plan:
    """Make what is in a set the player's own: all of it, or nothing.

    Args:
        path: of the set.
        folder: what the studio remembers; the user's own when None.
        replace: put it in the place of what has its name and is something else.
        presets: of a studio that is open, in place of ``folder``.

    Raises:
        BundleError: the set, or a bundle in it, is damaged, hostile or of a newer version.
        InputError: something of a name in it is here already and is something else.
        OutputError: it cannot be written.
    """
    if presets is not None:
        return _open(path, presets, replace)
    plan_opening(path, None)  # before a memory is made for it
    with closing(Database((folder or studio_folder()) / DATABASE)) as database:
        return _open(path, Presets(database), replace)


def _open(path: Path, presets: Presets, replace: bool) -> Plan:
    plan = plan_opening(path, presets)
    if plan.replaced and not replace:
        told = ", ".join(plan.replaced[:5]) + (", ..." if len(plan.replaced) > 5 else "")
        raise InputError(
            f"{path} has what is here already in another form: {told}; ask to replace it "
            "(--replace), or rename yours"
        )
    targets = {
        **{user_folder() / f"{name}.resonance": data for name, data in plan.bundles.items()},
        **{
            user_recipe_folder() / f"{name}.toml": text.encode()
            for name, text in plan.recipes.items()
        },
    }
    with ExitStack() as leaving:
        for target, data in targets.items():
            leaving.callback(partial_path(target).unlink, missing_ok=True)
            _write(target, data)
            if target.suffix == ".resonance":
                _try(path, target)
        with ExitStack() as undo:
            with presets.together():
                for preset in plan.presets:
                    presets.put(preset)
                for target in targets:
                    _put_in_place(target, undo, leaving)
            undo.pop_all()
    return plan


def _put_in_place(target: Path, undo: ExitStack, leaving: ExitStack) -> None:
    """The file that was written beside ``target``; ``undo`` puts back what was there."""
    before = partial_path(target.with_name(f"{target.name}.before"))
    try:
        if target.exists():
            leaving.callback(before.unlink, missing_ok=True)
            copyfile(target, before)
            undo.callback(before.replace, target)
        else:
            undo.callback(target.unlink, missing_ok=True)
        partial_path(target).replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error


def _write(target: Path, data: bytes) -> None:
    partial = partial_path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        flush_to_disk(partial)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error


def _try(path: Path, target: Path) -> None:
    """The bundle plays, within limits, in a process of its own."""
    partial = partial_path(target)
    try:
        try_bundle(str(partial))
    except BundleError as error:
        said = str(error).replace(str(partial), target.name)
        raise BundleError(f"{path}: the bundle {said}") from error


def _files(
    path: Path, shared: SharedSet
) -> tuple[tuple[dict[str, str], dict[str, bytes]], list[str], int]:
    """Recipes and bundles that are not here as they are; which of them are others; the rest."""
    replaced, same = [], 0
    bundles: dict[str, bytes] = {}
    known = list_bundles()
    for name, data in shared.bundles.items():
        if ships(name):
            raise BundleError(f"{path}: the bundle '{name}' has the name of one that ships")
        if name not in known:
            bundles[name] = data
        elif _digest(known[name]) == hashlib.sha256(data).hexdigest():
            same += 1
        else:
            bundles[name] = data
            replaced.append(f"bundle {name}")
    recipes: dict[str, str] = {}
    here = list_recipes()
    for name, text in shared.recipes.items():
        if (recipe_folder() / f"{name}.toml").exists():
            raise BundleError(f"{path}: the recipe '{name}' has the name of one that ships")
        if name not in here:
            recipes[name] = text
        elif here[name].read_bytes() == text.encode():
            same += 1
        else:
            recipes[name] = text
            replaced.append(f"recipe {name}")
    _refuse_unknown(path, shared, here)
    return (recipes, bundles), replaced, same


def _refuse_unknown(path: Path, shared: SharedSet, here: Mapping[str, Path]) -> None:
    """What is played is in the set, or at least told of."""
    for preset in shared.manifest.presets:
        name = preset.patch.instrument
        if name not in here and name not in shared.recipes:
            raise BundleError(
                f"{path}: the preset '{preset.name}' is of the instrument '{name}', which is "
                "neither here nor in it"
            )
    told = {one.name for one in shared.manifest.bundles} | list_bundles().keys()
    for recipe, text in shared.recipes.items():
        for chain in Recipe.model_validate(parse_toml(text)).chain:
            if chain.bundle not in told:
                raise BundleError(
                    f"{path}: the recipe '{recipe}' plays the bundle '{chain.bundle}', which is "
                    "neither here nor in it"
                )


def _notes(shared: SharedSet) -> Iterator[str]:
    known = list_bundles()
    for one in shared.manifest.bundles:
        if one.carried:
            continue
        if one.name not in known:
            yield (
                f"it plays the bundle '{one.name}', which is not in it ({one.bytes / 1e6:.1f} MB, "
                f"sha256 {one.sha256}): get it from whoever shared the set, and put it into "
                f"{user_folder()}"
            )
        elif _is_another(one, known[one.name]):
            yield f"it was made with another version of the bundle '{one.name}' than the one here"
    for name, text in shared.recipes.items():
        recipe = Recipe.model_validate(parse_toml(text))
        for stage in (stage for chain in recipe.chain for stage in chain.stage):
            host = stage.options.get("host")
            if host not in (None, "localhost", "127.0.0.1", "::1"):
                yield f"the recipe '{name}' sends to {host} when it is played"


def _is_another(told: SharedBundle, path: Path) -> bool:
    try:
        return read_bundle(path).seal != told.seal
    except BundleError:
        return True


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _plain(preset: NewPreset | Preset) -> NewPreset:
    """What was set, without what one machine or one set knows of it."""
    return NewPreset(**{name: getattr(preset, name) for name in NewPreset.model_fields})
