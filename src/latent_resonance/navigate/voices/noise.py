"""From a recording to the noise that a diffusion model starts from."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.voices.rotation import rotate
from latent_resonance.navigate.voices.shapes import BASE, noise_of
from latent_resonance.navigate.voices.statistics import VoiceStatistics
from latent_resonance.sound.voice.clip import take_voice
from latent_resonance.sound.voice.described import describe_voice
from latent_resonance.sound.voice.mel_square import square_of_recording
from latent_resonance.sound.voice.words import describe_words

Mode = Literal["exact", "voice", "words", "mix"]
MODES: tuple[Mode, ...] = get_args(Mode)
VOICE_SHARE = 0.6
_SIZE = 4096
# Of the first sixty-nine seeds those that leave neighbours least alike.
_VOICE_SEED, _WORDS_SEED = 5, 58


@dataclass(frozen=True, slots=True)
class Directions:
    """Where a clip lies.

    Attributes:
        voice: unit vector ``[k]`` for who speaks.
        words: unit vector ``[m]`` for what is said.
        part: which part of a longer recording was used; empty for a whole one.
    """

    voice: FloatArray
    words: FloatArray
    part: str = ""


class VoiceNoise:
    """Noise of voices by the statistics of a corpus.

    Args:
        statistics: see ``load_statistics``.
    """

    def __init__(self, statistics: VoiceStatistics) -> None:
        self.statistics = statistics

    def directions(self, samples: FloatArray, name: str = "the recording") -> Directions:
        """Where a recording lies.

        Args:
            samples: ``[samples]``, mono, at 16 kHz.
            name: what messages call it.

        Raises:
            MediaError: it is no usable recording; see ``take_voice``.
        """
        clip = take_voice(samples, name)
        return Directions(
            self.statistics.voice.direction(describe_voice(clip.samples)),
            self.statistics.words.direction(describe_words(clip.samples)),
            clip.part,
        )

    def noise(
        self,
        at: Directions,
        mode: Mode = "mix",
        voice_share: float = VOICE_SHARE,
        shape: tuple[int, int, int] = BASE,
    ) -> FloatArray:
        """Exactly Gaussian noise; cosines between noises are those between directions.

        Args:
            at: where the recording lies.
            mode: ``voice``, ``words``, or ``mix`` of both.
            voice_share: of ``mix``, 0..1: the square root weighs the voice.
            shape: channels, rows, columns; see ``noise_of``.

        Returns:
            float32 of that shape, of length ``sqrt(size)``.

        Raises:
            InputError: a share or a shape that cannot be, or the mode ``exact``, which needs the
                recording itself (see ``exact``).
        """
        if mode == "exact":
            raise InputError("the mode 'exact' is made from the recording itself")
        if not 0 <= voice_share <= 1:
            raise InputError(f"the voice's share is from 0 to 1, not {voice_share}")
        share = {"voice": 1.0, "words": 0.0, "mix": voice_share}[mode]
        turned = np.sqrt(share) * rotate(at.voice, _VOICE_SEED, _SIZE)
        turned += np.sqrt(1 - share) * rotate(at.words, _WORDS_SEED, _SIZE)
        return noise_of(turned, shape)

    def exact(self, samples: FloatArray, name: str = "the recording") -> FloatArray:
        """Mel levels less the corpus' mean, over its deviation: no Gaussian noise, of any length.

        Args:
            samples: ``[samples]``, mono, at 22,050 Hz (``mel_square.RATE``).
            name: what messages call it.

        Returns:
            float32 ``[4, 32, 32]``.

        Raises:
            MediaError: it is no usable recording; see ``take_voice``.
        """
        statistics = self.statistics
        square = square_of_recording(samples, name)
        made = (square - statistics.square_mean) / statistics.square_deviation
        return np.asarray(made, np.float32).reshape(BASE)
