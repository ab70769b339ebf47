"""Plays a sound bundle on OpenVINO, the engine of the base install."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.values import (
    FloatArray,
    Latent,
    Spec,
    Spectrogram,
    SpectrogramFormat,
)
from latent_resonance.models.engines.quiet_openvino import load_openvino

_MEMBER = "synthesis.onnx"
_MOST_NUMBERS = 1 << 28  # in one tensor between two layers: 1 GiB


class Options(BaseModel):
    """How inference runs."""

    model_config = ConfigDict(extra="forbid")

    threads: int = Field(1, ge=0, le=256, description="processor threads; 0 lets the engine choose")


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
            self._check(network, layout)
            compiled = engine.compile_model(network, "CPU", settings)
            self._request = compiled.create_infer_request()
            self._infer(np.zeros(self.latent_size, np.float32))
        except RuntimeError as error:
            raise BundleError(
                f"the engine cannot run {_MEMBER} of '{self._bundle.name}': {_reason(error)}"
            ) from error

    def _check(self, network: Any, layout: SpectrogramFormat) -> None:
        """Before any memory is taken: from one place to one window, and no huge tensor between."""
        wanted = ([1, self.latent_size], [1, layout.bins, layout.columns])
        for ends, shape, what in zip(
            (network.inputs, network.outputs), wanted, ("takes", "gives"), strict=True
        ):
            found = " and ".join(str(end.partial_shape) for end in ends) or "nothing"
            if len(ends) != 1 or ends[0].partial_shape.is_dynamic or list(ends[0].shape) != shape:
                raise BundleError(
                    f"{_MEMBER} of '{self._bundle.name}' {what} {found}, its manifest says {shape}"
                )
        for step in network.get_ordered_ops():
            for made in step.outputs():
                size = made.partial_shape.get_max_shape()
                if made.partial_shape.is_static and math.prod(size) > _MOST_NUMBERS:
                    raise BundleError(
                        f"{_MEMBER} of '{self._bundle.name}' needs {math.prod(size):.0e} numbers "
                        "at once"
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
        made: FloatArray = np.array(results[0], np.float32)[0]
        return made


def _reason(error: RuntimeError) -> str:
    """The telling line of an engine's many; names in it come from the file."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    chosen = (telling or lines or ["it does not say why"])[-1]
    return "".join(c for c in chosen if c.isprintable())[:200]
