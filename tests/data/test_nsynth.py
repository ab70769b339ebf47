"""NSynth in small: forged splits, a server that breaks off, archives that are not what they seem."""

import csv
import gzip
import hashlib
import http.server
import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.data.nsynth.archive import Limits, archive_name, fetch_split, unpack
from latent_resonance.data.nsynth.examples import Filter, read_notes
from latent_resonance.data.nsynth.select import select
from latent_resonance.data.web.client import Client, Manners, WebError

NOTES = [
    (f"{family}_{source}_{number:03}", family, source, pitch, velocity)
    for number, (family, source) in enumerate(
        [
            ("brass", "acoustic"),
            ("brass", "synthetic"),
            ("string", "acoustic"),
            ("reed", "electronic"),
        ]
    )
    for pitch in (36, 60, 84)
    for velocity in (25, 127)
]


def wav(pitch: int) -> bytes:
    file = io.BytesIO()
    sound = 0.3 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * np.arange(1600) / 16_000)
    soundfile.write(file, sound, 16_000, format="WAV", subtype="PCM_16")
    return file.getvalue()


def contents(split: str = "test") -> dict[str, bytes]:
    """Members of an archive as NSynth lays them out."""
    examples, files = {}, {}
    for serial, (instrument, family, source, pitch, velocity) in enumerate(NOTES):
        name = f"{instrument}-{pitch:03}-{velocity:03}"
        examples[name] = {
            "note": 50_000 + serial,
            "note_str": name,
            "instrument": serial,
            "instrument_str": instrument,
            "instrument_family": 1,
            "instrument_family_str": family,
            "instrument_source": 0,
            "instrument_source_str": source,
            "pitch": pitch,
            "velocity": velocity,
            "sample_rate": 16_000,
            "qualities": [0] * 10,
            "qualities_str": ["reverb"] if velocity == 127 and family == "reed" else [],
        }
        files[f"nsynth-{split}/audio/{name}.wav"] = wav(pitch)
    return {f"nsynth-{split}/examples.json": json.dumps(examples).encode(), **files}


def archive(members: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                content.name = name
                tar.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


ARCHIVE = archive(contents())


@pytest.fixture
def split(tmp_path: Path) -> Path:
    for name, content in contents().items():
        path = tmp_path / "nsynth" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "nsynth"


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_selection_is_a_folder_of_the_projects_own(split: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    done = select(split, output, Filter(families=("brass",), lowest=50, highest=90))
    assert (done.notes, done.families, done.missing) == (8, {"brass": 8}, 0)
    found = rows(output)
    assert {row["file"] for row in found} == {path.name for path in output.glob("*.wav")}
    first = found[0]
    assert first["file"] == "brass_acoustic_000-060-025.wav"
    assert (first["instrument"], first["family"]) == ("brass_acoustic_000", "brass")
    assert (first["midi_pitch"], first["velocity"], first["origin"]) == ("60", "25", "acoustic")
    assert (first["licence"], first["split"]) == ("CC-BY-4.0", "test")
    assert "Engel" in first["attribution"]
    # The folder goes into prepare as any other.
    from latent_resonance.data.prepare.sources import find_sources

    source = find_sources(output, "family").sources[0]
    assert (source.label, source.pitch, source.velocity) == ("brass", 60.0, 25.0)
    assert source.licence == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(), 24),
        (Filter(sources=("acoustic",)), 12),
        (Filter(velocities=(127,)), 12),
        (Filter(without=("reverb",)), 21),
        (Filter(lowest=60, highest=60), 8),
        (Filter(families=("reed", "string"), velocities=(25,), lowest=84), 2),
        (Filter(splits=("test",)), 24),
        (Filter(count=4), 4),
    ],
)
def test_filters(split: Path, tmp_path: Path, wanted: Filter, count: int) -> None:
    assert select(split, tmp_path / "out", wanted).notes == count
    for row in rows(tmp_path / "out"):
        assert wanted.lowest <= int(row["midi_pitch"]) <= wanted.highest
        assert not wanted.sources or row["origin"] in wanted.sources
        assert not wanted.velocities or int(row["velocity"]) in wanted.velocities
        assert not set(wanted.without) & set(row["qualities"].split())


def test_a_draw_is_even_and_the_same_for_a_seed(split: Path, tmp_path: Path) -> None:
    done = select(split, tmp_path / "a", Filter(count=6, seed=1))
    assert done.families == {"brass": 2, "reed": 2, "string": 2}
    select(split, tmp_path / "b", Filter(count=6, seed=1))
    select(split, tmp_path / "c", Filter(count=6, seed=2))
    assert rows(tmp_path / "a") == rows(tmp_path / "b") != rows(tmp_path / "c")


