"""Hostile pickles: each is refused with one line, at once, and the canary never appears."""

import io
import os
import pickle
import pickletools
import struct
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pickles
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pickles import (
    P,
    Persistent,
    array,
    call,
    dtype,
    dumped,
    module,
    network_pickle,
    number,
    raw,
    small_state,
    storage,
    tensor,
    text,
    whole,
)

from latent_resonance.bundles.foreign.read import read_network
from latent_resonance.contracts.errors import BundleError

WHOLE = network_pickle(small_state(), {"z_dim": 4})
WHOLE_NUMPY = network_pickle(small_state(), {"z_dim": 4}, protocol=5, as_numpy=True)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def refuse(tmp_path: Path, canary: Path) -> Callable[[bytes, str], str]:
    """Sees bytes refused in one line, soon, within little memory, without side effect."""

    def see(data: bytes, says: str) -> str:
        path = tmp_path / "network.pkl"
        path.write_bytes(data)
        before = sorted(tmp_path.iterdir())
        tracemalloc.start()
        began = time.process_time()
        try:
            with pytest.raises(BundleError, match=says) as caught:
                read_network(path)
            assert time.process_time() - began < 30
            # Empty lists and sets are what one byte can cost at most.
            assert tracemalloc.get_traced_memory()[1] < 250 * min(len(data), 10**6) + (4 << 20)
        finally:
            tracemalloc.stop()
        assert not canary.exists()
        assert sorted(tmp_path.iterdir()) == before
        line = str(caught.value)
        assert line.isprintable()
        assert line.startswith("network.pkl ")
        assert len(line) < 300
        return line

    return see


Refuse = Callable[[bytes, str], str]


def test_the_forged_parts_are_good_when_they_do_not_lie(tmp_path: Path) -> None:
    """So that what follows is refused for its lie, not for a slip of the forger."""
    path = tmp_path / "network.pkl"
    for value, wanted in (
        (tensor(storage(data=np.float32([1, 2]).tobytes())), [1, 2]),
        (array(dtype("f4"), b"(K\x02t", np.float32([1, 2]).tobytes()), [1, 2]),
        (array(dtype("i8"), b"(t", np.int64(7).tobytes()), 7),
    ):
        path.write_bytes(whole(value))
        assert read_network(path).state["b"].tolist() == wanted


