"""What lies beside a generator is left out with a word; files of torch.save are read alike."""

import argparse
import datetime as dt
import io
import math
import pathlib
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pickles import EasyDict, Persistent, dumped, module, small_state, storage, tensor, text, whole

from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.contracts.errors import BundleError

torch = pytest.importorskip("torch")


class Run:
    """A class of some other project's."""

    def __init__(self, started: object) -> None:
        self.started = started


Run.__module__ = "their_project.runs"


def read(tmp_path: Path, data: bytes) -> ForeignNetwork:
    path = tmp_path / "network.pkl"
    path.write_bytes(data)
    return read_network(path)


def of_their_project(content: object, monkeypatch: pytest.MonkeyPatch) -> bytes:
    import sys
    import types

    home = types.ModuleType("their_project.runs")
    home.Run = Run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "their_project", types.ModuleType("their_project"))
    monkeypatch.setitem(sys.modules, "their_project.runs", home)
    return dumped(content)


def beside() -> dict[str, Any]:
    return {
        "started": dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        "args": argparse.Namespace(size=256, path="/data", rate=1e-3),
        "run": Run({"n": [1, 2]}),
        "data": Path("/data"),
    }


def test_what_lies_beside_is_ignored_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = small_state()
    network = read(tmp_path, of_their_project({"G_ema": module(state), **beside()}, monkeypatch))
    assert np.array_equal(network.state["synthesis.b4.const"], state["synthesis.b4.const"])
    told = set(network.ignored)
    assert {"started", "args", "run", "argparse.Namespace", "their_project.runs.Run"} <= told
    assert "datetime.datetime" in told


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_paths_in_options_are_ignored(tmp_path: Path, protocol: int) -> None:
    options = {
        "data": Path("/data/rain"),
        "args": argparse.Namespace(out=pathlib.PureWindowsPath("C:\\a"), since=[Path("a")]),
        "begun": time.gmtime(0),
    }
    state = small_state()
    network = read(tmp_path, dumped({"G_ema": module(state), "options": options}, protocol))
    assert np.array_equal(network.state["synthesis.b4.const"], state["synthesis.b4.const"])
    assert {"options", "time.struct_time"} <= set(network.ignored)
    assert any(name.endswith(".PureWindowsPath") for name in network.ignored)


@pytest.mark.parametrize("home", ["pathlib", "pathlib._local"])
@pytest.mark.parametrize("name", ["PosixPath", "WindowsPath", "PurePosixPath", "Path"])
def test_paths_of_other_systems_and_pythons_are_ignored(
    tmp_path: Path, home: str, name: str
) -> None:
    spelled = f"c{home}\n{name}\n".encode(), text(home) + text(name) + b"\x93"
    for kind in spelled:
        made = kind + b"(" + text("/") + text("data") + b"tR"
        inside = text("deep") + b"](" + made + b"e"
        for option in (made, b"}(" + inside + b"u"):
            network = read(
                tmp_path, whole(tensor(storage()))[:-1] + text("options") + option + b"s."
            )
            assert network.ignored == ("options", f"{home}.{name}")
            with pytest.raises(BundleError, match=f"wants to call {home}.{name}: refused"):
                read(tmp_path, whole(option))


def test_what_is_ignored_is_told_in_lines_that_end(tmp_path: Path) -> None:
    beside: dict[str, Any] = {f"run {k}": k for k in range(100)}
    told = read(tmp_path, dumped({"G_ema": module(small_state()), "a\x1b[2J\n": 1, **beside}))
    assert len(told.ignored) == 41
    assert told.ignored[0] == "a?[2J"
    assert told.ignored[-1] == "and 61 more"
    long = read(tmp_path, dumped({"G_ema": module(small_state()), "x" * 4_000: 1}))
    assert len(long.ignored[0]) == 120


def test_of_three_networks_the_last_is_the_average(tmp_path: Path) -> None:
    state = small_state()
    three = (module(small_state(1)), module(small_state(2), "Discriminator"), module(state))
    network = read(tmp_path, dumped(three))
    assert np.array_equal(network.state["mapping.w_avg"], state["mapping.w_avg"])


def test_a_generator_may_hold_none_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in beside().items():
        inside = Persistent("Generator", {**vars(torch.nn.Module()), name: [{"deep": value}]})
        with pytest.raises(BundleError, match="wants to call"):
            read(tmp_path, of_their_project({"G_ema": inside}, monkeypatch))


def saved(content: object) -> bytes:
    out = io.BytesIO()
    torch.save(content, out)
    return out.getvalue()


# A generator after Karras et al. 2020 (arXiv:1912.04958), in the tables of the widespread rewrite.

SIZE, WIDE, PLACE = 16, 6, 8


def rewrite(seed: int = 0) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=random)

    table = {"input.input": some(1, WIDE, 4, 4)}
    for layer in (1, 2):
        table |= {f"style.{layer}.weight": 100 * some(PLACE, PLACE)}
        table |= {f"style.{layer}.bias": 10 * some(PLACE)}

    def modulated(name: str, out: int, kernel: int) -> None:
        table[f"{name}.conv.weight"] = some(1, out, WIDE, kernel, kernel)
        table[f"{name}.conv.modulation.weight"] = some(WIDE, PLACE)
        table[f"{name}.conv.modulation.bias"] = 1 + 0.1 * some(WIDE)

    for name in ("conv1", *(f"convs.{place}" for place in range(4))):
        modulated(name, WIDE, 3)
        table[f"{name}.activate.bias"] = some(WIDE)
        table[f"{name}.noise.weight"] = 0.1 * some(1)
    for name in ("to_rgb1", "to_rgbs.0", "to_rgbs.1"):
        modulated(name, 3, 1)
        table[f"{name}.bias"] = some(1, 3, 1, 1)
    for place, side in enumerate((4, 8, 8, 16, 16)):
        table[f"noises.noise_{place}"] = some(1, 1, side, side)
    return table


