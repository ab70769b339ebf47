"""Threads that need an engine at once: none gets half of it, none waits for ever."""

import json
import os
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
_WHERE = """
import json, os, threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import openvino

def may_run_on(task):
    try:
        return tuple(sorted(os.sched_getaffinity(int(task.name))))
    except ProcessLookupError:
        return tuple(sorted(os.sched_getaffinity(0)))

bundle = open_bundle("texture")
player = openvino.Part(openvino.Options(threads=1), bundle)
place = Latent(bundle.space.mean)
ends, told = threading.Event(), threading.Event()

def play():
    player.prepare(Spec())
    while not ends.is_set():
        player.generate(place)
        told.set()

with ThreadPoolExecutor(1) as threads:
    playing = threads.submit(play)
    told.wait(60)
    found = set()
    for _ in range(50):
        told.clear()
        # A network that is bound is bound only while it runs.
        for _ in range(20):
            found |= {may_run_on(task) for task in Path("/proc/self/task").iterdir()}
        told.wait(60)
    ends.set()
    playing.result()
player.close()
print(json.dumps(sorted(found)))
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


@pytest.mark.skipif(sys.platform != "linux", reason="where a thread may run is told on Linux")
def test_networks_may_run_on_every_processor() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two processors")
    # In a process of its own: engines that other tests hold bind threads of theirs.
    done = subprocess.run(
        [sys.executable, "-c", _WHERE], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    everywhere = sorted(os.sched_getaffinity(0))
    assert json.loads(done.stdout) == [everywhere]