class Reduced:
    """Pickles as a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.made = (function, arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made


def shell(canary: Path) -> list[tuple[Reduced, str]]:
    command = f"touch {canary}"
    return [
        (Reduced(os.system, command), "posix.system|nt.system"),
        (Reduced(subprocess.Popen, ["touch", str(canary)]), "subprocess.Popen"),
        (Reduced(eval, f"__import__('os').system('{command}')"), "builtins.eval"),
        (Reduced(exec, f"import os; os.system('{command}')"), "builtins.exec"),
        (Reduced(getattr, "", "x"), "builtins.getattr"),
        (Reduced(Path.touch, canary), "builtins.getattr|pathlib"),
        (Reduced(open, str(canary), "w"), "io.open"),
        (Reduced(np.load, str(canary)), "numpy.*load"),
        (Reduced(np.memmap, str(canary), "u1", "w+", 0, (4,)), "numpy.*memmap"),
        (Reduced(pickle.loads, b"N."), "pickle.loads"),
    ]


@pytest.mark.parametrize("which", range(10))
@pytest.mark.parametrize("protocol", [3, 4])
def test_calls_are_refused_by_name(refuse: Refuse, canary: Path, which: int, protocol: int) -> None:
    evil, name = shell(canary)[which]
    line = refuse(pickle.dumps(evil, protocol), f"wants to call .*({name}).*: refused")
    inside = {"G_ema": module(small_state()), "D": evil}
    assert refuse(dumped(inside, protocol), "refused") == line
    hidden = Persistent("Generator", {"_parameters": {}, "hook": evil})
    assert refuse(dumped({"G_ema": hidden}, protocol), "refused") == line
    settings_ = Persistent("Generator", {"_init_kwargs": {"z_dim": evil}})
    assert refuse(dumped({"G_ema": settings_}, protocol), "refused") == line


NAMES = [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "check_output"),
    ("builtins", "eval"), ("builtins", "exec"), ("builtins", "compile"), ("builtins", "getattr"),
    ("builtins", "setattr"), ("builtins", "__import__"), ("builtins", "open"),
    ("builtins", "breakpoint"), ("__builtin__", "eval"), ("importlib", "import_module"),
    ("runpy", "run_path"), ("operator", "attrgetter"), ("operator", "methodcaller"),
    ("functools", "partial"), ("functools", "reduce"), ("copyreg", "_reconstructor"),
    ("copyreg", "add_extension"), ("types", "FunctionType"), ("types", "CodeType"),
    ("marshal", "loads"), ("pickle", "loads"), ("dill._dill", "_create_function"),
    ("cloudpickle.cloudpickle", "_make_function"), ("pydoc", "locate"), ("timeit", "timeit"),
    ("ctypes", "CDLL"), ("webbrowser", "open"), ("socket", "socket"), ("shutil", "rmtree"),
    ("code", "InteractiveInterpreter"), ("bdb", "Bdb"), ("pathlib", "Path.touch"),
    ("numpy", "load"), ("numpy", "fromfile"), ("numpy", "memmap"), ("numpy.f2py", "compile"),
    ("numpy.f2py.crackfortran", "param_eval"), ("numpy.testing._private.utils", "runstring"),
    ("numpy.core._internal", "_convert_to_ndarray"), ("numpy", "frompyfunc"),
    ("numpy.ma.core", "_mareconstruct"), ("numpy.random._pickle", "__generator_ctor"),
    ("torch", "load"), ("torch.serialization", "load"), ("torch.hub", "load"),
    ("torch.jit", "load"), ("torch", "compile"), ("torch.utils.cpp_extension", "load_inline"),
    ("torch._utils", "_rebuild_wrapper_subclass"), ("torch._utils", "_rebuild_device_tensor_from_numpy"),
    ("torch._dynamo.guards", "CompileId"), ("torch.storage", "UntypedStorage._new_with_file"),
    ("torch.nn.modules.module", "torch.os.system"), ("torch.nn.modules.module.os", "system"),
    ("torch.nn.modules", "module"), ("timm..os", "System"), ("timm.models", "load_checkpoint"),
    ("torch.nn.modules.container\x1b[2J", "Sequential"), ("torch.nn.modules.", "Module"),
    ("collections", "OrderedDict.fromkeys"), ("torch_utils.persistence", "_src_to_module"),
    ("torch_utils.persistence", "import_hook"), ("dnnlib.util", "call_func_by_name"),
    ("dnnlib.util", "EasyDict.__init__"), ("evil_torch_utils.persistence", "_reconstruct_persistent_obj"),
    ("", ""), ("os\u200b", "system"), ("o" * 900, "system"),
]  # fmt: skip


@pytest.mark.parametrize(("home", "name"), NAMES)
def test_names_are_refused_however_they_are_spelled(refuse: Refuse, home: str, name: str) -> None:
    for spelled in (
        f"c{home}\n{name}\n".encode() + b")R",
        text(home) + text(name) + b"\x93)R",
        text(home) + b"\x94" + text(name) + b"\x940h\0h\x01\x93)\x81",
        f"(i{home}\n{name}\n".encode(),
        f"c{home}\n{name}\n".encode(),
        b"(" + f"c{home}\n{name}\n".encode() + b"o",
    ):
        for data in (P + spelled + b".", whole(spelled)):
            line = refuse(data, "wants to call .*: refused")
            if home.isalpha() and home.isascii() and len(home) < 100:
                assert f"wants to call {home}.{name}: refused" in line


def test_a_name_is_no_licence_to_call(refuse: Refuse) -> None:
    layer = b"ctimm.models\nNetwork\n"
    refuse(P + layer + b")R.", "wants to call timm.models.Network")
    refuse(P + layer + b"(K\x01t\x81.", "in a way that no network needs")
    refuse(P + layer + b")}\x92.", "NEWOBJ_EX")
    refuse(P + b"ctorch\nTensor\n)R.", "wants to call torch.Tensor")
    refuse(P + b"ctorch._utils\n_rebuild_tensor_v2\n)\x81.", "wants to make an object of")
    refuse(P + text("os.system") + b")R.", "not a function")
    refuse(P + b"ctorch.storage\n_load_from_bytes\nK\x01R.", "not a function")
    refuse(P + layer + b")\x81K\x01b.", "without a table")
    refuse(P + b"K\x01}b.", "state of what has none")
    refuse(P + b"}K\x01b.", "state of what has none")
    builder = b"ctorch._tensor\n_rebuild_from_type_v2\n"
    for function in (b"ctimm.models\nNetwork\n", text("os.system"), b"]", b"}", b"N"):
        refuse(whole(builder + b"(" + function + b"ctorch\nTensor\n" + b")NtR"), "wants to call")


def test_the_tensorflow_versions_are_named(refuse: Refuse) -> None:
    data = P + text("dnnlib.tflib.network") + text("Network") + b"\x93)\x81."
    refuse(data, "StyleGAN's TensorFlow versions .*convert it with the legacy.py")


def test_pickles_within_tensors_are_refused_alike(refuse: Refuse, canary: Path) -> None:
    evil = call("os", "system", text(f"touch {canary}"))
    for identity in (
        evil,
        b"(" + text("module") + b"ctorch.nn.modules.linear\nLinear\n" + text("f") + text("s") + b"tQ",
        b"(" + text("storage") + b"cos\nsystem\n" + text("0") + text("cpu") + b"K\x02NtQ",
        b"K\x07Q", b"NQ", b"]Q", b"}Q", text("0") + b"Q", b"((((tttQ", b"\x8f" + b"Q",
        b"(" + text("storage") + b"K\x01K\x01K\x01K\x01NtQ",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"\x88NtQ",
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + b"K\x02"
        + b"(" + text("0") + b"K\0K\x01ttQ",
        b"P0\n",
        storage(),
    ):  # fmt: skip
        refuse(whole(tensor(storage(identity=identity))), "refused|is damaged")
    for inside in (b"", b"N.", pickle.dumps(7), evil + b".", pickle.dumps(0x1950A86A20F9469CFC6C)):
        refuse(whole(call("torch.storage", "_load_from_bytes", raw(inside))), "refused|is damaged")
    refuse(P + b"K\x01Q.", "values outside itself")
    refuse(P + b"P0\n.", "PERSID")


def test_a_zip_within_a_tensor_is_refused(refuse: Refuse) -> None:
    torch = pytest.importorskip("torch")
    out = io.BytesIO()
    torch.save(torch.ones(2), out)
    inside = call("torch.storage", "_load_from_bytes", raw(out.getvalue()))
    refuse(whole(tensor(inside)), "has a zip within a tensor")


def test_a_name_is_used_once(refuse: Refuse) -> None:
    good = tensor(storage())
    for state in (
        b"}(" + text("b") + good + text("b") + good + b"u",
        b"}" + text("b") + good + b"s" + text("b") + good + b"s",
        b"(" + text("b") + good + text("b") + good + b"d",
        call("collections", "OrderedDict", b"](](" + text("b") + good + b"e]("
             + text("b") + good + b"ee"),
        b"}(K\x01N\x88Nu",
    ):  # fmt: skip
        refuse(whole(good).replace(b"}" + text("b") + good + b"s", state), "same name twice")
    layer = P + b"ctorch.nn.modules.linear\nLinear\n)\x81}("
    tables = b"".join(
        text(kind) + b"}" + text("b") + good + b"s" for kind in ("_parameters", "_buffers")
    )
    refuse(layer + tables + b"ub.", "two tensors named 'b'")
    inner = layer + text("_buffers") + b"}" + text("b") + good + b"sub"
    outer = layer + text("_buffers") + b"}" + text("a.b") + good + b"s"
    refuse(
        outer + text("_modules") + b"}" + text("a") + inner[2:] + b"sub.", "with an invalid name"
    )


def test_nothing_is_compiled_imported_or_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own account of what happens: good and bad files make it read one file, no more."""
    canary, path = tmp_path / "canary", tmp_path / "network.pkl"
    source = f"import os; os.system('touch {canary}')"
    monkeypatch.setattr(pickles, "SOURCE", source)
    good = network_pickle(small_state(), {"z_dim": 4})
    assert source.encode() in good
    bad = [pickle.dumps(evil) for evil, _ in shell(canary)]
    seen: list[str] = []
    on = False

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if on and not (event == "open" and str(arguments[0]) == str(path)):
            seen.append(f"{event} {arguments!r:.80}")

    sys.addaudithook(note)  # cannot be taken away; it only listens while ``on``
    for data in [good, *bad] * 2:
        path.write_bytes(data)
        seen.clear()
        on = True
        try:
            read_network(path)
        except BundleError:
            assert data is not good
        finally:
            on = False
    assert seen == []
    assert not canary.exists()


