"""The page's half of the protocol: made from ours, never by hand, never stale."""

import json
import re
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.studio import frames, wire
from latent_resonance.studio.openapi import openapi_document
from latent_resonance.studio.protocol import generated, main

FOLDER = Path(__file__).resolve().parents[2] / "web" / "src" / "generated"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the page's sources are not in this copy")
def test_what_lies_in_web_is_what_would_be_written() -> None:
    assert main(["--check"]) == 0


def test_a_stale_file_fails_the_check_and_writing_mends_it(tmp_path: Path, capsys) -> None:
    assert main(["--check", "--output", str(tmp_path)]) == 1
    assert "stale" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["--output", str(tmp_path)]) == 0
    assert main(["--check", "--output", str(tmp_path)]) == 0
    (tmp_path / "wire.json").write_text("{}")
    assert main(["--check", "--output", str(tmp_path)]) == 1


def test_it_is_the_same_each_time() -> None:
    assert generated() == generated()


def test_every_message_and_route_is_in_it() -> None:
    wired = json.loads(generated()["wire.json"])
    for union in (wire.FromPage, wire.ToPage):
        for one in union.__args__[0].__args__:
            assert one.__name__ in wired["schemas"]
    operations = [
        operation["operationId"]
        for methods in openapi_document()["paths"].values()
        for operation in methods.values()
    ]
    assert len(operations) == len(set(operations))
    if FOLDER.is_dir():
        names = re.findall(r"^  (\w+): \(", (FOLDER / "api.ts").read_text(), re.MULTILINE)
        assert {name.removesuffix("Url") for name in names} == {
            operation.removesuffix("Url") for operation in operations
        }


def test_headers_do_not_overlap_and_hold_what_was_put_in() -> None:
    for frame in frames.FRAMES:
        taken = [0]
        for field in frame.fields:
            size = struct.calcsize(field.kind)
            assert field.offset % size == 0, "a DataView does not care, a struct in C does"
            taken += range(field.offset, field.offset + size)
        assert len(taken) == len(set(taken))
        assert max(taken) < frames.HEADER_BYTES
    packed = frames.pack_sound(np.ones((3, 2), np.float32), 2**40, 1.5, 2.5)
    assert frames.SOUND.unpack(packed) == {
        "channels": 2,
        "frames": 3,
        "frame": 2**40,
        "generation_ms": 1.5,
        "render_ms": 2.5,
    }
    with pytest.raises(ValueError, match="no picture"):
        frames.PICTURE.unpack(packed)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the page's sources are not in this copy")
def test_the_page_reads_what_we_pack(tmp_path: Path) -> None:
    """The reader itself is run, its types taken out by hand."""
    source = (FOLDER / "wire.ts").read_text()
    script = source[source.index("export function readFrame") :]
    script = re.sub(r"\(message: ArrayBuffer\): [^{]+\{", "(message) {", script)
    script = script.removeprefix("export ")
    sound = frames.pack_sound(np.array([[0.5, -0.25]], np.float32), 123_456_789_012, 1.5, 2.25)
    columns = np.arange(6, dtype=np.uint8).reshape(2, 3)
    picture = frames.pack_picture(columns, 7, 960.5, -12.5)
    asked = "".join(
        f"console.log(JSON.stringify(readFrame(new Uint8Array({list(one)}).buffer)));"
        for one in (sound, picture, b"\x09" * 30, b"\x01")
    )
    (tmp_path / "read.js").write_text(script + asked)
    told = subprocess.run(
        ["node", tmp_path / "read.js"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    first, second = json.loads(told[0]), json.loads(told[1])
    assert first == {
        "kind": "sound",
        "channels": 2,
        "frames": 1,
        "frame": 123_456_789_012,
        "generation_ms": 1.5,
        "render_ms": 2.25,
        "payload": {"0": 0.5, "1": -0.25},
    }
    assert (second["rows"], second["columns"], second["skipped"]) == (3, 2, 7)
    assert (second["frame"], second["level_db"]) == (960.5, -12.5)
    assert list(second["payload"].values()) == list(range(6))
    assert told[2:] == ["null", "null"]
