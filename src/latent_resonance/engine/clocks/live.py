"""The live clock: threads around chains that know none.

sense      reads a slow sensor (a camera) at its own pace; the latest controls win
model      makes the windows that are wanted, one thread for each chain
sound      steps the chains of sound whenever a ring has room for a step
pictures   steps a chain of pictures at its frame rate, by the clock of the sound; late ones are
           left out
audio      the stage's callback, which only reads its ring
"""

import math
import threading
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.parts import (
    ControlStage,
    PictureStage,
    PullingStage,
    ReportingStage,
    SoundStage,
)
from latent_resonance.contracts.values import AudioBlock, FloatArray, Frame
from latent_resonance.engine.clocks.pull import MakeWindows
from latent_resonance.engine.clocks.recordings import Recordings
from latent_resonance.engine.clocks.reserve import Reserve
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.performance import OnStep, Performance, Steps
from latent_resonance.engine.priority import come_first, playing
from latent_resonance.engine.ring_buffer import RingBuffer
from latent_resonance.engine.senses import BackgroundSensor, Sensed, Senses
from latent_resonance.engine.windows import ThreadedWindows

_POLL_SECONDS = 0.001
# After the end of recorded notes, the last ones ring out.
_TAIL_SECONDS = 2.0


class LiveClock:
    """Plays a performance on its stages until stopped or its recorded input ends.

    Args:
        performance: opened, its stages prepared. A pulling stage gets a callback; where a chain of
            sound has none, its stages are paced by this clock.
        meters: of the first chain, filled as it plays.
        buffer_seconds: sound kept ready in a ring; the price of safety is latency. More is kept
            while the machine does not keep up (``Reserve``).
        on_step: told of each step of the first chain.
        windows: makes the window store of each chain; ``ThreadedWindows`` where not given.
        recordings: files that may end before the performance; those of its stages if not given.
    """

    def __init__(
        self,
        performance: Performance,
        meters: Meters | None = None,
        buffer_seconds: float = 0.016,
        on_step: OnStep | None = None,
        windows: MakeWindows | None = None,
        recordings: Recordings | None = None,
    ) -> None:
        self.performance = performance
        self.recordings = recordings or Recordings(performance.stages)
        self.meters = meters or Meters()
        self._stop = threading.Event()
        self._fatal: BaseException | None = None
        self._slow: list[BackgroundSensor] = []
        self._senses = performance.senses
        self._lines: list[SoundLine] = []
        self._pictures: list[Steps] = []
        self.all_meters: list[Meters] = []
        self._began = math.inf
        sound = any(isinstance(chain.gives, SoundFormat) for chain in performance.chains)
        windows = windows or partial(ThreadedWindows, alone=not sound)
        for number, chain in enumerate(performance.chains):
            own = self.meters if number == 0 else Meters()
            store = windows(chain.model, chain.renderer, own)
            told = on_step if number == 0 else None
            steps = Steps(chain, self._senses, store, own, number, told)
            self.all_meters.append(own)
            if isinstance(chain.gives, SoundFormat):
                ready = max(buffer_seconds, chain.spec.ahead_seconds)
                self._lines.append(SoundLine(steps, ready, self.recordings))
            else:
                self._pictures.append(steps)

    @property
    def seconds(self) -> float:
        """How much has been rendered: the performance's clock."""
        if self._lines:
            return self._lines[0].steps.seconds
        return 0.0 if math.isinf(self._began) else time.perf_counter() - self._began

    @property
    def steps(self) -> list[Steps]:
        """The steps of every chain: those of sound, then those of pictures."""
        return [*(line.steps for line in self._lines), *self._pictures]

    def stop(self) -> None:
        """Ask all threads to end; safe from any thread and from a signal handler."""
        self._stop.set()

    def run(self, seconds: float | None = None, ready: Callable[[], None] | None = None) -> None:
        """Play for ``seconds``, or to the end of the recorded input, or until ``stop``.

        ``ready`` is called when the stages play. Raises whatever ended the performance: nothing
        that a single bad frame can do.
        """
        limit = seconds
        recorded = self._senses.duration_seconds
        if limit is None and recorded is not None:
            notes = any(chain.navigator.plays_notes for chain in self.performance.chains)
            limit = recorded + _TAIL_SECONDS * notes
        work: list[tuple[str, Callable[[], None]]] = []
        if self._lines:
            work.append(("sound", lambda: self._render(limit)))
        work += [
            (f"pictures {n}", lambda steps=steps: self._show(steps, limit))  # type: ignore[misc]
            for n, steps in enumerate(self._pictures)
        ]
        threads = [
            threading.Thread(target=self._guarded, args=(job,), name=name, daemon=True)
            for name, job in work
        ]
        try:
            self._begin()
            with playing():
                for thread in threads:
                    thread.start()
                self._play(limit, ready or (lambda: None))
        finally:
            self.stop()
            for thread in threads:
                if thread.ident is not None:
                    thread.join(timeout=2)
            for slow in self._slow:
                slow.close()
            for steps in self.steps:
                steps.windows.close()
            self.recordings.close()
        if self._fatal is not None:
            raise self._fatal

    def _begin(self) -> None:
        """Slow sensors go to threads of their own; the first windows are made."""
        sensors = self._senses.sensors
        for index, sensor in enumerate(sensors):
            if not sensor.quick:
                slow = BackgroundSensor(sensor, lambda: self.seconds, self._sense_error)
                self._slow.append(slow)
                sensors[index] = slow
        self._senses = Senses(sensors, len(self.performance.chains), self._sense_error)
        for steps in self.steps:
            steps.senses = self._senses
            steps.begin()

    def _sense_error(self, error: BaseException) -> None:
        self.meters.error("sense", error)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a thread's end must not be silent
            self._fatal = error
            self.stop()

    def _render(self, limit: float | None) -> None:
        come_first()
        while not self._stop.is_set():
            open_ = [one for one in self._lines if limit is None or one.steps.seconds < limit]
            for line in self._lines:
                line.over = line not in open_
            if not open_:
                return
            due = [line for line in open_ if line.has_room]
            if not due:
                time.sleep(_POLL_SECONDS)
                continue
            sensed = due[0].advance(self._began)
            if due[0] is self._lines[0]:
                self._send(sensed)

    def _show(self, steps: Steps, limit: float | None) -> None:
        """Pictures by the clock of the sound that is being played."""
        rate = steps.chain.gives.frame_rate  # type: ignore[union-attr]
        stages = [stage for stage in steps.chain.stages if isinstance(stage, PictureStage)]
        while not self._stop.is_set() and (limit is None or steps.seconds < limit):
            now = self._played()
            ahead = steps.seconds - now
            if ahead > 0:
                self._stop.wait(min(ahead, 0.02))
                continue
            late = int(-ahead * rate)
            steps.meters.dropped_frames += late
            output = steps.step(1 + late)
            if not self._lines and steps is self._pictures[0] and steps.sensed:
                self._send(steps.sensed)
            frame = output.given
            assert isinstance(frame, Frame)  # noqa: S101 - the chain gives pictures
            for stage in stages:
                self.recordings.give(stage, partial(stage.show, frame))

    def _played(self) -> float:
        """The moment of the sound that is played now; the time itself where there is none."""
        if self._lines:
            return self._lines[0].played_seconds
        return self.seconds

    def _send(self, sensed: Sensed) -> None:
        for chain in self.performance.chains:
            for stage in chain.stages:
                if isinstance(stage, ControlStage):
                    stage.send(sensed.controls)

    def _play(self, limit: float | None, ready: Callable[[], None]) -> None:
        while any(not line.begun for line in self._lines) and not self._stop.is_set():
            time.sleep(_POLL_SECONDS)
        self._began = time.perf_counter()  # what was sensed before, nobody waits for
        for line in self._lines:
            line.playing = True
            if line.pulling is not None:
                line.pulling.open(line.fill)
        ready()
        timed = [line for line in self._lines if line.pulling is None]
        while not self._stop.is_set() and not self._ended(limit):
            waits = [line.play_to(time.perf_counter() - self._began) for line in timed]
            self._stop.wait(min(waits, default=0.05))
            for line in self._lines:
                line.note_card()

    def _ended(self, limit: float | None) -> bool:
        if limit is None:
            return False
        if self._lines:
            return all(line.steps.seconds >= limit and not line.waiting for line in self._lines)
        return self.seconds >= limit