@pytest.mark.parametrize("link", ["auto", "hard", "symbolic", "copy"])
def test_links_and_copies(split: Path, tmp_path: Path, link: Any) -> None:
    output = tmp_path / "out"
    select(split, output, Filter(families=("reed",)), link)
    path = output / "reed_electronic_003-036-025.wav"
    original = split / "nsynth-test" / "audio" / path.name
    assert path.is_symlink() == (link == "symbolic")
    assert path.samefile(original) == (link != "copy")
    assert path.read_bytes() == original.read_bytes()
    # Another selection takes its place, and the sounds themselves stay.
    select(split, output, Filter(families=("string",)), link)
    assert len(list(output.glob("*.wav"))) == 6
    assert original.read_bytes() == wav(36)


def test_the_same_note_in_two_splits_is_taken_once_and_never_written_through(
    split: Path, tmp_path: Path
) -> None:
    for name, content in contents("valid").items():
        path = split / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[:-2] + b"xx" if name.endswith(".wav") else content)
    done = select(split, tmp_path / "out", Filter(families=("reed",)))
    assert done.notes == 6
    assert {row["split"] for row in rows(tmp_path / "out")} == {"valid"}
    for path in (split / "nsynth-test" / "audio").glob("reed*"):
        assert not path.read_bytes().endswith(b"xx")


def test_what_is_wrong_is_said(split: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for wrong, says in (
        ({"families": ("bras",)}, "did you mean 'brass'"),
        ({"sources": ("x",)}, "no source"),
        ({"without": ("revrb",)}, "'reverb'"),
        ({"splits": ("tst",)}, "'test'"),
    ):
        with pytest.raises(UnknownNameError, match=says):
            Filter(**wrong)
    with pytest.raises(InputError, match=r"LOWEST\.\.HIGHEST"):
        Filter(lowest=90, highest=80)
    with pytest.raises(InputError, match="no note"):
        select(split, out, Filter(families=("vocal",)))
    with pytest.raises(InputError, match=r"no train split of NSynth.*--download"):
        select(split, out, Filter(splits=("train",)))
    with pytest.raises(InputError, match="holds no NSynth"):
        select(tmp_path, out, Filter())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").touch()
    with pytest.raises(OutputError, match=r"holds other things \(a.txt\)"):
        select(split, tmp_path / "mine", Filter())
    for path in (split / "nsynth-test" / "audio").glob("brass*"):
        path.unlink()
    assert select(split, out, Filter()).missing == 12
    with pytest.raises(InputError, match="12 pass, but their sounds are not there"):
        select(split, out, Filter(families=("brass",)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "damaged"),
        (b"[1]", "not a JSON object"),
        (json.dumps({"../../x": {}}).encode(), "no note of NSynth"),
        (json.dumps({"a/b_000-000-000": {}}).encode(), "no note of NSynth"),
        (json.dumps({"brass_acoustic_000-060-025": {"pitch": 60}}).encode(), "instrument_str"),
        (
            json.dumps(
                {
                    "brass_acoustic_000-060-025": {
                        "pitch": 600,
                        "velocity": 25,
                        "instrument_str": "a_1",
                        "instrument_family_str": "brass",
                        "instrument_source_str": "acoustic",
                    }
                }
            ).encode(),
            "'pitch'",
        ),
    ],
)
def test_damaged_examples(split: Path, content: bytes, says: str) -> None:
    (split / "nsynth-test" / "examples.json").write_bytes(content)
    with pytest.raises(InputError, match=says):
        list(read_notes(split / "nsynth-test"))


class Mirror:
    """A server with ranges that hangs up after so many bytes of each answer."""

    def __init__(self, body: bytes, hang_up: list[int] | None = None, ranges: bool = True) -> None:
        self.body = body
        self.hang_up = hang_up or []
        self.ranges = ranges
        self.asked: list[tuple[str, str | None]] = []
        self.tag: str | None = '"one"'

    def handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                mirror.asked.append((self.path, wanted))
                body, status = mirror.body, 200
                same = self.headers.get("If-Range") in {None, mirror.tag}
                start = int(re.findall(r"\d+", wanted)[0]) if wanted else 0
                if wanted and mirror.ranges and same:
                    if start >= len(body):
                        self.send_response(416)
                        self.send_header("Content-Range", f"bytes */{len(body)}")
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                        return
                    status = 206
                    body = body[start:]
                self.send_response(status)
                self.send_header("Content-Type", "application/gzip")
                self.send_header("Content-Length", str(len(body)))
                if mirror.tag:
                    self.send_header("ETag", mirror.tag)
                if status == 206:
                    end = len(mirror.body)
                    self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
                self.end_headers()
                if mirror.hang_up:
                    body = body[: mirror.hang_up.pop(0)]
                    self.close_connection = True
                self.wfile.write(body)

        return Handler


