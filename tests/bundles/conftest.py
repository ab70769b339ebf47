"""A small whole bundle, made here."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from forge import small_onnx
from safetensors.numpy import save

from latent_resonance.bundles.manifest import Codec, Manifest, Provenance, Source
from latent_resonance.bundles.write import write_bundle


def manifest(**changes: object) -> Manifest:
    values: dict[str, object] = {
        "schema_version": 1,
        "name": "small",
        "kind": "sound",
        "family": "test",
        "latent_size": 4,
        "codec": Codec(
            sample_rate=16_000, n_fft=64, hop=16, columns=16, range_db=80, window="gauss"
        ),
        "provenance": Provenance(
            data=[Source(source="made here", licence="CC0-1.0", clips=0)],
            command="pytest",
            licence="CC0-1.0",
        ),
        "members": {},
        **changes,
    }
    return Manifest.model_validate(values)


def members(**changes: bytes) -> dict[str, bytes]:
    places = {"w_avg": np.zeros(4, np.float32), "anchor/tone": np.ones(4, np.float32)}
    return {"synthesis.onnx": small_onnx(), "latent.safetensors": save(places), **changes}


@pytest.fixture
def make_bundle(tmp_path: Path) -> Callable[..., Path]:
    """Writes a bundle, with members changed by name (dots as double underscores); None: without."""

    def make(name: str = "small.resonance", **changes: bytes | None) -> Path:
        renamed = {key.replace("__", "."): value for key, value in changes.items()}
        kept = {key: value for key, value in {**members(), **renamed}.items() if value is not None}
        return write_bundle(tmp_path / name, manifest(), kept)

    return make
