"""Damaged files and wrong requests by the hundred: what is taken, what is refused in a line.

    python benchmarks/faults/mutants.py [--each 150] [--seed 0] [--only KIND ...]

Bundles (damaged, and sealed anew around damaged facts), sounds, films, MIDI files, texts (recipes,
performances, manifests, sets), HTTP requests to every route of a studio, messages on its socket.
Prints a table; exits 1 where anything but a line came back, a file was left, a request was answered
by 500 or not at all, or the studio's log has a traceback. Linux.
"""

import argparse
import copy
import hashlib
import http.client
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import soundfile
from fuzz import READERS, seeds_of
from pickles import mutated
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from latent_resonance.bundles.manifest import seal_of, spelled
from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.studio import wire
from latent_resonance.studio.openapi import openapi_document

sys.path.append(str(Path(__file__).resolve().parents[1]))
from fifty_players import enter

_CASES = Path("../shared/cases")
_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1e300, -1e300, 10**400, 2**63, 0.5, "", "a\0b", "../../etc/passwd",
    "/dev/zero", "\u202etxt", "n" * 100_000, [], {}, [[]] * 1000, {"a": {"b": {}}}, "NaN", "\ud800",
)  # fmt: skip
_MOST_SECONDS = 10.0

Row = list[int]
"""Tried, taken, refused."""


def main() -> int:
    """The table; 1 where something is wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--each", type=int, default=150)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", nargs="*", choices=[*_FILES, "studio"])
    given = options.parse_args()
    faults: list[str] = []
    print("| kind | tried | taken | refused | faults |\n| --- | --- | --- | --- | --- |")
    for name, (make, file) in _FILES.items():
        if given.only and name not in given.only:
            continue
        seeds, read = make()
        _tell(name, *_files(seeds, read, file, given), faults)
    if not given.only or "studio" in given.only:
        _studio(given, faults)
    print("\n".join([f"\n{len(faults)} faults", *faults]))
    return int(bool(faults))


def _tell(name: str, row: Row, found: list[str], faults: list[str]) -> None:
    print(f"| {name} | {row[0]} | {row[1]} | {row[2]} | {len(found)} |", flush=True)
    faults += [f"{name}: {one}" for one in found]


def _files(
    seeds: list[bytes], read: Callable[[Path], object], file: str, given: argparse.Namespace
) -> tuple[Row, list[str]]:
    rolls = random.Random(given.seed)
    row, found = [0, 0, 0], []
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / file
        tries = [*seeds, *(mutated(rolls.choice(seeds), rolls) for _ in range(given.each))]
        if file.endswith(".resonance"):
            tries += [_sealed(rolls.choice(seeds), rolls) for _ in range(given.each)]
        for number, data in enumerate(tries):
            path.write_bytes(data)
            began = time.monotonic()
            row[0] += 1
            try:
                read(path)
                row[1] += 1
            except ResonanceError as error:
                row[2] += 1
                if number < len(seeds):
                    found.append(f"number {number}: good, and refused: {str(error)[:90]}")
                if "\n" in str(error):
                    found.append(f"number {number}: more than a line: {str(error)[:90]!r}")
            except Exception as error:  # noqa: BLE001 - which is what is looked for
                found.append(f"number {number}: {type(error).__name__}: {str(error)[:90]}")
            if time.monotonic() - began > _MOST_SECONDS:
                found.append(f"number {number}: {time.monotonic() - began:.0f} s")
            if left := [one.name for one in Path(name).iterdir() if one != path]:
                found.append(f"number {number}: left {left}")
                break
    return row, found


def _sealed(data: bytes, rolls: random.Random) -> bytes:
    """A bundle with odd facts or a damaged member, whose digests and seal are right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    table = json.loads(members.pop("bundle.json"))
    if rolls.random() < 0.5:
        name = rolls.choice(list(members))
        members[name] = mutated(members[name], rolls)
    else:
        table = _odd_within(table, rolls)
    if not isinstance(table, dict):
        return data
    table["members"] = {
        name: {"bytes": len(value), "sha256": hashlib.sha256(value).hexdigest()}
        for name, value in members.items()
    }
    made = io.BytesIO()
    try:
        table["seal"] = seal_of(table)
        facts = spelled(table)
    except (ValueError, TypeError):  # such as infinity, which this spelling does not have
        return data
    with zipfile.ZipFile(made, "w") as archive:
        for name, value in {"bundle.json": facts, **members}.items():
            archive.writestr(name, value)
    return made.getvalue()


