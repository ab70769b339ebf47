"""Networks with random weights as bundles, each with its plain formulation, and how they are timed.

What several benchmarks share: a StyleGAN2 and StyleGAN3-t of 256 x 256 whose pictures spread as
trained ones do, played by every engine beside eager PyTorch (``reference_stylegan.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Frame, Spectrogram

ROUNDS, SECONDS = 6, 1.5
_W = 512
_LAYOUT = SpectrogramFormat(n_fft=512, hop=128, columns=256)
RANDOM_W = np.random.default_rng(1).standard_normal(_W).astype(np.float32)
_SPREAD = 0.2
"""Standard deviation of the pictures, so that levels fill the range and few are cut."""
_Run = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One network. ``plain`` gives eager runs by name, which also make what engines must make."""

    name: str
    bundle: Bundle
    w: FloatArray
    plain: dict[str, Callable[[FloatArray], FloatArray]]


def numbers(made: Spectrogram | Frame) -> tuple[FloatArray, float]:
    """Levels or pixels, and their range."""
    if isinstance(made, Frame):
        return made.pixels.astype(np.float32), 255.0
    return made.level_db, made.format.range_db


def stylegan2(channels: int = 1) -> Case:
    """A StyleGAN2 of 256 x 256; spectrograms where grey."""
    import reference_stylegan
    import torch

    from latent_resonance.networks.stylegan2 import Generator

    torch.manual_seed(0)
    settings = _settings(8192, 128) | {"img_channels": channels}
    generator = Generator(**settings).eval()
    for name, value in generator.named_parameters():
        if "noise_strength" in name:
            value.data.normal_(0, 0.1)
    share = _SPREAD / _spread(generator)
    for name, value in generator.named_parameters():
        if "torgb.weight" in name:
            value.data *= share
    plain = {"reference": reference_stylegan.stylegan2}
    return _network("stylegan2 256 8192/128", generator, settings, plain)


def stylegan3(small: bool, channels: int = 1) -> Case:
    """A StyleGAN3-t of 256 x 256, with 10 layers where small."""
    import reference_stylegan
    import torch

    from latent_resonance.networks.stylegan3 import Generator

    base, most, options = (2048, 32, {"num_layers": 10}) if small else (8192, 128, {})
    torch.manual_seed(0)
    settings: dict[str, Any] = _settings(base, most) | options | {"img_channels": channels}
    generator = Generator(**settings).eval()
    synthesis = generator.synthesis
    with torch.inference_mode():  # the magnitudes that training would have found
        for name in synthesis.layer_names:
            getattr(synthesis, name).magnitude_ema_beta = 0.0
        synthesis(torch.randn(1, 1, _W).expand(1, generator.num_ws, _W), update=True)
    synthesis.output_scale *= _SPREAD / _spread(generator)
    settings["output_scale"] = synthesis.output_scale
    plain = {"reference": reference_stylegan.stylegan3}
    return _network(f"stylegan3-t 256 {base}/{most}", generator, settings, plain)


def small_picture() -> Case:
    """A small StyleGAN2 of colour pictures."""
    import torch

    from latent_resonance.networks.stylegan2 import Generator

    torch.manual_seed(0)
    settings = _settings(2048, 64) | {"img_channels": 3}
    return _network("stylegan2 256 2048/64, RGB", Generator(**settings).eval(), settings, {})


def _settings(base: int, most: int) -> dict[str, Any]:
    settings = {"z_dim": 64, "c_dim": 0, "w_dim": _W, "img_resolution": 256, "img_channels": 1}
    return settings | {"channel_base": base, "channel_max": most}


def _spread(generator: Any) -> float:
    import torch

    from latent_resonance.networks.bundle_members import PictureMember

    with torch.inference_mode():
        return float(PictureMember(generator)(torch.from_numpy(RANDOM_W[None])).std())


def _network(
    name: str, generator: Any, settings: dict[str, Any], plain: dict[str, Callable[..., Any]]
) -> Case:
    """A network with random weights as a bundle; grey pictures are levels."""
    import torch

    from latent_resonance.networks.bundle_members import LevelMember, PictureMember
    from latent_resonance.networks.rebuild import output_network
    from latent_resonance.training.bundling import pack_weights
    from latent_resonance.training.onnx_export import to_onnx

    grey = settings["img_channels"] == 1
    form = _LAYOUT if grey else PictureFormat(256, 256)
    family = name.partition(" ")[0].partition("-")[0]
    facts = {"family": family, "settings": settings, "lowest_first": True}
    network = output_network(generator, facts, form)
    synthesis = to_onnx(network, {"w": torch.zeros(1, _W)}, network.output)
    state = {key: value.numpy() for key, value in generator.state_dict().items()}
    weights = pack_weights(facts, state, {"synthesis.onnx": synthesis}, halve=False)
    bundle = Bundle(
        name=name,
        kind="sound" if grey else "image",
        family=family,
        latent_size=_W,
        format=form,
        space=LatentSpace.of(_W, {}),
        members={"synthesis.onnx": synthesis, "weights.safetensors": weights},
    )

    class Plain(PictureMember):
        def __init__(self, make: Callable[..., Any]) -> None:
            super().__init__(generator)
            self.make = make

        def forward(self, w: Any, transform: Any = None) -> Any:
            return self.make(self.synthesis, w.unsqueeze(1).expand(-1, self.num_ws, -1))

    def eager(make: Callable[..., Any]) -> Callable[[FloatArray], FloatArray]:
        made: Any = Plain(make)
        if grey:
            made = LevelMember(made, _LAYOUT.range_db, lowest_first=True)

        def run_once(w: FloatArray) -> FloatArray:
            with torch.inference_mode():
                return np.asarray(made(torch.from_numpy(w[None])).numpy()[0], np.float32)

        return run_once

    return Case(name, bundle, RANDOM_W, {key: eager(make) for key, make in plain.items()})


def least(runs: dict[str, _Run], clock: Callable[[], float]) -> dict[str, float]:
    """The least seconds of each by ``clock``: other work on the machine only ever adds."""
    found = dict.fromkeys(runs, float("inf"))
    spent = dict.fromkeys(runs, 0.0)
    for k in range(ROUNDS):
        for name, make in runs.items():
            if k > 1 and spent[name] > SECONDS:
                continue
            until = spent[name] + SECONDS / ROUNDS
            while spent[name] < until:
                before = clock()
                make()
                took = clock() - before
                found[name] = min(found[name], took)
                spent[name] += took
    return found
