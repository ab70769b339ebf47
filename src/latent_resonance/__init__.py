"""Latent Resonance: play the latent spaces of generative models in real time.

sense -> navigate -> model -> render -> stage.

    import latent_resonance as lr

    lr.load("texture").generate(seed=7, brightness=2.0).save("bright.wav")
    lr.render("face", input="clip.mp4", output="face.wav")
    lr.play("my.toml")
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latent_resonance.engine.instrument import Instrument, load, play, render
    from latent_resonance.engine.results import Clip, Picture, Sound

    __version__: str

__all__ = ["Clip", "Instrument", "Picture", "Sound", "__version__", "load", "play", "render"]

_HOMES = {
    "Instrument": "instrument",
    "load": "instrument",
    "play": "instrument",
    "render": "instrument",
    "Clip": "results",
    "Picture": "results",
    "Sound": "results",
}


def __getattr__(name: str) -> Any:
    """Load on first use: ``import latent_resonance`` costs nothing."""
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module 'latent_resonance' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"latent_resonance.engine.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names, whether they are loaded yet or not."""
    return sorted(__all__)


def _version() -> str:
    """The version of the tag that was built; of a checkout that was not, 0+unknown."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("latent-resonance")
    except PackageNotFoundError:
        return "0+unknown"


class _Package(ModuleType):
    def __setattr__(self, name: str, value: Any) -> None:
        """Python would put the subpackage ``render``, once imported, in the function's place."""
        if name not in __all__ or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
