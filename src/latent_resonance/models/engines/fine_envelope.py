"""The envelope that a bundle was given for its sounds (``sound.fine_envelope``)."""

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.sound.fine_envelope import FineEnvelope

ENVELOPE = "envelope.safetensors"


def envelope_of(bundle: Bundle) -> FineEnvelope | None:
    """Ready to run; None where the bundle has none.

    Raises:
        BundleError: its weights do not fit together.
    """
    data = bundle.members.get(ENVELOPE)
    if data is None:
        return None
    from safetensors.numpy import load

    try:
        return FineEnvelope(load(data))
    except ValueError as error:
        raise BundleError(f"{ENVELOPE} of '{bundle.name}' is of no use: {error}") from error
