"""Two threads that need OpenVINO at once: neither gets half of it."""

import subprocess
import sys

import pytest

from latent_resonance.models.engines.installed import how_to_install, installed_engines

_CODE = """
from concurrent.futures import ThreadPoolExecutor
from latent_resonance.models.engines.quiet_openvino import load_openvino

with ThreadPoolExecutor(8) as threads:
    found = [threads.submit(lambda: load_openvino().Core) for _ in range(8)]
    print(len({one.result() for one in found}))
"""


def test_threads_wait_for_the_whole_of_openvino() -> None:
    if "openvino" not in installed_engines():
        pytest.skip(how_to_install("openvino"))
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "1"
