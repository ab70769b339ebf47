"""Reads the generator out of a StyleGAN2-ADA, StyleGAN3 or StyleGAN-XL pickle, as numbers."""

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.foreign.known_calls import CALLS, known_name, shown_name
from latent_resonance.bundles.foreign.machine import Machine
from latent_resonance.bundles.foreign.numpy_arrays import Numbers
from latent_resonance.bundles.foreign.state_dicts import (
    as_stylegan2,
    settings_by_shapes,
    tensors_of,
)
from latent_resonance.bundles.foreign.steps import Steps
from latent_resonance.bundles.foreign.torch_tensors import TORCH_MAGIC, is_storage
from latent_resonance.bundles.foreign.torch_zip import TorchZip
from latent_resonance.bundles.foreign.values import (
    Budget,
    Module,
    Name,
    Refusal,
    Unknown,
)
from latent_resonance.bundles.members import printable
from latent_resonance.contracts.errors import BundleError

_MOST_BYTES = 4 << 30
_DEEPEST = 32
_MOST_SETTINGS = 10_000
_MOST_PARTS = 20_000
_MOST_TOLD = 40
_ONLY = "only the pickles that StyleGAN's own training writes (network-snapshot-*.pkl) can be read"
_ZIP = b"PK\x03\x04"
_PART = re.compile(r"\w{1,128}", re.ASCII)
_CLAMP = "conv_clamp"
_POSITIONAL = ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")


@dataclass(frozen=True, slots=True)
class ForeignNetwork:
    """A network of another program.

    Attributes:
        class_name: of the network's class, such as ``"Generator"``.
        init_kwargs: what it was constructed with: numbers, texts, lists, tables.
        state: its parameters and buffers, under their own names, each owning its memory.
        taken: which of the file's networks it is, such as ``"G_ema"`` or ``"G"``.
        ignored: what else the file holds: names of its parts, and classes that are not known; as
            one line each.
    """

    class_name: str
    init_kwargs: dict[str, Any]
    state: dict[str, np.ndarray]
    taken: str
    ignored: tuple[str, ...] = ()


def read_network(path: Path) -> ForeignNetwork:
    """The averaged generator of a network pickle; nothing in the file is run or imported.

    Raises:
        BundleError: the file is not such a pickle, is damaged, or wants anything but numbers; one
            line says what.
    """
    data = _content(path)
    try:
        return _read(data)
    except Refusal as refusal:
        raise BundleError(printable(f"{path.name} {refusal}")) from None


def read_tensors(data: bytes, name: str) -> dict[str, np.ndarray]:
    """A table of tensors as ``torch.save`` writes it, and nothing else.

    Args:
        data: of the file.
        name: what messages call it.

    Raises:
        BundleError: it is anything else, or damaged.
    """
    try:
        whole, _ = _run(data, Budget(len(data)), set())
    except Refusal as refusal:
        raise BundleError(printable(f"{name} {refusal}")) from None
    found = tensors_of(whole)
    if found is None:
        raise BundleError(printable(f"{name} is no table of tensors alone"))
    return found


def _run(data: bytes, budget: Budget, unknown: set[str]) -> tuple[Any, bool]:
    """What a pickle stands for, and whether a zip is around it; puts the unknown names it meets."""
    zipped = TorchZip(data, budget) if data.startswith(_ZIP) else None
    steps = Steps(memoryview(zipped.pickle if zipped else data))

    def known(module: str, name: str) -> Name | Unknown:
        if zipped and is_storage(module, name):
            return Name(name)
        found = known_name(module, name)
        if isinstance(found, Unknown):
            unknown.add(found.full)
        return found

    machine = Machine(steps, budget, CALLS, known, zipped.storage if zipped else None)
    whole = machine.run()
    if steps.left and whole == TORCH_MAGIC:
        raise Refusal(f"is a checkpoint as torch.save wrote them before 1.6: {_ONLY}")
    if steps.left:
        raise Refusal("has bytes behind its end: refused")
    if isinstance(whole, Unknown):
        raise Refusal(f"wants to call {shown_name(whole.full)}: refused")
    return whole, zipped is not None


def _read(data: bytes) -> ForeignNetwork:
    budget = Budget(len(data))
    unknown: set[str] = set()
    whole, zipped = _run(data, budget, unknown)
    beside = tuple(str(name) for name in whole) if isinstance(whole, dict) else ()
    found = _from_tensors(whole)
    if found is not None:
        taken, state = found
        settings, kind = settings_by_shapes(state), "Generator"
    else:
        taken, module = _generator(whole, zipped=zipped)
        _check_known(module)
        state = {}
        _gather(module, "", state, [_MOST_PARTS], 0)
        settings, kind = _settings(module), module.class_name
    ignored = _told([*(name for name in beside if name != taken), *sorted(unknown)])
    return ForeignNetwork(kind, settings, _owned(state, budget), taken, ignored)


def _told(names: list[str]) -> tuple[str, ...]:
    more = len(names) - _MOST_TOLD
    told = [printable(shown_name(name)) for name in names[:_MOST_TOLD]]
    return (*told, f"and {more} more") if more > 0 else tuple(told)


def _from_tensors(whole: Any) -> tuple[str, dict[str, np.ndarray]] | None:
    """A generator that is a table of tensors alone; None where there is none."""
    if not isinstance(whole, dict):
        return None
    for name in ("g_ema", "G_ema", "ema", "generator"):
        table = tensors_of(whole.get(name))
        if table is not None:
            mean = whole.get("latent_avg")
            kept = mean.array if isinstance(mean, Numbers) else None
            return name, as_stylegan2(table, kept)
    return None


