"""Which text-to-image models can paint on this machine."""

from collections.abc import Callable, Mapping

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.errors import MissingPartError, ResonanceError
from latent_resonance.models.text_to_image.installed import diffusion_here, genai_here

NO_BUNDLE = "no bundle paints from words: resonance train voice"


def painting_bundles() -> str:
    """Names of the bundles that paint from noise and words; raises MissingPartError."""
    found = []
    for name in list_bundles():
        try:
            paints = open_bundle(name).space.diffusion is not None
        except ResonanceError:
            continue
        found += [name] if paints else []
    if not found:
        raise MissingPartError(NO_BUNDLE)
    return f"{', '.join(found)}: cpu"


PAINTERS: Mapping[str, Callable[[], str]] = {
    "bundles": painting_bundles,
    "diffusion": diffusion_here,
    "genai": genai_here,
}
"""What each kind of model needs, looked at: a line, or MissingPartError."""


def list_painters() -> list[str]:
    """A line for each kind of text-to-image model: where it paints, or what it lacks."""
    lines = []
    for name, look in PAINTERS.items():
        try:
            lines.append(f"{name}: {look()}")
        except ResonanceError as error:
            lines.append(f"{name}: {error}")
    return lines
