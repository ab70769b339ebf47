"""What is not trusted is looked at in a child process, which dies at its limits; this one lives."""

import os
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pickles import network_pickle, small_state

from latent_resonance.bundles.foreign.guarded import inspect_guarded, read_guarded
from latent_resonance.contracts.confined.run import ConfinedError, Limits, run_confined
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.engine import trial
from latent_resonance.studio.jobs.look_into import look_into

HERE = "latent_resonance.contracts"
PRIME = (1 << 61) - 1  # whole numbers that differ by this have one hash


def whole_number(value: int) -> bytes:
    data = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def copies(kind: str, items: int, times: int) -> bytes:
    """One list, copied again and again by what is called."""
    module, name = kind.split(".")
    one = {"set": b"N", "frozenset": b"N", "OrderedDict": b"NN\x86"}[name]
    whole_list = b"](" + one * items + b"e\x940"
    call = f"c{module}\n{name}\n".encode() + b"h\x00\x85R"
    return b"\x80\x04" + whole_list + b"](" + call * times + b"e."


HOSTILE = {
    "a table of one hash": b"\x80\x04}("
    + b"".join(whole_number(k * PRIME) + b"N" for k in range(20_000))
    + b"u.",
    "a set of one hash": b"\x80\x04\x8f("
    + b"".join(whole_number(k * PRIME) for k in range(20_000))
    + b"\x90.",
    "a frozen set of one hash": b"\x80\x04("
    + b"".join(whole_number(-k * PRIME) for k in range(20_000))
    + b"\x91.",
    "fractions as keys": b"\x80\x04}("
    + b"".join(b"G" + struct.pack(">d", 2.0**k) + b"N" for k in range(-500, 500))
    + b"u.",
    "copies of a set": copies("builtins.set", 200_000, 50_000),
    "copies of a frozen set": copies("builtins.frozenset", 300_000, 40_000),
    "copies of a table": copies("collections.OrderedDict", 100_000, 50_000),
    "steps without end": b"\x80\x04" + b"N0" * 800_000 + b"N.",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_pickles_that_cost_more_than_they_bring_are_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "network.pkl"
    path.write_bytes(HOSTILE[kind])
    began = time.process_time()
    with pytest.raises(BundleError, match=r"refused|given up") as caught:
        read_guarded(path)
    assert time.process_time() - began < 10, "nothing of it is done in this process"
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["hash_collide_30k.pkl", "ordereddict_copies.pkl", "set_copies_2GBplus.pkl"]
)
def test_given_pickles_are_refused(shared_cases: Path, name: str) -> None:
    with pytest.raises(BundleError, match="refused"):
        inspect_guarded(shared_cases / "pickles" / name)


def test_a_good_pickle_is_read(tmp_path: Path) -> None:
    path = tmp_path / "network.pkl"
    path.write_bytes(network_pickle(small_state(), {"z_dim": 4, "img_resolution": 8}))
    found = inspect_guarded(path)
    assert found["size"] == 8
    assert found["weights"] == sum(value.size for value in read_guarded(path).state.values())
    report = look_into(path, "mine.pkl")
    assert report.good
    path.write_bytes(HOSTILE["copies of a set"])
    assert not look_into(path, "mine.pkl").good


