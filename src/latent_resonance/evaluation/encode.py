"""Windows through a bundle's encoder and back: ``encoder.onnx``, then ``synthesis.onnx``."""

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.members import ENCODER
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.evaluation.generate import USUAL_VELOCITY, note_place
from latent_resonance.evaluation.real_sounds import RealWindow
from latent_resonance.models.engines.member import Member


def has_encoder(bundle: Bundle) -> bool:
    """Whether windows can be encoded."""
    return ENCODER in bundle.members


def free_size(bundle: Bundle) -> int:
    """How many numbers the encoder is free to choose: the timbre of a note, else all of w."""
    if bundle.space.plays_notes:
        return len(bundle.space.conditioning["timbre"])
    return bundle.network_size


class Rebuilder:
    """Encodes and decodes windows.

    An encoder takes ``level_db [1, bins, columns]`` and, for notes, ``family`` (one at its index),
    ``pitch`` in octaves from middle C and perhaps ``velocity``; it gives w, or the timbre alone.

    Args:
        bundle: that has an encoder.

    Raises:
        BundleError: its networks cannot be used.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._encoder = Member(bundle, ENCODER)
        self._player: Model = find_part("models", "openvino").make({"threads": 1}, bundle)
        self._player.prepare(Spec())

    def takes(self, window: RealWindow) -> bool:
        """Whether all that the encoder needs to be told is known of the window."""
        if not self._bundle.space.plays_notes:
            return True
        families = self._bundle.space.conditioning["family"]
        return bool(np.isfinite(window.midi)) and window.label in families

    def rebuild(self, window: RealWindow) -> FloatArray:
        """What comes back of a window: levels ``[bins, columns]`` in dB.

        Raises:
            BundleError: the encoder takes or gives something else.
        """
        level = window.level_db.astype(np.float32)
        place = self._place(level, window) if self._bundle.space.plays_notes else self._plain(level)
        made = self._player.generate(Latent(place))
        if not isinstance(made, Spectrogram):
            raise BundleError(f"the bundle '{self._bundle.name}' makes no sound")
        return made.level_db

    def close(self) -> None:
        """Release the networks."""
        self._player.close()

    def _plain(self, level: FloatArray) -> FloatArray:
        name = next(iter(self._encoder.inputs))
        own = self._encoder.run(**{name: level}).reshape(-1)[: self._bundle.network_size]
        return self._bundle.space.whole(own)

    def _place(self, level: FloatArray, window: RealWindow) -> FloatArray:
        conditioning = self._bundle.space.conditioning
        families = conditioning["family"]
        family = np.eye(len(families), dtype=np.float32)[families.index(window.label)]
        velocity = window.velocity if np.isfinite(window.velocity) else USUAL_VELOCITY
        told = {
            "level_db": level,
            "family": family,
            "pitch": np.array([(window.tuned - 60) / 12], np.float32),
            "velocity": np.array([velocity], np.float32),
        }
        given = {name: told[name] for name in self._encoder.inputs if name in told}
        made = self._encoder.run(**given).reshape(-1)
        if len(made) == len(conditioning["timbre"]):
            return note_place(self._bundle, made, family, window.tuned, velocity)
        return made
