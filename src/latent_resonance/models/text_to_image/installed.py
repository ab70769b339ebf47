"""What this install has for real text-to-image models."""

from importlib.metadata import version
from importlib.util import find_spec

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.models.text_to_image.openvino_pipeline import load_genai
from latent_resonance.models.torch import list_devices

DIFFUSION_NEEDS = "real models need diffusers: pip install 'latent-resonance[diffusion]'"


def diffusion_here() -> str:
    """Version and devices of what plays folders of diffusers; raises MissingPartError."""
    if find_spec("diffusers") is None or find_spec("transformers") is None:
        raise MissingPartError(DIFFUSION_NEEDS)
    return f"diffusers {version('diffusers')}: {', '.join(list_devices())}"


def genai_here() -> str:
    """Version and devices of what plays exports for OpenVINO; raises MissingPartError."""
    load_genai()
    return f"openvino-genai {version('openvino-genai')}: cpu"
