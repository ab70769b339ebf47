"""The PyTorch player: each family is rebuilt from its weights and plays what its ONNX file does."""

import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models.engines.weights import read_weights

pytest.importorskip("onnx")
pytest.importorskip("torch")

from network_forge import SOUNDS, forge
from safetensors.numpy import load, save

from latent_resonance.contracts.members import WEIGHTS


def levels(engine: str, bundle: Bundle) -> np.ndarray:
    part = find_part("models", engine).make({"threads": 1}, bundle)
    part.prepare(Spec())
    places = np.random.default_rng(0).standard_normal((5, bundle.latent_size))
    made = [part.generate(Latent(w.astype(np.float32))).level_db for w in places]
    part.close()
    return np.array(made)


# Both StyleGAN3 are one class: CI rebuilds the one that turns.
@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[pytest.mark.slow] * (one == "stylegan3-t")) for one in SOUNDS],
)
def test_each_family_is_rebuilt_to_what_its_network_plays(name: str) -> None:
    bundle = forge(SOUNDS, name)
    usual = levels("openvino", bundle)
    assert usual.std() > 1
    assert np.abs(usual - levels("torch", bundle)).max() < 1e-3 * 80


def test_what_the_network_holds_is_not_stored_twice() -> None:
    bundle = forge(SOUNDS, "autoencoder")
    weights = read_weights(bundle)
    assert set(weights.facts["stored"]) == set(weights.tensors)
    assert load(bundle.members[WEIGHTS]) == {}
    assert len(bundle.members[WEIGHTS]) < 0.1 * len(bundle.members["synthesis.onnx"])


def with_weights(bundle: Bundle, data: bytes) -> Bundle:
    return replace(bundle, members={**bundle.members, WEIGHTS: data})


def noted(bundle: Bundle, note: str, **changes: np.ndarray) -> Bundle:
    tensors = {**load(bundle.members[WEIGHTS]), **changes}
    return with_weights(bundle, save(tensors, metadata={"resonance": note}))


def refused(bundle: Bundle) -> str:
    part = find_part("models", "torch").make({"threads": 1}, bundle)
    with pytest.raises(BundleError) as caught:
        part.prepare(Spec())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    return str(caught.value)


def test_weights_that_are_not_there_or_cannot_be_read_are_said() -> None:
    bundle = forge(SOUNDS, "autoencoder")
    bare = replace(bundle, members={"synthesis.onnx": bundle.members["synthesis.onnx"]})
    assert "'forged' carries no weights.safetensors" in refused(bare)
    for data in (b"", b"no safetensors", struct.pack("<Q", 1 << 60) + b"{}"):
        assert "cannot be read" in refused(with_weights(bundle, data))
    for note in ("no JSON", "[1]", "[" * 10_000, '{"stored": 3}', '{"stored": {"a": "b"}}'):
        assert "cannot be read" in refused(noted(bundle, note)), note
    assert "family None is not known" in refused(noted(bundle, "{}"))
    assert "family None" in refused(with_weights(bundle, save({"a": np.zeros(2)})))


def changed(facts: dict[str, Any], **settings: Any) -> str:
    return json.dumps({**facts, "settings": {**facts["settings"], **settings}})


def test_weights_of_another_network_are_refused_before_memory_is_taken() -> None:
    bundle = forge(SOUNDS, "autoencoder")
    facts = dict(read_weights(bundle).facts)
    stored = facts["stored"]
    for note, says in (
        (json.dumps({**facts, "family": "unheard\nof" * 999}), "is not known"),
        (json.dumps({**facts, "family": ["stylegan2"]}), "is not known"),
        (json.dumps({**facts, "settings": 3}), "is not known"),
        (json.dumps({**facts, "family": "note_autoencoder"}), "families"),
        (json.dumps({**facts, "family": "stylegan2"}), "z_dim"),
        (changed(facts, hidden=49), "shape"),
        (changed(facts, hidden=1 << 19, latent=1 << 19), "shape"),
        (changed(facts, hidden=1e300), "out of range"),
        (changed(facts, latent=True), "no size"),
        (changed(facts, convolved="plane"), "lacks"),
        (changed(facts, seeds=0), "rebuilt"),
        (changed(facts, surprise=1), "surprise"),
        (changed(facts, hidden="many"), "rebuilt"),
        (json.dumps({**facts, "stored": {**stored, "x": ["synthesis.onnx", "no"]}}), "no 'x' in"),
        (json.dumps({**facts, "stored": {**stored, "x": ["none\n.onnx", "no"]}}), "no 'x' in"),
        (
            json.dumps({**facts, "stored": {k: v for k, v in stored.items() if k != "to_bins.bias"}}),
            "lacks to_bins.bias",
        ),
    ):  # fmt: skip
        assert says in refused(noted(bundle, note)), note
    extra = noted(bundle, json.dumps(facts), extra=np.zeros(3, np.float32))
    assert "extra, which does not belong" in refused(extra)
    assert "lacks" in refused(noted(bundle, json.dumps({**facts, "stored": {}})))


def test_pictures_of_another_size_or_too_large_for_speckle_are_refused() -> None:
    bundle = forge(SOUNDS, "stylegan2 of ours")
    facts = dict(read_weights(bundle).facts)
    for note, says in (
        (changed(facts, img_resolution=[4096, 4096]), "too large for speckle"),
        (changed(facts, img_resolution=[64, 64]), "rebuilt"),
        (changed(facts, img_resolution=[33, 64]), "power of two"),
        (json.dumps({**facts, "mel_bands": 10**6}), "mel bands"),
        (json.dumps({**facts, "mel_bands": -1}), "mel bands"),
    ):
        assert says in refused(noted(bundle, note)), note
    whole = forge(SOUNDS, "stylegan2")
    wide = replace(whole, format=replace(whole.format, columns=32))
    assert "its manifest says" in refused(wide)
