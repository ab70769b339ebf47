"""The one door to OpenVINO, which keeps its telemetry out.

``import openvino`` announces itself to an analytics server by way of ``openvino_telemetry``, and
falls back to a stub when that package cannot be imported. Here it cannot.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_TELEMETRY, _CONVERTER = "openvino_telemetry", "openvino.tools.ovc"
_importing = threading.Lock()


def load_openvino() -> Any:
    """The ``openvino`` module, imported without telemetry.

    Its converter of other formats, which takes half as long again to import, comes when it is asked
    for. A program that imported openvino by itself before has made its own choice; nothing is
    undone. Threads that ask while it is being imported wait: half of a module has no ``Core``. The
    first array of a tensor is made here too: where two threads make it at once they wait for each
    other for ever, one with Python's lock and one with C++'s.
    """
    with _importing:
        if "openvino" in sys.modules:
            return sys.modules["openvino"]
        with _without(_TELEMETRY, _CONVERTER):
            import openvino
        openvino.__getattr__ = _converter
        _ = openvino.Tensor(openvino.Type.f32, openvino.Shape([1])).data
        return openvino


def processor_core() -> Any:
    """A ``Core`` whose networks run on whichever processors are free.

    OpenVINO would bind their threads to processors, the first of each network to the first
    processor of all: two networks, or two programs, would share one and leave the rest idle.
    """
    core = load_openvino().Core()
    core.set_property("CPU", {"ENABLE_CPU_PINNING": False})
    return core


def _converter(name: str) -> Any:
    """``openvino.convert_model``, from now on."""
    if name != "convert_model":
        raise AttributeError(f"module 'openvino' has no attribute '{name}'")
    import openvino

    with _importing, _without(_TELEMETRY):
        from openvino.tools.ovc import convert_model
    openvino.convert_model = convert_model
    return convert_model


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """As if these modules could not be imported."""
    present = {name: sys.modules.get(name) for name in names}
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name, module in present.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module
