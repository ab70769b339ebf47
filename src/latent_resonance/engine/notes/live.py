"""Plays notes live: messages from any thread, sound on a stage.

render   takes what messages there are and gives one tick whenever the ring has room
windows  makes the windows that notes wait for, and ahead of need those of the keyboard's range
audio    the stage's callback, which only reads the ring
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from latent_resonance.contracts.parts import PullingStage, Stage
from latent_resonance.contracts.values import AudioBlock, FloatArray
from latent_resonance.engine.meters import Distribution
from latent_resonance.engine.notes.instruments import Tone
from latent_resonance.engine.notes.open import Notes
from latent_resonance.engine.notes.window_store import Found
from latent_resonance.engine.ring_buffer import RingBuffer
from latent_resonance.sense.midi_files.messages import PROGRAM, MidiEvent

_POLL_SECONDS = 0.001
# The middle of a piano first; the store keeps more than these.
# Every fourth key comes first: then every key has a neighbour to begin with.
_AHEAD_PITCHES = tuple(sorted(range(36, 97), key=lambda p: (p % 4 > 0, abs(p - 60))))
_NEAR_SEMITONES = 2.0
_AHEAD_VELOCITIES = (100, 64)


class LiveNotes:
    """One show. Messages are given to ``send``; ``run`` plays until it ends or ``stop``.

    Args:
        notes: opened.
        stage: prepared; a pulling stage gets a callback, any other is paced by this clock.
        buffer_seconds: sound kept ready; the price of safety is latency.
        morph_seconds: length of the way to the setup's ``morph``.
    """

    def __init__(
        self,
        notes: Notes,
        stage: Stage,
        buffer_seconds: float = 0.016,
        morph_seconds: float | None = None,
    ) -> None:
        self._notes = notes
        self._stage = stage
        self._layout = notes.layout
        self._rate = notes.layout.sample_rate
        self._channels = notes.setup.channels
        self._events: deque[MidiEvent] = deque()
        self._urgent: queue.PriorityQueue[tuple[int, int, Any]] = queue.PriorityQueue()
        self._asked: set[Any] = set()
        self._order = 0
        self._stop = threading.Event()
        self._fatal: BaseException | None = None
        self._playing = False
        hop = self._layout.hop
        self._fill = max(hop, round(buffer_seconds * self._rate))
        self._ring = RingBuffer(max(self._fill + hop, self._rate // 4), self._channels)
        self.synthesizer = notes.synthesizer(morph_seconds, self._request)
        self.synthesizer.on_start = self._note_started
        self.note_to_sound = Distribution()
        self.tick = Distribution()
        self.underruns = 0
        self.neighbours = 0
        self._seconds = 0.0

    @property
    def seconds(self) -> float:
        """How much has been played."""
        return self._seconds

    def send(self, event: MidiEvent) -> None:
        """Play a message now, from any thread; its ``seconds`` are of ``time.perf_counter``."""
        self._events.append(event)

    def stop(self) -> None:
        """End; safe from any thread and from a signal handler."""
        self._stop.set()

    def run(
        self,
        seconds: float | None = None,
        ready: Callable[[], None] | None = None,
    ) -> None:
        """Play for ``seconds`` or until ``stop``.

        Args:
            seconds: how long.
            ready: called when the stage plays.

        Raises whatever ended the show.
        """
        self._warm()
        threads = [
            threading.Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("windows", self._make_windows), ("render", self._render))
        ]
        for thread in threads:
            thread.start()
        try:
            self._play(seconds, ready)
        finally:
            self.stop()
            for thread in threads:
                thread.join(timeout=2)
        if self._fatal is not None:
            raise self._fatal

    def fill(self, out: FloatArray) -> int:
        """The audio callback: fill ``out`` ``[frames, channels]`` from the ring; never waits."""
        count = self._ring.take(out)
        if count < len(out):
            out[count:] = 0
            if self._playing and not self._stop.is_set():
                self.underruns += 1
        self._seconds += len(out) / self._rate
        return count

    def report(self) -> dict[str, Any]:
        """Plain numbers for ``--json``."""
        counts = self.synthesizer.counts
        return {
            "seconds": round(self._seconds, 3),
            "notes": counts.notes,
            "instruments": sorted(counts.instruments),
            "most_voices": counts.most_voices,
            "voices_stolen": counts.stolen,
            "notes_that_waited": counts.late,
            "notes_from_a_neighbour": self.neighbours,
            "note_to_sound_ms": self.note_to_sound.summary(1e3),
            "stage_latency_ms": round(1e3 * self._stage.latency_seconds, 2),
            "tick_ms": self.tick.summary(1e3),
            "windows_made": self._notes.store.generation.count,
            "generation_ms": self._notes.store.generation.summary(1e3),
            "underruns": self.underruns,
        }

    def prepare_range(self, tone: Tone, pitches: Sequence[int] = _AHEAD_PITCHES) -> None:
        """Make windows of a tone ahead of need, behind those that notes wait for."""
        for velocity in _AHEAD_VELOCITIES:
            for pitch in pitches:
                self._order += 1
                self._urgent.put((1, self._order, (tone, float(pitch), velocity)))

    def _warm(self) -> None:
        """One window and one voice, so that the first note finds all code loaded."""
        tone = self._notes.tone or self._notes.instruments.default()
        self._notes.store.get(tone, 60.0, _AHEAD_VELOCITIES[0])
        self.prepare_range(tone)

    def _request(self, tone: Tone, pitch: float, velocity: int) -> Found | None:
        """The window, or a near one while it is made, or None while there is none near."""
        store = self._notes.store
        key = store.key(tone, pitch, velocity)
        window = store.peek(tone, pitch, velocity)
        if window is not None:
            return Found(window, key.pitch)
        if key not in self._asked:
            self._asked.add(key)
            self._order += 1
            self._urgent.put((0, self._order, (tone, pitch, velocity)))
        found = store.nearest(tone, pitch, velocity, _NEAR_SEMITONES)
        self.neighbours += found is not None
        return found

    def _make_windows(self) -> None:
        while not self._stop.is_set():
            try:
                urgency, _, (tone, pitch, velocity) = self._urgent.get(timeout=0.05)
            except queue.Empty:
                continue
            self._notes.store.get(tone, pitch, velocity)
            self._asked.discard(self._notes.store.key(tone, pitch, velocity))
            if urgency:
                # Ahead of need, and not in the way of what is needed.
                self._stop.wait(0.002)

    def _render(self) -> None:
        synthesizer = self.synthesizer
        hop = self._layout.hop
        while not self._stop.is_set():
            if self._ring.filled + hop > self._fill:
                time.sleep(_POLL_SECONDS)
                continue
            began = time.perf_counter()
            while self._events:
                event = self._events.popleft()
                if event.kind == PROGRAM and self._notes.tone is None:
                    self.prepare_range(self._notes.instruments.for_program(event.one))
                synthesizer.handle(event)
            sound = synthesizer.tick()
            self.tick.add(time.perf_counter() - began)
            self._ring.put(sound)

    def _note_started(self, asked: float) -> None:
        ahead = (self._ring.filled + self.synthesizer.delay_samples) / self._rate
        self.note_to_sound.add(time.perf_counter() - asked + ahead)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a thread's end must not be silent
            self._fatal = error
            self.stop()

    def _play(self, seconds: float | None, ready: Callable[[], None] | None) -> None:
        while self._ring.filled < self._fill // 2 and not self._stop.is_set():
            time.sleep(_POLL_SECONDS)
        self._playing = True
        if isinstance(self._stage, PullingStage):
            self._stage.open(self.fill)
            if ready:
                ready()
            while not self._stop.is_set() and not self._ended(seconds):
                self._stop.wait(0.02)
            return
        if ready:
            ready()
        self._play_by_clock(seconds)

    def _play_by_clock(self, seconds: float | None) -> None:
        """For stages without a clock of their own: as much sound as time has passed."""
        hop = self._layout.hop
        began = time.perf_counter()
        played = 0
        while not self._stop.is_set() and not self._ended(seconds):
            ahead = played / self._rate - (time.perf_counter() - began)
            if ahead > 0:
                self._stop.wait(ahead)
                continue
            out = np.zeros((hop, self._channels), np.float32)
            self.fill(out)
            self._stage.play(AudioBlock(out, self._rate, played))
            played += hop

    def _ended(self, seconds: float | None) -> bool:
        return seconds is not None and self._seconds >= seconds
