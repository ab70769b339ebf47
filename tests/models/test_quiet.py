"""Playing sends nothing: the engine's telemetry never opens a connection or leaves an id."""

import os
import subprocess
import sys
from pathlib import Path

from latent_resonance.models.engines.installed import installed_engines
from latent_resonance.models.engines.quiet_onnxruntime import _OPT_OUT

_CODE = """
import socket, sys

def refuse(*arguments, **options):
    sys.stderr.write(f"CONNECTED {arguments}\\n")
    raise OSError("no network here")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
import latent_resonance as lr
for engine in sys.argv[1:]:
    lr.load("drone", engine=engine).generate(seconds=0.2)
import time
time.sleep(1.0)
print("openvino_telemetry" in sys.modules)
"""


def test_playing_opens_no_connection_and_writes_no_identity(tmp_path: Path) -> None:
    # All that are there in one process: each is loaded once, and what any of them does is seen.
    engines = ["auto", *installed_engines()]
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", *_OPT_OUT):
        environment.pop(name, None)
    command = [sys.executable, "-c", _CODE, *engines]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "CONNECTED" not in done.stderr
    assert done.stdout.strip() == "False"
    assert [path for path in home.rglob("*") if path.is_file()] == []
