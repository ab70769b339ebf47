"""A server on this machine that speaks as much of the hub's language as a download needs."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = "someone/tiny"
COMMIT = "0123456789" * 4


class Hub:
    """Serves the files of a folder as ``someone/tiny``; remembers what was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked, self.ranges = folder, [], []
        self.cut = ""  # a file whose download breaks off in the middle, once, and then is refused
        self.broken = False
        self.sha256 = ""
        outer = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_HEAD(self) -> None:
                outer.answer(self, body=False)

            def do_GET(self) -> None:
                outer.answer(self, body=True)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> "Hub":
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, to: BaseHTTPRequestHandler, *, body: bool) -> None:
        path = to.path.partition("?")[0]
        self.asked.append(path)
        if path.startswith(f"/api/models/{NAME}/revision/"):
            files = [one for one in self.folder.rglob("*") if one.is_file()]
            told = {
                "id": NAME,
                "sha": COMMIT,
                "siblings": [self.sibling(one) for one in files],
            }
            self.send(to, 200, json.dumps(told).encode(), body=body)
            return
        for part, status, code in (
            ("someone/closed", 403, "GatedRepo"),
            ("someone/none", 404, "RepoNotFound"),
            ("someone/busy", 503, ""),
        ):
            if part in path:
                self.send(to, status, b"{}", {"X-Error-Code": code} if code else {}, body=body)
                return
        found = re.fullmatch(rf"/{NAME}/resolve/{COMMIT}/(.+)", path)
        if not found:
            self.send(to, 404, b"", {"X-Error-Code": "EntryNotFound"}, body=body)
            return
        self.file(to, found[1], body=body)

    def sibling(self, path: Path) -> dict[str, object]:
        size = path.stat().st_size
        told = {"rfilename": path.relative_to(self.folder).as_posix(), "size": size}
        if path.suffix == ".safetensors":
            sha256 = self.sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
            told["lfs"] = {"sha256": sha256, "size": size, "pointerSize": 130}
        return told

    def file(self, to: BaseHTTPRequestHandler, name: str, *, body: bool) -> None:
        data = (self.folder / name).read_bytes()
        headers = {
            "ETag": f'"{hashlib.sha256(data).hexdigest()}"',
            "X-Repo-Commit": COMMIT,
            "Accept-Ranges": "bytes",
        }
        start = to.headers.get("Range", "")
        if body and name == self.cut:
            if self.broken:
                self.send(to, 503, b"", body=body)
                return
            self.broken = True
            self.send(to, 200, data, headers, body=body, only=len(data) // 2)
            return
        if body and start:
            self.ranges.append((name, start))
            at = int(start.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {at}-{len(data) - 1}/{len(data)}"
            self.send(to, 206, data[at:], headers, body=body)
            return
        self.send(to, 200, data, headers, body=body)

    def send(self, to, status, data, headers=None, *, body, only=None) -> None:
        to.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
            to.send_header(name, value)
        to.end_headers()
        if body:
            to.wfile.write(data[:only])
        if only is not None:
            to.close_connection = True
