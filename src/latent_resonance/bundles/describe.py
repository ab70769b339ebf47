"""What there is to tell of a bundle, as plain values."""

from typing import Any

from latent_resonance.bundles.find import find_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle


def describe(bundle: Bundle) -> dict[str, Any]:
    """The manifest without its hashes, the sizes of the members, and the named places."""
    facts = {
        key: value
        for key, value in bundle.facts.items()
        if key not in {"seal", "members", "format"} and value not in ({}, [], "", None)
    }
    facts["members"] = {name: f"{len(data)} bytes" for name, data in bundle.members.items()}
    facts["places"] = sorted(bundle.space.offered)
    return facts


def check(name_or_path: str) -> dict[str, Any]:
    """Open a bundle with all checks; raises what is wrong with it."""
    path = find_bundle(name_or_path)
    bundle = read_bundle(path)
    return {
        "bundle": bundle.name,
        "kind": bundle.kind,
        "path": str(path),
        "good": True,
        "members": len(bundle.members),
        "bytes": sum(map(len, bundle.members.values())),
    }
