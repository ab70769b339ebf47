"""PyTorch's tensors as plain pickles hold them: a view of a storage, which is a file in the file.

``pickle.dump`` of a tensor writes ``_rebuild_tensor_v2(storage, offset, size, stride, ...)``, and
of the storage ``_load_from_bytes(b)`` with ``b`` as ``torch.save`` wrote before version 1.6: five
pickles (a magic number, 1001, facts of the machine, the storage as a persistent id, the keys), then
for each key eight bytes of count and the numbers.
"""

import math
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from latent_resonance.bundles.foreign.machine import Call, Machine
from latent_resonance.bundles.foreign.numpy_arrays import Numbers, sizes
from latent_resonance.bundles.foreign.steps import Steps
from latent_resonance.bundles.foreign.values import Budget, Name, Refusal

TORCH_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
# bfloat16 has no numpy kind: its bits are kept, and widened when the tensor is made.
STORAGES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "BFloat16Storage": "<u2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "|b1",
}
STORAGE_NAMES = {f"{home}.{name}" for home in ("torch", "torch.cuda") for name in STORAGES}


@dataclass(slots=True, eq=False)
class Storage:
    """Numbers in a row; empty until they have been read."""

    kind: str
    count: int
    numbers: np.ndarray | None = None


def load_storage(arguments: tuple[Any, ...], budget: Budget) -> Storage:
    """``_load_from_bytes(b)``: one storage of torch's old format; raises Refusal."""
    if len(arguments) != 1 or not isinstance(arguments[0], (memoryview, bytes)):
        raise Refusal("is damaged: a tensor without content")
    if bytes(arguments[0][:2]) == b"PK":
        raise Refusal("has a zip within a tensor, where no network has one: refused")
    steps = Steps(memoryview(arguments[0]))
    found: dict[str, Storage] = {}

    def stored(identity: Any) -> Storage:
        key, storage = _announced(identity)
        return found.setdefault(key, storage)

    if _plain(steps, budget) != TORCH_MAGIC or _plain(steps, budget) != _VERSION:
        raise Refusal("has a tensor in a form that is not torch.save's: refused")
    facts = _plain(steps, budget)
    if not isinstance(facts, dict) or facts.get("little_endian") is not True:
        raise Refusal("has tensors of a machine with another byte order: refused")
    wanted = Machine(steps, budget, {}, _storage_name, stored).run()
    keys = _plain(steps, budget)
    if not isinstance(wanted, Storage) or keys != list(found) or len(found) != 1:
        raise Refusal("has a tensor that is more than a row of numbers: refused")
    _fill(wanted, steps)
    return wanted


def _plain(steps: Steps, budget: Budget) -> Any:
    return Machine(steps, budget, {}, _no_name).run()


def _no_name(module: str, name: str) -> NoReturn:
    raise Refusal(f"wants to call {module}.{name}: refused")


def _storage_name(module: str, name: str) -> Name:
    if not is_storage(module, name):
        _no_name(module, name)
    return Name(name)


def is_storage(module: str, name: str) -> bool:
    """Whether a name is that of a row of numbers."""
    return f"{module}.{name}" in STORAGE_NAMES


def _announced(identity: Any) -> tuple[str, Storage]:
    """``("storage", kind, key, place, count, None)``."""
    if not isinstance(identity, tuple) or len(identity) != 6 or identity[0] != "storage":
        raise Refusal("is damaged: a tensor's storage in another form than torch's")
    _, kind, key, _, count, view = identity
    if not isinstance(kind, Name) or not isinstance(key, str) or type(count) is not int:
        raise Refusal("is damaged: a tensor's storage in another form than torch's")
    if view is not None:
        raise Refusal("has tensors that are parts of others, as PyTorch wrote before 0.4: refused")
    return key, Storage(kind.full, count)


def _fill(storage: Storage, steps: Steps) -> None:
    count = int.from_bytes(steps.take(8), "little", signed=True)
    dtype = np.dtype(STORAGES[storage.kind])
    if count != storage.count or not 0 <= count * dtype.itemsize <= steps.left:
        raise Refusal(
            f"claims a tensor of {float(max(count, storage.count)):.0f} numbers and brings "
            f"{steps.left} bytes: refused"
        )
    data = steps.take(count * dtype.itemsize)
    if steps.left:
        raise Refusal("is damaged: bytes are left over behind a tensor")
    storage.numbers = np.frombuffer(data, dtype) if count else np.empty(0, dtype)
    storage.numbers.flags.writeable = False


def rebuild_tensor(arguments: tuple[Any, ...], budget: Budget) -> Numbers:
    """``_rebuild_tensor_v2(storage, offset, size, stride, ...)`` as a read-only view.

    Raises:
        Refusal: it reaches outside its storage, or is larger than it.
    """
    if len(arguments) < 4 or not isinstance(arguments[0], Storage):
        raise Refusal("is damaged: a tensor without a storage")
    storage, offset = arguments[0], arguments[1]
    size, stride = sizes(arguments[2], "a tensor"), sizes(arguments[3], "a tensor's strides")
    numbers = storage.numbers
    if numbers is None or type(offset) is not int or len(size) != len(stride):
        raise Refusal("is damaged: a tensor without a storage")
    count = math.prod(size)
    last = offset + sum((one - 1) * step for one, step in zip(size, stride, strict=True))
    if count and (offset < 0 or last >= len(numbers) or count > len(numbers)):
        raise Refusal(f"has a tensor {list(size)} that reaches outside its storage: refused")
    if not count:
        return Numbers(np.empty(size, numbers.dtype))
    array = np.lib.stride_tricks.as_strided(
        numbers[offset:], size, [step * numbers.itemsize for step in stride], writeable=False
    )
    if storage.kind == "BFloat16Storage":
        budget.take(4 * count)
        array = (array.astype("<u4") << 16).view("<f4")
    return Numbers(array)


def rebuild_parameter(arguments: tuple[Any, ...], _: Budget) -> Numbers:
    """``_rebuild_parameter(tensor, ...)``: the tensor."""
    if not arguments or not isinstance(arguments[0], Numbers):
        raise Refusal("is damaged: a parameter without a tensor")
    return arguments[0]


def rebuild_from_type(arguments: tuple[Any, ...], budget: Budget) -> Numbers:
    """``_rebuild_from_type_v2(function, type, arguments, state)``: what the function makes."""
    if len(arguments) < 3 or not isinstance(arguments[2], tuple):
        raise Refusal("is damaged: a tensor without content")
    function = arguments[0].full if isinstance(arguments[0], Name) else "something without a name"
    if function not in _BUILDERS:
        raise Refusal(f"wants to call {function}: refused")
    made: Numbers = _BUILDERS[function](arguments[2], budget)
    return made


_BUILDERS: dict[str, Call] = {
    "torch._utils._rebuild_tensor": rebuild_tensor,
    "torch._utils._rebuild_tensor_v2": rebuild_tensor,
    "torch._utils._rebuild_parameter": rebuild_parameter,
    "torch._utils._rebuild_parameter_with_state": rebuild_parameter,
}
