"""A recording as a voice: what is refused, and which part of a long one is used."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray

RATE = 16_000
"""Hz; everything that is told from a voice is told at this rate."""
SHORTEST_SECONDS = 0.3
LONGEST_SECONDS = 20.0

# Ten steps of 16 bits: what is quieter is the hiss of a converter.
_SILENT = 3e-4
# Parts of a second at either end that say nothing of it: a constant that was resampled rings there.
_EDGE = 20
_FRAME, _STEP = RATE // 50, RATE // 200
_DEPTH_DB = 32.0  # of what counts as sounding, below the loudest frame
_ABOVE_NOISE_DB = 8.0
_LEAST_DEPTH_DB = 14.0


@dataclass(frozen=True, slots=True)
class VoiceClip:
    """A usable recording of a voice.

    Attributes:
        samples: float32 ``[samples]``, without its mean.
        start: first sample of it in the recording.
        whole: samples of the recording.
        rate: in Hz.
    """

    samples: FloatArray
    start: int
    whole: int
    rate: int

    @property
    def seconds(self) -> float:
        """Length of what is used."""
        return len(self.samples) / self.rate

    @property
    def part(self) -> str:
        """Which part of a longer recording is used; empty for a whole one."""
        if self.whole == len(self.samples):
            return ""
        begin = self.start / self.rate
        return f"{begin:.1f} to {begin + self.seconds:.1f} s of {self.whole / self.rate:.1f} s"


def take_voice(samples: FloatArray, name: str = "the recording", rate: int = RATE) -> VoiceClip:
    """Check a recording; of one longer than 20 s, the part with most sound is taken.

    Args:
        samples: ``[samples]``, mono.
        name: what messages call it.
        rate: in Hz.

    Raises:
        MediaError: it is shorter than 0.3 s, silent, constant, or holds NaN or infinity.
    """
    if not np.isfinite(samples).all():
        raise MediaError(f"{name} holds samples that are not numbers (NaN or infinite)")
    seconds = len(samples) / rate
    if seconds < SHORTEST_SECONDS:
        raise MediaError(
            f"{name} lasts {seconds:.2f} s: a voice needs at least {SHORTEST_SECONDS} s"
        )
    sound = samples.astype(np.float64)
    inside = sound[rate // _EDGE : -(rate // _EDGE)]
    mean = float(inside.mean())
    if float(np.abs(inside - mean).max()) < _SILENT:
        if abs(mean) >= _SILENT:
            raise MediaError(
                f"{name} is a constant ({mean:.2g}) without any sound: check the cable"
            )
        raise MediaError(f"{name} is silent: check the microphone and its level")
    sound -= sound.mean()
    start, count = 0, round(LONGEST_SECONDS * rate)
    if len(sound) > count:
        block = rate // 10
        blocks = len(sound) // block
        energy = (sound[: blocks * block].reshape(blocks, block) ** 2).sum(axis=1)
        ahead = np.concatenate([[0.0], np.cumsum(energy)])
        width = count // block
        start = int((ahead[width:] - ahead[:-width]).argmax()) * block
        sound = sound[start : start + count]
    return VoiceClip(sound.astype(np.float32), start, len(samples), rate)


def trim(samples: FloatArray) -> FloatArray:
    """From where the sound begins to where it ends, to 5 ms.

    A stretch of 20 ms sounds where it is within 32 dB of the loudest and stands out of the noise,
    which is what the quietest tenth of the stretches has.

    Args:
        samples: ``[samples]`` at ``RATE``, at least 20 ms.
    """
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    begins = np.arange(0, len(samples) - _FRAME + 1, _STEP)
    level = 10 * np.log10((energy[begins + _FRAME] - energy[begins]) / _FRAME + 1e-12)
    top = float(level.max())
    noise = float(np.percentile(level, 10)) + _ABOVE_NOISE_DB
    least = min(max(top - _DEPTH_DB, noise), top - _LEAST_DEPTH_DB)
    sounding = np.flatnonzero(level >= least)
    return samples[begins[sounding[0]] : begins[sounding[-1]] + _FRAME]
