"""StyleGAN2's three generators against the paper, spelled out (1912.04958, figure 7)."""

import math

import pytest

torch = pytest.importorskip("torch")

from latent_resonance.networks import stylegan2

SETTINGS = {
    "z_dim": 6, "c_dim": 0, "w_dim": 6, "img_resolution": 16, "img_channels": 3,
    "channel_base": 96, "channel_max": 8, "mapping_kwargs": {"num_layers": 1},
}  # fmt: skip
LINE = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4


def weights(architecture: str, seed: int = 0) -> dict[str, torch.Tensor]:
    """Under the names of public checkpoints: shapes by the paper, numbers at random."""
    random = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=random)

    state = {
        "mapping.fc0.weight": some(6, 6), "mapping.fc0.bias": some(6), "mapping.w_avg": some(6),
        "synthesis.b4.const": some(8, 4, 4),
    }  # fmt: skip

    def convolution(name: str, inputs: int, outputs: int, side: int) -> None:
        state[f"{name}.weight"] = some(outputs, inputs, 3, 3)
        state[f"{name}.bias"] = some(outputs)
        state[f"{name}.affine.weight"], state[f"{name}.affine.bias"] = some(inputs, 6), some(inputs)
        state[f"{name}.noise_strength"], state[f"{name}.noise_const"] = some(), some(side, side)
        state[f"{name}.resample_filter"] = torch.outer(LINE, LINE) / 4

    for side, inputs, outputs in ((4, 0, 8), (8, 8, 8), (16, 8, 6)):
        block = f"synthesis.b{side}"
        state[f"{block}.resample_filter"] = torch.outer(LINE, LINE) / 4
        if inputs:
            convolution(f"{block}.conv0", inputs, outputs, side)
        convolution(f"{block}.conv1", outputs, outputs, side)
        if inputs and architecture == "resnet":
            state[f"{block}.skip.weight"] = some(outputs, inputs, 1, 1)
            state[f"{block}.skip.resample_filter"] = torch.outer(LINE, LINE) / 4
        if architecture == "skip" or side == 16:
            state[f"{block}.torgb.weight"] = some(3, outputs, 1, 1)
            state[f"{block}.torgb.bias"] = some(3)
            state[f"{block}.torgb.affine.weight"] = some(outputs, 6)
            state[f"{block}.torgb.affine.bias"] = some(outputs)
    return state


def doubled(x: torch.Tensor) -> torch.Tensor:
    """Zeros between the samples, then [1 3 3 1] along each side."""
    n, c, h, w = x.shape
    spread = x.new_zeros(n, c, h, 2, w, 2)
    spread[:, :, :, 0, :, 0] = x
    x = torch.nn.functional.pad(spread.reshape(n, c, 2 * h, 2 * w), (2, 1, 2, 1))
    return smoothed(x)


def smoothed(x: torch.Tensor) -> torch.Tensor:
    for shape in ((1, 1, 4, 1), (1, 1, 1, 4)):
        kernel = LINE.reshape(shape).expand(x.shape[1], 1, *shape[2:])
        x = torch.nn.functional.conv2d(x, kernel, groups=x.shape[1])
    return x


def styled(state, name, x, w, *, up=False, plain=False):
    """Weights scaled by the style, and of a convolution that is not to a picture, demodulated."""
    style = w @ state[f"{name}.affine.weight"].T / math.sqrt(6) + state[f"{name}.affine.bias"]
    kernel = state[f"{name}.weight"] * style[None, :, None, None]
    if plain:
        x = torch.nn.functional.conv2d(x, kernel / math.sqrt(kernel.shape[1]))
        return x + state[f"{name}.bias"][:, None, None]
    kernel = kernel / (kernel.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
    if up:
        x = torch.nn.functional.conv_transpose2d(x, kernel.transpose(0, 1), stride=2)
        x = smoothed(torch.nn.functional.pad(x, (1, 1, 1, 1)))
    else:
        x = torch.nn.functional.conv2d(x, kernel, padding=1)
    x = x + state[f"{name}.noise_const"] * state[f"{name}.noise_strength"]
    x = x + state[f"{name}.bias"][:, None, None]
    return torch.nn.functional.leaky_relu(x, 0.2) * math.sqrt(2)


def paint(state, architecture: str, w: torch.Tensor) -> torch.Tensor:
    x, picture = state["synthesis.b4.const"][None], None
    for side in (4, 8, 16):
        block, before = f"synthesis.b{side}", x
        if side > 4:
            x = styled(state, f"{block}.conv0", x, w, up=True)
        x = styled(state, f"{block}.conv1", x, w)
        if side > 4 and architecture == "resnet":
            weight = state[f"{block}.skip.weight"] / math.sqrt(before.shape[1])
            x = (x + doubled(torch.nn.functional.conv2d(before, weight))) / math.sqrt(2)
        if architecture == "skip" or side == 16:
            share = styled(state, f"{block}.torgb", x, w, plain=True)
            picture = share if picture is None else share + doubled(picture)
    return picture


@pytest.mark.parametrize("architecture", ["skip", "orig", "resnet"])
def test_pictures_are_those_of_the_paper(architecture: str) -> None:
    state = weights(architecture)
    for place in (
        {"architecture": architecture},
        {"synthesis_kwargs": {"architecture": architecture}},
    ):
        network = stylegan2.from_nvidia({**SETTINGS, **place}, state)
        w = torch.randn(6, generator=torch.Generator().manual_seed(5))
        with torch.no_grad():
            made = network.synthesis(w.repeat(1, network.num_ws, 1), "const")
        wanted = paint(state, architecture, w)
        torch.testing.assert_close(made, wanted, rtol=1e-4, atol=1e-5 * float(wanted.abs().max()))


def test_weights_of_another_architecture_are_named() -> None:
    with pytest.raises(ValueError, match=r"synthesis\.b16\.skip"):
        stylegan2.from_nvidia({**SETTINGS, "architecture": "resnet"}, weights("orig"))
    with pytest.raises(ValueError, match=r"synthesis\.b4\.torgb"):
        stylegan2.from_nvidia(SETTINGS, weights("orig"))
    with pytest.raises(ValueError, match="'dense' is not known, only skip, orig, resnet"):
        stylegan2.from_nvidia({**SETTINGS, "architecture": "dense"}, weights("orig"))
