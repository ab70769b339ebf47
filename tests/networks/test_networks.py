"""What holds for the networks whatever their weights."""

import pytest
import torch

from latent_resonance.networks import dcgan, stylegan2, stylegan3
from latent_resonance.networks.encoder import Encoder
from latent_resonance.networks.stylegan2.generator import mix_styles


@pytest.fixture(autouse=True)
def _seeded():
    torch.set_num_threads(1)
    torch.manual_seed(0)


def small(size=(32, 64), c=0):
    return stylegan2.Generator(
        16, c, 16, size, 1, {"num_layers": 2}, channel_base=256, channel_max=32
    )


@pytest.mark.parametrize("size", [32, (32, 32), (64, 32), (32, 128)])
def test_stylegan2_of_any_power_of_two(size):
    network = small(size)
    wanted = (size, size) if isinstance(size, int) else size
    judge = stylegan2.Discriminator(0, size, 1, channel_base=256, channel_max=32)
    made = network(torch.randn(4, 16))
    assert made.shape == (4, 1, *wanted)
    assert judge(made).shape == (4, 1)


@pytest.mark.parametrize("size", [3, 48, (32, 33), 2])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match="power of two"):
        small(size)


def test_noise_modes():
    network = small().eval()
    for block in network.synthesis.blocks():
        block.conv1.noise_strength.data.fill_(0.5)
    w = network.mapping(torch.randn(2, 16))
    fixed = network.synthesis(w, "const")
    assert torch.equal(fixed, network.synthesis(w, "const"))
    assert not torch.equal(network.synthesis(w, "random"), network.synthesis(w, "random"))
    assert not torch.equal(fixed, network.synthesis(w, "none"))


def test_truncation_goes_to_the_average_and_can_be_cut_off():
    network = small()
    network.mapping.w_avg.copy_(torch.randn(16))
    z = torch.randn(3, 16)
    assert torch.allclose(network.mapping(z, psi=0.0), network.mapping.w_avg.expand(3, 8, 16))
    part = network.mapping(z, psi=0.0, cutoff=3)
    assert torch.equal(part[:, 3:], network.mapping(z)[:, 3:])
    assert torch.allclose(part[:, :3], network.mapping.w_avg.expand(3, 3, 16))


def test_the_average_follows_where_asked_only():
    network = small()
    z = torch.randn(8, 16)
    network.mapping(z)
    assert not network.mapping.w_avg.any()
    network.mapping(z, update=True)
    assert network.mapping.w_avg.any()


def test_mixed_styles_cross_over():
    one, other = torch.zeros(2, 8, 4), torch.ones(2, 8, 4)
    mixed = mix_styles(one, other, torch.tensor([3, 8]))
    assert mixed[0, :3].sum() == 0
    assert mixed[0, 3:].mean() == 1
    assert mixed[1].sum() == 0


def test_conditions_matter_and_are_demanded():
    network = small(c=3)
    judge = stylegan2.Discriminator(3, (32, 64), 1, channel_base=256, channel_max=32)
    z, c = torch.randn(3, 16), torch.eye(3)
    made = network(z, c)
    assert not torch.allclose(made, network(z, c.flip(0)))
    assert not torch.allclose(judge(made, c), judge(made, c.flip(0)))
    with pytest.raises(ValueError, match="conditional"):
        network(z)
    with pytest.raises(ValueError, match="conditional"):
        judge(made)


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3"])
def test_half_precision_is_close(family):
    if family == "stylegan2":
        network = stylegan2.Generator(
            16, 0, 16, 32, 1, {"num_layers": 2}, channel_base=256, num_fp16_res=2, conv_clamp=256
        )
    else:
        network = stylegan3.Generator(16, 0, 16, 32, 1, channel_base=512, num_layers=6)
    network.requires_grad_(False)
    ws = network.mapping(torch.randn(2, 16))
    if family == "stylegan2":
        full, half = network.synthesis(ws, "none"), network.synthesis(ws, "none", torch.bfloat16)
    else:
        full, half = network.synthesis(ws), network.synthesis(ws, torch.bfloat16)
    assert half.dtype == torch.float32
    assert not torch.equal(full, half)
    assert float((full - half).abs().max()) < 0.05 * float(full.max() - full.min())


def test_stylegan3_shifts_without_an_edge():
    """A whole turn of pixels: what was at x is at x + 16 of 64."""
    network = stylegan3.Generator(16, 0, 16, 64, 1, channel_base=512, num_layers=6).eval()
    ws = network.mapping(torch.randn(1, 16))
    with torch.no_grad():
        still = network.synthesis(ws)
        network.synthesis.shift(across=0.25)
        moved = network.synthesis(ws)
    error = (moved[..., 16:] - still[..., :-16]).abs().mean()
    assert float(error) < 0.02 * float((still - still.mean()).abs().mean())


