"""One session's opened instrument: pulled by its socket, kept for a while when that goes."""

import contextlib
import threading
import time
from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np

from latent_resonance.contracts.errors import InputError, ResonanceError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.meters import Distribution
from latent_resonance.engine.movement import Movement
from latent_resonance.engine.recipe import MapEntry
from latent_resonance.studio.frames import pack_picture, pack_sound
from latent_resonance.studio.page_senses import PerformingSense
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.play.channels import with_channels
from latent_resonance.studio.play.instrument import Player
from latent_resonance.studio.play.picture import PictureMaker
from latent_resonance.studio.play.sound_in import BeatMultiple, SoundIn
from latent_resonance.studio.play.to_page_rate import ToPageRate
from latent_resonance.studio.take_files import TakeFile
from latent_resonance.studio.take_pictures import PictureRecorder
from latent_resonance.studio.wire import SAMPLE_RATE, HeardNow, MetersNow, Spread

_SILENT_DB = -120.0
_FADE_FRAMES = SAMPLE_RATE // 100  # between two players
_RESET, _ALL_NOTES_OFF = 121, 123


class SessionPlayer:
    """A player, its way to the page's rate, its picture, its recorder and its meters.

    ``pull`` and ``draw`` run on one thread at a time; everything else on the socket's.

    Args:
        player: opened.
        patch: as the player was opened with it.
    """

    def __init__(self, player: Player, patch: Patch) -> None:
        self.player = player
        self.patch = patch
        self.changed = False
        self.frame = self._began = 0
        self._rate = ToPageRate(player.sample_rate, player.channels)
        self._picture = PictureMaker(player.sample_rate)
        self._pulling = threading.Lock()
        self._take: TakeFile | None = None
        self._full: TakeFile | None = None
        self._pictures: PictureRecorder | None = None
        self.limits_flashes = True
        self._next: SessionPlayer | None = None
        self._fading: FloatArray = np.zeros((0, player.channels), np.float32)
        self._render = Distribution()
        self._late = 0
        self._peak = 0.0
        self.cost_seconds = 1.0
        """The work of a pull on average, without waits for a processor; dear until it is known."""

    def pull(self, frames: int) -> bytes:
        """The next ``frames`` at 48 kHz, as they are sent.

        An error is counted and sounds as silence: one bad block never ends a performance.
        """
        began, worked = time.perf_counter(), time.thread_time()
        with self._pulling:
            following = self._next
            if following is None:
                first = self.frame
                self.frame += frames
                samples = self._fade_in(self._make_or_silence(frames))
                self._peak = max(self._peak, float(np.abs(samples).max()))
                self._record(samples)
        if following is not None:
            return following.pull(frames)
        took = time.perf_counter() - began
        self._render.add(took)
        self._late += took > frames / SAMPLE_RATE
        self.cost_seconds += 0.1 * (time.thread_time() - worked - self.cost_seconds)
        model = 1e3 * self.player.meters.generation.last
        return pack_sound(samples, first, model, 1e3 * took)

    def draw(self, columns: int) -> bytes | None:
        """A picture of at most ``columns`` of the latest sound; None where there is nothing new."""
        if not columns or not self._picture.ready:
            return None
        drawn, skipped, behind = self._picture.draw(columns)
        middle = self.frame - behind * SAMPLE_RATE / self.player.sample_rate
        peak = float(drawn.max()) / 255 - 1
        return pack_picture(drawn, skipped, middle, peak * self._picture.layout.range_db)

    def drawn(self) -> list[bytes]:
        """Messages of its pictures that wait, where it makes any."""
        feed = self.player.drawn
        return [] if feed is None else feed.take(self._began)

    def heard(self) -> HeardNow | None:
        """The sound that plays into it and what is heard of it; None where it takes none."""
        sound = self.player.sound_in
        if sound is None:
            return None
        now, controls = sound.now, sound.read(0.0)
        return HeardNow(
            frame=self.frame,
            source=now.kind,
            upload=now.upload,
            name=now.name,
            seconds=round(now.seconds, 3),
            at=round(now.at, 3),
            playing=now.playing,
            values={name: round(value, 4) for name, value in controls.values.items()},
            bpm=None if controls.tempo is None else round(controls.tempo.bpm, 2),
            follows=self.player.follows,
            multiple=sound.multiple,
        )

    def sound_in(self) -> SoundIn:
        """The sound that plays into it; raises InputError where it takes none."""
        sound = self.player.sound_in
        if sound is None:
            raise InputError(f"the instrument '{self.patch.instrument}' takes no sound")
        return sound

    def follow_beat(self, follow: bool | None, multiple: BeatMultiple | None) -> None:
        """Whether movement keeps the beat that is heard, and which multiple of it."""
        if follow is not None:
            self.player.follow_beat(follow)
        if multiple is not None:
            self.sound_in().multiply_beats(multiple)

    def hand_over(self, following: "SessionPlayer") -> None:
        """Another player goes on from here; whoever pulls this one from now on gets its sound."""
        with self._pulling:
            fading = self._make_or_silence(_FADE_FRAMES)
            following.go_on(self.frame, self.player.beat, fading, self._take)
            self._next = following

    def go_on(self, frame: int, beat: float, fading: FloatArray, take: TakeFile | None) -> None:
        """From where another player was: its clock, a moment of its sound, its take."""
        self.frame = self._began = frame
        self._take = take
        self._fading = with_channels(fading, self.player.channels)
        self.player.set_tempo(self.patch.tempo, beat)

    def in_force_from(self) -> int:
        """The frame from which on what is set now is in the sound."""
        ahead = self.player.buffered_samples * SAMPLE_RATE // self.player.sample_rate
        return self.frame + self._rate.frames_left + ahead

    def set_controls(
        self, values: dict[str, float], present: bool | None, sense: PerformingSense = "face"
    ) -> bool:
        """As the player does; the patch keeps what can be set by hand."""
        waits = self.player.set_controls(values, present, sense)
        kept = {name: value for name, value in values.items() if name in self.player.rest}
        if kept:
            self._keep(controls={**self.patch.controls, **kept})
        return waits

    def release(self, names: list[str]) -> bool:
        """As the player does; the patch forgets them."""
        waits = self.player.release(tuple(names))
        self._keep(controls=_without(self.patch.controls, names))
        return waits

    def set_map(self, lines: dict[str, MapEntry | None]) -> bool:
        """As the player does; the patch keeps it, and not what was held before it."""
        waits = self.player.set_map(lines)
        before = self.patch.map
        changed = [name for name in {*before, *lines} if before.get(name) != lines.get(name)]
        self._keep(map=lines, controls=_without(self.patch.controls, changed))
        return waits

    def set_moves(self, moves: Mapping[str, Movement | None]) -> bool:
        """Beside the others and in their place; the patch keeps them."""
        joined = {**self.patch.moves, **moves}
        whole = {name: one for name, one in joined.items() if one is not None}
        waits = self.player.set_moves(whole)
        self._keep(moves=whole)
        return waits

    def set_tempo(self, bpm: float, beat: float | None) -> None:
        """As the player does; the patch keeps it."""
        self.player.set_tempo(bpm, beat)
        self._keep(tempo=bpm)

    def go_to(self, place: Place | None) -> bool:
        """As the player does; the patch keeps it."""
        waits = self.player.go_to(place)
        self._keep(place=place)
        return waits

    def choose(self, choice: str, value: str) -> bool:
        """As the player does; the patch keeps it."""
        waits = self.player.choose(choice, value)
        self._keep(choices={**self.patch.choices, choice: value}, place=None)
        return waits

    def midi(self, message: bytes, frame: int | None) -> None:
        """As the player does, at a frame of this clock; None: now."""
        ahead = 0 if frame is None else frame - self._began
        self.player.midi(message, ahead / SAMPLE_RATE)

    def end_notes(self) -> None:
        """What a page that has gone held, or sent ahead of time: nobody is there to end it."""
        self.player.forget()
        with contextlib.suppress(InputError):  # an instrument that plays no MIDI
            for channel, number in product(range(16), (_RESET, _ALL_NOTES_OFF)):
                self.player.midi(bytes([0xB0 | channel, number, 0]))

    def follow(self, patch: Patch) -> bool:
        """Take over a whole patch; False where the instrument has to be opened anew for it.

        Raises:
            ResonanceError: it cannot be played; all is as it was.
        """
        now = self.patch
        if patch.opened_with != now.opened_with:
            return False
        # What the instrument plays when nothing is chosen, only a fresh one knows.
        if now.choices.keys() - patch.choices.keys():
            return False
        self.player.check(patch)
        self.player.set_map(patch.map)
        self.player.set_moves(patch.moves)
        self.player.set_tempo(patch.tempo)
        self.player.release(tuple(now.controls.keys() - patch.controls.keys()))
        self.player.set_controls(patch.controls, None)
        for choice, value in patch.choices.items():
            self.player.choose(choice, value)
        self.player.go_to(patch.place)
        self.patch = patch
        return True

    def rename_instrument(self, name: str) -> None:
        """What plays goes by another name; it plays on as it does."""
        self._keep(instrument=name)

    @property
    def picture(self) -> PictureMaker:
        """What draws."""
        return self._picture

    @property
    def latency_ms(self) -> float:
        """From a control to the middle of its effect, to the page's door."""
        return 1e3 * (self.player.latency_seconds + self._rate.latency_seconds)

    @property
    def recording(self) -> bool:
        """Whether a take is on."""
        following = self._next
        return self._take is not None if following is None else following.recording

    def record(self, take: TakeFile) -> None:
        """Add all that is pulled from now on to a take."""
        with self._pulling:
            self._take = take
            following = self._next
        if following is not None:
            following.record(take)

    def record_pictures(self) -> PictureRecorder | None:
        """What each picture is added to from now on; None where it makes none."""
        feed, layout = self.player.drawn, self.player.drawn_layout
        if feed is None or layout is None:
            return None
        start = (self.frame - self._began) / SAMPLE_RATE
        made = PictureRecorder(self.patch.instrument, layout.bundle, self.limits_flashes, start)
        self._pictures, feed.on_picture = made, made.add
        return made

    def end_pictures(self) -> None:
        """None is added any more."""
        self._pictures = None
        if self.player.drawn is not None:
            self.player.drawn.on_picture = None

    def limit_flashes(self, on: bool) -> None:
        """Turn the limiter of its pictures on or off; a film of them is then drawn without it."""
        self.limits_flashes = on
        self.player.limit_flashes(on)
        if self._pictures is not None:
            self._pictures.limited = self._pictures.limited and on

    def end_take(self) -> TakeFile | None:
        """The take, which gets nothing more; None when there was none."""
        with self._pulling:
            following = self._next
            take, self._take, self._full = self._take or self._full, None, None
        return take if following is None else following.end_take()

    def meters(self) -> MetersNow:
        """As they stand; the peak is of the time since the last look."""
        meters = self.player.meters
        peak, self._peak = self._peak, 0.0
        return MetersNow(
            frame=self.frame,
            generation_ms=_spread(meters.generation),
            render_ms=_spread(self._render),
            windows=meters.generation.count,
            late=self._late,
            dropped_requests=meters.dropped_requests,
            errors=sum(meters.errors.values()),
            last_error=meters.last_error,
            level_db=round(20 * float(np.log10(peak)), 1) if peak > 1e-6 else _SILENT_DB,
            beat=round(self.player.beat, 4),
        )

    def close(self) -> None:
        """Let go of the player; a take that is on is left to whoever began it."""
        with self._pulling:
            self.player.close()

    def _record(self, samples: FloatArray) -> None:
        """A disk that is full ends the take, not the sound; what was written is kept."""
        if self._take is None:
            return
        try:
            self._take.add(samples)
        except ResonanceError as error:
            self._full, self._take = self._take, None
            self.player.meters.error("take", error)

    def _make_or_silence(self, frames: int) -> FloatArray:
        try:
            return self._make(frames)
        except Exception as error:  # noqa: BLE001 - the sound goes on, the meters tell
            self.player.meters.error("render", error)
            return np.zeros((frames, self.player.channels), np.float32)

    def _fade_in(self, samples: FloatArray) -> FloatArray:
        """Out of the sound of the player before, while there is any of it."""
        count = min(len(self._fading), len(samples))
        if not count:
            return samples
        done = _FADE_FRAMES - len(self._fading) + np.arange(count, dtype=np.float32)
        angle = np.pi / 2 * (done[:, None] + 1) / _FADE_FRAMES
        mixed = samples.copy()
        mixed[:count] = np.sin(angle) * samples[:count] + np.cos(angle) * self._fading[:count]
        self._fading = self._fading[count:]
        return mixed

    def _make(self, frames: int) -> FloatArray:
        while (samples := self._rate.give(frames)) is None:
            block = self.player.pull(self._rate.wanted(frames))
            self._picture.add(block)
            self._rate.add(block)
        return samples

    def _keep(self, **changes: object) -> None:
        self.patch = self.patch.model_copy(update=changes)
        self.changed = True


def _without(controls: dict[str, float], names: Iterable[str]) -> dict[str, float]:
    return {name: value for name, value in controls.items() if name not in {*names}}


def _spread(times: Distribution) -> Spread:
    found = times.summary(1e3)
    return Spread(
        p50=float(found.get("p50", 0)),
        p95=float(found.get("p95", 0)),
        max=float(found.get("max", 0)),
    )
