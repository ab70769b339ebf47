"""Compiled networks that are kept: compiled once, the same afterwards, and never in the way."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.files import cache_folder
from latent_resonance.models.engines import kept_graphs
from latent_resonance.models.engines.kept_graphs import compile_kept
from latent_resonance.models.engines.quiet_openvino import load_openvino

SETTINGS = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1}


class CountingCore:
    """OpenVINO's, which tells how often it compiled."""

    def __init__(self) -> None:
        self.core, self.compiled = load_openvino().Core(), 0

    def compile_model(self, *given: Any) -> Any:
        self.compiled += 1
        return self.core.compile_model(*given)

    def import_model(self, *given: Any) -> Any:
        return self.core.import_model(*given)


@pytest.fixture(autouse=True)
def engine_choices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept yet."""
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "choices"))


@pytest.fixture(scope="module")
def network() -> bytes:
    return open_bundle("fields").members["mapping.onnx"]


def answer(core: CountingCore, network: bytes, **settings: Any) -> np.ndarray:
    model = core.core.read_model(network)
    compiled = compile_kept(core, model, network, SETTINGS | settings)
    rng = np.random.default_rng(0)
    fed = {
        end.get_any_name(): rng.standard_normal(tuple(end.shape)).astype(np.float32)
        for end in compiled.inputs
    }
    return np.array(compiled.create_infer_request().infer(fed)[0])


def test_a_network_is_compiled_once_and_gives_the_same(network: bytes) -> None:
    core = CountingCore()
    first = answer(core, network)
    again = answer(core, network)
    assert core.compiled == 1
    np.testing.assert_array_equal(again, first)
    # Another setting makes another graph.
    answer(core, network, INFERENCE_NUM_THREADS=2)
    assert core.compiled == 2


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_what_is_damaged_is_compiled_again(network: bytes, damage: bytes | None) -> None:
    core = CountingCore()
    first = answer(core, network)
    (kept,) = cache_folder("graphs").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] if damage is None else damage)
    np.testing.assert_array_equal(answer(core, network), first)
    assert core.compiled == 2
    # It is whole again: what OpenVINO writes of one network is not always as long.
    np.testing.assert_array_equal(answer(core, network), first)
    assert core.compiled == 2


def test_what_another_program_wrote_is_compiled_again(network: bytes) -> None:
    """Its digest is right, but OpenVINO does not know it."""
    import hashlib

    core = CountingCore()
    first = answer(core, network)
    (kept,) = cache_folder("graphs").iterdir()
    kept.write_bytes(hashlib.sha256(b"no graph").digest() + b"no graph")
    np.testing.assert_array_equal(answer(core, network), first)
    assert core.compiled == 2


def test_a_folder_that_cannot_be_written_is_done_without(
    network: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "file"))
    core = CountingCore()
    np.testing.assert_array_equal(answer(core, network), answer(core, network))
    assert core.compiled == 2


def test_the_least_used_goes(network: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr(kept_graphs, "_MOST_FILES", 2)
    core, folder = CountingCore(), cache_folder("graphs")
    answer(core, network)
    (first,) = folder.iterdir()
    answer(core, network, INFERENCE_NUM_THREADS=2)
    (second,) = set(folder.iterdir()) - {first}
    for n, one in enumerate((first, second)):
        os.utime(one, (1e9 + n, 1e9 + n))
    # Used, and so the later one.
    answer(core, network)
    answer(core, network, INFERENCE_NUM_THREADS=3)
    assert first.exists()
    assert not second.exists()
