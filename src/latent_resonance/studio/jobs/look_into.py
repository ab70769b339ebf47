"""What a file that is to be imported is, before it is: read as numbers, nothing in it is run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from latent_resonance.bundles.foreign.guarded import inspect_guarded
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import ResonanceError, in_a_line
from latent_resonance.engine.trial import try_bundle
from latent_resonance.studio.schema import Schema


class FileReport(Schema):
    """What was found in a model file."""

    good: bool = Field(description="whether it can be imported, as far as can be seen")
    line: str = Field(description="what it is, or what is wrong with it")
    name: str = Field(description="that it gives itself; empty where it has none")
    licence: str = Field(description="as it tells, or empty")
    asks_codec: bool = Field(description="pictures of one channel: they may be spectrograms")
    ignored: list[str] = Field(default_factory=list, description="in it, and not taken: by name")


def look_into(path: Path, shown: str) -> FileReport:
    """Read a bundle or a network pickle with all checks, in a process with limits.

    Args:
        path: of the file.
        shown: the name that the player knows it by.
    """
    try:
        if path.suffix == ".resonance":
            try_bundle(str(path))
            return _of_bundle(read_bundle(path))
        return _of_network(inspect_guarded(path))
    except ResonanceError as error:
        line = in_a_line(error).replace(str(path), shown).replace(path.name, shown)
        return FileReport(good=False, line=line, name="", licence="", asks_codec=False)


def _of_bundle(bundle: Bundle) -> FileReport:
    kind = "sounds" if bundle.kind == "sound" else "pictures"
    family = bundle.family.replace("_", " ")
    places = len(bundle.space.offered)
    return FileReport(
        good=True,
        line=f"A bundle that makes {kind}: {family}, {bundle.latent_size} numbers, "
        f"{places} named places. Whole and safe to play.",
        name=bundle.name,
        licence=str(bundle.facts.get("licence") or ""),
        asks_codec=False,
    )


def _of_network(found: Mapping[str, Any]) -> FileReport:
    size, weights = found["size"], found["weights"]
    pictures = f"pictures of {size} x {size}, " if size else ""
    return FileReport(
        good=True,
        line=f"A network of another program: {pictures}{weights / 1e6:.1f} million weights. "
        "Read as numbers; nothing in it was run.",
        name="",
        licence="",
        asks_codec=found["channels"] == 1,
        ignored=found["ignored"],
    )
