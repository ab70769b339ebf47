"""Plays a sound bundle on OpenVINO, the engine of the base install."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.models.engines.quiet_openvino import load_openvino

_MEMBER = "synthesis.onnx"


class Options(BaseModel):
    """How inference runs."""

    model_config = ConfigDict(extra="forbid")

    threads: int = Field(1, ge=0, description="processor threads; 0 lets the engine choose")


class Part:
    """Model: ``synthesis.onnx`` of a bundle, from ``w [1, latent]`` to levels in dB.

    The model of an instrument is always that of a bundle, so the constructor takes one.
    """

    latency_seconds = 0.0

    def __init__(self, options: Options, bundle: Bundle) -> None:
        self.options = options
        self._bundle = bundle
        self._request: Any = None

    @property
    def latent_size(self) -> int:
        """Length of ``Latent.w``."""
        return self._bundle.latent_size

    @property
    def landmarks(self) -> Mapping[str, FloatArray]:
        """The bundle's named places."""
        return self._bundle.landmarks

    def prepare(self, spec: Spec) -> None:
        """Compile for the processor.

        Raises:
            AssemblyError: the bundle makes no sound.
            BundleError: the engine cannot read its network, or it has other sizes than it says.
        """
        layout = self._bundle.format
        if layout is None or _MEMBER not in self._bundle.members:
            raise AssemblyError(f"the bundle '{self._bundle.name}' has no {_MEMBER} to play")
        openvino = load_openvino()
        threads = spec.threads or self.options.threads
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
        }
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        engine = openvino.Core()
        try:
            network = engine.read_model(self._bundle.members[_MEMBER])
            compiled = engine.compile_model(network, "CPU", settings)
            self._request = compiled.create_infer_request()
            made = self._infer(np.zeros(self.latent_size, np.float32))
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise BundleError(
                f"the engine cannot run {_MEMBER} of '{self._bundle.name}': {reason}"
            ) from error
        if made.shape != (layout.bins, layout.columns):
            raise BundleError(
                f"'{self._bundle.name}' makes windows of {made.shape}, its codec says "
                f"{(layout.bins, layout.columns)}"
            )

    def reset(self) -> None:
        """A model carries nothing from one place to the next."""

    def close(self) -> None:
        """Let go of the compiled network."""
        self._request = None

    def generate(self, latent: Latent) -> Spectrogram:
        """The window at ``latent.w``: levels in ``-range_db .. 0``; the same w, the same bytes.

        Raises:
            AssemblyError: ``w`` has another length, or ``prepare`` was not called.
        """
        layout = self._bundle.format
        if self._request is None or layout is None:
            raise AssemblyError("the model was not prepared")
        if latent.w.shape != (self.latent_size,):
            raise AssemblyError(
                f"w has shape {latent.w.shape}, the model takes ({self.latent_size},)"
            )
        level = self._infer(latent.w)
        level = np.nan_to_num(level, nan=-layout.range_db, posinf=0.0, neginf=-layout.range_db)
        return Spectrogram(np.clip(level, -layout.range_db, 0).astype(np.float32), layout)

    def _infer(self, w: FloatArray) -> FloatArray:
        results = self._request.infer({0: w[None].astype(np.float32)})
        made: FloatArray = np.array(results[0])[0]
        return made
