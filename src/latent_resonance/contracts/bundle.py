"""A model file that has been opened and checked: what players and describers get to see."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.space import FloatArray, LatentSpace


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Bundle:
    """The content of a ``.resonance`` file, after all checks.

    Attributes:
        name: as the manifest has it.
        kind: ``"sound"`` or ``"image"``.
        family: of the network, such as ``"autoencoder"``.
        latent_size: length of w, with what lies beside the network's own numbers.
        format: what it makes: the codec of a sound bundle, the size of an image bundle.
        space: its latent space: places, directions, axes.
        members: file name to content.
        facts: the whole manifest as plain values.
    """

    name: str
    kind: str
    family: str
    latent_size: int
    format: SpectrogramFormat | PictureFormat
    space: LatentSpace
    members: Mapping[str, bytes]
    facts: Mapping[str, Any] = field(default_factory=dict)
    _digests: dict[tuple[str, ...], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def network_size(self) -> int:
        """How many numbers of w the network takes: the first ones."""
        return self.latent_size - len(self.space.beside)

    def takes(self, w: FloatArray) -> bool:
        """Whether ``w`` is a place of it: numbers beside those that the network takes may lack."""
        return self.network_size <= len(w) <= self.latent_size

    @property
    def any_size(self) -> bool:
        """Whether its pictures can be drawn at any size, not only at that of ``format``."""
        return bool((self.facts.get("picture") or {}).get("any_size", False))

    @property
    def seal(self) -> str:
        """Digest of its content, by which it is known whatever its name; empty without one."""
        return str(self.facts.get("seal", ""))

    @property
    def former_seals(self) -> tuple[str, ...]:
        """Its seals before its sliders, names or encoder were renewed: places are the same."""
        return tuple(self.facts.get("former_seals", ()))

    def digest(self, *names: str) -> str:
        """SHA-256 of members, one behind the other, in hexadecimal; worked out once."""
        if names not in self._digests:
            found = hashlib.sha256()
            for name in names:
                found.update(self.members[name])
            self._digests[names] = found.hexdigest()
        return self._digests[names]

    @property
    def sound_format(self) -> SpectrogramFormat:
        """``format`` of a bundle that makes sound; raises AssemblyError for any other."""
        if not isinstance(self.format, SpectrogramFormat):
            raise AssemblyError(f"the bundle '{self.name}' makes no sound")
        return self.format
