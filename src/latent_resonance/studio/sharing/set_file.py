"""The file of a set: a stored zip with ``set.json``, read without trust, as bundles are."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from latent_resonance import __version__
from latent_resonance.bundles.container import read_container
from latent_resonance.bundles.manifest import Member, Strict, seal_of, spelled
from latent_resonance.bundles.members import ContainerKind, check_names, printable
from latent_resonance.bundles.sealed import check_members, read_manifest
from latent_resonance.bundles.stored_zip import MOST_BYTES, is_spelled_so, pieces
from latent_resonance.contracts.errors import BundleError, OutputError
from latent_resonance.contracts.file_names import is_printable
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.text_files import first_fault, parse_toml
from latent_resonance.engine.recipe import Recipe
from latent_resonance.studio.sharing.outward import refuse_outward
from latent_resonance.studio.store.presets import NewPreset

SUFFIX = ".resonance-set"
VERSION = 1
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Of a recipe or a bundle: a name, never a path."""

_MANIFEST = "set.json"
_KIND = ContainerKind(
    "set",
    _MANIFEST,
    {
        ".resonance": b"PK\x03\x04",
        ".png": b"\x89PNG\r\n\x1a\n",
        ".toml": None,
        ".json": None,
    },
    600,
)
_MOST_PICTURE = 1 << 20
_MOST_RECIPE = 1 << 18


class SharedPreset(NewPreset):
    """A preset, and whether its picture is in the set."""

    pictured: bool = False


class SharedBundle(Strict):
    """A model that something in the set plays.

    ``carried``: it is in the set; else whoever opens it has it, or gets it elsewhere.
    ``ships``: it belongs to the program.
    """

    name: str = Field(pattern=NAME)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    seal: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=1)
    carried: bool
    ships: bool


class SetManifest(Strict):
    """The whole of ``set.json``."""

    format: Literal["latent-resonance set"] = "latent-resonance set"
    schema_version: int = Field(default=VERSION, ge=1, le=VERSION)
    made_with: str = Field(default=__version__, max_length=60)
    presets: list[SharedPreset] = Field(default_factory=list, max_length=250)
    recipes: list[str] = Field(default_factory=list, max_length=100, description="names")
    bundles: list[SharedBundle] = Field(default_factory=list, max_length=100)
    members: dict[str, Member] = Field(default_factory=dict)
    seal: str = ""

    @model_validator(mode="after")
    def _is_printable(self) -> Self:
        texts = [t for p in self.presets for t in (p.name, p.line, p.patch.instrument, *p.tags)]
        if not all(is_printable(text) for text in [*texts, *self.recipes]):
            raise ValueError("a text has characters that cannot be printed")
        return self

    def expected(self) -> set[str]:
        """Names of all members but the manifest."""
        return {
            *(recipe_member(name) for name in self.recipes),
            *(bundle_member(one.name) for one in self.bundles if one.carried),
            *(picture_member(n) for n, preset in enumerate(self.presets) if preset.pictured),
        }


@dataclass(frozen=True, slots=True)
class SharedSet:
    """What is in a set.

    Attributes:
        manifest: all but the members' digests.
        recipes: name to TOML text.
        bundles: of those that are carried, name to the whole file.
        pictures: number of a preset to its PNG.
    """

    manifest: SetManifest
    recipes: Mapping[str, str] = field(default_factory=dict)
    bundles: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def report(self) -> dict[str, list[str]]:
        """What it brings by name, and which models it only names."""
        return {
            "presets": [f"{one.patch.instrument}/{one.name}" for one in self.manifest.presets],
            "recipes": self.manifest.recipes,
            "bundles": sorted(self.bundles),
            "bundles_named_only": [one.name for one in self.named_only],
        }

    @property
    def named_only(self) -> list[SharedBundle]:
        """Models that whoever opens it has to get elsewhere."""
        return [one for one in self.manifest.bundles if not one.carried and not one.ships]


def recipe_member(name: str) -> str:
    """What a recipe is called in the file."""
    return f"{name}.toml"


def bundle_member(name: str) -> str:
    """What a bundle is called in the file."""
    return f"{name}.resonance"


