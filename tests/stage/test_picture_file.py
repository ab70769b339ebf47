"""Picture files: the last picture or all of them, whole or not there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from latent_resonance.contracts import parts
from latent_resonance.contracts.errors import AssemblyError, MediaError, OutputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage import picture_file
from latent_resonance.stage.metadata.recipe_of import KEY, read_recipe, spell_recipe


def picture(k: int) -> Frame:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[..., 0], pixels[:, :, 1] = 10 * k, np.arange(30)
    return Frame(pixels, k / 30)


def prepared(path: Path, *, keep_short: bool = False, **spec: Any) -> picture_file.Part:
    stage = picture_file.Part(picture_file.Options(path=path, keep_short=keep_short))
    stage.prepare(Spec(picture=PictureFormat(30, 20, 30), **spec))
    return stage


def show(stage: picture_file.Part, count: int) -> None:
    for k in range(count):
        stage.show(picture(k))


def names(folder: Path) -> list[str]:
    return sorted(str(item.relative_to(folder)) for item in folder.rglob("*"))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_one_file_has_the_last_picture(tmp_path: Path, suffix: str) -> None:
    stage = prepared(tmp_path / f"a{suffix}")
    show(stage, 4)
    assert f"a{suffix}" not in names(tmp_path), "it appears when it is whole"
    stage.close()
    stage.close()
    assert names(tmp_path) == [f"a{suffix}"]
    with Image.open(tmp_path / f"a{suffix}") as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    np.testing.assert_allclose(pixels, picture(3).pixels, atol=0 if suffix == ".png" else 8)


def test_the_last_picture_is_kept_though_its_array_is_used_again(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.png")
    frame = picture(3)
    stage.show(frame)
    frame.pixels[:] = 0
    stage.close()
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(np.asarray(image), picture(3).pixels)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("frames", ["frames/00001.png", "frames/00002.png", "frames/00003.png"]),
        ("there", ["there/00001.png", "there/00002.png", "there/00003.png", "there/mine.txt"]),
        ("a/b/x%02d.jpg", ["a/b/x01.jpg", "a/b/x02.jpg", "a/b/x03.jpg"]),
    ],
)
def test_a_folder_or_a_pattern_has_all_pictures(
    tmp_path: Path, path: str, wanted: list[str]
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    stage = prepared(tmp_path / path)
    show(stage, 3)
    stage.close()
    folder = wanted[0].split("/")[0]
    assert [name for name in names(tmp_path) if name.startswith(folder) and "." in name] == wanted
    with Image.open(tmp_path / wanted[1]) as image:
        np.testing.assert_allclose(np.asarray(image).astype(int), picture(1).pixels, atol=8)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_the_recipe_travels_in_the_picture(tmp_path: Path, suffix: str) -> None:
    recipe = {"w": "x" * 9000, "name": "Größe 音; a: b", "list": [1, 2.5, None]}
    stage = prepared(tmp_path / f"a{suffix}", meta={"made": "tests", KEY: spell_recipe(recipe)})
    show(stage, 1)
    stage.close()
    assert read_recipe(tmp_path / f"a{suffix}") == recipe
    Image.new("RGB", (4, 4)).save(tmp_path / "plain.png")
    assert read_recipe(tmp_path / "plain.png") is None


@pytest.mark.parametrize("name", ["a.png", "a.mp4", "a.webm"])
def test_what_is_no_picture_or_video_has_no_recipe(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"nothing of the kind" * 20)
    with pytest.raises(MediaError) as caught:
        read_recipe(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["a.png", "frames", "new/deep/%03d.png", "there"])
def test_an_aborted_performance_leaves_only_what_was_there(tmp_path: Path, path: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "other.png").write_text("mine")
    (tmp_path / "a.png").write_text("from before")
    before = names(tmp_path)
    stage = prepared(tmp_path / path)
    show(stage, 3)
    stage.abort()
    stage.abort()
    stage.close()
    assert names(tmp_path) == before
    assert (tmp_path / "a.png").read_text() == "from before"


@pytest.mark.parametrize("path", ["a.png", "frames", "new/deep/%03d.png"])
def test_without_a_picture_there_is_no_file(tmp_path: Path, path: str) -> None:
    prepared(tmp_path / path).close()
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a.tiff", "use one of .png, .jpg, .jpeg, .webp, or a folder"),
        ("none/a.png", "No such file"),
        ("text/a.png", "Not a directory|No such file"),
        ("text/frames", "Not a directory|No such file|exists"),
        ("a%d-%d.png", "a pattern has one number"),
        ("a%s.png", "a pattern has one number"),
        ("a%5d.png", "a pattern has one number"),
        ("a%0999d.png", "a pattern has one number"),
        ("%05d", "use one of"),
        ("full", r"already has numbered pictures \(00007.png\)"),
        ("full/%d.png", r"already has numbered pictures"),
        ("b" * 300 + ".png", "too long"),
        ("new/" + "b" * 300 + "%d.png", "too long"),
    ],
)
def test_refused_before_the_first_picture(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "text").write_text("a file, not a folder")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "00007.png").write_text("from before")
    before = names(tmp_path)
    with pytest.raises(OutputError, match=says) as caught:
        prepared(tmp_path / path)
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == before


@pytest.mark.parametrize("path", ["a.png", "frames"])
def test_a_full_disk_is_said_in_one_line(tmp_path: Path, path: str) -> None:
    resource = pytest.importorskip("resource")
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    stage = prepared(tmp_path / path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        with pytest.raises(OutputError, match="File too large") as caught:
            stage.show(Frame(noise, 0.0))
            stage.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == []


def test_on_a_full_disk_the_pictures_up_to_there_are_kept_where_that_is_asked_for(
    tmp_path: Path,
) -> None:
    resource = pytest.importorskip("resource")
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    stage = prepared(tmp_path / "frames", keep_short=True)
    assert isinstance(stage, parts.KeepingStage)
    show(stage, 2)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        with pytest.raises(OutputError, match="File too large"):
            stage.show(Frame(noise, 0.0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    stage.keep()
    stage.abort()
    stage.close()
    assert names(tmp_path) == ["frames", "frames/00001.png", "frames/00002.png"]


def test_it_is_a_stage_for_pictures_and_says_when_it_is_not_ready(tmp_path: Path) -> None:
    stage = find_part("stage", "picture_file").make({"path": tmp_path / "a.png"})
    assert isinstance(stage, parts.PictureStage)
    assert not isinstance(stage, parts.SoundStage)
    stage.close()
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.show(picture(0))
