"""Every name that a network pickle may use, and what is done instead of calling it."""

import re
import sys
from typing import Any

from latent_resonance.bundles.foreign import numpy_arrays, torch_tensors
from latent_resonance.bundles.foreign.machine import Call, checked_keys
from latent_resonance.bundles.foreign.values import (
    Budget,
    LongText,
    Module,
    Name,
    Refusal,
    Unknown,
)

_RECONSTRUCT = "torch_utils.persistence._reconstruct_persistent_obj"
_TABLE = "dnnlib.util.EasyDict"
_CHUNK = 1 << 20


def _persistent(arguments: tuple[Any, ...], _: Budget) -> Module:
    """A persistent class: its name and state are kept, its source is not even decoded."""
    meta = arguments[0] if len(arguments) == 1 else None
    if not isinstance(meta, dict) or meta.get("type") != "class":
        raise Refusal("is damaged: a persistent object that is not a class")
    name, state = meta.get("class_name"), meta.get("state")
    if not isinstance(name, str) or not isinstance(state, dict):
        raise Refusal("is damaged: a persistent object without a name or state")
    return Module(name, state)


def _ordered(arguments: tuple[Any, ...], budget: Budget) -> dict[Any, Any]:
    pairs = arguments[0] if arguments else []
    budget.copy(len(pairs) if isinstance(pairs, list) else 0)
    if not isinstance(pairs, list) or any(
        not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in pairs
    ):
        raise Refusal("is damaged: a table without pairs")
    keys = checked_keys([pair[0] for pair in pairs])
    if len(set(keys)) != len(keys):
        raise Refusal("has the same name twice in a table: refused")
    return dict(zip(keys, [pair[1] for pair in pairs], strict=True))


def _set(arguments: tuple[Any, ...], budget: Budget) -> set[Any]:
    if len(arguments) > 1 or not all(isinstance(items, list) for items in arguments):
        raise Refusal("is damaged: a set without a list")
    if not arguments:
        return set()
    budget.copy(len(arguments[0]))
    return set(checked_keys(arguments[0]))


def _size(arguments: tuple[Any, ...], _: Budget) -> tuple[int, ...]:
    return numpy_arrays.sizes(arguments[0] if arguments else None, "a size")


def _device(_: tuple[Any, ...], __: Budget) -> str:
    return "cpu"


def _latin(arguments: tuple[Any, ...], budget: Budget) -> bytes:
    """``_codecs.encode(text, 'latin1')``: how protocol 2 spells bytes."""
    text, how = arguments if len(arguments) == 2 else (None, None)
    if how not in ("latin1", "latin-1"):
        raise Refusal("wants to call _codecs.encode for another code than latin1: refused")
    utf8 = text.utf8 if isinstance(text, LongText) else None
    if isinstance(text, str):
        utf8 = memoryview(text.encode())
    if utf8 is None:
        raise Refusal("is damaged: bytes that cannot be decoded")
    budget.take(2 * len(utf8))
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return b"".join(
            decoder.decode(bytes(utf8[at : at + _CHUNK]), at + _CHUNK >= len(utf8)).encode("latin1")
            for at in range(0, len(utf8), _CHUNK)
        )
    except UnicodeError as error:
        raise Refusal("is damaged: bytes that cannot be decoded") from error


def _empty_bytes(arguments: tuple[Any, ...], _: Budget) -> bytes:
    if arguments:
        raise Refusal("wants to call builtins.bytes: refused")
    return b""


CALLS: dict[str, Call] = {
    _RECONSTRUCT: _persistent,
    "collections.OrderedDict": _ordered,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.bytes": _empty_bytes,
    "_codecs.encode": _latin,
    "torch.storage._load_from_bytes": torch_tensors.load_storage,
    "torch._utils._rebuild_tensor": torch_tensors.rebuild_tensor,
    "torch._utils._rebuild_tensor_v2": torch_tensors.rebuild_tensor,
    "torch._utils._rebuild_parameter": torch_tensors.rebuild_parameter,
    "torch._utils._rebuild_parameter_with_state": torch_tensors.rebuild_parameter,
    "torch._tensor._rebuild_from_type": torch_tensors.rebuild_from_type,
    "torch._tensor._rebuild_from_type_v2": torch_tensors.rebuild_from_type,
    "torch.tensor._rebuild_from_type": torch_tensors.rebuild_from_type,
    "torch.Size": _size,
    "torch.device": _device,
    "numpy.dtype": numpy_arrays.dtype,
    "numpy.core.multiarray._reconstruct": numpy_arrays.reconstruct,
    "numpy.core.multiarray.scalar": numpy_arrays.scalar,
    "numpy.core.numeric._frombuffer": numpy_arrays.from_buffer,
}

