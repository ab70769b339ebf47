"""Which engines this install has, without importing them."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

# By preference where they are equally quick. The value says what runs where.
ENGINES: dict[str, tuple[str, ...]] = {
    "openvino": ("cpu",),
    "onnxruntime": ("cpu", "cuda", "mps", "directml"),
    "torch": ("cpu", "cuda", "mps"),
}
DEVICES = tuple(dict.fromkeys(device for devices in ENGINES.values() for device in devices))
# GPU builds of ONNX Runtime are distributions of their own.
_DISTRIBUTIONS = {
    "onnxruntime": ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"),
    "torch": ("torch",),
    "openvino": ("openvino",),
}


def installed_engines() -> dict[str, str]:
    """Engines that can be imported, by preference: name to version."""
    return {name: found for name in ENGINES if (found := _version(name))}


def how_to_install(name: str) -> str:
    """One line for the person who wants an engine that is not there."""
    return f"the engine {name} is not installed: pip install 'latent-resonance[{name}]'"


@cache  # each player that is opened asks three times
def _version(name: str) -> str:
    """Empty where it is not installed: one that comes later is found when Python is next begun."""
    if find_spec(name) is None:
        return ""
    for distribution in _DISTRIBUTIONS[name]:
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return "unknown"
