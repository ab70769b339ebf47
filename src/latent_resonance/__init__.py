"""Latent Resonance: play the latent spaces of generative models in real time.

sense -> navigate -> model -> render -> stage.

    import latent_resonance as lr
    drone = lr.load("drone")
    drone.generate(cello=0.7, choir=0.3, seconds=8).save("drone.wav")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latent_resonance.engine.perform import play_live, render_file
    from latent_resonance.engine.playable import Playable, Sound, load

__version__ = "0.1.0"
__all__ = ["Playable", "Sound", "__version__", "load", "play_live", "render_file"]

_HOMES = {
    "load": "playable",
    "Playable": "playable",
    "Sound": "playable",
    "render_file": "perform",
    "play_live": "perform",
}


def __getattr__(name: str) -> Any:
    """Load on first use: ``import latent_resonance`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'latent_resonance' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"latent_resonance.engine.{_HOMES[name]}"), name)
