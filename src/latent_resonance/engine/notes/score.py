"""Plays a list of MIDI messages at their samples, in blocks of any size."""

import math
from collections.abc import Callable, Iterable

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.notes.synthesizer import Synthesizer
from latent_resonance.sense.midi_files.messages import MidiEvent

_BLOCK_SECONDS = 0.25
# After the last note: instruments without dampers ring on, but not for ever.
_MOST_TAIL_SECONDS = 12.0


class ScorePlayer:
    """Pulls a synthesizer; message and sound stay in step whatever the blocks.

    The limiter's delay is taken off: a note at 0 s begins with the first sample.

    Args:
        synthesizer: fresh.
        events: in order of time.
    """

    def __init__(self, synthesizer: Synthesizer, events: Iterable[MidiEvent]) -> None:
        self.synthesizer = synthesizer
        rate = synthesizer.layout.sample_rate
        self._hop = synthesizer.layout.hop
        self._events = [(round(event.seconds * rate), event) for event in events]
        self._next = 0
        self._begin = 0
        channels = synthesizer.options.channels
        self._rest: FloatArray = np.zeros((0, channels), np.float32)
        self._skip = synthesizer.delay_samples

    @property
    def done(self) -> bool:
        """Whether all messages were played and no voice is left."""
        return self._next >= len(self._events) and not self.synthesizer.voices

    def read(self, samples: int) -> FloatArray:
        """The next ``samples``, float32 ``[samples, channels]``."""
        pieces = [self._rest]
        have = len(self._rest)
        while have < samples:
            block = self._tick()
            skipped = min(self._skip, len(block))
            self._skip -= skipped
            pieces.append(block[skipped:])
            have += len(block) - skipped
        sound = np.concatenate(pieces)
        self._rest = sound[samples:]
        return sound[:samples]

    def _tick(self) -> FloatArray:
        end = self._begin + self._hop
        while self._next < len(self._events) and self._events[self._next][0] < end:
            at, event = self._events[self._next]
            self.synthesizer.handle(event, max(0, at - self._begin))
            self._next += 1
        self._begin = end
        return self.synthesizer.tick()


def play_score(
    player: ScorePlayer,
    seconds: float,
    on_progress: Callable[[float, float], None] | None = None,
    tail: bool = True,
) -> FloatArray:
    """All of a score: ``seconds`` of it, then every key goes up and it rings out.

    Args:
        player: fresh.
        seconds: until all keys go up.
        on_progress: called with seconds done and in all.
        tail: let it ring out; otherwise it is cut there with a short fade.

    Returns:
        float32 ``[samples, channels]``.
    """
    synthesizer = player.synthesizer
    rate = synthesizer.layout.sample_rate
    block = round(_BLOCK_SECONDS * rate)
    total = max(1, round(seconds * rate))
    pieces: list[FloatArray] = []
    done = 0
    while done < total:
        count = min(block, total - done)
        pieces.append(player.read(count))
        done += count
        if on_progress:
            on_progress(done / rate, seconds)
    if not tail:
        sound = np.concatenate(pieces)
        _fade_out(sound, rate)
        return sound
    synthesizer.release_all()
    most = math.ceil(_MOST_TAIL_SECONDS * rate)
    rung = 0
    while synthesizer.voices and rung < most:
        pieces.append(player.read(block))
        rung += block
    pieces.append(player.read(round(synthesizer.tail_seconds * rate)))
    sound = np.concatenate(pieces)
    _fade_out(sound, rate)
    return sound


def _fade_out(sound: FloatArray, rate: int) -> None:
    """The last 20 ms, in place."""
    count = min(len(sound), round(0.02 * rate))
    sound[-count:] *= np.linspace(1, 0, count, dtype=np.float32)[:, None]
