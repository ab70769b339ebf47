"""What a bundle says of its encoder: whether it was taught that a part may be unknown."""

from latent_resonance.contracts.bundle import Bundle

MASKED = "encoder_masked"
"""Metric of the provenance that is 1 where the encoder was trained with unknown columns."""


def knows_unknown(bundle: Bundle) -> bool:
    """Whether columns at ``sound.unknown.unknown_db`` mean "not heard" to the bundle's encoder."""
    metrics = bundle.facts.get("provenance", {}).get("metrics", {})
    return bool(metrics.get(MASKED, 0.0))
