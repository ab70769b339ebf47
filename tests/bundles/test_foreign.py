"""Network pickles of StyleGAN2-ADA, StyleGAN3 and StyleGAN-XL are read number for number."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pickles import SOURCE, EasyDict, Persistent, dumped, module, network_pickle, small_state
from safetensors.numpy import load_file

from latent_resonance.bundles.foreign.read import ForeignNetwork, read_network
from latent_resonance.contracts.errors import BundleError

REFERENCES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "stylegan"
KWARGS = {
    "z_dim": 4,
    "c_dim": 0,
    "w_dim": 6,
    "img_resolution": 4,
    "img_channels": 1,
    "mapping_kwargs": EasyDict(num_layers=1),
    "conv_clamp": None,
    "use_radial_filters": True,
    "magnitude_ema_beta": 0.998,
    "cutoff": np.float64(2.5),
    "sizes": np.array([3, 4]),
    "kind": np.dtype("float32").type(0.5),
}
PLAIN = {**KWARGS, "mapping_kwargs": {"num_layers": 1}, "sizes": [3, 4], "kind": 0.5}


def read(tmp_path: Path, data: bytes) -> ForeignNetwork:
    path = tmp_path / "network.pkl"
    path.write_bytes(data)
    return read_network(path)


def same(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> None:
    assert list(found) == list(wanted) or set(found) == set(wanted)
    for name, value in wanted.items():
        assert found[name].dtype == value.dtype, name
        assert found[name].shape == value.shape, name
        assert found[name].tobytes() == value.tobytes(), name


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("as_numpy", [False, True])
@pytest.mark.parametrize("prefix", ["", "third_party.stylegan3."])
def test_a_network_is_read_number_for_number(
    tmp_path: Path, protocol: int, as_numpy: bool, prefix: str
) -> None:
    state = small_state()
    data = network_pickle(state, KWARGS, protocol=protocol, as_numpy=as_numpy, prefix=prefix)
    network = read(tmp_path, data)
    same(network.state, state)
    assert network.class_name == "Generator"
    assert network.taken == "G_ema"
    assert network.init_kwargs == PLAIN
    assert json.dumps(network.init_kwargs)


@pytest.mark.parametrize(
    "name", ["stylegan2_32x3", "stylegan2_64x1_cond", "stylegan3r_64x1_cond", "stylegan3t_64x3"]
)
def test_the_references_are_read_number_for_number(tmp_path: Path, name: str) -> None:
    if not REFERENCES.is_dir():
        pytest.skip("needs the shared StyleGAN references, which are not beside this checkout")
    state = load_file(REFERENCES / f"{name}.weights.safetensors")
    kwargs = json.loads((REFERENCES / f"{name}.json").read_text())["init_kwargs"]
    network = read(tmp_path, network_pickle(state, kwargs))
    same(network.state, state)
    assert network.init_kwargs == kwargs


def test_what_is_read_owns_its_memory_and_the_source_is_gone(tmp_path: Path) -> None:
    network = read(tmp_path, network_pickle(small_state(), KWARGS))
    for value in network.state.values():
        assert value.flags.owndata
        assert value.flags.writeable
        assert value.flags.aligned
    assert SOURCE[:30] not in repr(network)


def test_numbers_of_every_kind_and_layout(tmp_path: Path) -> None:
    import torch

    numbers = torch.arange(24)
    table = dict(vars(torch.nn.Module()))
    shared = torch.randn(4, 6)
    tensors = {
        "whole": numbers,
        "half": torch.randn(3).half(),
        "wide": torch.randn(3).double(),
        "brain": torch.randn(5).bfloat16(),
        "flags": torch.tensor([True, False]),
        "bytes": torch.arange(4, dtype=torch.uint8),
        "turned": shared.t(),
        "part": shared[1:3, 2:5],
        "last": torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        "point": torch.tensor(0.5),
        "none": torch.zeros(0, 3),
        "learned": torch.nn.Parameter(torch.randn(3)),
    }
    marked = torch.nn.Parameter(torch.randn(3))
    marked.note = "seen"  # makes torch write _rebuild_parameter_with_state
    table["_parameters"] |= {"marked": marked, "absent": None}
    table["_buffers"] |= tensors
    network = read(tmp_path, dumped({"G": Persistent("Generator", table)}))
    assert network.taken == "G"
    assert set(network.state) == {*tensors, "marked"}
    for name, value in tensors.items():
        wanted = value.detach().float() if name == "brain" else value.detach()
        assert np.array_equal(network.state[name], wanted.numpy()), name
        assert network.state[name].shape == tuple(value.shape), name


def test_arrays_of_every_layout(tmp_path: Path) -> None:
    arrays = {
        "rows": np.arange(6.0).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big": np.arange(3, dtype=">f4"),
        "empty": np.zeros((0, 2), np.float32),
        "point": np.array(3, np.int64),
    }
    for protocol in (2, 4, 5):
        data = dumped({"G_ema": module(arrays, as_numpy=True)}, protocol)
        network = read(tmp_path, data)
        for name, value in arrays.items():
            assert np.array_equal(network.state[name], value), (protocol, name)
            assert network.state[name].dtype == value.dtype.newbyteorder("=")


def test_settings_by_place_and_from_attributes(tmp_path: Path) -> None:
    data = network_pickle(
        small_state(), {"img_channels": 1}, _init_args=(4, 0, 6), img_resolution=4
    )
    found = read(tmp_path, data).init_kwargs
    wanted = {"z_dim": 4, "c_dim": 0, "w_dim": 6, "img_resolution": 4, "img_channels": 1}
    assert found == wanted


def test_the_clamp_of_the_layers_is_found_where_the_settings_do_not_say(tmp_path: Path) -> None:
    """Its default is none in StyleGAN2-ADA, 256 in StyleGAN3's repository."""
    layer = module({"weight": np.ones(2, np.float32)}, "SynthesisLayer", conv_clamp=256)
    for clamp, settings_, wanted in (
        (256, {"z_dim": 4}, {"z_dim": 4, "conv_clamp": 256}),
        (None, {"z_dim": 4}, {"z_dim": 4}),
        (256, {"conv_clamp": None}, {"conv_clamp": None}),
        (256, {"synthesis_kwargs": {"conv_clamp": 1}}, {"synthesis_kwargs": {"conv_clamp": 1}}),
    ):
        layer.meta["state"]["conv_clamp"] = clamp
        outer = module({}, "Generator", settings_)
        outer.meta["state"]["_modules"]["b4"] = layer
        assert read(tmp_path, dumped({"G_ema": outer})).init_kwargs == wanted


