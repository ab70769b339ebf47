"""``compile = true``: the same training, the generator fused; second derivatives as written."""

import shutil
from pathlib import Path

import pytest
import torch

from latent_resonance.contracts.errors import InputError
from latent_resonance.networks import stylegan2
from latent_resonance.training.adversarial import loop
from latent_resonance.training.adversarial.compiled import as_written, demand_compiler
from latent_resonance.training.families import family_of

# PyTorch's compiler warns of PyTorch.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
needs_compiler = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="needs a C++ compiler"
)


@needs_compiler
def test_a_compiled_generator_has_the_same_pictures_and_slopes() -> None:
    torch.manual_seed(0)
    network = stylegan2.Generator(8, 0, 8, 16, 1, {"num_layers": 2}, channel_max=8)
    z = torch.randn(2, 8)

    def played() -> tuple[torch.Tensor, torch.Tensor]:
        network.zero_grad()
        made = network(z, noise_mode="none")
        made.square().sum().backward()
        slope = network.synthesis.b8.conv1.weight.grad
        assert slope is not None
        return made.detach(), slope.clone()

    plain = played()
    names = set(network.state_dict())
    network.synthesis.compile()
    assert set(network.state_dict()) == names
    fused = played()
    with as_written():
        again = played()
    assert all(torch.equal(a, b) for a, b in zip(plain, again, strict=True))
    for a, b in zip(plain, fused, strict=True):
        assert torch.allclose(a, b, atol=1e-4 * float(a.abs().max()))


@pytest.mark.parametrize("kind", ["stylegan2", "stylegan3", "dcgan"])
def test_a_run_is_compiled_penalties_and_all(
    kind, small, weights, tmp_path: Path, monkeypatch
) -> None:
    # Traced and differentiated as compiled networks are, but not translated: that takes a minute.
    compiled_as_such = torch.nn.Module.compile
    traced = []

    def trace(network, **options):
        traced.append(type(network).__name__)
        compiled_as_such(network, backend="aot_eager", **options)

    monkeypatch.setattr(torch.nn.Module, "compile", trace)
    monkeypatch.setattr(loop, "demand_compiler", lambda device: None)
    changes: dict[str, object] = {"penalty_every": 2}
    sizes = 1
    if kind == "stylegan2":
        stages = [{"resolution": 16, "steps": 2}, {"resolution": 32, "steps": 2}]
        changes |= {"reconstruction": 1.0, "path_length": 1.0, "path_every": 2, "stages": stages}
        sizes = len(stages)
    found = []
    for compiled in (False, True):
        recipe = small(kind, r2=1.0, compile=compiled, **changes)
        family = family_of(recipe)
        trained = family.train(recipe, tmp_path / str(compiled), material=family.gather(recipe))
        assert len(traced) == sizes * compiled
        found.append(weights(trained))
    plain, fused = found
    assert plain.keys() == fused.keys()
    for name, value in plain.items():
        assert torch.allclose(value, fused[name], atol=1e-3), name


def test_without_a_compiler_a_run_is_refused_at_once(monkeypatch) -> None:
    def failing(network):
        raise RuntimeError("No working C++ compiler found\nmore")

    monkeypatch.setattr(torch, "compile", failing)
    with pytest.raises(InputError, match=r"needs a C\+\+ compiler .*: No working C\+\+ compiler"):
        demand_compiler(torch.device("cpu"))
