"""Models by their name on the hub, from a server on this machine that speaks as the hub does."""

import json
import re
import shutil

import pytest
from click.testing import CliRunner
from local_hub import NAME, Hub

from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import cache_folder
from latent_resonance.models.text_to_image.folder import read_index
from latent_resonance.models.text_to_image.hub import (
    fetch_model,
    fetched_folder,
    wanted_files,
)
from latent_resonance.models.text_to_image.known_models import KNOWN, hub_name
from latent_resonance.models.text_to_image.open import open_model

pytest.importorskip("huggingface_hub", reason="needs the extra 'diffusion' or 'genai'")
pytestmark = pytest.mark.filterwarnings("ignore")
UNET = "unet/diffusion_pytorch_model.safetensors"
PARTS = {
    "unet": "UNet2DConditionModel",
    "scheduler": "PNDMScheduler",
    "tokenizer": "CLIPTokenizer",
}
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    **{name: ["diffusers", kind] for name, kind in PARTS.items()},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a repository has, besides what is needed."""
    made = tmp_path_factory.mktemp("served") / "tiny"
    for name, content in {
        "model_index.json": json.dumps(INDEX).encode(),
        "scheduler/scheduler_config.json": b"{}",
        "tokenizer/merges.txt": b"#version",
        "unet/config.json": b"{}",
        UNET: bytes(range(256)) * 2000,
        "README.md": b"a model",
        "run.py": b"raise SystemExit",
        "tiny.safetensors": b"all in one",
        "unet/diffusion_pytorch_model.bin": b"\x80\x02.",
        "unet/diffusion_pytorch_model.non_ema.safetensors": b"more",
        "unet/model.py": b"raise SystemExit",
        "vae/diffusion_pytorch_model.safetensors": b"of a component that is not named",
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    return made


@pytest.fixture
def hub(folder, tmp_path, monkeypatch):
    with Hub(folder) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.url)
        monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "cache"))
        yield made


def kept() -> list[str]:
    """What could be taken for a model."""
    return sorted(one.name for one in cache_folder("models").glob("[!.]*"))


def test_a_name_is_fetched_once_and_then_needs_no_network(hub, folder, monkeypatch) -> None:
    seen = []
    made = fetch_model(NAME, on_progress=lambda *at: seen.append(at))
    assert seen[-1][0] == seen[-1][1] > 1000
    assert seen == sorted(seen)
    assert kept() == [made.name] == ["someone--tiny@main"]
    assert sorted(one.relative_to(made).as_posix() for one in made.rglob("*") if one.is_file()) == [
        "model_index.json",
        "scheduler/scheduler_config.json",
        "tokenizer/merges.txt",
        "unet/config.json",
        UNET,
    ]
    asked = len(hub.asked)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert fetch_model(NAME) == made
    assert len(hub.asked) == asked


def test_it_is_fetched_and_listed_by_commands(hub) -> None:
    def say(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(cli, [*words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    made = say("models", "fetch", NAME)
    assert made["model"] == f"{NAME}@main"
    assert made["bytes"] > 512_000
    fetched_folder(*hub_name("sd-turbo")).mkdir()
    here = {one["name"]: one["here"] for one in say("models", "list")["text_to_image"]}
    assert here == {name: name == "sd-turbo" for name in KNOWN}


def test_a_download_that_breaks_off_is_no_model_and_goes_on(hub, folder, monkeypatch) -> None:
    monkeypatch.setattr("latent_resonance.models.text_to_image.resumed_get._PAUSE_SECONDS", 0)
    hub.cut = UNET
    with pytest.raises(
        InputError, match="'someone/tiny' cannot be fetched now: the server says 503"
    ):
        fetch_model(NAME)
    assert kept() == []
    with pytest.raises(InputError, match="resonance models fetch someone/tiny"):
        open_model(NAME, fetch=False)
    hub.cut, hub.ranges[:] = "", []
    made = fetch_model(NAME)
    assert not [one.name for one in cache_folder("models").iterdir() if one.suffix == ".partial"]
    half = (folder / UNET).stat().st_size // 2
    assert hub.ranges == [(UNET, f"bytes={half}-")]
    assert kept() == [made.name]
    whole = made / UNET
    assert whole.read_bytes() == (folder / "unet" / whole.name).read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("someone/none", "no model 'someone/none', neither as a folder"),
        ("someone/closed", "agree to its licence: do so at https://huggingface.co/someone/closed"),
        ("someone/busy", "the hub says 503"),
        ("nonsense", "nor one of ldm-text2im, sd-1.5"),
        ("../someone/tiny", "there is no model"),
    ],
)
def test_what_the_hub_does_not_give_is_one_line(hub, name, said) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        open_model(name)
    assert "\n" not in str(caught.value)
    assert kept() == []


def test_without_a_network_it_is_one_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path))
    with pytest.raises(InputError, match="'sd-turbo' is not on this machine") as caught:
        open_model("sd-turbo", fetch=False)
    with pytest.raises(InputError, match="the hub cannot be reached") as caught:
        open_model("sd-turbo")
    assert "\n" not in str(caught.value)


def test_weights_that_came_damaged_are_no_model(hub) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(InputError, match="came damaged"):
        fetch_model(NAME)
    assert kept() == []


def test_what_is_told_of_the_progress_can_end_it(hub) -> None:
    def stop(done: float, of: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_model(NAME, on_progress=stop)
    assert kept() == []


def test_a_disk_without_room_is_told_before_the_weights(hub, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(OutputError, match="has room for"):
        fetch_model(NAME)
    assert not any(path.endswith(".safetensors") for path in hub.asked)


def test_pickles_alone_are_refused_before_weights_are_fetched(hub, folder, tmp_path) -> None:
    hub.folder = tmp_path / "pickled"
    shutil.copytree(folder, hub.folder)
    (hub.folder / UNET).unlink()
    (hub.folder / "unet/diffusion_pytorch_model.non_ema.safetensors").unlink()
    with pytest.raises(InputError, match="'unet' only as a pickle"):
        fetch_model(NAME)
    assert not any(path.endswith((".bin", ".safetensors")) for path in hub.asked)


def test_weights_of_half_the_size_are_preferred_and_parts_are_kept_together() -> None:
    index = read_index(json.dumps(INDEX), "it")
    parts = [f"unet/diffusion_pytorch_model{{}}-0000{k}-of-00002.safetensors" for k in (1, 2)]
    whole, half = ([one.format(mark) for one in parts] for mark in ("", ".fp16"))
    rest = ["model_index.json", "tokenizer/merges.txt", "unet/config.json"]
    assert wanted_files([*whole, *half, *rest], index, "it") == [*rest, *half]
    assert wanted_files([*whole, *rest], index, "it") == [*rest, *whole]
    export = ["unet/openvino_model.bin", "unet/openvino_model.xml"]
    assert wanted_files([*whole, *rest, *export], index, "it") == [*rest, *export]


def test_names_of_the_hub() -> None:
    assert all(hub_name(name) for name in KNOWN)
    assert hub_name("sd-turbo") == ("stabilityai/sd-turbo", "main")
    assert hub_name("a/b@refs/pr/3") == ("a/b", "refs/pr/3")
    for name in ("a", "/a/b", "a/b/c", "../b", "a/../b", "a/b@", "C:\\b"):
        assert hub_name(name) is None
