"""What a stretch of sound tells by many numbers, by name."""

from collections.abc import Callable, Mapping

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.timbre import describe_timbre
from latent_resonance.sound.voice.words import describe_words

TIMBRE, WORDS = "voice_timbre", "voice_words"

DESCRIBED: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    TIMBRE: describe_timbre,
    WORDS: describe_words,
}
"""Name to what measures it, of samples as ``take_voice`` gives them."""