def smooth(x: torch.Tensor, gain: float, pad: tuple[int, int]) -> torch.Tensor:
    line = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = (gain * torch.outer(line, line) / 64).expand(x.shape[1], 1, 4, 4)
    x = torch.nn.functional.pad(x, (*pad, *pad))
    return torch.nn.functional.conv2d(x, kernel, groups=x.shape[1])


def paint(table: dict[str, torch.Tensor], w: torch.Tensor) -> torch.Tensor:
    """The picture of one place ``[1, PLACE]``, with its kept noise; from the paper's equations."""

    def conv(x: torch.Tensor, name: str, *, up: bool = False, demodulate: bool = True) -> Any:
        weight = table[f"{name}.conv.weight"][0]
        _, into, kernel, _ = weight.shape
        style = w @ table[f"{name}.conv.modulation.weight"].T / math.sqrt(PLACE)
        style = style + table[f"{name}.conv.modulation.bias"]
        weight = weight / math.sqrt(into * kernel**2) * style[0].reshape(1, into, 1, 1)
        if demodulate:
            weight = weight / (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            x = torch.nn.functional.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
            return smooth(x, 4.0, (1, 1))
        return torch.nn.functional.conv2d(x, weight, padding=kernel // 2)

    def layer(x: torch.Tensor, name: str, noise: int, *, up: bool = False) -> torch.Tensor:
        x = conv(x, name, up=up) + table[f"{name}.noise.weight"] * table[f"noises.noise_{noise}"]
        x = x + table[f"{name}.activate.bias"].reshape(1, -1, 1, 1)
        return torch.nn.functional.leaky_relu(x, 0.2) * math.sqrt(2)

    x = layer(table["input.input"], "conv1", 0)
    picture = conv(x, "to_rgb1", demodulate=False) + table["to_rgb1.bias"]
    for step in range(2):
        x = layer(x, f"convs.{2 * step}", 2 * step + 1, up=True)
        x = layer(x, f"convs.{2 * step + 1}", 2 * step + 2)
        twice = torch.zeros(1, 3, 2 * picture.shape[2], 2 * picture.shape[3])
        twice[:, :, ::2, ::2] = picture
        picture = smooth(twice, 4.0, (2, 1))
        rgb = f"to_rgbs.{step}"
        picture = picture + conv(x, rgb, demodulate=False) + table[f"{rgb}.bias"]
    return picture


def test_a_checkpoint_of_the_rewrite_paints_the_same_picture(tmp_path: Path) -> None:
    from latent_resonance.training.importing.build import build_generator

    table = rewrite()
    content = {
        "g": rewrite(1), "d": {"conv.weight": torch.ones(2)}, "g_ema": table,
        "g_optim": {"state": {}, "param_groups": [{"lr": 0.002}]}, "args": argparse.Namespace(size=16),
        "ada_aug_p": 0.0,
    }  # fmt: skip
    network = read(tmp_path, saved(content))
    assert (network.taken, "argparse.Namespace" in network.ignored) == ("g_ema", True)
    family, generator = build_generator(network)
    assert family == "stylegan2"
    z = torch.randn(20_000, PLACE, generator=torch.Generator().manual_seed(9))
    x = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
    for layer in (1, 2):
        x = x @ (0.01 * table[f"style.{layer}.weight"]).T / math.sqrt(PLACE)
        x = torch.nn.functional.leaky_relu(x + 0.01 * table[f"style.{layer}.bias"], 0.2) * 2**0.5
    with torch.no_grad():
        torch.testing.assert_close(generator.mapping(z)[:, 0], x, rtol=1e-4, atol=1e-4)
        mean = torch.from_numpy(network.state["mapping.w_avg"])
        torch.testing.assert_close(mean, x.mean(0), rtol=0.1, atol=0.05)
        for w in x[:2]:
            wanted = paint(table, w[None])
            got = generator.synthesis(
                w[None, None].repeat(1, generator.synthesis.num_ws, 1), noise_mode="const"
            )
            torch.testing.assert_close(
                got, wanted, rtol=1e-3, atol=1e-3 * float(wanted.abs().max())
            )


@pytest.mark.parametrize("fault", ["no pickle", "compressed", "cut", "short", "os.system"])
def test_hostile_zips_are_one_line(tmp_path: Path, fault: str) -> None:
    import zipfile

    good = saved({"g_ema": {"a": torch.ones(4)}})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.infolist():
            data = source.read(one)
            if one.filename.endswith("data.pkl"):
                if fault == "no pickle":
                    continue
                if fault == "os.system":
                    data = b"\x80\x02cposix\nsystem\nX\x01\0\0\0a\x85R."
            if fault == "short" and "/data/" in one.filename:
                data = data[:-4]
            kind = zipfile.ZIP_DEFLATED if fault == "compressed" else zipfile.ZIP_STORED
            target.writestr(one.filename, data, kind)
    data = out.getvalue()[: -30 if fault == "cut" else None]
    says = {
        "no pickle": "not as torch.save writes", "compressed": "compressed zip", "cut": "damaged zip",
        "short": "claims a tensor of 4 numbers", "os.system": "wants to call posix.system",
    }[fault]  # fmt: skip
    with pytest.raises(BundleError, match=says):
        read(tmp_path, data)


def test_the_pickler_itself_would_have_made_them() -> None:
    """So that the classes above are those that a file names."""
    assert b"argparse" in pickle.dumps(beside()["args"])
    assert EasyDict().__class__.__name__ == "EasyDict"
