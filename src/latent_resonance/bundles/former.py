"""Under which seals a bundle was known before, as long as its places sound as they did."""

from collections.abc import Mapping
from typing import Any

from latent_resonance.bundles.manifest import MOST_FORMER
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import DISPLAY, ENCODER, LATENT, RANGES, WEIGHTS

# What leads to places or shows them, and sounds at none.
_LEADING = {LATENT, RANGES, WEIGHTS, ENCODER, DISPLAY}
_SHOWING = (".flac", ".png", ".txt", ".md")
_FORM = ("kind", "family", "latent_size", "codec", "picture", "diffusion")


def former_seals(before: Bundle, table: Mapping[str, Any]) -> list[str]:
    """The seals whose places sound the same in the bundle of the manifest ``table``.

    Those of ``before`` and its own, where networks and codec stay as they are and only sliders,
    names, or the encoder are new; none where anything that sounds has changed.
    """
    if _sounding(before.facts) != _sounding(table) or not before.seal:
        return []
    return [*before.former_seals, before.seal][-MOST_FORMER:]


def _sounding(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    members = {
        name: str(one["sha256"])
        for name, one in table["members"].items()
        if name not in _LEADING and not name.endswith(_SHOWING)
    }
    return {key: table.get(key) for key in _FORM}, members
