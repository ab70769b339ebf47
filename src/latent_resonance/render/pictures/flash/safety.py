"""All that makes pictures safe to be shown: first stripes, then flashes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray
from latent_resonance.render.pictures.flash.limiter import FlashLimiter, FlashState
from latent_resonance.render.pictures.flash.stripes import StripeSoftener, StripesState

OFF = (
    "the flash limiter is off: pictures may flash more than three times a second, which can "
    "provoke seizures; see docs/flash-safety.md"
)


@dataclass(frozen=True, slots=True)
class SafetyState:
    """Between two pictures: of the flashes and of the stripes."""

    flashes: FlashState = field(default_factory=FlashState)
    stripes: StripesState = field(default_factory=StripesState)


class PictureSafety:
    """State in, state out.

    Args:
        agreed: size and frame rate of the pictures.
    """

    def __init__(self, agreed: PictureFormat) -> None:
        self._flashes = FlashLimiter(agreed.width, agreed.height, agreed.frame_rate)
        self._stripes = StripeSoftener(agreed.frame_rate)

    def apply(self, state: SafetyState, pixels: ByteArray) -> tuple[ByteArray, SafetyState]:
        """The picture as it may be shown, uint8 ``[height, width, 3]``: itself if it may be."""
        pixels, stripes = self._stripes.soften(state.stripes, pixels)
        pixels, flashes = self._flashes.limit(state.flashes, pixels)
        return pixels, SafetyState(flashes, stripes)

    def report(self, state: SafetyState) -> Mapping[str, Any]:
        """How many pictures were changed, where any were."""
        counts = {
            "flash_limited_frames": state.flashes.limited,
            "stripe_softened_frames": state.stripes.softened,
        }
        return {name: count for name, count in counts.items() if count}
