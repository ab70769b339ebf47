"""A manifest that seals itself and lists what lies beside it: read without trust."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from latent_resonance.bundles.manifest import Member, Strict, seal_of, spelled
from latent_resonance.bundles.members import ContainerKind, check_kind
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.text_files import first_fault, parse_json

_LONGEST = 200
_M = TypeVar("_M", bound=Strict)


def read_manifest(
    path: Path, text: bytes, kind: ContainerKind, model: type[_M], version: int
) -> tuple[_M, dict[str, Any]]:
    """A manifest, checked, and as its JSON table.

    Args:
        path: of the whole file, for messages.
        text: of the manifest.
        kind: of the file.
        model: with ``schema_version`` and ``seal``.
        version: the newest that is known.

    Raises:
        BundleError: it is no JSON, of a newer version, wrong, or was changed after it was sealed.
    """
    try:
        table: Any = parse_json(text)
    except ValueError as error:
        raise BundleError(f"{path}: {kind.manifest} is not JSON: {error}") from error
    found = table.get("schema_version") if isinstance(table, dict) else None
    if isinstance(found, int) and found > version:
        raise BundleError(
            f"{path} is of {kind.noun} version {found}, this program knows {version}: update it"
        )
    try:
        manifest = model.model_validate(table)
    except ValidationError as error:
        where, reason = first_fault(error)
        shown = " ".join(reason.split())[:_LONGEST]
        raise BundleError(
            f"{path}: {kind.manifest}, '{where[:_LONGEST] or 'as a whole'}': {shown}"
        ) from error
    seals = (seal_of(table), seal_of(table, whole=True))
    if table.get("seal") not in seals or text != spelled(table):
        raise BundleError(f"{path}: {kind.manifest} was changed after it was sealed")
    return manifest, table


def check_members(
    path: Path, listed: Mapping[str, Member], content: Mapping[str, bytes], kind: ContainerKind
) -> None:
    """Refuse what is missing, not listed, changed, or not what its name says.

    Raises:
        BundleError: says which member.
    """
    for name in sorted(listed.keys() - content.keys()):
        raise BundleError(f"{path}: the member '{name}' is missing")
    for name in sorted(content.keys() - listed.keys()):
        raise BundleError(f"{path}: the member '{name}' is not listed in {kind.manifest}")
    for name, data in content.items():
        wanted = listed[name]
        if len(data) != wanted.bytes or hashlib.sha256(data).hexdigest() != wanted.sha256:
            raise BundleError(f"{path}: the member '{name}' was changed (wrong sha256)")
        check_kind(path, name, data, kind)
