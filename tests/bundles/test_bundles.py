"""Bundles go round, and every hostile one is refused with one line and no side effect."""

import hashlib
import json
import os
import pickle
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from forge import refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from latent_resonance.bundles.find import (
    check,
    describe,
    find_bundle,
    list_bundles,
    open_bundle,
    path_to_write,
)
from latent_resonance.bundles.manifest import Manifest, seal_of, spelled
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.stored_zip import pieces
from latent_resonance.bundles.write import rewrite_bundle, write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import (
    BundleError,
    InputError,
    OutputError,
    UnknownNameError,
)
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec

Make = Callable[..., Path]


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


def rezip(path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]], **how: int) -> Path:
    with zipfile.ZipFile(path, "w", **how) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


def content_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_goes_round_as_zip_and_as_folder(make_bundle: Make) -> None:
    one, two = read_bundle(make_bundle()), read_bundle(make_bundle("folder"))
    assert one.members == two.members
    assert one.facts == two.facts
    assert one.latent_size == 4
    assert one.format is not None
    assert one.format.bins == 32
    assert set(one.space.places) == {"tone"}
    np.testing.assert_array_equal(one.space.mean, np.zeros(4, np.float32))


def test_the_same_content_gives_the_same_bytes(make_bundle: Make) -> None:
    assert make_bundle("a.resonance").read_bytes() == make_bundle("b.resonance").read_bytes()


def test_plays_on_the_engine_and_says_the_same_twice(make_bundle: Make) -> None:
    bundle = read_bundle(make_bundle())
    player = find_part("models", "openvino").make({}, bundle)
    player.prepare(Spec())
    made = player.generate(Latent(np.array([1, 0, 0, 0], np.float32)))
    assert made.level_db.shape == (32, 16)
    assert made.level_db[0, 0] == pytest.approx(-30, abs=1e-3)
    assert made.level_db[-1, -1] == pytest.approx(-10, abs=1e-3)
    player.close()


@pytest.mark.parametrize("first", range(0, 997, 83))
def test_a_changed_byte_is_found_wherever_it_is(make_bundle: Make, first: int) -> None:
    path = make_bundle()
    data = path.read_bytes()
    heads = {*range(first % 2, 400, 2), *range(len(data) - 300, len(data), 3)}
    for at in sorted({*range(first, len(data), 997), *heads}):
        broken = bytearray(data)
        broken[at] ^= 1 << at % 8
        path.write_bytes(broken)
        refused(path, ".")


def test_a_changed_byte_of_the_drone_is_found(tmp_path: Path) -> None:
    data = list_bundles()["drone"].read_bytes()
    path = tmp_path / "drone.resonance"
    for at in range(0, len(data), 997 * 997):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        refused(path, ".")


def test_added_bytes_are_found(make_bundle: Make) -> None:
    path = make_bundle()
    data = path.read_bytes()
    path.write_bytes(data + b"more")
    refused(path, "added at its end")
    path.write_bytes(data[:-2] + b"\x04\0more")
    refused(path, "added at its end")
    # As zip programs do it: right, but in another spelling.
    rezip(path, list(content_of(path_of(data, path)).items()))
    refused(path, "belong to no member")
    path.write_bytes(data)
    read_bundle(path)