def test_buffers_that_are_not_saved_are_left_out(tmp_path: Path) -> None:
    import torch

    layer = torch.nn.Module()
    layer.register_buffer("kept", torch.ones(2))
    layer.register_buffer("passing", torch.ones(2), persistent=False)
    data = dumped({"G_ema": Persistent("Generator", dict(vars(layer)))})
    assert set(read(tmp_path, data).state) == {"kept"}


def test_layers_of_known_libraries_hold_numbers(tmp_path: Path) -> None:
    """StyleGAN-XL keeps a torch.nn.Embedding in its mapping, and pretrained nets beside."""
    import torch

    outer = Persistent("Generator", dict(vars(torch.nn.Module())))
    embedding = torch.nn.Embedding(3, 2)
    outer.meta["state"]["_modules"]["embed"] = embedding
    other = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU())
    network = read(tmp_path, dumped({"G_ema": outer, "D": other, "progress": {"n": torch.ones(1)}}))
    assert np.array_equal(network.state["embed.weight"], embedding.weight.detach().numpy())


def test_other_files_are_named(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "network.pkl"
    torch.save({"G_ema": {}}, path)
    for data, says in (
        (path.read_bytes(), "is a zip, as torch.save writes"),
        (b"", "is not a pickle"),
        (b"just text", "is not a pickle"),
        (pickle.dumps({"a": 1}), "no generator"),
        (pickle.dumps([1, 2]), "no generator"),
        (pickle.dumps({"G_ema": None}), "no generator"),
        (pickle.dumps({"G_ema": None}) + b"more", "behind its end"),
    ):
        with pytest.raises(BundleError, match=says):
            read(tmp_path, data)
    with pytest.raises(BundleError, match="is not a file"):
        read_network(tmp_path)
    with pytest.raises(BundleError, match=r"cannot read .*No such file"):
        read_network(tmp_path / "none.pkl")
    with pytest.raises(BundleError, match="cannot read"):
        read_network(Path("a\0b"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8}){0,3}\Z"),
        hnp.arrays(
            st.sampled_from([np.float32, np.float16, np.float64, np.int64]),
            hnp.array_shapes(min_dims=0, max_dims=4, max_side=5),
        ),
        max_size=6,
    ),
    st.integers(2, 5),
    st.booleans(),
)
def test_any_state_comes_back(
    tmp_path: Path, state: dict[str, np.ndarray], protocol: int, as_numpy: bool
) -> None:
    names = set(state)
    state = {k: v for k, v in state.items() if not any(n.startswith(f"{k}.") for n in names)}
    network = read(tmp_path, network_pickle(state, {}, protocol=protocol, as_numpy=as_numpy))
    same(network.state, state)
