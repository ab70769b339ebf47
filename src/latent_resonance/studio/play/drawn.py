"""What a page gets of a chain of pictures: places that it draws itself, or drawn pictures.

A page that draws by itself is sent the place alone. The limiter of flashes still works here, on a
small picture of the same place; how much it lets through goes with the place, and the page blends
by it.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.members import FOLD
from latent_resonance.contracts.values import FloatArray, Frame
from latent_resonance.engine.performance import Chain, StepOutput, Steps
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.setup import Setup
from latent_resonance.render import frames
from latent_resonance.render.pictures.look import CONTROLS, look_values
from latent_resonance.studio.frames import pack_drawn, pack_placed
from latent_resonance.studio.wire import SAMPLE_RATE, DrawnLayout

# Of the limiter's picture: it looks at 72 points along each side, whatever there is between them.
_SMALL = {"width": 112, "height": 64}
# What two cores draw 30 times a second beside all else.
_WIDE = {"width": 320, "height": 180}
_ENGINE = "openvino"
_QUALITY = 88
# Messages that may wait: a page that does not keep up gets the latest.
_MOST_WAITING = 12

Told = Callable[[float, FloatArray, Mapping[str, float]], None]
"""Told of each picture: its moment in seconds, its place, how it is played."""


def page_draws(bundle: Bundle) -> bool:
    """Whether a page can draw a bundle's places by itself."""
    return bundle.any_size and FOLD in bundle.members


def for_limiter(setup: Setup) -> Setup:
    """The setup where only the limiter looks at the pictures: small ones, and no choice of engines.

    To compare engines takes longer than so small a picture could win back.
    """
    return replace(setup, render=_SMALL, engine=setup.engine or PartChoice(part=_ENGINE))


def for_frames(bundle: Bundle, setup: Setup) -> Setup:
    """The setup where pictures are drawn here: in a page's own shape, where any size is drawn."""
    if not bundle.any_size:
        return setup
    return replace(setup, render=_WIDE, engine=setup.engine or PartChoice(part=_ENGINE))


class Drawn:
    """Messages for the page, made on the thread that steps the pictures.

    Args:
        places: the page draws them by itself.
    """

    def __init__(self, *, places: bool) -> None:
        self._places = places
        self._waiting: deque[tuple[float, Callable[[float], bytes]]] = deque(maxlen=_MOST_WAITING)
        self._lock = threading.Lock()
        self._before: FloatArray | None = None
        self.on_ready: Callable[[], None] = lambda: None
        """Called when there is a message, from any thread."""
        self.on_picture: Told | None = None
        """Gets each picture too, such as a recorder."""

    def layout(self, chain: Chain, bundle: str) -> DrawnLayout:
        """What the page is told once; ``bundle`` is the name by which it finds the model."""
        gives = chain.gives
        assert isinstance(gives, PictureFormat)  # noqa: S101 - of a chain of pictures
        return DrawnLayout(
            kind="places" if self._places else "frames",
            bundle=bundle,
            width=gives.width,
            height=gives.height,
            frame_rate=gives.frame_rate,
            looks=[control.name for control in CONTROLS],
        )

    def show(self, steps: Steps, output: StepOutput) -> None:
        """The next picture. It is of the place that the step before asked for."""
        given, renderer = output.given, steps.chain.renderer
        assert isinstance(given, Frame)  # noqa: S101 - the chain gives pictures
        w = output.latent.w if self._before is None else self._before
        self._before = output.latent.w
        moment = max(0.0, given.time_seconds - steps.chain.step_seconds)
        if self.on_picture is not None:
            self.on_picture(moment, w, output.latent.play)
        if self._places:
            looks = look_values(output.latent.play)
            share, contrast = (
                renderer.softening(steps.state.renderer)
                if isinstance(renderer, frames.Part)
                else (1.0, 1.0)
            )
            self._put(moment, lambda frame: pack_placed(w, looks, frame, share, contrast))
        else:
            pixels = given.pixels
            self._put(moment, lambda frame: pack_drawn(pixels, frame, _QUALITY))

    def take(self, began: int) -> list[bytes]:
        """All messages that wait; the sample clock of the performance's begin is ``began``."""
        with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        return [make(began + moment * SAMPLE_RATE) for moment, make in waiting]

    def _put(self, moment: float, make: Callable[[float], bytes]) -> None:
        with self._lock:
            self._waiting.append((moment, make))
        self.on_ready()