def path_of(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


def test_a_bundle_is_a_zip_to_other_programs(make_bundle: Make) -> None:
    with zipfile.ZipFile(make_bundle()) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["bundle.json", "latent.safetensors", "synthesis.onnx"]


def test_a_changed_member_is_named(make_bundle: Make) -> None:
    path = make_bundle()
    content = content_of(path)
    content["synthesis.onnx"] = content["synthesis.onnx"][:-1] + b"\x13"
    rezip(path, list(content.items()))
    refused(path, "'synthesis.onnx' was changed")


def test_a_changed_manifest_is_found(make_bundle: Make) -> None:
    path = make_bundle()
    content = content_of(path)
    content["bundle.json"] = content["bundle.json"].replace(b"CC0-1.0", b"CC0-9.9")
    rezip(path, list(content.items()))
    refused(path, "changed after it was sealed")


@pytest.mark.parametrize(
    "name",
    ["../../x", "/etc/x", "a/b", "a\\b", "C:x", "..", "x..y", ".hidden", "a\nb", "x.onnx\n", "a/"],
)
def test_names_that_lead_out_are_refused(make_bundle: Make, name: str, tmp_path: Path) -> None:
    path = make_bundle()
    rezip(path, [*content_of(path).items(), (name, b"!")])
    before = sorted(tmp_path.rglob("*"))
    refused(path, "leads out of the bundle")
    assert sorted(tmp_path.rglob("*")) == before


def test_links_are_refused(make_bundle: Make, tmp_path: Path) -> None:
    path = make_bundle()
    link = zipfile.ZipInfo("notes.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    rezip(path, [*content_of(path).items(), (link, b"/etc/passwd")])
    refused(path, "is a link")
    folder = make_bundle("folder")
    (folder / "notes.txt").symlink_to("/etc/hostname")
    refused(folder, "not a plain file")


def test_bombs_are_refused_before_they_swell(make_bundle: Make) -> None:
    path = make_bundle()
    content = content_of(path)
    rezip(
        path,
        [*content.items(), ("weights.safetensors", bytes(50 << 20))],
        compression=zipfile.ZIP_DEFLATED,
    )
    assert path.stat().st_size < 1 << 20
    refused(path, "compressed")


def test_claims_of_more_bytes_than_there_are_are_refused(make_bundle: Make) -> None:
    path = make_bundle()
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")
    swollen = bytearray(data)
    swollen[at + 20 : at + 28] = (0x7FFFFFFF).to_bytes(4, "little") * 2
    path.write_bytes(swollen)
    refused(path, "claim|damaged")


def test_twice_the_same_name_is_refused(make_bundle: Make) -> None:
    path = make_bundle()
    entries = list(content_of(path).items())
    with pytest.warns(UserWarning, match="Duplicate"):
        rezip(path, [*entries, ("synthesis.onnx", b"other")])
    refused(path, "two members of the same name")
    rezip(path, [*entries, ("Synthesis.onnx", b"other")])
    refused(path, "two members of the same name")


def test_a_million_members_are_not_even_listed(make_bundle: Make) -> None:
    path = make_bundle()
    data = bytearray(path.read_bytes())
    data[-12:-8] = (65_000).to_bytes(2, "little") * 2
    path.write_bytes(data)
    refused(path, "65000 members")
    locator = b"PK\x06\x07" + bytes(16)
    path.write_bytes(data[:-22] + locator + data[-22:])
    refused(path, "damaged")


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.resonance")
        refused(tmp_path / "pipe.resonance", "neither a folder nor a file")
    refused(tmp_path / "nothing.resonance", "cannot read .*No such file")
    refused(Path("a\0b"), "damaged")
    with pytest.raises(UnknownNameError):
        find_bundle("a" * 5000)


def test_members_are_what_their_names_say(make_bundle: Make) -> None:
    for name, data in (
        ("weights.bin", b"cos\nsystem\n(S'ls'\ntR."),
        ("run.py", b"print()"),
        ("preview.flac", b"RIFF"),
        ("preview.png", b"GIF89a"),
        ("notes.txt", b"\xff\xfe"),
    ):
        with pytest.raises(BundleError, match=r"bundles do not have|is not"):
            make_bundle(**{name.replace(".", "__"): data})
    with pytest.raises(BundleError, match="leads out"):
        make_bundle("folder", **{"../../x": b"!"})


def resealed(path: Path, **changes: object) -> Path:
    content = content_of(path)
    table = json.loads(content["bundle.json"]) | changes
    content["bundle.json"] = spelled(table | {"seal": seal_of(table)})
    path.write_bytes(b"".join(pieces(content)))
    return path


def test_a_manifest_means_what_it_says(make_bundle: Make) -> None:
    read_bundle(resealed(make_bundle(), description="a new word"))
    codec = {"n_fft": 64, "hop": 16, "columns": 16, "sample_rate": 16_000, "range_db": 80.0}
    for changes, says in (
        ({"latent_size": "4"}, "should be a whole number"),
        ({"latent_size": True}, "should be a whole number"),
        ({"schema_version": "9"}, "should be a whole number"),
        ({"schema_version": 0}, "greater"),
        ({"description": "clear \x1b[2J"}, "printed"),
        ({"\x1b[2J\n": 1}, "there is no such key"),
        ({"codec": None}, "needs a codec"),
        ({"beside": ["air", "grain"]}, "in this order"),
        ({"beside": ["grain", "grain"]}, "in this order"),
        ({"codec": {**codec, "window": "gauss", "hop": 32}}, "quarter"),
        ({"codec": {**codec, "window": "gauss", "n_fft": 16_384, "columns": 65_536}}, "64 million"),
        ({"controls": [{"name": "a", "low": 1.0, "high": 0.0}]}, "rest"),
    ):
        refused(resealed(make_bundle(), **changes), says)


class Planter:
    """Its pickle, when loaded, plants a file."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def __reduce__(self):
        return (Path.touch, (self.where,))


@pytest.mark.parametrize("header", [640, 896, 1152, 1408])
def test_weights_are_no_pickle_by_the_length_of_their_header(
    make_bundle: Make, header: int
) -> None:
    tensors = {"a": np.ones(3, np.float32)}
    bare = int.from_bytes(save(tensors, {"note": ""})[:8], "little")
    weights = save(tensors, {"note": "x" * (header - bare)})
    assert int.from_bytes(weights[:8], "little") == header
    read_bundle(make_bundle("padded.resonance", weights__safetensors=weights))


def test_pickles_are_never_loaded(make_bundle: Make, canary: Path, tmp_path: Path) -> None:
    evil = pickle.dumps(Planter(canary))
    alone = tmp_path / "evil.resonance"
    alone.write_bytes(evil)
    refused(alone, "is a pickle")
    old = tmp_path / "network.pkl"
    old.write_bytes(pickle.dumps(Planter(canary), protocol=0))
    refused(old, "never unpickles")
    with pytest.raises(BundleError, match="is a pickle"):
        make_bundle("inside.resonance", weights__safetensors=evil)
    inside = make_bundle("inside.resonance", weights__safetensors=save({}))
    content = content_of(inside) | {"weights.safetensors": evil}
    listed = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in content.items()
        if name != "bundle.json"
    }
    inside.write_bytes(b"".join(pieces(content)))
    refused(resealed(inside, members=listed), "is a pickle")
    network = rezip(tmp_path / "network.zip", [("archive/data.pkl", evil)])
    refused(network, "is a pickle")
    named = make_bundle("named.resonance")
    rezip(named, [*content_of(named).items(), ("weights.pkl", evil)])
    refused(named, "pickle")
    assert not canary.exists()


def test_incomplete_newer_and_other_files_are_refused(make_bundle: Make, tmp_path: Path) -> None:
    path = make_bundle()
    content = content_of(path)
    rezip(path, [(k, v) for k, v in content.items() if k != "synthesis.onnx"])
    refused(path, "'synthesis.onnx' is missing")
    rezip(path, [*content.items(), ("extra.txt", b"x")])
    refused(path, "not listed")
    newer = json.loads(content["bundle.json"]) | {"schema_version": 99}
    newer["seal"] = seal_of(newer)
    rezip(path, [*(content | {"bundle.json": json.dumps(newer).encode()}).items()])
    refused(path, "version 99")
    rezip(path, [("readme.txt", b"x")])
    refused(path, "no bundle.json")
    path.write_text("just a text")
    refused(path, "not a bundle")
    path.write_bytes(b"")
    refused(path, "not a bundle")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "no bundle.json")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4000))
def test_a_cut_file_is_refused(make_bundle: Make, keep: int) -> None:
    path = make_bundle()
    data = path.read_bytes()
    path.write_bytes(data[: min(keep, len(data) - 1)])
    with pytest.raises(BundleError):
        read_bundle(path)


def test_nothing_is_half_written(tmp_path: Path, make_bundle: Make) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        make_bundle("no/such/small.resonance")
    folder = make_bundle("folder")
    with pytest.raises(OutputError, match="exists already"):
        make_bundle("folder")
    assert {path.name for path in tmp_path.iterdir()} == {"folder"}
    shutil.rmtree(folder)


def test_found_by_name_or_path(make_bundle: Make, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("latent_resonance.bundles.find.user_folder", lambda: tmp_path)
    path = make_bundle("mine.resonance")
    assert find_bundle("mine") == path
    assert find_bundle(str(path)) == path
    assert "drone" in list_bundles()
    assert path_to_write(path, None) == path
    shipped = find_bundle("drone")
    assert path_to_write(shipped, shipped) == shipped
    with pytest.raises(InputError, match="'drone' ships with the program"):
        path_to_write(shipped, None)
    with pytest.raises(UnknownNameError, match="did you mean 'mine'"):
        open_bundle("mien")


def test_the_embedded_bundles_are_whole_small_and_say_where_they_come_from() -> None:
    for name, path in list_bundles().items():
        assert path.stat().st_size <= 12 << 20
        facts = describe(open_bundle(name))
        assert facts["provenance"]["data"]
        assert all(source["licence"] for source in facts["provenance"]["data"])
        assert facts["places"]
        assert check(name)["good"]


def test_a_renewed_bundle_knows_the_seals_under_which_it_sounded_the_same(
    make_bundle: Make, tmp_path: Path
) -> None:
    def renewed(before: Bundle, **changes: bytes) -> Bundle:
        members = {**before.members, **{k.replace("__", "."): v for k, v in changes.items()}}
        return read_bundle(rewrite_bundle(tmp_path / "new.resonance", before, members))

    first = read_bundle(make_bundle())
    assert "former_seals" not in first.facts
    places = [save({"anchor/tone": np.full(4, k, np.float32)}) for k in range(2)]
    second = renewed(first, latent__safetensors=places[0])
    third = renewed(second, latent__safetensors=places[1])
    assert third.former_seals == (first.seal, second.seal)
    assert third.seal not in third.former_seals
    assert renewed(third).facts == third.facts  # nothing is new
    changed = {**third.facts, "description": "anew"}
    again = write_bundle(
        tmp_path / "a.resonance", Manifest.model_validate(changed), third.members, third
    )
    assert read_bundle(again).former_seals[-1] == third.seal
    envelope = save({"gain": np.ones(4, np.float32)})
    assert renewed(third, envelope__safetensors=envelope).former_seals == ()