# Names that stand for themselves.
_INERT = {
    _TABLE,
    "numpy.ndarray",
    "torch.Tensor",
    "torch.nn.parameter.Parameter",
    "torch.nn.parameter.Buffer",
    *(f"torch.{kind}" for kind in ("float16", "float32", "float64", "bfloat16", "int64", "bool")),
    *(f"torch.{order}" for order in ("contiguous_format", "channels_last", "preserve_format")),
}

# Packages whose classes may hold layers, in StyleGAN-XL's discriminators above all.
_LAYERS = ("torch.nn.modules.", "timm.", "torchvision.", "pg_modules.", "feature_networks.")

_PATHS = ("Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath")
_KEEPERS = {
    "argparse.Namespace",
    "types.SimpleNamespace",
    "uuid.UUID",
    "decimal.Decimal",
    "fractions.Fraction",
    "random.Random",
    "torch.Generator",
    "time.struct_time",
    *(f"pathlib.{kind}" for kind in _PATHS),
    *(f"pathlib._local.{kind}" for kind in _PATHS),  # as Python 3.13 names them
    *(f"datetime.{kind}" for kind in ("datetime", "date", "time", "timedelta", "timezone")),
    *(f"collections.{kind}" for kind in ("deque", "defaultdict", "Counter")),
}
_KEEPING = ("torch.optim.",)
# Where else names stand that act when they are called.
_ACTING = frozenset(sys.stdlib_module_names) | {
    "__builtin__", "torch", "numpy", "scipy", "torch_utils", "dnnlib", "timm", "torchvision",
    "pg_modules", "feature_networks", "latent_resonance", "cloudpickle", "dill", "joblib",
}  # fmt: skip
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_CLASS = re.compile(r"[A-Z]\w*", re.ASCII)


def known_name(module: str, name: str) -> Name | Unknown:
    """A name of the list, in one spelling; classes that only keep something are not known.

    Raises:
        Refusal: any other; says which.
    """
    full = f"{module}.{name}"
    if "." not in name and _MODULE.fullmatch(module):
        plain = re.sub(r"^__builtin__\.", "builtins.", full)
        plain = re.sub(r"^numpy\._core\.", "numpy.core.", plain)
        # Copies of NVIDIA's helpers inside other projects.
        for own in (_RECONSTRUCT, _TABLE):
            if plain.endswith(f".{own}"):
                plain = own
        plain = _TABLE if plain == "dnnlib.EasyDict" else plain
        if plain in CALLS or plain in _INERT:
            return Name(plain)
        if full.startswith(_LAYERS) and _CLASS.fullmatch(name):
            return Name(full)
        if _only_keeps(module, name, full):
            return Unknown(full)
    if module.startswith("dnnlib.tflib"):
        raise Refusal(
            "is a network of StyleGAN's TensorFlow versions (dnnlib.tflib): convert it with the "
            "legacy.py of stylegan2-ada-pytorch first"
        )
    raise Refusal(f"wants to call {shown_name(full)}: refused")


def shown_name(full: str) -> str:
    """Not longer than a line may be."""
    return full if len(full) <= 120 else full[:117] + "..."


def _only_keeps(module: str, name: str, full: str) -> bool:
    """Whether it is a class that a run keeps its dates, options, paths or optimisers in.

    None is imported or called, here or anywhere: this only tells what is left out with a word from
    what is refused, and what is refused is what could do something if it were called.
    """
    root = module.partition(".")[0]
    if full in _KEEPERS or full.startswith(_KEEPING):
        return True
    return bool(_CLASS.fullmatch(name)) and root not in _ACTING
