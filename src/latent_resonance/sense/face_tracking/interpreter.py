"""Runs a TFLite file on one thread."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sense.face_models.obtain import FOLDER, missing_models


def check_models() -> None:
    """Raise MissingPartError, with what to do, when a model is not there."""
    missing = missing_models()
    if missing:
        raise MissingPartError(
            f"the face models are missing ({', '.join(missing)}); with a network run: "
            "python -m latent_resonance.sense.face_models.obtain"
        )


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Hides the runtime's start-up lines, which it writes to stderr past Python."""
    try:
        stderr = os.dup(2)
    except OSError:
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a file
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


class Network:
    """One model: an image in, its output tensors out, by name."""

    def __init__(self, name: str) -> None:
        from ai_edge_litert.interpreter import Interpreter

        path: Path = FOLDER / name
        with _quiet_stderr():
            self._interpreter: Any = Interpreter(model_path=str(path), num_threads=1)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = {
            detail["name"]: detail["index"] for detail in self._interpreter.get_output_details()
        }

    def run(self, image: FloatArray) -> dict[str, FloatArray]:
        """Args: image: float32 ``[height, width, 3]`` of the model's size."""
        self._interpreter.set_tensor(self._input, image[None])
        self._interpreter.invoke()
        return {
            name: np.asarray(self._interpreter.get_tensor(index), np.float32)
            for name, index in self._outputs.items()
        }
