"""The one door to ONNX Runtime, an optional engine, which keeps its telemetry out.

Its official builds make up a device identifier, keep it in a file, and send events, unless they
are told not to before the library is loaded (Privacy.md of onnxruntime).
"""

import os
import sys
import threading
from typing import Any

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.models.engines.installed import how_to_install

_NAME = "onnxruntime"
_importing = threading.Lock()
# The second is what some releases listened to before the first.
_OPT_OUT = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED")


def load_onnxruntime() -> Any:
    """The ``onnxruntime`` module, imported without telemetry.

    A program that imported it by itself before has made its own choice; nothing is undone.
    Threads that ask while it is being imported wait for the whole of it.

    Raises:
        MissingPartError: it is not installed; says what to install.
    """
    with _importing:
        if _NAME in sys.modules:
            return sys.modules[_NAME]
        os.environ.update(dict.fromkeys(_OPT_OUT, "1"))
        try:
            import onnxruntime
        except ImportError as error:
            raise MissingPartError(how_to_install(_NAME)) from error
        onnxruntime.disable_telemetry_events()
        onnxruntime.set_default_logger_severity(4)
        return onnxruntime
