"""Threads that need OpenVINO at once: none gets half of it, none waits for ever."""

import subprocess
import sys

import pytest

from latent_resonance.models.engines.installed import how_to_install, installed_engines

_CODE = """
from concurrent.futures import ThreadPoolExecutor
from latent_resonance.models.engines.quiet_openvino import load_openvino

def use() -> int:
    openvino = load_openvino()
    openvino.Core()
    return openvino.Tensor(openvino.Type.f32, openvino.Shape([3])).data.size

with ThreadPoolExecutor(8) as threads:
    print([one.result() for one in [threads.submit(use) for _ in range(8)]])
"""


def test_threads_begin_with_openvino_at_once() -> None:
    if "openvino" not in installed_engines():
        pytest.skip(how_to_install("openvino"))
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([3] * 8)
