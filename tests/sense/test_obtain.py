"""Obtaining the face models from a registry: a local one that serves what a bad day serves."""

import hashlib
import http.server
import io
import struct
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import field

from latent_resonance.sense.face_models.obtain import (
    DETECTOR,
    LANDMARKS,
    MESH,
    ObtainError,
    missing_models,
    obtain,
)

NAMES = [DETECTOR, LANDMARKS, MESH]


def forge_tarball() -> bytes:
    """A package with the layout of the real one, and nothing of its content."""
    weights = b"".join(
        field(3, field(1, k) + bytes([2 << 3 | 5]) + struct.pack("<f", 0.5)) for k in (4, 7)
    )
    mesh = field(2, field(3, struct.pack("<2340f", *range(2340))))
    geometry = (mesh + weights).ljust(3_757_224 - 3_737_848, b"\0")
    data = bytearray(3_986_256)
    for start in (0, 2_495_952, 3_757_224):
        data[start : start + 8] = b"\0\0\0\0TFL3"
    data[3_737_848:3_757_224] = geometry
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/face_mesh_solution_packed_assets.data")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(bytes(data)))
    return out.getvalue()


TARBALL = forge_tarball()


@pytest.fixture
def serve() -> Iterator[object]:
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(body: bytes, status: int = 200, claimed: int | None = None) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(claimed or len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_three_files_are_sliced_once(serve, tmp_path: Path) -> None:
    digest = hashlib.sha512(TARBALL).hexdigest()
    folder = tmp_path / "models"
    assert obtain(folder, serve(TARBALL), digest) == NAMES
    assert (folder / DETECTOR).stat().st_size == 229_032
    assert (folder / LANDMARKS).stat().st_size == 1_241_896
    assert '"vertices": [[0.0, 1.0, 2.0], [5.0, 6.0, 7.0]' in (folder / MESH).read_text()
    assert obtain(folder, "http://127.0.0.1:9", digest) == [], "nothing to do needs no network"
    (folder / MESH).unlink()
    assert obtain(folder, serve(TARBALL), digest) == [MESH]


@pytest.mark.parametrize(
    ("body", "how", "says"),
    [
        (TARBALL[:-1] + b"!", {}, "wrong sha512"),
        (TARBALL[:1000], {"claimed": len(TARBALL)}, "wrong sha512|cannot download"),
        (b"<html>sign in</html>", {}, "wrong sha512"),
        (b"gone", {"status": 404}, "cannot download"),
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(
    serve, tmp_path: Path, body: bytes, how: dict[str, int], says: str
) -> None:
    with pytest.raises(ObtainError, match=says):
        obtain(tmp_path, serve(body, **how), hashlib.sha512(TARBALL).hexdigest())
    assert list(tmp_path.iterdir()) == []
    assert missing_models(tmp_path) == NAMES


def test_no_network_and_no_plain_http_from_afar(tmp_path: Path) -> None:
    with pytest.raises(ObtainError, match="cannot download"):
        obtain(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(ObtainError, match="not https"):
        obtain(tmp_path, "http://example.org")


def test_another_layout_is_refused(serve, tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("package/other"))
    other = out.getvalue()
    with pytest.raises(ObtainError, match="has no package/"):
        obtain(tmp_path, serve(other), hashlib.sha512(other).hexdigest())
