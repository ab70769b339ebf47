"""Ctrl-C while OpenVINO is being imported."""

import importlib.abc
import os
import signal
import sys
import threading
from collections.abc import Sequence

import pytest

from latent_resonance.models.engines import quiet_openvino


class Breaking(importlib.abc.MetaPathFinder):
    """As an extension does: an interrupt while it begins comes out as a broken import."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> None:
        if name != "openvino":
            return
        try:
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(0.2)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows raises Ctrl-C in another way")
def test_it_waits_until_the_import_is_through(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openvino")
    kept = {name: one for name, one in sys.modules.items() if name == "openvino"}
    for name in kept:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Breaking(), *sys.meta_path])
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        quiet_openvino.load_openvino()
    assert signal.getsignal(signal.SIGINT) is before
    sys.modules.update(kept)
