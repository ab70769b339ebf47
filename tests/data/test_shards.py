"""Reading shards: little memory, other processes, damage; and pictures for StyleGAN's own tools."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.data.pictures import export_folder, export_zip, picture, stylegan_hint
from latent_resonance.data.prepare.options import make_options
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.shards import Shards, open_shards
from latent_resonance.data.synthetic.sustained import sustain

pytest.importorskip("pyarrow")

OPTIONS = make_options(n_fft=128, hop=32, columns=64, sample_rate=8000)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    for label, pitch in (("b", 60), ("a", 72)):
        (folder / label).mkdir()
        for number in range(3):
            sound = sustain("reed", pitch + number, 0.3, 8000)
            soundfile.write(folder / label / f"{number}.wav", sound, 8000)
    output = tmp_path_factory.mktemp("out")
    prepare(folder, output, OPTIONS)
    return output


def test_shards_go_to_other_processes(prepared: Path) -> None:
    shards = open_shards(prepared)
    first = shards[0]
    copy = pickle.loads(pickle.dumps(shards))
    assert not copy._open, "files are opened anew"
    np.testing.assert_array_equal(copy[0], first)
    np.testing.assert_array_equal(shards[-1], shards[len(shards) - 1])
    assert sum(1 for _ in shards) == len(shards) == 6
    assert shards.batch([]).shape == (0, 64, 64)
    with pytest.raises(IndexError):
        shards[6]
    with pytest.raises(InputError, match="no column 'x'; there is: shard"):
        shards.facts("x")


def test_random_access_reads_no_whole_shard(tmp_path: Path) -> None:
    import tracemalloc

    (tmp_path / "in").mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000 * 600)
    soundfile.write(tmp_path / "in" / "long.flac", noise, 16_000)
    report = prepare(tmp_path / "in", tmp_path / "out", make_options(overlap=0.5))
    assert report.shards == 1
    assert report.megabytes > 35
    shards = open_shards(tmp_path / "out")
    shards[0]
    tracemalloc.start()
    for index in (5, 500, 100, 300):
        shards[index]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6, "four windows of 0.26 MB, one at a time"


def test_damage_is_one_clear_line(prepared: Path, tmp_path: Path) -> None:
    import shutil

    def damaged(name: str, content: bytes | None) -> Path:
        folder = tmp_path / f"d{len(list(tmp_path.iterdir()))}"
        shutil.copytree(prepared, folder)
        for path in folder.glob(name):
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
        return folder

    with pytest.raises(InputError, match="no prepared data"):
        open_shards(tmp_path)
    for name, content, says in (
        ("prepared.json", b"{", "damaged"),
        ("prepared.json", b'{"schema_version": 9}', "version 9"),
        ("manifest.parquet", b"PAR1", "cannot be read"),
        ("manifest.parquet", None, "not finished"),
    ):
        with pytest.raises(InputError, match=says):
            open_shards(damaged(name, content))
    for content in (b"", b"\xff" * 64, None):
        shards = open_shards(damaged("shards/*", content))
        with pytest.raises(InputError, match="cannot be read"):
            shards[0]


def check_pictures(shards: Shards, read: dict[str, bytes]) -> None:
    """As StyleGAN's loader goes: sorted names of pictures, labels by name."""
    names = sorted(name for name in read if name.endswith(".png"))
    assert names == [f"00000/img{index:08d}.png" for index in range(6)]
    labels = dict(json.loads(read["dataset.json"])["labels"])
    assert [labels[name] for name in names] == [0, 0, 0, 1, 1, 1]
    for index, name in enumerate(names):
        opened = Image.open(io.BytesIO(read[name]))
        assert opened.mode == "L"
        pixels = np.asarray(opened)
        assert pixels.shape == (64, 64)
        np.testing.assert_allclose((pixels[::-1] / 255 - 1) * 80, shards[index], atol=1e-4)
        assert len(read[name]) > pixels.size, "stored without compression"


def test_a_zip_as_dataset_tool_writes_it(prepared: Path, tmp_path: Path) -> None:
    shards = open_shards(prepared)
    path = export_zip(shards, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
        check_pictures(shards, {name: archive.read(name) for name in archive.namelist()})
    assert export_zip(shards, tmp_path / "b.zip").read_bytes() == path.read_bytes()
    with pytest.raises(OutputError, match="cannot write"):
        export_zip(shards, tmp_path / "gone" / "a.zip")


def test_a_folder_as_dataset_tool_writes_it(prepared: Path, tmp_path: Path) -> None:
    shards = open_shards(prepared)
    path = tmp_path / "pictures"
    for _ in range(2):  # the second replaces the first
        export_folder(shards, path)
        read = {
            file.relative_to(path).as_posix(): file.read_bytes()
            for file in path.rglob("*")
            if file.is_file()
        }
        check_pictures(shards, read)
    assert [item.name for item in tmp_path.iterdir()] == ["pictures"]
    (tmp_path / "mine").mkdir()
    with pytest.raises(OutputError, match="holds no pictures"):
        export_folder(shards, tmp_path / "mine")


def test_labels_are_null_unless_every_window_has_one(tmp_path: Path) -> None:
    (tmp_path / "in" / "named").mkdir(parents=True)
    for name in ("a.wav", "named/b.wav"):
        soundfile.write(tmp_path / "in" / name, sustain("reed", 60, 0.3, 8000), 8000)
    options = OPTIONS.model_copy(update={"levels": "float16", "columns": 48})
    prepare(tmp_path / "in", tmp_path / "out", options)
    shards = open_shards(tmp_path / "out")
    np.testing.assert_array_equal(shards.label_indices, [-1, -1, 0, 0])
    with zipfile.ZipFile(export_zip(shards, tmp_path / "a.zip")) as archive:
        assert json.loads(archive.read("dataset.json")) == {"labels": None}
    assert picture(shards, 0).dtype == np.uint8
    assert picture(shards, 0).max() == 255
    assert "48 x 64" in stylegan_hint(shards)
