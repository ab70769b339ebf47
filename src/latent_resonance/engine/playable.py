"""A bundle in three lines of Python: load, generate, save."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, UnknownNameError
from latent_resonance.contracts.parts import Model, Renderer
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import AudioBlock, FloatArray, Latent, Spec, Spectrogram
from latent_resonance.stage import audio_file


@dataclass(frozen=True, slots=True)
class Sound:
    """Some sound, and what it was made of; plays itself in a notebook.

    Attributes:
        samples: float32 ``[samples]`` in -1..1.
        sample_rate: in Hz.
        spectrogram: the model's window.
    """

    samples: FloatArray
    sample_rate: int
    spectrogram: Spectrogram

    def save(self, path: str | Path) -> Path:
        """Write .wav, .flac (24-bit) or .ogg; raises OutputError."""
        stage = audio_file.Part(audio_file.Options(path=Path(path)))
        stage.prepare(Spec(sample_rate=self.sample_rate))
        stage.play(AudioBlock(self.samples[:, None], self.sample_rate))
        stage.close()
        return Path(path)

    def _repr_html_(self) -> str:
        """A player for notebooks."""
        import soundfile

        out = io.BytesIO()
        soundfile.write(out, self.samples, self.sample_rate, format="WAV", subtype="PCM_16")
        data = base64.b64encode(out.getvalue()).decode()
        return f'<audio controls src="data:audio/wav;base64,{data}"></audio>'


class Playable:
    """A bundle that is ready to make sound.

    Args:
        bundle: an opened sound bundle.
        engine: the models part that plays it: auto, openvino, onnxruntime, torch.
    """

    def __init__(self, bundle: Bundle, engine: str = "auto") -> None:
        if bundle.format is None:
            raise AssemblyError(f"the bundle '{bundle.name}' makes no sound")
        self.bundle = bundle
        self._format = bundle.format
        self._model: Model = find_part("models", engine).make({}, bundle)
        self._model.prepare(Spec(format=bundle.format))

    @property
    def places(self) -> dict[str, FloatArray]:
        """The bundle's named places: name to w."""
        return dict(self._model.landmarks)

    def generate(
        self,
        seed: int = 0,
        w: FloatArray | None = None,
        seconds: float | None = None,
        **weights: float,
    ) -> Sound:
        """A sound at a place of the latent space.

        Args:
            seed: chooses a place near the middle when nothing else does.
            w: the place itself, ``[latent_size]``.
            seconds: length; one window when not given, longer ones go on without a seam.
            weights: named places to blend, such as ``cello=0.7, choir=0.3``; and the controls of
                the living spectrogram, such as ``speed=0.5, high_hz=2000``.

        Raises:
            UnknownNameError: no place and no control has that name.
        """
        renderer: Renderer = find_part("render", "living_spectrogram").make()
        renderer.prepare(Spec(format=self._format, seed=seed))
        play = {c.name: weights.pop(c.name) for c in renderer.controls if c.name in weights}
        for name in weights:
            if name not in self.places:
                known = [*self.places, *(control.name for control in renderer.controls)]
                raise UnknownNameError("place or control", name, known)
        latent = Latent(self._place(seed, w, weights), play)
        window = self._model.generate(latent)
        if not isinstance(window, Spectrogram):
            raise AssemblyError(f"the bundle '{self.bundle.name}' makes no sound")
        rate = self._format.sample_rate
        length = round((seconds or self._format.columns * self._format.hop_seconds) * rate)
        state, pieces, given = renderer.start(), [], window
        for _ in range(-(-length // renderer.step_samples)):
            block, state = renderer.render(state, given, play)
            pieces.append(block.samples[:, 0])
            given = None  # type: ignore[assignment]
        return Sound(np.concatenate(pieces)[:length], rate, window)

    def _place(self, seed: int, w: FloatArray | None, weights: dict[str, float]) -> FloatArray:
        if w is not None:
            return np.asarray(w, np.float32)
        places = self.places
        if weights:
            total = sum(weights.values()) or 1.0
            blend = sum(amount / total * places[name] for name, amount in weights.items())
            return np.asarray(blend, np.float32)
        noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(self._model.latent_size)
        middle = places.get("w_avg", np.zeros(self._model.latent_size))
        spread = places.get("w_std", np.ones(self._model.latent_size))
        return np.asarray(middle + noise * spread, np.float32)

    def close(self) -> None:
        """Let go of the engine."""
        self._model.close()


def load(name_or_path: str) -> Playable:
    """An embedded bundle by name, or one from a path; raises UnknownNameError or BundleError."""
    return Playable(open_bundle(name_or_path))
