"""Playing sends nothing: the engine's telemetry never opens a connection or leaves an id."""

import os
import subprocess
import sys
from pathlib import Path

_CODE = """
import socket, sys

def refuse(*arguments, **options):
    sys.stderr.write(f"CONNECTED {arguments}\\n")
    raise OSError("no network here")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
import numpy as np
from latent_resonance.engine.playable import load
load("drone").generate(seconds=0.2)
import time
time.sleep(1.0)
print("openvino_telemetry" in sys.modules)
"""


def test_playing_opens_no_connection_and_writes_no_identity(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    environment.pop("XDG_CONFIG_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", _CODE], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "CONNECTED" not in done.stderr
    assert done.stdout.strip() == "False"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
