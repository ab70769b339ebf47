"""A recorded voice becomes a picture: its noise, a prompt, and a model that paints."""

from latent_resonance.engine.voice_pictures.again import paint_again
from latent_resonance.engine.voice_pictures.paint import VoicePicture, paint_voice

__all__ = ["VoicePicture", "paint_again", "paint_voice"]