def client_of(address: str, attempts: int = 3) -> Client:
    return Client(address, Manners(1e9, attempts, timeout_seconds=5), sleep=lambda _: None)


Serve = Callable[[Any], str]


def test_a_split_is_brought_and_unpacked(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(ARCHIVE)
    client = client_of(serve(mirror.handler()))
    digest = hashlib.sha256(ARCHIVE).hexdigest()
    seen: list[tuple[float, float]] = []
    path, got = fetch_split(client, "test", tmp_path, digest.upper(), lambda *at: seen.append(at))
    assert got == digest
    assert seen[-1] == (len(ARCHIVE), len(ARCHIVE))
    assert mirror.asked == [(f"/datasets/nsynth/{archive_name('test')}", None)]
    folder = unpack(path, tmp_path)
    assert folder == tmp_path / "nsynth-test"
    assert select(tmp_path, tmp_path / "out", Filter()).notes == 24
    fetch_split(client, "test", tmp_path, digest)
    assert len(mirror.asked) == 1, "what is here is not asked for"
    assert unpack(path, tmp_path) == folder


def test_a_connection_that_is_cut_goes_on(serve: Serve, tmp_path: Path) -> None:
    # More cuts than attempts: what counts is that bytes keep coming.
    mirror = Mirror(ARCHIVE, hang_up=[1000] * 5)
    path, digest = fetch_split(client_of(serve(mirror.handler())), "test", tmp_path)
    assert digest == hashlib.sha256(ARCHIVE).hexdigest()
    assert [asked for _, asked in mirror.asked] == [
        None, *(f"bytes={1000 * k}-" for k in range(1, 6)),
    ]  # fmt: skip
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_a_run_that_was_cut_goes_on(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(ARCHIVE, hang_up=[2000, 0, 0, 0])
    address = serve(mirror.handler())
    with pytest.raises(WebError, match="breaks off"):
        fetch_split(client_of(address), "test", tmp_path)
    assert not (tmp_path / archive_name("test")).exists()
    mirror.asked.clear()
    fetch_split(client_of(address), "test", tmp_path)
    assert mirror.asked[0][1] == "bytes=2000-"
    assert (tmp_path / archive_name("test")).read_bytes() == ARCHIVE


@pytest.mark.parametrize("tag", ['"two"', None])
def test_another_file_than_the_one_begun_is_read_from_the_start(
    serve: Serve, tmp_path: Path, tag: str | None
) -> None:
    mirror = Mirror(ARCHIVE, hang_up=[2000, 0, 0, 0])
    address = serve(mirror.handler())
    with pytest.raises(WebError):
        fetch_split(client_of(address), "test", tmp_path)
    mirror.body, mirror.tag = ARCHIVE[::-1] + b"longer", tag
    path, _ = fetch_split(client_of(address), "test", tmp_path)
    assert path.read_bytes() == mirror.body


def test_a_server_without_ranges_and_one_whose_file_shrank(serve: Serve, tmp_path: Path) -> None:
    mirror = Mirror(ARCHIVE, hang_up=[3000], ranges=False)
    path, _ = fetch_split(client_of(serve(mirror.handler())), "test", tmp_path / "a")
    assert path.read_bytes() == ARCHIVE
    mirror = Mirror(ARCHIVE, hang_up=[3000, 0, 0, 0])
    mirror.tag = None
    address = serve(mirror.handler())
    with pytest.raises(WebError):
        fetch_split(client_of(address), "test", tmp_path / "b")
    mirror.body = ARCHIVE[:2500]
    path, _ = fetch_split(client_of(address), "test", tmp_path / "b")
    assert path.read_bytes() == ARCHIVE[:2500]


def test_another_checksum_is_refused(serve: Serve, tmp_path: Path) -> None:
    client = client_of(serve(Mirror(ARCHIVE).handler()))
    with pytest.raises(InputError, match=r"refused has sha256 .* damaged or another"):
        fetch_split(client, "test", tmp_path, "0" * 64)
    assert not (tmp_path / archive_name("test")).exists()
    with pytest.raises(InputError, match="64 hexadecimal"):
        fetch_split(client, "test", tmp_path, "abc")


def special(kind: bytes, target: str = "/etc/passwd") -> tarfile.TarInfo:
    info = tarfile.TarInfo()
    info.type = kind
    info.linkname = target
    return info


GOOD = "nsynth-test/audio/brass_acoustic_000-060-025.wav"


@pytest.mark.parametrize(
    "members",
    [
        {"../evil.wav": b"x"},
        {"/tmp/evil.wav": b"x"},
        {"nsynth-test/audio/../../../evil.wav": b"x"},
        {"nsynth-test/audio/sub/evil.wav": b"x"},
        {"nsynth-test/audio/evil.py": b"x"},
        {"nsynth-valid/audio/other-split.wav": b"x"},
        {"nsynth-test/audio/evil\n.wav": b"x"},
        {GOOD: special(tarfile.SYMTYPE)},
        {GOOD: special(tarfile.LNKTYPE)},
        {GOOD: special(tarfile.CHRTYPE)},
        {GOOD: special(tarfile.FIFOTYPE)},
        {"nsynth-test/audio": special(tarfile.SYMTYPE, "/tmp"), GOOD: b"x"},
        {"elsewhere/": special(tarfile.DIRTYPE)},
    ],
)
def test_archives_that_hold_anything_else_are_refused(
    tmp_path: Path, members: dict[str, Any]
) -> None:
    path = tmp_path / "in" / archive_name("test")
    path.parent.mkdir()
    path.write_bytes(archive({**contents(), **members}))
    with pytest.raises(InputError, match="which NSynth does not"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out" / "nsynth-test").exists()
    assert not list(tmp_path.rglob("*evil*"))
    assert not [item for item in tmp_path.rglob("*") if item.is_symlink()]


def test_archives_that_hold_too_much_are_refused(tmp_path: Path) -> None:
    path = tmp_path / archive_name("test")
    path.write_bytes(ARCHIVE)
    for limits in (Limits(wav=100), Limits(examples=100), Limits(files=5), Limits(total=9000)):
        with pytest.raises(InputError, match="more than"):
            unpack(path, tmp_path, limits)
    # A bomb: a kilobyte that says a gigabyte.
    path.write_bytes(archive({**contents(), GOOD: b"\0" * (4 << 20)}))
    with pytest.raises(InputError, match="has 4194304 bytes, more than"):
        unpack(path, tmp_path)


def test_archives_that_are_cut_or_none_are_refused_and_a_whole_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / archive_name("test")
    for content, says in (
        (ARCHIVE[: len(ARCHIVE) // 2], "damaged or cut off"),
        (b"<html>" * 100, "damaged|no gzip"),
        (b"", "damaged|no gzip"),
        (gzip.compress(b"no tar" * 300), "damaged"),
        (archive({GOOD: wav(60)}), "holds no nsynth-test/examples.json"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=says):
            unpack(path, tmp_path)
        assert not (tmp_path / "nsynth-test").exists()
    path.write_bytes(ARCHIVE)
    folder = unpack(path, tmp_path)
    assert {
        file.relative_to(tmp_path).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    } == contents()


def test_an_interrupted_unpacking_goes_on_with_the_same_archive_only(tmp_path: Path) -> None:
    path = tmp_path / archive_name("test")
    path.write_bytes(ARCHIVE)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    many = {f"nsynth-test/audio/brass_acoustic_{k:03}-060-025.wav": wav(60) for k in range(120)}
    path.write_bytes(archive({**many, **contents()}))
    with pytest.raises(KeyboardInterrupt):
        unpack(path, tmp_path, on_progress=stop)
    begun = {item.name: item.stat().st_mtime_ns for item in tmp_path.rglob("*.wav")}
    assert len(begun) == 100
    unpack(path, tmp_path)
    after = {item.name: item.stat().st_mtime_ns for item in tmp_path.rglob("*.wav")}
    assert begun.items() <= after.items(), "not written again"
    # The same names and sizes from another archive are not taken for this one's.
    other = tmp_path / "other"
    other.mkdir()
    path = path.rename(other / path.name)
    with pytest.raises(KeyboardInterrupt):
        unpack(path, other, on_progress=stop)
    changed = {name: wav(61) for name in many}
    path.write_bytes(archive({**changed, **contents()}))
    unpack(path, other)
    assert (other / "nsynth-test/audio/brass_acoustic_009-060-025.wav").read_bytes() == wav(61)
    with pytest.raises(InputError, match="not named"):
        unpack(tmp_path / "x.tar.gz", tmp_path)


def test_the_command(serve: Serve, tmp_path: Path) -> None:
    import subprocess
    import sys

    def run(*more: object) -> subprocess.CompletedProcess[str]:
        code = "from latent_resonance.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, "data", "nsynth", str(tmp_path), *map(str, more)],
            capture_output=True,
            text=True,
        )

    address = serve(Mirror(ARCHIVE).handler())
    out = tmp_path / "out"
    done = run("--download", "test", "--server", address, "--output", out, "--family", "brass",
               "--pitch", "60..84", "--velocity", 127, "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["notes"] == 4
    assert report["sha256"] == hashlib.sha256(ARCHIVE).hexdigest()
    assert run().returncode == 2
    wrong = run("--output", out, "--pitch", "C4")
    assert wrong.returncode == 1
    assert wrong.stderr.strip() == (
        "resonance: --pitch C4: write it as LOWEST..HIGHEST, such as 36..84"
    )
