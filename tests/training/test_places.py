"""Where real sounds lie in w: remembered, evened out, and led to."""

import numpy as np
import pytest
import torch

from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.networks import stylegan2
from latent_resonance.networks.encoder import Encoder
from latent_resonance.training.adversarial.losses import reconstruction_loss, speckle_loss
from latent_resonance.training.adversarial.places import PlaceMemory, energy_distance
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.adversarial.whitening import Basis, lead_to_places
from latent_resonance.training.families import family_of
from latent_resonance.training.onnx_export import to_onnx

W = 16


def _memory(count: int = 500) -> PlaceMemory:
    torch.manual_seed(0)
    memory = PlaceMemory(W)
    turn = torch.randn(W, W) * torch.logspace(0, -2, W)
    for _ in range(count // 50):
        memory.remember(torch.randn(50, W) @ turn + 3)
    return memory


def _generator() -> stylegan2.Generator:
    torch.manual_seed(1)
    return stylegan2.Generator(
        W,
        0,
        W,
        32,
        1,
        mapping_kwargs={"num_layers": 3, "activate_last": False},
        channel_base=256,
        channel_max=16,
        axes=2,
    )


def test_memory_keeps_the_last_and_draws_of_them() -> None:
    memory = PlaceMemory(2)
    for value in range(60):
        memory.remember(torch.full((50, 2), float(value)))
    drawn = memory.draw(4000)
    assert drawn.min() == 19  # 2,048 of the last 3,000
    assert drawn.max() == 59


def test_whitening_moves_no_picture_and_evens_the_places() -> None:
    memory, generator, encoder = _memory(), _generator(), Encoder(1, W, width=16)
    pictures = torch.rand(3, 1, 32, 32) * 2 - 1

    def again() -> torch.Tensor:
        with torch.no_grad():
            ws = encoder(pictures)[:, None].expand(-1, generator.num_ws, -1)
            return generator.synthesis(ws, "const")

    before = again()
    basis = Basis(memory.places[: int(memory.count)])
    basis.apply(encoder, generator.synthesis)
    assert (again() - before).abs().max() < 1e-3 * before.abs().max()
    basis.move(memory)
    known = memory.places[: int(memory.count)]
    spread = known.std(0)
    assert known.mean(0).abs().max() < 1e-3
    assert spread.max() <= 1.01
    # The strongest half is even; what was next to nothing stays thin.
    assert spread[: W // 2].min() > 0.7
    apart = torch.corrcoef(known.t()) - torch.eye(W)
    assert apart.abs().max() < 2e-2


def test_a_mapping_begins_where_the_places_lie() -> None:
    memory, generator = _memory(), _generator()
    Basis(memory.places[: int(memory.count)]).move(memory)
    torch.manual_seed(2)
    z = torch.randn(400, W)
    with torch.no_grad():
        fresh = energy_distance(generator.mapping(z)[:, 0], memory.draw(400), memory.spread())
    lead_to_places(generator.mapping, memory)
    with torch.no_grad():
        led = energy_distance(generator.mapping(z)[:, 0], memory.draw(400), memory.spread())
    assert float(led) < 0.1 * float(fresh)
    assert torch.equal(generator.mapping.w_avg, memory.mean())


def test_energy_distance_is_zero_for_the_same_and_grows_with_the_shift() -> None:
    torch.manual_seed(3)
    one, other = torch.randn(400, 8), torch.randn(400, 8)
    scale = torch.ones(8)
    same, near, far = (energy_distance(one, other + k, scale).item() for k in (0.0, 0.5, 2.0))
    assert abs(same) < 0.05 < near < far


def test_a_click_in_silence_counts() -> None:
    wanted = torch.full((2, 1, 64, 64), -1.0)
    wanted[0, 0, :, 30] = 1.0
    wanted[1] = 0.0
    quiet = torch.full_like(wanted, -1.0)
    quiet[1] = 0.0
    flat = wanted.clone()
    flat[1] = 0.1
    # The forgotten click is worse than a tenth of the range everywhere in a loud picture.
    assert reconstruction_loss(quiet, wanted) > reconstruction_loss(flat, wanted)


def test_the_strength_of_noise_is_asked_for_where_it_is_heard() -> None:
    wanted = torch.zeros(1, 2, 64, 64)
    wanted[:, 1] = 1.0
    right, wrong = torch.zeros_like(wanted), torch.zeros_like(wanted)
    right[:, 1], wrong[:, 1] = 10.0, -10.0
    assert speckle_loss(right, wanted) < 0.01
    assert speckle_loss(wrong, wanted) > 0.2
    for one in (wanted, right, wrong):
        one[:, 0] = -1.0
    assert speckle_loss(wrong, wanted) < 0.02


def test_rows_and_columns_reach_the_picture() -> None:
    generator = _generator()
    paper = stylegan2.Synthesis(W, 32, 1, channel_base=256, channel_max=16)
    assert not any("axes" in name for name in paper.state_dict())
    synthesis = generator.synthesis
    ws = torch.zeros(1, generator.num_ws, W)
    with torch.no_grad():
        for block in synthesis.blocks():
            block.axes.columns.bias.zero_()
            block.axes.rows.bias.zero_()
        plain = synthesis(ws, "none")
        synthesis.b32.axes.columns.bias.view(2, 32)[:, 20] = 5.0
        moved = (synthesis(ws, "none") - plain).abs()[0, 0]
    # A curve along time at one column: that column, and what a 3 x 3 convolution spreads it to.
    assert moved[:, 19:22].max() > 0
    assert moved[:, :19].max() == 0
    assert moved[:, 22:].max() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"z_dim": 64}, "must be the same"),
        ({"conditional": True}, "without labels"),
        ({"stages": [{"resolution": 64, "steps": 1}, {"resolution": 32, "steps": 1}]}, "fall"),
        (
            {"reconstruction": 0, "stages": [{"resolution": 32, "steps": 1, "adversarial": False}]},
            "needs reconstruction",
        ),
    ],
)
def test_recipes_that_cannot_be_are_refused(change: dict[str, object], says: str) -> None:
    recipe = {"name": "t", "family": "stylegan2", "resolution": 32, "reconstruction": 1, "steps": 1}
    with pytest.raises(ValueError, match=says):
        AdversarialRecipe.model_validate(recipe | change)


def test_eight_bit_matrices_and_kernels_are_a_quarter_and_close() -> None:
    torch.manual_seed(5)
    network = torch.nn.Sequential(
        torch.nn.Linear(512, 256),
        torch.nn.Tanh(),
        torch.nn.Unflatten(1, (64, 2, 2)),
        torch.nn.Conv2d(64, 128, 3, padding=1),
        torch.nn.Tanh(),
    )
    example = torch.randn(1, 512)
    full, small = (to_onnx(network, {"x": example}, "y", quarter=q) for q in (False, True))
    assert len(small) < 0.3 * len(full)
    core = load_openvino().Core()
    engine = core.compile_model(core.read_model(small), "CPU")
    with torch.no_grad():
        wanted = network(example).numpy()
    assert np.abs(engine(example.numpy())[0] - wanted).max() < 0.02


@pytest.mark.parametrize("batch", [2, 3])
def test_the_smallest_batch_leaves_one_place_to_begin_with(batch: int, small, tmp_path) -> None:
    recipe = small("stylegan2", reconstruction=1.0, near=0.3, batch=batch, steps=2)
    trained = family_of(recipe).train(recipe, tmp_path)
    for value in trained.players.average.state_dict().values():
        assert torch.isfinite(value).all()
