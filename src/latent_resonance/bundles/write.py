"""Writes a bundle: a folder, or an uncompressed zip that is the same for the same content."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.bundles.former import former_seals
from latent_resonance.bundles.manifest import Manifest, Member, plain, seal_of, spelled
from latent_resonance.bundles.members import MANIFEST, check_kind, check_names
from latent_resonance.bundles.stored_zip import MOST_BYTES, pieces
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output


def write_bundle(
    path: Path, manifest: Manifest, members: Mapping[str, bytes], before: Bundle | None = None
) -> Path:
    """Write ``members`` under ``manifest``, whose member table and seals are filled in here.

    Args:
        path: a ``.resonance`` file, or any other name for a folder.
        manifest: all but ``members``, ``former_seals`` and ``seal``.
        members: file name to content.
        before: the bundle that is renewed: sounds that carry its seal are known to the new one,
            if it sounds the same at their places.

    Raises:
        BundleError: a member has a name or content that no reader would take.
        OutputError: it cannot be written; nothing is left half-written.
    """
    listed = _listed(path, members)
    table = plain(manifest.model_copy(update={"members": listed, "former_seals": []}))
    if before is not None:
        _renew(table, before)
    _write(path, table, members)
    return path


def rewrite_bundle(path: Path, bundle: Bundle, members: Mapping[str, bytes]) -> Path:
    """Write a bundle that was read with other members; what it says of itself stays as it is.

    Its seal stays too, where it does not cover what was changed.

    Raises:
        BundleError: a member has a name or content that no reader would take.
        OutputError: it cannot be written; nothing is left half-written.
    """
    listed = {name: one.model_dump() for name, one in _listed(path, members).items()}
    table = {**bundle.facts, "members": listed}
    if table["seal"] not in {seal_of(table), seal_of(table, whole=True)}:
        _renew(table, bundle)
    _write(path, table, members)
    return path


def _renew(table: dict[str, Any], before: Bundle) -> None:
    """Seal ``table``, which is that of ``before`` with something new."""
    table["former_seals"] = list(before.former_seals)
    if seal_of(table) != before.seal:
        table["former_seals"] = former_seals(before, table)
    if not table["former_seals"]:
        del table["former_seals"]
    table["seal"] = seal_of(table)


def _listed(path: Path, members: Mapping[str, bytes]) -> dict[str, Member]:
    check_names(path, [MANIFEST, *members])
    for name, data in members.items():
        check_kind(path, name, data)
    return {
        name: Member(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        for name, data in sorted(members.items())
    }


def _write(path: Path, table: dict[str, Any], members: Mapping[str, bytes]) -> None:
    content = {MANIFEST: spelled(table), **dict(sorted(members.items()))}
    if sum(map(len, content.values())) > MOST_BYTES:
        raise OutputError(f"cannot write the bundle {path}: it would have 4 GiB or more")
    if path.suffix == ".resonance":
        with whole_output(path) as partial, partial.open("wb") as file:
            file.writelines(pieces(content))
        return
    if path.exists():
        raise OutputError(f"{path} exists already: remove it or choose another name")
    with whole_output(path) as partial:
        partial.mkdir()
        for name, data in content.items():
            (partial / name).write_bytes(data)
