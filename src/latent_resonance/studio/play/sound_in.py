"""The sound that a page plays into an instrument: a file that lies here, or live sound it sends."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from latent_resonance.contracts.parts import Sensor, SoundSource
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Spec
from latent_resonance.engine.pass_through import CHANNELS, RATE
from latent_resonance.sense.listening.controls import CONTROLS, REST
from latent_resonance.sense.listening.descriptors import HOP_SECONDS
from latent_resonance.sense.listening.files import Passage, SoundFile
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.studio.play.channels import with_channels

BeatMultiple = Literal["half", "as_heard", "double"]

_FADE_SAMPLES = RATE // 200
# Live sound comes in pieces: so much is kept before it begins, and no more than this.
_LIVE_BEGIN, _LIVE_MOST = RATE // 20, RATE // 4


@dataclass(frozen=True, slots=True)
class SoundInNow:
    """Where the sound is.

    Attributes:
        kind: what plays into the instrument.
        upload: id of the file; empty where there is none.
        name: of the file, for people.
        seconds: its length.
        at: where it is, in seconds.
        playing: whether it goes on; live sound always does.
    """

    kind: Literal["none", "file", "live"] = "none"
    upload: str = ""
    name: str = ""
    seconds: float = 0.0
    at: float = 0.0
    playing: bool = False


class SoundIn(Sensor, SoundSource):
    """Sensor and sound source that a page works by hand.

    ``read_sound`` and ``read`` belong to the threads of a clock; all else may come from any.
    What is listened to is what is passed on, so that both stay in step whatever was sought.
    """

    controls: Sequence[ControlRange] = CONTROLS
    latency_seconds = HOP_SECONDS
    quick = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._follows: frozenset[str] = frozenset()
        self._listener = Listener(RATE)
        self._newest = Controls(0.0, REST, present=False)
        self._now = SoundInNow()
        self._file: SoundFile | None = None
        self._passage: Passage | None = None
        self._taken = 0
        self._gain = 0.0
        self._live: deque[FloatArray] = deque()
        self._waiting = 0
        self._flowing = False
        self._multiple: BeatMultiple = "as_heard"

    @property
    def now(self) -> SoundInNow:
        """What plays, and where it is."""
        return self._now

    @property
    def sound_channels(self) -> int:
        """Two, whatever plays."""
        return CHANNELS

    def prepare(self, spec: Spec) -> None:
        """Listen for what the chain follows; the sound itself is taken as it comes."""
        with self._lock:
            self._follows = spec.follows
            self._listen_anew()

    def open(self, path: Path, upload: str, name: str) -> None:
        """A file, from its start, not playing yet; raises MediaError where it has no sound."""
        file = SoundFile(path)
        with self._lock:
            self._forget()
            self._file = file
            self._now = SoundInNow("file", upload, name, file.seconds)

    def listen(self) -> None:
        """Live sound from now on, as ``hear`` gets it."""
        with self._lock:
            self._forget()
            self._now = SoundInNow("live", playing=True)

    def leave(self) -> None:
        """No sound any more."""
        with self._lock:
            self._forget()
            self._now = SoundInNow()

    def hear(self, samples: FloatArray) -> None:
        """The next piece of live sound, float32 ``[samples]`` at 48 kHz."""
        with self._lock:
            if self._now.kind != "live":
                return
            self._live.append(samples)
            self._waiting += len(samples)
            while self._waiting > _LIVE_MOST and len(self._live) > 1:
                self._waiting -= len(self._live.popleft())

    def go(self, *, playing: bool | None = None, at: float | None = None) -> None:
        """Play on or pause, from where it is or from another moment."""
        with self._lock:
            now, file = self._now, self._file
            if file is None:
                return
            if at is None and playing and now.at >= now.seconds:
                at = 0.0  # at its end it begins anew
            if at is not None:
                at = min(max(at, 0.0), now.seconds)
                self._leave_passage()
                file.rewind(at)
                self._taken, self._gain = 0, 0.0
                now = replace(now, at=at)
            self._now = replace(now, playing=now.playing if playing is None else playing)

    @property
    def multiple(self) -> BeatMultiple:
        """Of the beats that are found, which are given."""
        return self._multiple

    def multiply_beats(self, multiple: BeatMultiple) -> None:
        """``half``, ``as_heard`` or ``double`` of the beats that are found."""
        with self._lock:
            self._multiple = multiple
            self._listener.multiply_beats(multiple)

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """What was listened to last."""
        return self._newest

    def read_sound(self, start_seconds: float, samples: int, sample_rate: int) -> FloatArray:
        """See ``SoundSource``; always at 48 kHz, and listened to on its way."""
        with self._lock:
            sound = self._next(samples)
            listener = self._listener
        updates = listener.feed(sound.mean(axis=1))
        if updates:
            end = start_seconds + samples / RATE
            newest = updates[-1]
            tempo = newest.tempo and replace(newest.tempo, time_seconds=end)
            self._newest = replace(newest, time_seconds=end, tempo=tempo)
        return sound

    def close(self) -> None:
        """Let go of the file."""
        self.leave()

    def _next(self, samples: int) -> FloatArray:
        """Float32 ``[samples, 2]``; silence where nothing plays."""
        if self._now.kind == "live":
            return self._from_live(samples)
        if self._file is None or not (self._now.playing or self._gain):
            return np.zeros((samples, CHANNELS), np.float32)
        return self._from_file(self._file, samples)

    def _from_file(self, file: SoundFile, samples: int) -> FloatArray:
        if self._passage is None:
            self._passage = Passage(file, RATE)
        now = self._now
        sound = with_channels(self._passage.read(self._taken / RATE, samples), CHANNELS)
        self._taken += samples
        # A fade of a few milliseconds where it begins and where it stops.
        aim = float(now.playing)
        ramp = np.linspace(0, samples / _FADE_SAMPLES, samples, endpoint=False, dtype=np.float32)
        gain = np.clip(self._gain + (ramp if aim else -ramp), 0, 1)
        moved = samples / _FADE_SAMPLES if aim else -samples / _FADE_SAMPLES
        self._gain = min(max(self._gain + moved, 0.0), 1.0)
        at = min(now.at + samples / RATE, now.seconds)
        self._now = replace(now, at=at, playing=now.playing and at < now.seconds)
        return np.asarray(sound * gain[:, None], np.float32)

    def _from_live(self, samples: int) -> FloatArray:
        self._flowing = self._flowing or self._waiting >= _LIVE_BEGIN
        sound = np.zeros(samples, np.float32)
        if self._flowing:
            have = np.concatenate([np.zeros(0, np.float32), *self._live])
            there = have[:samples]
            sound[: len(there)] = there
            rest = have[samples:]
            self._live.clear()
            self._live.append(rest)
            self._waiting = len(rest)
            self._flowing = len(there) == samples
        return np.repeat(sound[:, None], CHANNELS, axis=1)

    def _leave_passage(self) -> None:
        if self._passage is not None:
            self._passage.close()
        self._passage = None

    def _forget(self) -> None:
        self._leave_passage()
        if self._file is not None:
            self._file.close()
        self._file = None
        self._taken, self._gain = 0, 0.0
        self._live.clear()
        self._waiting, self._flowing = 0, False
        self._listen_anew()

    def _listen_anew(self) -> None:
        self._listener = Listener(RATE, follows=self._follows)
        self._listener.multiply_beats(self._multiple)
        self._newest = Controls(0.0, REST, present=False)
