"""The rectifier between two rates, by phases: the same as raising, rectifying, lowering."""

import pytest
import torch
from torch.nn import functional

from latent_resonance.networks import stylegan3
from latent_resonance.networks.stylegan3.filters import lower_rate, raise_rate
from latent_resonance.networks.stylegan3.polyphase import plan_phases, rectify_between


@pytest.mark.parametrize(("up", "down"), [(2, 2), (4, 2), (3, 3), (6, 2), (4, 1), (8, 4)])
@pytest.mark.parametrize("pad", [(9, 8), (-6, -9), (-11, -12), (0, 0), (20, -3), (-4, 17)])
@pytest.mark.parametrize("plane", [False, True])
def test_phases_give_what_the_higher_rate_gives(up, down, pad, plane):
    torch.manual_seed(0)
    value = torch.randn(2, 3, 27, 27, dtype=torch.float64)
    up_filter = torch.randn(6 * up, dtype=torch.float64)
    # Symmetric, as low-passes are: raise_rate and lower_rate rely on it.
    up_filter = up_filter + up_filter.flip(0)
    down_filter = torch.randn((5 * down, 5 * down) if plane else 5 * down, dtype=torch.float64)
    high = raise_rate(value, up_filter, up, pad)
    high = functional.leaky_relu(high, 0.2).clamp(-8, 8)
    assert high.abs().max() == 8
    wanted = lower_rate(high, down_filter, down)
    phases = plan_phases(27, up, down, 6 * up, 5 * down, pad)
    made = rectify_between(value, up_filter * up, down_filter, phases, 8.0)
    assert made.shape == wanted.shape
    torch.testing.assert_close(made, wanted)


def test_the_layers_of_both_configurations_go_by_phases():
    for options in ({}, {"conv_kernel": 1, "use_radial_filters": True}):
        network = stylegan3.Generator(8, 0, 8, 32, 1, channel_base=256, num_layers=6, **options)
        layers = [getattr(network.synthesis, name) for name in network.synthesis.layer_names]
        assert all(len(layer.phases) == 2 for layer in layers[:-1])
        assert not layers[-1].phases


@pytest.mark.parametrize("options", [{"lrelu_upsampling": 1}, {"filter_size": 1}, {}])
def test_a_network_is_the_same_without_phases(options):
    """Where there is no filter on one side the plain way is taken; both ways agree elsewhere."""
    torch.manual_seed(0)
    network = stylegan3.Generator(8, 0, 8, 32, 1, channel_base=256, num_layers=5, **options).eval()
    ws = network.mapping(torch.randn(1, 8))
    with torch.inference_mode():
        by_phases = network.synthesis(ws)
        for name in network.synthesis.layer_names:
            getattr(network.synthesis, name).phases = []
        plain = network.synthesis(ws)
    assert plain.std() > 0
    torch.testing.assert_close(by_phases, plain, atol=1e-5 * float(plain.abs().max()), rtol=0)