def picture_member(number: int) -> str:
    """What a preset's picture is called in the file."""
    return f"preset-{number:03d}.png"


def write_set(path: Path, content: SharedSet) -> None:
    """Write a set, whole or not at all; the same content gives the same bytes.

    Raises:
        BundleError: something in it would not be read again.
        OutputError: it cannot be written, or would have 4 GiB.
    """
    members = {
        **{recipe_member(name): text.encode() for name, text in content.recipes.items()},
        **{bundle_member(name): data for name, data in content.bundles.items()},
        **{picture_member(number): data for number, data in content.pictures.items()},
    }
    check_names(path, [_MANIFEST, *members], _KIND)
    listed = {
        name: Member(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        for name, data in sorted(members.items())
    }
    table = content.manifest.model_copy(update={"members": listed}).model_dump(mode="json")
    table["seal"] = seal_of(table, whole=True)
    whole = {_MANIFEST: spelled(table), **dict(sorted(members.items()))}
    _checked(path, whole)
    if sum(map(len, whole.values())) > MOST_BYTES:
        raise OutputError(f"cannot write the set {path}: it would have 4 GiB or more")
    with whole_output(path) as partial, partial.open("wb") as file:
        file.writelines(pieces(whole))


def read_set(path: Path) -> SharedSet:
    """Read a set with all checks; nothing in it is run or written.

    Bundles in it are not looked into: they are when they are opened.

    Raises:
        BundleError: it is damaged, hostile, incomplete or of a newer version; one line says how.
    """
    try:
        return _read(path)
    except BundleError as error:
        # Names and texts in the message may come from the file.
        raise BundleError(printable(str(error))) from error


def _read(path: Path) -> SharedSet:
    if path.is_dir():
        raise BundleError(f"{path} is not a set: it is a folder")
    members = read_container(path, _KIND)
    made = _checked(path, members)
    if not is_spelled_so(path, members):
        raise BundleError(
            f"{path} has bytes that belong to no member: it was changed, or zipped by another "
            "program"
        )
    return made


def _checked(path: Path, members: Mapping[str, bytes]) -> SharedSet:
    manifest = _manifest(path, members[_MANIFEST])
    content = {name: data for name, data in members.items() if name != _MANIFEST}
    for name in sorted(manifest.expected() ^ content.keys()):
        is_there = "is not listed" if name in content else "is missing"
        raise BundleError(f"{path}: the member '{name}' {is_there}")
    check_members(path, manifest.members, content, _KIND)
    recipes = {name: _recipe(path, name, content[recipe_member(name)]) for name in manifest.recipes}
    bundles = {}
    for one in manifest.bundles:
        if one.carried:
            bundles[one.name] = data = content[bundle_member(one.name)]
            if (len(data), hashlib.sha256(data).hexdigest()) != (one.bytes, one.sha256):
                raise BundleError(f"{path}: the bundle '{one.name}' is another than the listed one")
    pictures = {}
    for number, preset in enumerate(manifest.presets):
        if preset.pictured:
            pictures[number] = data = content[picture_member(number)]
            if len(data) > _MOST_PICTURE:
                raise BundleError(f"{path}: a picture in it is larger than 1 MiB")
    return SharedSet(manifest, recipes, bundles, pictures)


def _manifest(path: Path, text: bytes) -> SetManifest:
    made, _ = read_manifest(path, text, _KIND, SetManifest, VERSION)
    for names in (made.recipes, [one.name for one in made.bundles]):
        if len({name.lower() for name in names}) != len(names):
            raise BundleError(f"{path} has two recipes or two bundles of one name")
    return made


def _recipe(path: Path, name: str, data: bytes) -> str:
    if len(data) > _MOST_RECIPE:
        raise BundleError(f"{path}: the recipe '{name}' is larger than 256 KiB")
    text = data.decode()
    try:
        table = parse_toml(text)
        recipe = Recipe.model_validate(table)
    except ValidationError as error:
        where, reason = first_fault(error, table)
        raise BundleError(f"{path}: the recipe '{name}', '{where[:200]}': {reason}") from error
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path}: the recipe '{name}' is not TOML: {error}") from error
    refuse_outward(f"{path}: the recipe '{name}'", recipe)
    return text