def _odd_within(value: Any, rolls: random.Random) -> Any:
    """The same with one to three of its parts, at any depth, put in another's place."""
    made = json.loads(json.dumps(value))
    for _ in range(rolls.choice((1, 1, 2, 3))):
        inside, key, part = None, None, made
        while isinstance(part, (dict, list)) and part:
            inside = part
            key = rolls.choice(list(part)) if isinstance(part, dict) else rolls.randrange(len(part))
            part = inside[key]
            if rolls.random() < 0.2:
                break
        if inside is None:
            return copy.deepcopy(rolls.choice(_ODD))
        if rolls.random() < 0.2 and isinstance(inside, dict):
            inside[rolls.choice(("unknown", "", "a\0b", "n" * 5000))] = inside.pop(key)
        else:
            inside[key] = copy.deepcopy(rolls.choice(_ODD))
    return made


# ---- files ---------------------------------------------------------------------------------


def _known(name: str) -> tuple[list[bytes], Callable[[Path], object]]:
    seeds = seeds_of(name)
    if name == "midi" and _CASES.is_dir():
        seeds += [path.read_bytes() for path in sorted((_CASES / "midi").glob("*.mid"))]
    return seeds, READERS[name]()


def _sounds() -> tuple[list[bytes], Callable[[Path], object]]:
    from latent_resonance.data.corpus import read_mono

    tone = 0.3 * np.sin(np.arange(8000) * 0.2)
    made = []
    for kind, form in (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"),
                       ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_24")):  # fmt: skip
        target = io.BytesIO()
        rate = 48_000 if form == "OPUS" else 16_000
        soundfile.write(target, np.stack([tone, -0.5 * tone], 1), rate, form, format=kind)
        made.append(target.getvalue())
    made.append(_encoded("ipod", "aac", tone))
    return made, lambda path: read_mono(path, 16_000)


def _encoded(container: str, codec: str, tone: np.ndarray) -> bytes:
    import av

    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        track = out.add_stream(codec, rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate = 16_000
        for packet in [*track.encode(frame), *track.encode()]:
            out.mux(packet)
    return target.getvalue()


def _films() -> tuple[list[bytes], Callable[[Path], object]]:
    import av

    from latent_resonance.sense.face_tracking.clips import VideoFrames

    made = []
    for container, codec in (
        ("mp4", "h264"),
        ("mp4", "mpeg4"),
        ("webm", "libvpx"),
        ("avi", "mjpeg"),
    ):
        target = io.BytesIO()
        with av.open(target, "w", format=container) as out:
            track = out.add_stream(codec, rate=25)
            track.width, track.height = 64, 48
            track.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            for number in range(6):
                pixels = np.full((48, 64, 3), 40 * number, np.uint8)
                for packet in track.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")):
                    out.mux(packet)
            for packet in track.encode():
                out.mux(packet)
        made.append(target.getvalue())

    def read(path: Path) -> None:
        frames = VideoFrames(path)
        try:
            for number in range(8):
                frames.latest(number / 25)
        finally:
            frames.close()

    return made, read


def _manifests() -> tuple[list[bytes], Callable[[Path], object]]:
    from latent_resonance.data.corpus import read_rows

    rows = b'file,label,speaker,duration_s\na.wav,rain,1,2.0\n"b,c.wav",fire,2,1.5\n'

    return [rows, b"\xef\xbb\xbf" + rows], lambda path: read_rows(path.parent, "label", {})


def _sets() -> tuple[list[bytes], Callable[[Path], object]]:
    from latent_resonance.studio.factory_presets import factory_presets
    from latent_resonance.studio.sharing.gather import Gathered, finish
    from latent_resonance.studio.sharing.set_file import read_set, write_set

    found = Gathered()
    for preset in factory_presets()[:2]:
        found.add_preset(preset)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.resonance-set"
        write_set(path, finish(found))
        return [path.read_bytes()], read_set


_FILES: dict[str, tuple[Callable[[], Any], str]] = {
    "bundles": (lambda: _known("bundle"), "a.resonance"),
    "sounds": (_sounds, "a"),
    "films": (_films, "a.mp4"),
    "MIDI files": (lambda: _known("midi"), "a.mid"),
    "recipes": (lambda: _known("recipe"), "a.toml"),
    "performances": (lambda: _known("performance"), "a.csv"),
    "manifests": (_manifests, "manifest.csv"),
    "sets": (_sets, "a.resonance-set"),
}


# ---- a studio ------------------------------------------------------------------------------


def _studio(given: argparse.Namespace, faults: list[str]) -> None:
    rolls = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        command = [sys.executable, "-m", "latent_resonance", "studio", "--no-browser"]
        command += ["--port", "0", "--folder", f"{folder}/studio"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as studio:
            try:
                host, cookie = enter(studio)
                _tell("requests", *_requests(host, cookie, rolls, given.each), faults)
                _tell("messages", *_messages(host, cookie, rolls, given.each), faults)
                status, said = _ask(host, cookie, "GET", "/api/about", None)
                if status != 200:
                    faults.append(f"studio: at the end /api/about is {status} {said[:90]!r}")
            finally:
                studio.terminate()
        log.seek(0)
        if "Traceback" in (told := log.read()):
            faults.append(f"studio: a traceback in its log: {told[-300:]!r}")


def _requests(host: str, cookie: str, rolls: random.Random, each: int) -> tuple[Row, list[str]]:
    """Odd ones to every route, ten times as many as ``each`` in all."""
    document = openapi_document()
    routes = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    row, found = [0, 0, 0], []
    session = json.loads(_ask(host, cookie, "POST", "/api/sessions", b'{"instrument": "notes"}')[1])
    for number in range(10 * each):
        method, path, operation = routes[number % len(routes)]
        path = path.replace("{session}", session["id"] if rolls.random() < 0.8 else "{session}")
        asked = []
        for one in operation.get("parameters", []):
            odd = quote(_as_text(rolls.choice(_ODD))[:3000], safe="")
            if one["in"] == "path":
                path = path.replace("{" + one["name"] + "}", odd or "%20")
            elif rolls.random() < 0.8:
                asked.append(f"{one['name']}={odd}")
        body = _body(operation, document, rolls)
        where = path + ("?" + "&".join(asked) if asked else "")
        row[0] += 1
        try:
            status, said = _ask(host, cookie, method, where, body)
        except (OSError, http.client.HTTPException) as error:
            found.append(f"{method} {where[:90]}: {type(error).__name__}: {error}")
            continue
        row[1] += status < 400
        row[2] += 400 <= status < 500
        if status >= 500:
            found.append(f"{method} {where[:90]} {body!r:.200}: {status} {said[:200]!r}")
        if status < 300 and path == "/api/jobs" and method == "POST":
            _ask(host, cookie, "POST", f"/api/jobs/{json.loads(said)['id']}/cancel", None)
    return row, found


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int | float) and abs(value) < 1e308 else "x" * 50


def _body(
    operation: dict[str, Any], document: dict[str, Any], rolls: random.Random
) -> bytes | None:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return None
    if "application/json" not in content:
        return rolls.randbytes(rolls.choice((0, 10, 5000)))
    kind = rolls.random()
    if kind < 0.1:
        return rolls.choice((b"", b"{", b"[" * 50_000, b"\xff\xfe", b'{"a": 1e999}', b"9" * 5000))
    good = _example(content["application/json"]["schema"], document, rolls, 0)
    return _spelled(_odd_within(good, rolls) if kind < 0.9 else good)


def _spelled(value: Any) -> bytes:
    return json.dumps(value).encode()


def _example(
    schema: dict[str, Any], document: dict[str, Any], rolls: random.Random, depth: int
) -> Any:
    """A value that a JSON schema allows, or nearly."""
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            schema = rolls.choice(schema[key])
    if "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].split("/")[1:]:
            found = found[step]
        return _example(found, document, rolls, depth + 1)
    if "const" in schema or "enum" in schema:
        return rolls.choice(schema.get("enum") or [schema["const"]])
    kind = schema.get("type")
    if kind == "object":
        properties, needed = schema.get("properties", {}), set(schema.get("required", ()))
        return {
            name: _example(inner, document, rolls, depth + 1)
            for name, inner in properties.items()
            if name in needed or (depth < 6 and rolls.random() < 0.5)
        }
    if kind == "array":
        inner = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        return [_example(inner, document, rolls, depth + 1) for _ in range(rolls.choice((0, 1, 3)))]
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    plain = {"integer": max(low, 1), "number": low + 0.5, "boolean": True, "null": None}
    return plain.get(str(kind), rolls.choice(("notes", "texture", "a name", "flute")))


def _messages(host: str, cookie: str, rolls: random.Random, each: int) -> tuple[Row, list[str]]:
    """Odd ones on the socket of a session; a new socket whenever one was closed with a reason."""
    row, found = [0, 0, 0], []
    said = _ask(host, cookie, "POST", "/api/sessions", b'{"instrument": "notes"}')[1]
    where = f"ws://{host}/api/sessions/{json.loads(said)['id']}/play"
    headers, origin = {"Cookie": cookie}, f"http://{host}"
    left = 4 * each
    while left:
        with connect(where, additional_headers=headers, origin=origin, max_size=None) as socket:
            while left:
                left -= 1
                row[0] += 1
                message = _message(rolls)
                try:
                    socket.send(message)
                    socket.send('{"type": "ping", "sent": 1}')
                    while not _is_pong(socket.recv(timeout=60)):
                        pass
                    row[1] += 1
                except TimeoutError:
                    found.append(f"{str(message)[:120]!r}: no answer")
                    break
                except WebSocketException:
                    row[2] += 1
                    # Of our own are 4000 and above, with words; 1009 is too large.
                    if (closed := socket.close_code or 0) < 4000 and closed != 1009:
                        found.append(f"{str(message)[:120]!r}: closed by {closed}")
                    break
    return row, found


def _message(rolls: random.Random) -> str | bytes:
    """One that a page may send, an odd one, or none at all."""
    if rolls.random() < 0.15:
        return rolls.choice((rolls.randbytes(40), b"", b"\0" * 100_000))
    if rolls.random() < 0.1:
        return rolls.choice(("", "{", "[" * 50_000, '{"type": "no such"}', "9" * 5000))
    schema = wire.FROM_PAGE.json_schema()
    good = _example(rolls.choice(schema["oneOf"]), schema, rolls, 0)
    return json.dumps(_odd_within(good, rolls) if rolls.random() < 0.6 else good)


def _is_pong(answer: str | bytes) -> bool:
    return isinstance(answer, str) and json.loads(answer)["type"] == "pong"


def _ask(host: str, cookie: str, method: str, path: str, body: bytes | None) -> tuple[int, str]:
    talk = http.client.HTTPConnection(host, timeout=60)
    kind = "application/octet-stream" if "/uploads" in path else "application/json"
    headers = {"Cookie": cookie, "Origin": f"http://{host}", "Content-Type": kind}
    try:
        talk.request(method, path, body, headers)
        answer = talk.getresponse()
        if "event-stream" in answer.headers.get("content-type", ""):
            return answer.status, ""
        return answer.status, answer.read().decode(errors="replace")
    finally:
        talk.close()


if __name__ == "__main__":
    sys.exit(main())
