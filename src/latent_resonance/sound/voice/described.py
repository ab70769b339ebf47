"""What a stretch of sound tells by many numbers, by name."""

from collections.abc import Callable, Mapping

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.speaker import SPEAKER_SIZE, describe_speaker
from latent_resonance.sound.voice.timbre import TIMBRE_SIZE, describe_timbre
from latent_resonance.sound.voice.words import describe_words

SPEAKER, TIMBRE, WORDS = "voice_speaker", "voice_timbre", "voice_words"

DESCRIBED: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    SPEAKER: describe_speaker,
    TIMBRE: describe_timbre,
    WORDS: describe_words,
}
"""Name to what measures it, of samples as ``take_voice`` gives them."""

HOP_SECONDS: Mapping[str, float] = {SPEAKER: 0.4, TIMBRE: 0.1, WORDS: 0.1}
"""How often each is measured in a sound that runs on. Who speaks changes seldom and costs most."""

TURN_SECONDS: Mapping[str, float] = {TIMBRE: 0.0, WORDS: 0.05, SPEAKER: 0.075}
"""How long after each tenth of a second: one after the other, so that none waits for another and
what follows several of them moves as soon as one is there."""

VOICE = (SPEAKER, TIMBRE)
"""Those that tell whose voice it is; one after the other they are ``describe_voice``."""
VOICE_SIZE = SPEAKER_SIZE + TIMBRE_SIZE


def describe_voice(samples: FloatArray) -> FloatArray:
    """Whose voice it is, ``[VOICE_SIZE]``, of samples as ``take_voice`` gives them."""
    return join_voice({name: DESCRIBED[name](samples) for name in VOICE})


def join_voice(vectors: Mapping[str, FloatArray]) -> FloatArray:
    """``describe_voice`` of what was measured under the names ``VOICE``."""
    return np.concatenate([vectors[name] for name in VOICE])