def test_tensors_claim_no_more_than_they_bring(refuse: Refuse) -> None:
    huge = number(10 * 2**30 // 4)
    for value in (
        storage(count=huge, told=10 * 2**30 // 4),
        storage(count=number(2**62), told=2**62),
        storage(count=b"K\x03", told=3),
        storage(count=b"K\x03"),
        storage(count=number(-1), told=-1),
        storage(count=b"K\x01", told=1),
        storage(count=b"\x88", told=1),
        storage(count=b"G" + bytes(8), told=0),
        storage(data=bytes(7)),
        storage(data=bytes(9)),
        storage(kind="DoubleStorage"),
    ):
        refuse(whole(tensor(value)), "refused|is damaged")
    lies = (
        {"size": b"(K\x03t"},
        {"size": b"(" + huge + b"t"},
        {"size": b"(" + huge + b"t", "stride": b"(K\0t"},
        {"size": b"(K\x03t", "stride": b"(K\0t"},
        {"size": b"(" + huge + huge + huge + b"t", "stride": b"(K\0K\0K\0t"},
        {"size": b"(K\0" + number(2**39) * 3 + b"t", "stride": b"(K\0K\0K\0K\0t"},
        {"size": b"(" + number(-1) + b"t"},
        {"size": b"(" + number(-1) * 2 + b"t", "stride": b"(K\x01K\x01t"},
        {"size": b"(\x88t"},
        {"size": b"N"},
        {"size": b"(Nt"},
        {"size": b"(K\x01K\x02t"},
        {"size": b"(" + b"K\x01" * 40 + b"t", "stride": b"(" + b"K\x01" * 40 + b"t"},
        {"stride": b"(K\x02t"},
        {"stride": b"(" + number(-1) + b"t"},
        {"stride": b"(" + number(2**62) + b"t"},
        {"offset": b"K\x01"},
        {"offset": number(-1)},
        {"offset": number(2**62)},
        {"offset": b"N"},
        {"offset": b"\x88", "size": b"(K\x01t"},
    )
    for lie in lies:
        refuse(whole(tensor(storage(), **lie)), "refused|is damaged")
    refuse(whole(tensor(b"N")), "without a storage")
    refuse(whole(b"K\x01"), "'b' that is not a tensor")


def test_one_storage_is_not_a_thousand_tensors(refuse: Refuse) -> None:
    """Names share what they show; copied out, they would be larger than the file by far."""
    view = tensor(storage(count=b"J" + struct.pack("<i", 1 << 18), told=1 << 18, data=bytes(1 << 20)),
                  size=b"(J" + struct.pack("<i", 1 << 18) + b"t")  # fmt: skip
    names = b"".join(text(f"n{k}") + b"h\x07" for k in range(1000))
    state = b"}(" + text("_buffers") + b"}(" + text("n") + view + b"q\x07" + names + b"uu"
    meta = b"}(" + text("type") + text("class") + text("class_name") + text("G") + text("state")
    built = call("torch_utils.persistence", "_reconstruct_persistent_obj", meta + state + b"u")
    refuse(P + b"}" + text("G_ema") + built + b"s.", "claims more memory than it has bytes")


def test_numpy_tricks(refuse: Refuse) -> None:
    good, two = dtype("f4"), b"(K\x02t"
    for value in (
        array(dtype("O8"), two, bytes(16)),
        array(dtype("O"), two, bytes(16)),
        array(dtype("V8"), two, bytes(16)),
        array(dtype("S8"), two, bytes(16)),
        array(dtype("M8"), two, bytes(16)),
        array(dtype("f4,O"), two, bytes(16)),
        array(call("numpy", "dtype", b"cnumpy\nndarray\n"), two, bytes(8)),
        array(call("numpy", "dtype", b"]"), two, bytes(8)),
        array(call("numpy", "dtype", b"}" + text("names") + b"]s"), two, bytes(8)),
        array(dtype("f4", b"(K\x03" + text("|") + b"N" + b"(" + text("a") + b"t}K\x08K\x01K\x10tb"), two, bytes(8)),
        array(dtype("f4", b"(K\x03" + text("?") + b"NNNK\0K\0K\0tb"), two, bytes(8)),
        array(dtype("f4", b"K\x03b"), two, bytes(8)),
        array(b"N", two, bytes(8)),
        array(good, two, bytes(7)),
        array(good, two, b""),
        array(good, b"(" + number(2**39) + b"t", bytes(8)),
        array(good, b"(K\0" + number(2**39) * 3 + b"t", b""),
        array(good, b"(" + number(-1) + b"K\x02t", bytes(8)),
        array(good, b"(" + number(-2) + number(-1) + b"t", bytes(8)),
        array(good, b"N", bytes(8)),
        array(good, b"(" + b"K\x01" * 64 + b"t", bytes(4)),
        call("numpy.core.multiarray", "_reconstruct", b"ctorch\nTensor\n", b"(K\0t", raw(b"b")),
        call("numpy.core.multiarray", "_reconstruct", b"cnumpy\nndarray\n", b"(K\0t", raw(b"b")),
        call("numpy.core.multiarray", "_reconstruct", b"]", b"(K\0t", raw(b"b")),
        call("numpy.core.multiarray", "_reconstruct"),
        call("numpy.core.multiarray", "scalar", dtype("O8"), raw(bytes(8))),
        call("numpy.core.multiarray", "scalar", good, raw(bytes(3))),
        call("numpy.core.multiarray", "scalar", good),
        call("numpy.core.numeric", "_frombuffer", raw(bytes(8)), good, two, text("K")),
        call("numpy.core.numeric", "_frombuffer", text("x"), good, two, text("C")),
        call("_codecs", "encode", text("x"), text("rot13")),
        call("_codecs", "encode", text("\u20ac"), text("latin1")),
        call("builtins", "bytes", number(2**62)),
        call("torch", "Size", b"(" + number(-5) + b"t"),
        call("collections", "OrderedDict", b"](K\x01K\x02K\x03ta"),
        call("collections", "OrderedDict", text("abc")),
        call("builtins", "set", text("abc")),
    ):  # fmt: skip
        refuse(whole(value), "refused|is damaged|not a tensor")


def test_large_numbers_indices_and_lengths_take_no_memory(refuse: Refuse) -> None:
    far = struct.pack("<I", 2**32 - 1)
    for data in (
        P + b"N" + b"r" + far + b"." + b"x",
        P + b"j" + far + b".",
        P + b"N" + b"p-1\n.",
        P + b"p1\n.",
        P + b"X" + far + b"abc.",
        P + b"B" + far + b"abc.",
        P + b"\x8d" + struct.pack("<Q", 2**63) + b"abc.",
        P + b"\x8e" + struct.pack("<Q", 2**64 - 1) + b"abc.",
        P + b"\x96" + struct.pack("<Q", 2**40) + b"abc.",
        P + b"\x95" + struct.pack("<Q", 2**40) + b"N.",
        P + b"\x8b" + struct.pack("<I", 1 << 20) + bytes(1 << 20) + b".",
        P + b"\x8b" + far + b".",
        P + b"\x8a\xff" + b"\xff" * 255 + b".",
        P + b"I" + b"9" * 900 + b"\n.",
        P + b"L" + b"9" * 5000 + b"L\n.",
        P + b"F" + b"1" * 900 + b"\n.",
        P + b"Iabc\n.",
        P + b"V\\u20ac\n.",
        P + text(b"\xff\xfe") + b".",
        P + b"c" + b"a" * 5000,
        b"\x80\x06N.",
        b"\x80\x01N.",
        b"\x80\xffN.",
        P + b"\x80\x09N.",
    ):
        refuse(data, "refused|is damaged|protocol")


def test_unknown_and_unused_instructions(refuse: Refuse) -> None:
    known = {code.code for code in pickletools.opcodes}
    for byte in range(256):
        if chr(byte) not in known:
            refuse(P + bytes([byte]) + b".", f"0x{byte:02x} is not an instruction")
    for code, name in (
        (b"\x82\x01", "EXT1"), (b"\x83\x01\0", "EXT2"), (b"\x84\x01\0\0\0", "EXT4"),
        (b"(o", "OBJ"), (b"\x97", "NEXT_BUFFER"), (b"\x98", "READONLY_BUFFER"),
        (b"S'a'\n", "STRING"), (b"U\x01a", "SHORT_BINSTRING"), (b"T\x01\0\0\0a", "BINSTRING"),
        (b"P1\n", "PERSID"),
    ):  # fmt: skip
        assert name in refuse(P + code + b".", "has the instruction .*: refused")


def test_every_instruction_on_an_empty_stack(refuse: Refuse) -> None:
    for code in pickletools.opcodes:
        for before in (
            b"",
            b"(",
            b"N",
            b"N(",
            b"(N",
            b"NN",
            b"N(N",
            b"](",
            b"}(N",
            b"((",
            b"}N",
            b"NNN(",
        ):
            data = P + before + code.code.encode("latin1")
            for tail in (b"", b".", bytes(16) + b".", b"\x01\n\x01\n."):
                refuse(data + tail, "refused|is damaged|no generator|protocol|behind its end")


def test_deep_nesting_and_loops_do_not_exhaust_the_stack(refuse: Refuse) -> None:
    deep = 20_000  # of calls, Python's own pickle ends at about a thousand
    for data, says in (
        (P + b"]" * deep + b"a" * (deep - 1) + b".", "no generator"),
        (P + b")" + b"\x85" * deep + b".", "no generator"),
        (P + b"(" * deep, "ends too early"),
        (P + b"}K\0" * deep + b"}" + b"s" * deep + b".", "no generator"),
        (P + b"})" + b"\x85" * deep + b"Ns.", "key that is neither"),
        (P + b"\x8f()" + b"\x85" * deep + b"\x90.", "key that is neither"),
        (P + b"()" + b"\x85" * deep + b"\x91.", "key that is neither"),
        (P + call("builtins", "set", b"])" + b"\x85" * deep + b"a") + b".", "key that is neither"),
        (P + b"]q\0h\0a.", "no generator"),
        (P + b"}q\0" + text("G_ema") + b"h\0s.", "no generator"),
    ):
        refuse(data, says)
    layer = b"ctorch.nn.modules.container\nA\n"
    chain = b")\x81}" + text("_modules") + b"}" + text("m")
    nested = P + (layer + chain) * 200 + layer + b")\x81" + b"ssb" * 200 + b"."
    refuse(nested, "nests its networks without end")
    loop = P + layer + b")\x81q\0}" + text("_modules") + b"}" + text("m") + b"h\0ssb."
    refuse(loop, "nests its networks without end")
    twice = P + layer + b")\x81q\0}" + text("_modules") + b"}(" + text("m") + b"h\0" + text("n")
    refuse(twice + b"h\0usb.", "nests its networks without end")
    settings_ = P + layer + b")\x81}" + text("_init_kwargs") + b"}q\0" + text("k") + b"h\0ssb."
    refuse(settings_, "settings without end")
    keys = P + layer + b")\x81}" + text("_init_kwargs") + b"}" + text("k") + b")" + b"\x85" * deep
    refuse(keys + b"ssb.", "settings without end")


def test_bombs_of_references(refuse: Refuse) -> None:
    """Each list holds the one before twice: 2**40 things in a hundred bytes."""
    lists = b"]q\0" + b"".join(b"0]q%c(h%ch%ce" % (k + 1, k, k) for k in range(40))
    layer = b"ctorch.nn.modules.container\nA\n"
    named = P + layer + b")\x81}" + text("_init_kwargs") + b"}" + text("k")
    refuse(named + lists + b"ssb.", "settings without end")
    first = layer + b")\x81q\0"
    doubled = first + b"".join(
        b"0" + layer + b")\x81}" + text("_modules") + b"}(" + text("a") + b"h\0" + text("b") + b"h\0usbq\0"
        for _ in range(30)
    )  # fmt: skip
    refuse(P + doubled + b".", "nests its networks without end")


def test_a_file_of_nothing_but_instructions_ends_soon(refuse: Refuse) -> None:
    refuse(P + b"N0" * 600_000 + b"N.", "more instructions than any network needs")


@pytest.mark.parametrize("source", [WHOLE, WHOLE_NUMPY])
def test_cut_anywhere(tmp_path: Path, source: bytes) -> None:
    path = tmp_path / "network.pkl"
    places = {*range(0, len(source), 53), *range(400), *range(len(source) - 400, len(source))}
    for at in sorted(places):
        path.write_bytes(source[:at])
        with pytest.raises(BundleError) as caught:
            read_network(path)
        assert str(caught.value).isprintable()


def survive(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        network = read_network(path)
    except BundleError as error:
        assert str(error).isprintable()
    else:
        total = sum(value.nbytes for value in network.state.values())
        assert total <= 2 * len(data) + (1 << 20)


@settings(
    max_examples=400, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from([WHOLE, WHOLE_NUMPY]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)  # fmt: skip
def test_changed_bytes_give_a_result_or_a_line(
    tmp_path: Path, source: bytes, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(source)
    for where, value in changes:
        data[int(where * len(data))] = value
    survive(tmp_path / "network.pkl", bytes(data))


@settings(
    max_examples=400, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([code.code.encode("latin1") for code in pickletools.opcodes]),
            st.sampled_from([text("_modules"), text("G_ema"), b"K\x01", b"h\0", b"q\0", storage(),
                             dtype("f4"), b"ctorch.nn.modules.linear\nLinear\n)\x81",
                             b"cnumpy\nndarray\n", b"ctorch\nFloatStorage\n", raw(bytes(8))]),
            st.binary(max_size=3),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_instructions_give_a_line(tmp_path: Path, pieces: list[bytes]) -> None:
    survive(tmp_path / "network.pkl", P + b"".join(pieces) + b".")
