"""The one door to OpenVINO, which keeps its telemetry out.

``import openvino`` announces itself to an analytics server by way of ``openvino_telemetry``, and
falls back to a stub when that package cannot be imported. Here it cannot.
"""

import sys
import threading
from typing import Any

_TELEMETRY = "openvino_telemetry"
_importing = threading.Lock()


def load_openvino() -> Any:
    """The ``openvino`` module, imported without telemetry.

    A program that imported openvino by itself before has made its own choice; nothing is undone.
    Threads that ask while it is being imported wait: half of a module has no ``Core``. The first
    array of a tensor is made here too: where two threads make it at once they wait for each other
    for ever, one with Python's lock and one with C++'s.
    """
    with _importing:
        if "openvino" in sys.modules:
            return sys.modules["openvino"]
        present = sys.modules.get(_TELEMETRY)
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
        try:
            import openvino
        finally:
            del sys.modules[_TELEMETRY]
            if present is not None:
                sys.modules[_TELEMETRY] = present
        _ = openvino.Tensor(openvino.Type.f32, openvino.Shape([1])).data
        return openvino