def _check_known(module: Module) -> None:
    """Raises Refusal where anything in the generator is of a class that is not known."""
    left: list[Any] = [module]
    seen: set[int] = set()
    while left:
        value = left.pop()
        if isinstance(value, Unknown):
            raise Refusal(f"wants to call {shown_name(value.full)}: refused")
        if not isinstance(value, (Module, dict, list, tuple)) or id(value) in seen:
            continue
        seen.add(id(value))
        inner = value.state if isinstance(value, Module) else value
        left.extend(inner.values() if isinstance(inner, dict) else inner)


def _content(path: Path) -> bytes:
    try:
        mode = path.stat()
        if not stat.S_ISREG(mode.st_mode):
            raise BundleError(printable(f"{path} is not a file"))
        if mode.st_size >= _MOST_BYTES:
            raise BundleError(
                printable(f"{path.name} has 4 GiB or more; network pickles have less")
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BundleError(printable(f"cannot read {path}: {reason}")) from error
    if data[:1] != b"\x80" and not data.startswith(_ZIP):
        raise BundleError(printable(f"{path.name} is not a pickle of a network"))
    return data


def _generator(whole: Any, *, zipped: bool) -> tuple[str, Module]:
    if isinstance(whole, Module):
        return "network", whole
    if isinstance(whole, dict):
        for name in ("G_ema", "G"):
            if isinstance(whole.get(name), Module):
                return name, whole[name]
            if isinstance(whole.get(name), Unknown):
                raise Refusal(f"wants to call {shown_name(whole[name].full)}: refused")
    if isinstance(whole, (tuple, list)) and len(whole) == 3 and isinstance(whole[2], Module):
        return "the third of three", whole[2]  # (G, D, G_ema)
    if zipped:
        raise Refusal(f"is a zip, as torch.save writes: {_ONLY}, and none is in it")
    raise Refusal("has no generator: neither a 'G_ema' nor a 'G' that is a network")


def _gather(
    module: Module, prefix: str, found: dict[str, np.ndarray], left: list[int], depth: int
) -> None:
    """Parameters and buffers under dotted names, as ``state_dict`` gives them."""
    left[0] -= 1
    if depth > _DEEPEST or left[0] < 0:
        raise Refusal("nests its networks without end: refused")
    transient = module.state.get("_non_persistent_buffers_set")
    for kind in ("_parameters", "_buffers"):
        for name, value in _table(module, kind):
            if value is None or (isinstance(transient, set) and name in transient):
                continue
            if not isinstance(value, Numbers) or value.array is None:
                raise Refusal(f"has a '{prefix}{name}' that is not a tensor")
            if prefix + name in found:
                raise Refusal(f"has two tensors named '{prefix}{name}': refused")
            left[0] -= 1
            found[prefix + name] = value.array
    for name, value in _table(module, "_modules"):
        if value is None:
            continue
        if not isinstance(value, Module):
            raise Refusal(f"has a '{prefix}{name}' that is not a network")
        _gather(value, f"{prefix}{name}.", found, left, depth + 1)


def _table(module: Module, kind: str) -> list[tuple[str, Any]]:
    table = module.state.get(kind, {})
    if not isinstance(table, dict):
        raise Refusal(f"is damaged: {kind} is not a table")
    for name in table:
        if not isinstance(name, str) or not _PART.fullmatch(name):
            raise Refusal("has a parameter with an invalid name: refused")
    return list(table.items())


def _owned(state: dict[str, np.ndarray], budget: Budget) -> dict[str, np.ndarray]:
    """Copies in the machine's byte order, so that the file's bytes can go."""
    owned = {}
    for name, view in state.items():
        budget.take(view.nbytes)
        owned[name] = np.array(view, view.dtype.newbyteorder("="), order="C")
    return owned


def _settings(module: Module) -> dict[str, Any]:
    """Constructor arguments by name; those given by place, or kept as attributes, as well."""
    state = module.state
    settings = {name: state[name] for name in _POSITIONAL if name in state}
    placed = state.get("_init_args", ())
    if isinstance(placed, (tuple, list)):
        settings |= dict(zip(_POSITIONAL, placed, strict=False))
    named = state.get("_init_kwargs", {})
    if isinstance(named, dict):
        settings |= named
    inner = settings.get("synthesis_kwargs")
    if _CLAMP not in settings and not (isinstance(inner, dict) and _CLAMP in inner):
        # Its default differs between programs; layers keep what they were made with.
        found = _attribute(module, _CLAMP)
        if type(found) in (int, float):
            settings[_CLAMP] = found
    plain = _plain(settings, [_MOST_SETTINGS], 0)
    return plain if isinstance(plain, dict) else {}


def _attribute(module: Module, name: str) -> Any:
    """The first layer's attribute of that name; the nest is known to end."""
    if name in module.state:
        return module.state[name]
    for _, inner in _table(module, "_modules"):
        found = _attribute(inner, name) if isinstance(inner, Module) else None
        if found is not None:
            return found
    return None


def _plain(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if depth > _DEEPEST or left[0] < 0:
        raise Refusal("has settings without end: refused")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item, left, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, left, depth + 1) for item in value]
    if isinstance(value, Numbers) and value.array is not None and value.array.size <= 64:
        return value.array.tolist()
    if isinstance(value, Name):
        return value.full
    raise Refusal("was constructed with more than numbers and texts: refused")
