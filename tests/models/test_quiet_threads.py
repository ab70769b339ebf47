"""Threads that need an engine at once: none gets half of it, none waits for ever."""

import subprocess
import sys

import pytest

from latent_resonance.models.engines.installed import how_to_install, installed_engines

_OPENVINO = """
from latent_resonance.models.engines.quiet_openvino import load_openvino

def use():
    openvino = load_openvino()
    openvino.Core()
    return openvino.Tensor(openvino.Type.f32, openvino.Shape([3])).data.size == 3
"""
_ONNXRUNTIME = """
from latent_resonance.models.engines.quiet_onnxruntime import load_onnxruntime

def use():
    return "CPUExecutionProvider" in load_onnxruntime().get_available_providers()
"""
_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(8) as threads:
    print(all([one.result() for one in [threads.submit(use) for _ in range(8)]]))
"""


@pytest.mark.parametrize(
    ("engine", "code"), [("openvino", _OPENVINO), ("onnxruntime", _ONNXRUNTIME)]
)
def test_threads_begin_with_an_engine_at_once(engine: str, code: str) -> None:
    if engine not in installed_engines():
        pytest.skip(how_to_install(engine))
    done = subprocess.run(
        [sys.executable, "-c", code + _AT_ONCE], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"
