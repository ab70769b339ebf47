"""The StyleGAN networks give the reference numbers of the public architecture, by plain loading."""

import json
from pathlib import Path

import pytest
import torch

pytest.importorskip("torch")
from safetensors.torch import load_file

from latent_resonance.networks import stylegan2, stylegan3

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reference" / "stylegan"
NAMES = ("stylegan2_32x3", "stylegan2_64x1_cond", "stylegan3t_64x3", "stylegan3r_64x1_cond")
LIMIT = 1e-4

needs_reference = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the reference numbers (../shared/reference) are not here"
)


def load(name):
    facts = json.loads((FOLDER / f"{name}.json").read_text())
    family = stylegan3 if name.startswith("stylegan3") else stylegan2
    state = load_file(FOLDER / f"{name}.weights.safetensors")
    network = family.from_nvidia(facts["init_kwargs"], state).eval().requires_grad_(False)
    numbers = load_file(FOLDER / f"{name}.io.safetensors")
    return network, numbers, (numbers["c"] if numbers["c"].numel() else None)


def picture(network, ws):
    if isinstance(network, stylegan2.Generator):
        return network.synthesis(ws, "const")
    return network.synthesis(ws)


def away(made, wanted):
    return float((made - wanted).abs().max() / (wanted.max() - wanted.min()))


@needs_reference
@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_those_of_the_reference(name):
    network, numbers, c = load(name)
    for psi, w, image in ((1.0, "w", "image"), (0.7, "w_psi07", "image_psi07")):
        ws = network.mapping(numbers["z"], c, psi)
        assert away(ws, numbers[w]) < LIMIT
        assert away(picture(network, ws), numbers[image]) < LIMIT


@needs_reference
@pytest.mark.parametrize("name", NAMES[2:])
def test_a_transform_moves_the_picture_of_stylegan3(name):
    network, numbers, c = load(name)
    ws = network.mapping(numbers["z"], c)
    network.synthesis.input.transform.copy_(numbers["transform_of_translated"])
    moved = network.synthesis(ws)
    assert away(moved, numbers["image_translated"]) < LIMIT
    assert away(moved, numbers["image"]) > 100 * LIMIT


@needs_reference
def test_a_strange_or_missing_weight_is_named():
    facts = json.loads((FOLDER / "stylegan2_32x3.json").read_text())["init_kwargs"]
    state = load_file(FOLDER / "stylegan2_32x3.weights.safetensors")
    with pytest.raises(ValueError, match=r"extra\.weight"):
        stylegan2.from_nvidia(facts, {**state, "extra.weight": torch.zeros(1)})
    del state["mapping.fc0.bias"]
    with pytest.raises(ValueError, match=r"mapping\.fc0\.bias"):
        stylegan2.from_nvidia(facts, state)
    with pytest.raises(ValueError, match="not known"):
        stylegan2.from_nvidia({**facts, "surprise": 1}, state)
