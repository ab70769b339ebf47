"""A model file that has been opened and checked: what players and describers get to see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latent_resonance.contracts.values import FloatArray, SpectrogramFormat


@dataclass(frozen=True, slots=True)
class Bundle:
    """The content of a ``.resonance`` file, after all checks.

    Attributes:
        name: as the manifest has it.
        kind: ``"sound"`` or ``"image"``.
        family: of the network, such as ``"autoencoder"``.
        latent_size: length of w.
        format: the codec of a sound bundle, None for images.
        landmarks: named places, float32 ``[latent_size]`` each.
        members: file name to content.
        facts: the whole manifest as plain values.
    """

    name: str
    kind: str
    family: str
    latent_size: int
    format: SpectrogramFormat | None
    landmarks: Mapping[str, FloatArray]
    members: Mapping[str, bytes]
    facts: Mapping[str, Any] = field(default_factory=dict)
