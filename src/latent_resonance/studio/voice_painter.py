"""Paints the pictures of recorded voices beside all that plays, one after another."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import Field

from latent_resonance.contracts.errors import ResonanceError, in_a_line
from latent_resonance.engine.report import carrying
from latent_resonance.engine.voice_pictures import VoicePicture as Painted
from latent_resonance.engine.voice_pictures import paint_voice
from latent_resonance.models.text_to_image.contract import OnStep
from latent_resonance.stage.metadata.recipe_of import spell_comment
from latent_resonance.studio.pictures.png import write_png
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import now
from latent_resonance.studio.store.voice_takes import PictureRequest, VoicePicture, VoiceTakes


class Paint(Protocol):
    """Paints a recording, as ``paint_voice`` does; what ``on_step`` raises ends it."""

    def __call__(self, take: str, asked: PictureRequest, on_step: OnStep) -> Painted:
        """A picture of the take's sound."""
        ...


class Painting(Schema):
    """How far a picture is."""

    state: Literal["waiting", "painting", "done", "cancelled", "failed"]
    done: int = Field(default=0, description="steps")
    of: int = 0
    why: str = Field(default="", description="of one that failed: one line")


class _CancelledError(Exception):
    """The picture is not wanted any more."""


@dataclass
class _Work:
    asked: PictureRequest
    now: Painting
    unwanted: threading.Event = field(default_factory=threading.Event)
    done: "Future[None] | None" = None


class VoicePainter:
    """A thread of its own; of several requests for a take the latest counts.

    Args:
        takes: where sounds are found and pictures are kept.
        paint: what makes them; the engine's where not given.
    """

    def __init__(self, takes: VoiceTakes, paint: Paint | None = None) -> None:
        self._takes = takes
        self._paint = paint or self._paint_voice
        self._lock = threading.Lock()
        self._works: dict[str, _Work] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voice painter")

    def begin(self, take: str, asked: PictureRequest) -> Painting:
        """Paint it as soon as what is being painted is done."""
        self.cancel(take)
        work = _Work(asked, Painting(state="waiting"))
        with self._lock:
            self._works[take] = work
            work.done = self._thread.submit(self._run, take, work)
        return work.now

    def find(self, take: str) -> Painting | None:
        """How far a take's latest picture is; None where none was asked for since the start."""
        with self._lock:
            work = self._works.get(take)
            return work.now if work else None

    def cancel(self, take: str) -> Painting | None:
        """End it within one step; what is done stays."""
        with self._lock:
            work = self._works.get(take)
            if work is None:
                return None
            work.unwanted.set()
            if work.done is not None and work.done.cancel():
                work.now = Painting(state="cancelled")
            return work.now

    def forget(self, take: str) -> None:
        """Of a take that is gone."""
        self.cancel(take)
        with self._lock:
            self._works.pop(take, None)

    def close(self) -> None:
        """End all that is painted."""
        with self._lock:
            works = list(self._works.values())
        for work in works:
            work.unwanted.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _run(self, take: str, work: _Work) -> None:
        def follow(done: int, of: int) -> None:
            if work.unwanted.is_set():
                raise _CancelledError
            self._move(work, Painting(state="painting", done=done, of=of))

        try:
            follow(0, work.asked.steps or 0)
            painted = self._paint(take, work.asked, follow)
            follow(0, 0)
            self._keep(take, work.asked, painted)
        except _CancelledError:
            self._move(work, Painting(state="cancelled"))
        except (ResonanceError, OSError) as error:
            why = in_a_line(error).replace(str(self._takes.sound(take)), "the take")
            self._move(work, Painting(state="failed", why=why))
        except Exception as error:  # noqa: BLE001 - told to the page, not lost with the thread
            self._move(work, Painting(state="failed", why=f"the model failed: {error!r}"))
        else:
            self._move(work, Painting(state="done"))

    def _move(self, work: _Work, to: Painting) -> None:
        with self._lock:
            work.now = to

    def _keep(self, take: str, asked: PictureRequest, painted: Painted) -> None:
        told = carrying(painted.recipe)
        picture = VoicePicture(
            asked=asked,
            understood=list(painted.understood),
            unknown={word: other or "" for word, other in painted.unknown.items()},
            voice=painted.voice,
            painted=now(),
        )
        self._takes.keep_picture(take, write_png(painted.pixels, spell_comment(told)), picture)

    def _paint_voice(self, take: str, asked: PictureRequest, on_step: OnStep) -> Painted:
        return paint_voice(
            self._takes.sound(take),
            asked.prompt,
            bundle=asked.bundle,
            mode=asked.mode,
            mix=asked.mix,
            steps=asked.steps,
            guidance=asked.guidance,
            fetch=False,
            on_step=on_step,
        )
