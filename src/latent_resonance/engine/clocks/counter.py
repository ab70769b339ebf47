"""The clock of files and tests: steps as fast as they can be made, the model in step with them."""

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage, SoundStage
from latent_resonance.contracts.values import AudioBlock, Event, FloatArray, Frame
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.performance import OnStep, Performance, Steps
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.windows import AheadWindows, InlineWindows, KeptWindows

Master = Callable[[FloatArray, int], FloatArray]

_BLOCK_SECONDS = 0.25
# A file that stops in mid-swing would click in every player.
_FADE_SECONDS = 0.02
# After the last note: instruments without dampers ring on, but not for ever.
_MOST_TAIL_SECONDS = 12.0


@dataclass(slots=True)
class Counted:
    """One chain's part of a counted performance.

    Attributes:
        steps: the chain, its state and its meters.
        samples: the sound, float32 ``[samples, channels]``; empty for pictures.
        frames: how many pictures were shown.
    """

    steps: Steps
    samples: FloatArray
    frames: int = 0


def count(
    performance: Performance,
    seconds: float | None = None,
    on_progress: Callable[[float, float], None] | None = None,
    on_step: OnStep | None = None,
    kept: KeptWindows | None = None,
    ring_out: bool = True,
    master: Master | None = None,
) -> list[Counted]:
    """Play a performance on its stages; the same performance gives the same bytes.

    Args:
        performance: opened, its stages prepared; closed by whoever opened it.
        seconds: how long; the length of the recorded input if not given. Notes end where their
            input does, and ring out after that.
        on_progress: called with seconds done and seconds in all.
        on_step: told of each step of the first chain.
        kept: windows of notes to begin with.
        ring_out: let notes that still sound ring out.
        master: what the whole sound becomes before its stages get it, given it and its rate.

    Raises:
        InputError: all inputs are live and no length was given.
    """
    recorded = performance.senses.duration_seconds
    total = seconds if seconds is not None else recorded
    if total is None:
        raise InputError("this input has no end of its own: say how many --seconds to render")
    with ExitStack() as opened:
        tracks: list[_Sound | _Pictures] = []
        for number, chain in enumerate(performance.chains):
            meters, pictures = Meters(), isinstance(chain.gives, PictureFormat)
            store = AheadWindows if pictures else InlineWindows
            windows = store(chain.model, chain.renderer, meters, kept)
            opened.callback(windows.close)
            told = on_step if number == 0 else None
            steps = Steps(chain, performance.senses, windows, meters, number, told)
            if pictures:
                tracks.append(_Pictures(steps, total))
                continue
            length, plays_notes = total, chain.navigator.plays_notes
            if plays_notes and recorded is not None:
                length = min(total, recorded)
            whole = recorded is None or total >= recorded
            tracks.append(_Sound(steps, length, ring_out and whole and plays_notes, master))
        while open_ := [track for track in tracks if not track.done]:
            # In order of time, so that all chains read the same senses at the same moment.
            track = min(open_, key=lambda one: one.steps.seconds)
            track.advance()
            if on_progress:
                on_progress(min(track.steps.seconds, total), total)
        return [track.finish() for track in tracks]


class _Sound:
    """A chain of sound on its way to its stages, its last moments held back for the fade."""

    def __init__(
        self, steps: Steps, seconds: float, ring_out: bool, master: Master | None = None
    ) -> None:
        self.steps = steps
        self._master = master
        self._over = False
        self._reader = SoundReader(steps, self._let_go)
        form = self._reader.format
        self._rate = form.sample_rate
        self._block = round(_BLOCK_SECONDS * self._rate)
        self._fade = round(_FADE_SECONDS * self._rate)
        self._skip = steps.chain.renderer.lead_in_samples
        self._wanted = max(1, round(seconds * self._rate))
        self._end = self._wanted
        self._most = self._wanted + math.ceil(_MOST_TAIL_SECONDS * self._rate)
        self._tail = ring_out
        self._pieces: list[FloatArray] = []
        self._waiting: list[FloatArray] = []  # of them, those that no stage has got
        self._have = self._staged = 0

    @property
    def done(self) -> bool:
        """Whether all was made."""
        return self._have >= self._end and not self._tail

    def advance(self) -> None:
        """One step, or what follows the end of the input."""
        if self._have < self._end:
            step = self._reader.format.step_samples
            block = self._reader.read(min(step, self._end + self._skip - self._reader.given))
            samples = block.samples[max(0, self._skip - block.start_sample) :]
            self._pieces.append(samples.copy())
            self._waiting.append(self._pieces[-1])
            self._have += len(samples)
            if self._master is None:
                self._stage(self._have - self._fade)
            return
        sounding = self.steps.chain.renderer.sounding(self.steps.state.renderer)
        self._over = True
        if sounding and self._end < self._most:
            self._end += self._block
            return
        self._end += round(self.steps.chain.renderer.tail_seconds * self._rate)
        self._tail = False

    def finish(self) -> Counted:
        """Fade out and give the stages what was held back."""
        sound = np.concatenate(self._pieces)
        fade = min(len(sound), self._fade)
        # Of notes it begins at full level, of sound that goes on just below it.
        points = fade + (not self.steps.chain.navigator.plays_notes)
        ramp = np.linspace(1, 0, points, dtype=np.float32)[points - fade :]
        sound[len(sound) - fade :] *= ramp[:, None]
        if self._master is not None:
            sound = self._master(sound, self._rate)
        self._waiting = [sound[self._staged :]]
        self._stage(len(sound))
        return Counted(self.steps, sound)

    def _let_go(self, sensed: Sensed) -> Sensed:
        """After the end of the input every key and pedal is up, and nothing is struck."""
        if not self._over:
            return sensed
        off = Event(self.steps.seconds, "all_off", channel=-1)
        controls = replace(sensed.controls, events=(*sensed.controls.events, off))
        return replace(sensed, controls=controls)

    def _stage(self, until: int) -> None:
        """Give the stages all up to a sample, in blocks unless it is the end."""
        stages = [s for s in self.steps.chain.stages if isinstance(s, SoundStage)]
        last = until >= self._have
        if not stages or (not last and until - self._staged < self._block):
            return
        left = np.concatenate(self._waiting)
        while self._staged < until and (last or until - self._staged >= self._block):
            end = min(self._staged + self._block, until)
            block = AudioBlock(left[: end - self._staged], self._rate, self._staged)
            for stage in stages:
                stage.play(block)
            left, self._staged = left[end - self._staged :], end
        self._waiting = [left]


class _Pictures:
    """A chain of pictures on its way to its stages."""

    def __init__(self, steps: Steps, seconds: float) -> None:
        self.steps = steps
        rate = steps.chain.gives.frame_rate  # type: ignore[union-attr]
        self._wanted = max(1, round(seconds * rate))

    @property
    def done(self) -> bool:
        """Whether all were made."""
        return self.steps.state.index >= self._wanted

    def advance(self) -> None:
        """Make the next picture and hand it to the stages."""
        frame = self.steps.step().given
        assert isinstance(frame, Frame)  # noqa: S101 - the chain gives pictures
        for stage in self.steps.chain.stages:
            if isinstance(stage, PictureStage):
                stage.show(frame)

    def finish(self) -> Counted:
        """Nothing was held back."""
        return Counted(self.steps, np.zeros((0, 1), np.float32), self.steps.state.index)
