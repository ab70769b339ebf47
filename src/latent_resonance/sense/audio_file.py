"""A sound file, or the sound of a video, as a performer: its level, beats, colour and pitch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.parts import Sensor, SoundSource
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Spec
from latent_resonance.sense.listening.ahead import AHEAD_SECONDS, MadeAhead
from latent_resonance.sense.listening.controls import CONTROLS, REST, ListeningOptions
from latent_resonance.sense.listening.descriptors import HOP_SECONDS
from latent_resonance.sense.listening.files import Passage, SoundFile
from latent_resonance.sense.listening.listener import Listener

_SILENT = Controls(0.0, REST, present=False)


class Options(ListeningOptions):
    """Which file, and how it becomes controls."""

    source: Path = Field(description="a sound file, or a video with sound")
    loop: bool = Field(default=False, description="start over at the end")


class Part(Sensor, SoundSource):
    """Sensor and sound source: what the file sounds like at each moment.

    A control is in force from the end of the piece of sound that it was measured in, so that a
    file moves a performance as a microphone in front of its loudspeaker would.
    """

    controls: Sequence[ControlRange] = CONTROLS
    latency_seconds = HOP_SECONDS
    quick = True
    reads = (
        *(".wav", ".flac", ".ogg", ".mp3", ".opus", ".aif", ".aiff", ".m4a", ".aac", ".wma"),
        *(".oga", ".caf", ".au", ".mka", ".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v", ".mpg"),
    )

    def __init__(self, options: Options) -> None:
        self.options = options
        self._file: SoundFile | None = None
        self._listener: Listener | None = None
        self._measured: MadeAhead[Controls] | None = None
        self._passage: Passage | None = None
        self._now = _SILENT
        self._updates = self._present = 0

    @property
    def duration_seconds(self) -> float | None:
        return None if self._file is None or self.options.loop else self._file.seconds

    @property
    def sound_channels(self) -> int:
        return self._file.channels if self._file else 0

    def prepare(self, spec: Spec) -> None:
        """Open the file; raises MediaError when it holds no sound that can be read."""
        self.close()
        self._file = self._open()
        self._listener = Listener(self._file.rate, self.options, follows=spec.follows)
        self._forget()

    def reset(self) -> None:
        self._close_readers()
        if self._file is not None and self._listener is not None:
            self._file.rewind()
            self._listener.reset()
        self._forget()

    def close(self) -> None:
        self._close_readers()
        if self._file is not None:
            self._file.close()
        self._file = self._listener = None

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        if self._file is None or self._listener is None:
            return self._now
        if self._measured is None:
            self._measured = _measured(self._file, self._listener)
        # A step's length is seldom exact in binary; a sample is not missed for that.
        samples = int(now_seconds * self._file.rate + 1e-3)
        while self._updates < samples // self._listener.hop:
            self._updates += 1
            self._now = self._measured.next()
            self._present += self._now.present
        return self._now

    def read_sound(self, start_seconds: float, samples: int, sample_rate: int) -> FloatArray:
        if self._file is None:
            return np.zeros((samples, 0), np.float32)
        if self._passage is None or self._passage.rate != sample_rate:
            self._close_passage()
            self._passage = Passage(self._open(), sample_rate)
        return self._passage.read(start_seconds, samples)

    def statistics(self) -> Mapping[str, Any]:
        share = self._present / self._updates if self._updates else 0.0
        errors = self._file.errors if self._file else 0
        told = self._warning()
        return {
            "sound_updates": self._updates,
            "sound_present_ratio": round(share, 4),
            "bad_sound_blocks": errors,
            **({"warning": told} if told else {}),
        }

    def _warning(self) -> str:
        source = self.options.source
        if self._file is None:
            return ""
        if self._file.cancels:
            return f"the channels of {source} cancel each other: nothing is heard of it"
        told = []
        if count := self._file.not_numbers:
            told.append(f"{source} holds {count} samples that are not numbers: taken for silence")
        if (end := self._file.breaks_off) is not None:
            told.append(f"{source} breaks off after {end:.1f} of {self._file.seconds:.1f} s")
        return "; ".join(told)

    def _open(self) -> SoundFile:
        return SoundFile(self.options.source, loop=self.options.loop)

    def _close_readers(self) -> None:
        if self._measured is not None:
            self._measured.close()
        self._measured = None
        self._close_passage()

    def _close_passage(self) -> None:
        if self._passage is not None:
            self._passage.close()
        self._passage = None

    def _forget(self) -> None:
        self._now = _SILENT
        self._updates = self._present = 0


def _measured(file: SoundFile, listener: Listener) -> MadeAhead[Controls]:
    """What the listener gives for each step of the file, and of silence after its end.

    Each value is the one that measuring in step would give. Both are the thread's alone until it
    is closed.
    """

    def measure() -> list[Controls]:
        piece = np.zeros(listener.hop, np.float32)
        sound = file.read(len(piece))
        piece[: len(sound)] = sound.mean(axis=1)
        return listener.feed(piece)

    return MadeAhead(measure, round(AHEAD_SECONDS * file.rate / listener.hop))