@pytest.mark.parametrize("options", [{}, {"conv_kernel": 1, "use_radial_filters": True}])
@pytest.mark.parametrize("critical", [0, 2])
def test_stylegan3_has_gradients_in_all_its_options(options, critical):
    network = stylegan3.Generator(
        8, 2, 12, 32, 3, channel_base=256, num_layers=5, num_critical=critical, **options
    )
    made = network(torch.randn(2, 8), torch.eye(2))
    assert made.shape == (2, 3, 32, 32)
    made.square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


@pytest.mark.parametrize("c_dim", [0, 4])
def test_dcgan(c_dim):
    c = torch.eye(4) if c_dim else None
    make = dcgan.Generator(16, c_dim, (32, 64), 1, channel_base=256)
    judge = dcgan.Discriminator(c_dim, (32, 64), 1, channel_base=256)
    made = make(torch.randn(4, 16), c)
    assert made.shape == (4, 1, 32, 64)
    assert made.abs().max() <= 1
    assert judge(made, c).shape == (4, 1)
    if c_dim:
        with pytest.raises(ValueError, match="conditional"):
            make(torch.randn(4, 16))


@pytest.mark.parametrize("size", [(32, 32), (64, 64), (256, 256), (64, 256)])
def test_the_encoder_takes_any_size(size):
    network = Encoder(1, 24, 32)
    assert network(torch.randn(2, 1, *size)).shape == (2, 24)


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3"])
def test_no_part_of_the_graph_depends_on_data(family):
    """What ``torch.compile`` and the ONNX exporter need: one graph, no breaks."""
    network = (
        small((32, 32))
        if family == "stylegan2"
        else stylegan3.Generator(16, 0, 16, 32, 1, channel_base=256, num_layers=5)
    ).eval()
    arguments = ("const",) if family == "stylegan2" else ()
    ws = network.mapping(torch.randn(1, 16)).detach()
    told = torch._dynamo.explain(network.synthesis)(ws, *arguments)
    assert told.graph_break_count == 0, told.break_reasons


def _pair(family):
    """A small network of the family, and a function from z to its picture."""
    if family == "stylegan2":
        network = stylegan2.Generator(
            16, 0, 16, 16, 1, {"num_layers": 2}, channel_base=256, num_fp16_res=2, conv_clamp=256
        )
        return network.eval(), lambda z: network(z, noise_mode="const")
    network = stylegan3.Generator(16, 0, 16, 16, 1, channel_base=256, num_layers=4)
    return network.eval(), network


@pytest.mark.parametrize("family", ["stylegan2", pytest.param("stylegan3", marks=pytest.mark.slow)])
def test_compiled_as_one_graph_the_picture_and_its_gradient_stay(family):
    _, make = _pair(family)
    compiled = torch.compile(make, backend="aot_eager", fullgraph=True)
    grown = []
    for call in (make, compiled):
        z = torch.linspace(-1, 1, 32).reshape(2, 16).requires_grad_()
        picture = call(z)
        picture.square().mean().backward()
        grown.append((picture.detach(), z.grad))
    assert grown[0][1].abs().max() > 0
    torch.testing.assert_close(grown[1], grown[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3"])
def test_channels_last_changes_the_memory_only(family):
    network, make = _pair(family)
    z = torch.randn(2, 16)
    with torch.no_grad():
        usual = make(z)
        network.to(memory_format=torch.channels_last)
        other = make(z)
    weights = [p for p in network.parameters() if p.ndim == 4 and p.shape[1] > 1 < p.shape[2]]
    assert weights
    assert all(p.is_contiguous(memory_format=torch.channels_last) for p in weights)
    torch.testing.assert_close(other, usual, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_is_close_and_gradients_are_finite(family, dtype):
    network, make = _pair(family)
    z = torch.randn(2, 16, requires_grad=True)
    usual = make(z).detach()
    with torch.autocast("cpu", dtype):
        picture = make(z)
    picture.float().square().mean().backward()
    assert z.grad.isfinite().all()
    assert z.grad.abs().max() > 0
    assert all(p.grad.isfinite().all() for p in network.parameters() if p.grad is not None)
    spread = float(usual.max() - usual.min())
    away = float((picture.detach().float() - usual).abs().max())
    assert 0 < away < (0.05 if dtype == torch.bfloat16 else 0.01) * spread
