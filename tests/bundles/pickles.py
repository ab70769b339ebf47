"""Forges network pickles as StyleGAN's training writes them, without a line of its code.

Python's own pickler writes them; the modules that they name exist only while it does.
"""

import contextlib
import io
import pickle
import struct
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

# Names of buffers; everything else is a parameter.
BUFFERS = (
    "w_avg", "noise_const", "resample_filter", "up_filter", "down_filter", "magnitude_ema",
    "freqs", "phases", "transform",
)  # fmt: skip
P = b"\x80\x04"
SOURCE = "import os\nos.system('touch canary')\n" * 400


class Persistent:
    """What ``torch_utils.persistence`` makes of a decorated class, for the pickler."""

    def __init__(self, class_name: str, state: dict[str, Any]) -> None:
        self.meta = {
            "type": "class",
            "version": 6,
            "module_src": SOURCE,
            "class_name": class_name,
            "state": state,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj, (self.meta,)


class EasyDict(dict):
    """As ``dnnlib.util.EasyDict``."""


@contextlib.contextmanager
def foreign_modules(prefix: str = "") -> Iterator[None]:
    def _reconstruct_persistent_obj(meta: object) -> None:
        raise AssertionError("called")

    names = {
        f"{prefix}torch_utils.persistence": {
            "_reconstruct_persistent_obj": _reconstruct_persistent_obj
        },
        f"{prefix}dnnlib.util": {"EasyDict": EasyDict},
    }
    made = {}
    for name, content in names.items():
        module = types.ModuleType(name)
        for key, value in content.items():
            value.__module__, value.__qualname__ = name, key
            setattr(module, key, value)
        made[name] = module
        while name := name.rpartition(".")[0]:
            made.setdefault(name, types.ModuleType(name))
    made["torch_utils.persistence"] = made[f"{prefix}torch_utils.persistence"]
    before = {name: sys.modules.get(name) for name in made}
    sys.modules.update(made)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
        EasyDict.__module__ = __name__


def module(
    state: Mapping[str, np.ndarray],
    class_name: str = "Generator",
    init_kwargs: Mapping[str, Any] | None = None,
    *,
    as_numpy: bool = False,
    **attributes: Any,
) -> Persistent:
    """A nest of persistent modules that holds ``state``."""
    import torch

    table = dict(vars(torch.nn.Module()))
    table |= {"training": False, "_init_args": (), "_init_kwargs": EasyDict(init_kwargs or {})}
    # As StyleGAN3's layers keep them.
    table |= {"in_cutoff": np.float64(2.5), "in_size": np.broadcast_to(np.asarray(36), [2])}
    table |= attributes
    inner: dict[str, dict[str, np.ndarray]] = {}
    for name, value in state.items():
        head, dot, rest = name.partition(".")
        if dot:
            inner.setdefault(head, {})[rest] = value
        elif as_numpy:
            table["_buffers"][name] = value
        elif name in BUFFERS:
            table["_buffers"][name] = torch.from_numpy(value.copy())
        else:
            parameter = torch.nn.Parameter(torch.from_numpy(value.copy()), requires_grad=False)
            table["_parameters"][name] = parameter
    for head, content in inner.items():
        table["_modules"][head] = module(content, f"Part{head.title()}", as_numpy=as_numpy)
    return Persistent(class_name, table)


def dumped(content: object, protocol: int = 4, prefix: str = "") -> bytes:
    """``content`` as pickle bytes."""
    out = io.BytesIO()
    with foreign_modules(prefix):
        pickle.Pickler(out, protocol).dump(content)
    return out.getvalue()


def network_pickle(
    state: Mapping[str, np.ndarray],
    init_kwargs: Mapping[str, Any],
    *,
    protocol: int = 4,
    as_numpy: bool = False,
    prefix: str = "",
    **attributes: Any,
) -> bytes:
    """A whole ``network-snapshot.pkl`` whose averaged generator holds ``state``."""
    other = {name: np.zeros_like(value) for name, value in state.items()}
    content = {
        "G": module(other, "Generator", init_kwargs),
        "D": module({"b4.out.weight": np.ones((1, 4), np.float32)}, "Discriminator"),
        "G_ema": module(state, "Generator", init_kwargs, as_numpy=as_numpy, **attributes),
        "training_set_kwargs": EasyDict(class_name="training.dataset.ImageFolderDataset"),
        "augment_pipe": None,
    }
    return dumped(content, protocol, prefix)


def small_state(seed: int = 0) -> dict[str, np.ndarray]:
    """A few tensors under StyleGAN2's names."""
    random = np.random.default_rng(seed)
    return {
        "mapping.fc0.weight": random.standard_normal((6, 4)).astype(np.float32),
        "mapping.fc0.bias": random.standard_normal(6).astype(np.float32),
        "mapping.w_avg": random.standard_normal(6).astype(np.float32),
        "synthesis.b4.const": random.standard_normal((3, 4, 4)).astype(np.float32),
        "synthesis.b4.conv1.noise_strength": np.array(0.25, np.float32),
        "synthesis.b4.torgb.weight": random.standard_normal((1, 3, 1, 1)).astype(np.float32),
    }


# Single instructions, put together by hand: these can lie where a pickler would not.


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return b"X" + struct.pack("<I", len(data)) + data


def raw(data: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(data)) + data


def call(module: str, name: str, *arguments: bytes) -> bytes:
    return f"c{module}\n{name}\n".encode() + b"(" + b"".join(arguments) + b"tR"


def whole(value: bytes) -> bytes:
    """A network of which one buffer is ``value``."""
    state = b"}(" + text("_buffers") + b"}" + text("b") + value + b"s" + b"u"
    meta = b"}(" + text("type") + text("class") + text("class_name") + text("G")
    meta += text("state") + state + b"u"
    built = call("torch_utils.persistence", "_reconstruct_persistent_obj", meta)
    return P + b"}" + text("G_ema") + built + b"s."


def storage(
    kind: str = "FloatStorage",
    count: bytes = b"K\x02",
    told: int = 2,
    data: bytes = bytes(8),
    identity: bytes | None = None,
) -> bytes:
    """``_load_from_bytes`` of torch's old container, whose parts may lie."""
    facts = pickle.dumps({"protocol_version": 1001, "little_endian": True}, 2)
    identity = identity or (
        b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + text("0") + text("cpu")
        + count + b"NtQ"
    )  # fmt: skip
    inside = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + facts
    inside += b"\x80\x02" + identity + b"." + pickle.dumps(["0"], 2) + struct.pack("<q", told)
    return call("torch.storage", "_load_from_bytes", raw(inside + data))


def number(value: int) -> bytes:
    return b"\x8a" + bytes([9]) + value.to_bytes(9, "little", signed=True)


def tensor(
    of: bytes, offset: bytes = b"K\0", size: bytes = b"(K\x02t", stride: bytes = b"(K\x01t"
) -> bytes:
    hooks = call("collections", "OrderedDict")
    return call("torch._utils", "_rebuild_tensor_v2", of, offset, size, stride, b"\x89", hooks)


def array(kind: bytes, shape: bytes, data: bytes) -> bytes:
    made = call("numpy.core.multiarray", "_reconstruct", b"cnumpy\nndarray\n", b"(K\0t", raw(b"b"))
    return made + b"(K\x01" + shape + kind + b"\x89" + raw(data) + b"tb"


def dtype(name: str, state: bytes = b"(K\x03" + text("<") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb") -> bytes:  # fmt: skip
    return call("numpy", "dtype", text(name), b"\x89", b"\x88") + state