class SoundLine:
    """A chain of sound, and the ring that joins its thread to its stage.

    Args:
        steps: of the chain.
        buffer_seconds: sound kept ready in the ring at rest.
        recordings: of the performance.
    """

    def __init__(self, steps: Steps, buffer_seconds: float, recordings: Recordings) -> None:
        gives = steps.chain.gives
        assert isinstance(gives, SoundFormat)  # noqa: S101 - asked of chains of sound only
        self.steps, self.meters, self._recordings = steps, steps.meters, recordings
        self._rate, self._channels, self._step = (
            gives.sample_rate,
            gives.channels,
            gives.step_samples,
        )
        self._reserve = Reserve(self._rate, buffer_seconds, self._step)
        # A card that keeps some of it takes that at once.
        ahead = steps.chain.spec.ahead_seconds > 0
        full = self._reserve.frames - self._step
        self._enough = full if ahead else self._reserve.frames // 2
        size = max(self._reserve.frames + self._step, self._rate // 2)
        self._ring = RingBuffer(size, self._channels)
        stages = [stage for stage in steps.chain.stages if isinstance(stage, SoundStage)]
        pulling = [stage for stage in stages if isinstance(stage, PullingStage)]
        self.pulling = pulling[0] if pulling else None
        self._reporting = [stage for stage in pulling[:1] if isinstance(stage, ReportingStage)]
        self._others = [stage for stage in stages if stage is not self.pulling]
        self.playing = False
        self.over = False
        self._timed = 0
        self._first = False

    @property
    def has_room(self) -> bool:
        """Whether the ring takes another step."""
        return self._ring.filled + self._step <= min(self._reserve.frames, self._ring.capacity)

    @property
    def begun(self) -> bool:
        """Whether there is enough to begin with."""
        return self._ring.filled >= self._enough or self.over

    @property
    def waiting(self) -> int:
        """Samples that wait to be played."""
        return self._ring.filled

    @property
    def played_seconds(self) -> float:
        """How much the stage has taken."""
        return self._ring.taken / self._rate

    def advance(self, began: float) -> Sensed:
        """One step into the ring; on the sound thread."""
        renderer = self.steps.chain.renderer
        output = self.steps.step()
        done = time.perf_counter()
        sensed = self.steps.sensed
        assert sensed is not None  # noqa: S101 - it was just stepped
        if sensed.changed_at is not None and sensed.changed_at >= began:
            waiting = done - sensed.changed_at + self._ring.filled / self._rate
            self.meters.control_to_centre.add(waiting + renderer.latency_seconds)
            self.meters.control_to_full.add(waiting + 2 * renderer.latency_seconds)
        starts = sum(event.kind == "note_on" for event in sensed.controls.events)
        for _ in range(starts):
            # A key may have waited for a whole step.
            waiting = self.steps.chain.step_seconds + self._ring.filled / self._rate
            self.meters.note_to_sound.add(waiting + renderer.latency_seconds)
        block = output.given
        assert isinstance(block, AudioBlock)  # noqa: S101 - the chain gives sound
        self._ring.put(block.samples)
        if self.pulling is not None:
            for stage in self._others:
                self._recordings.give(stage, partial(stage.play, block))
        return sensed

    def fill(self, out: FloatArray) -> int:
        """The audio callback: fill ``out`` ``[frames, channels]`` from the ring.

        A shortage is filled with silence and counted; it never waits.
        """
        if not self._first:
            self._first = True
            come_first()
        count = self._ring.take(out)
        short = count < len(out)
        if short:
            out[count:] = 0.0
        if self.playing and not self.over:  # after the end, an empty ring is no underrun
            self.meters.underruns += short
            self._reserve.took(len(out), self._ring.filled, short)
            self.meters.most_ready_seconds = self._reserve.grown_seconds
        return count

    def note_card(self) -> None:
        """Have the meters count what the stage tells of its card."""
        for stage in self._reporting:
            self.meters.card_underflows = stage.report().get("card_underflows", 0)

    def play_to(self, seconds: float) -> float:
        """For stages without a clock of their own: all sound up to a moment.

        Gives how long to wait for the next block.
        """
        while (ahead := self._timed / self._rate - seconds) <= 0:
            out = np.zeros((self._step, self._channels), np.float32)
            if self.over and not self._ring.filled:
                return 0.0
            self.fill(out)
            block = AudioBlock(out, self._rate, self._timed)
            for stage in self._others:
                self._recordings.give(stage, partial(stage.play, block))
            self._timed += self._step
        return ahead