def graph(kind: str) -> bytes:
    """``synthesis.onnx`` from w to levels, by way of work without end."""
    onnx = pytest.importorskip("onnx")
    make, numbers = onnx.helper, onnx.numpy_helper
    const = {"shape": np.array([1, 32, 16], np.int64), "flat": np.array([1, 1, 1], np.int64)}
    nodes = [
        make.make_node("ReduceSum", ["w"], ["sum"], keepdims=0),
        make.make_node("Reshape", ["sum", "flat"], ["one"]),
    ]
    if kind == "products":
        const["big"] = np.array([1, 9000, 9000], np.int64)
        nodes.append(make.make_node("Expand", ["one", "big"], ["m0"]))
        nodes += [make.make_node("MatMul", [f"m{k}", f"m{k}"], [f"m{k + 1}"]) for k in range(8)]
        nodes.append(make.make_node("ReduceMax", ["m8"], ["end"], axes=[1, 2], keepdims=1))
    elif kind == "memory":
        const["big"] = np.array([1, 60_000, 60_000], np.int64)
        nodes.append(make.make_node("Expand", ["one", "big"], ["m"]))
        nodes.append(make.make_node("Sin", ["m"], ["s"]))
        nodes.append(make.make_node("ReduceMax", ["s"], ["end"], axes=[1, 2], keepdims=1))
    elif kind == "a ring":
        nodes.append(make.make_node("Add", ["one", "b"], ["a"]))
        nodes.append(make.make_node("Add", ["a", "one"], ["b"]))
        nodes.append(make.make_node("Identity", ["b"], ["end"]))
    elif kind == "a loop":
        const["count"], const["go"] = np.array(1 << 60, np.int64), np.array(True)
        value = [
            make.make_tensor_value_info(name, form, shape)
            for name, form, shape in (
                ("i", onnx.TensorProto.INT64, []),
                ("c", onnx.TensorProto.BOOL, []),
                ("x", onnx.TensorProto.FLOAT, [1, 1, 1]),
                ("d", onnx.TensorProto.BOOL, []),
                ("y", onnx.TensorProto.FLOAT, [1, 1, 1]),
            )
        ]
        inner = [
            make.make_node("Identity", ["c"], ["d"]),
            make.make_node("Sin", ["x"], ["y"]),
        ]
        body = make.make_graph(inner, "body", value[:3], value[3:])
        nodes.append(make.make_node("Loop", ["count", "go", "one"], ["end"], body=body))
    elif kind == "tiles":
        const["many"] = np.array([1, 200, 200], np.int64)
        nodes.append(make.make_node("Tile", ["one", "many"], ["t0"]))
        nodes += [make.make_node("Tile", [f"t{k}", "many"], [f"t{k + 1}"]) for k in range(2)]
        nodes.append(make.make_node("Cos", ["t2"], ["t"]))
        nodes.append(make.make_node("ReduceMax", ["t"], ["end"], axes=[1, 2], keepdims=1))
    else:
        nodes.append(make.make_node("Identity", ["one"], ["end"]))
    nodes.append(make.make_node("Expand", ["end", "shape"], ["level_db"]))
    made = make.make_graph(
        nodes,
        "g",
        [make.make_tensor_value_info("w", onnx.TensorProto.FLOAT, [1, 4])],
        [make.make_tensor_value_info("level_db", onnx.TensorProto.FLOAT, [1, 32, 16])],
        [numbers.from_array(value, name) for name, value in const.items()],
    )
    opset = [make.make_opsetid("", 13)]
    return bytes(make.make_model(made, opset_imports=opset, ir_version=8).SerializeToString())


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("products", marks=pytest.mark.slow),
        "memory",
        pytest.param("a ring", marks=pytest.mark.slow),  # cyclic.resonance is one
        "a loop",
        "tiles",
    ],
)
def test_networks_that_cannot_be_run_within_limits_are_refused(
    make_bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(trial, "_ALLOWANCE", replace(trial._ALLOWANCE, seconds=5))
    path = make_bundle(synthesis__onnx=graph(kind))
    with pytest.raises(BundleError) as caught:
        trial.try_bundle(str(path))
    assert str(caught.value).isprintable()
    report = look_into(path, "mine.resonance")
    assert not report.good
    assert str(path.parent) not in report.line


def test_a_small_network_passes(make_bundle: Callable[..., Path]) -> None:
    path = make_bundle(synthesis__onnx=graph("plain"))
    assert trial.try_bundle(str(path))["good"]


def test_a_bundle_without_its_network_is_not_good(make_bundle: Callable[..., Path]) -> None:
    path = make_bundle(synthesis__onnx=None)
    with pytest.raises(BundleError, match=r"no synthesis\.onnx: nothing to play"):
        trial.try_bundle(str(path))


@pytest.mark.parametrize("member", ["encoder__onnx", "mapping__onnx"])
def test_a_network_in_the_place_of_another_is_not_good(
    make_bundle: Callable[..., Path], member: str
) -> None:
    path = make_bundle(synthesis__onnx=graph("plain"), **{member: graph("plain")})
    with pytest.raises(BundleError, match=member.replace("__", r"\.")):
        trial.try_bundle(str(path))


@pytest.mark.parametrize("name", ["cyclic", "matmul_slow", "chain_tile_live"])
def test_given_bundles_are_refused(
    shared_cases: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(trial, "_ALLOWANCE", replace(trial._ALLOWANCE, seconds=5))
    with pytest.raises(BundleError) as caught:
        trial.try_bundle(str(shared_cases / "bundles" / f"{name}.resonance"))
    assert str(caught.value).isprintable()


LIMITS = Limits(2, 200 << 20)


def test_a_child_gives_what_its_function_returns() -> None:
    assert run_confined(f"{HERE}.file_names:printable", {"text": "a\n"}, LIMITS) == "a\\n"
    with pytest.raises(ConfinedError, match="ended the process"):
        run_confined(f"{HERE}.file_names:nothing", {}, LIMITS)


def test_a_child_that_dies_is_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hostile_work.py").write_text(
        "import os, signal, sys\n"
        "def stop(): os.kill(os.getpid(), signal.SIGSEGV)\n"
        "def spin():\n    while True: pass\n"
        "def grow():\n    kept = []\n    while True: kept.append(bytearray(1 << 20))\n"
        "def talk(): return 'x' * (20 << 20)\n"
        "def shout():\n    print('no answer')\n    return 1\n"
        "def leave(): os._exit(0)\n"
        "def miss(): open('/nowhere')\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    for name, says in (
        ("stop", "ended the process"),
        ("spin", "of the processor"),
        ("grow", "MiB"),
        ("talk", "says more|ended"),
        ("leave", "ended the process"),
    ):
        with pytest.raises(ConfinedError, match=says):
            run_confined(f"hostile_work:{name}", {}, LIMITS)
    with pytest.raises(InputError, match="No such file"):
        run_confined("hostile_work:miss", {}, LIMITS)
    assert run_confined("hostile_work:shout", {}, LIMITS) == 1
