"""What weights to start from were trained on: whoever starts from them owes it to the same."""

from pathlib import Path

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.data.corpus import SourceCount
from latent_resonance.training.bundling import is_of_its_data
from latent_resonance.training.checkpoint import read


def start_sources(source: Path) -> list[SourceCount]:
    """Of a bundle (a name or a path) or a checkpoint; never empty for one that does not say.

    Raises:
        ResonanceError: it is none.
    """
    if source.suffix != ".safetensors":
        return sources_of(open_bundle(str(source)))
    known = read(source).sources
    if known is None:
        return [_itself(f"{source.name}, a checkpoint that does not name its data", "unknown")]
    return known


def sources_of(bundle: Bundle) -> list[SourceCount]:
    """The rows of its provenance, and the bundle itself where its licence asks for more."""
    told = bundle.facts.get("provenance", {})
    rows = [
        SourceCount(
            source=row["source"],
            licence=row["licence"],
            attribution=row.get("attribution", ""),
            clips=row["clips"],
        )
        for row in told.get("data", [])
    ]
    licence = str(told.get("licence") or "unknown")
    if licence not in {row["licence"] for row in rows} and not is_of_its_data(licence):
        rows.append(_itself(bundle.name, licence))
    return rows


def _itself(name: str, licence: str) -> SourceCount:
    return {"source": name, "licence": licence, "attribution": "", "clips": 0}
