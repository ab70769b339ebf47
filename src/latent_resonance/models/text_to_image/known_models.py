"""Real models that go by a short name, and how names of the hub are spelled."""

import re
from dataclasses import dataclass

from latent_resonance.contracts.errors import InputError

_HUB_NAME = re.compile(r"([\w.-]{1,96}/[\w.-]{1,96})(?:@([\w./-]{1,120}))?")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the hub.

    Attributes:
        hub_name: ``OWNER/NAME``, ``OWNER/NAME@REVISION``.
        about: what it is, in a few words.
    """

    hub_name: str
    about: str


KNOWN = {
    "ldm-text2im": KnownModel(
        "CompVis/ldm-text2im-large-256", "latent diffusion, 256 pixels, 4x32x32"
    ),
    "sd-1.5": KnownModel(
        "stable-diffusion-v1-5/stable-diffusion-v1-5", "Stable Diffusion 1.5, 512 pixels, 4x64x64"
    ),
    "sd-turbo": KnownModel("stabilityai/sd-turbo", "one to four steps, 512 pixels, 4x64x64"),
    "lcm": KnownModel(
        "SimianLuo/LCM_Dreamshaper_v7", "latent consistency, four steps, 4 channels, 8 pixels each"
    ),
    "sdxl-turbo": KnownModel("stabilityai/sdxl-turbo", "one to four steps, 512 pixels, 4x64x64"),
}


def hub_name(name: str) -> tuple[str, str] | None:
    """``OWNER/NAME`` and the revision of a short name or a name of the hub; None for others."""
    spelled = KNOWN[name].hub_name if name in KNOWN else name
    found = _HUB_NAME.fullmatch(spelled)
    if found is None or ".." in spelled or "//" in spelled:
        return None
    return found[1], found[2] or "main"


def unknown_model(name: str) -> InputError:
    """The error for a name that nothing carries."""
    return InputError(
        f"there is no model '{name}': neither a bundle, nor a folder, nor one of "
        f"{', '.join(KNOWN)}, nor OWNER/NAME of the hub"
    )
