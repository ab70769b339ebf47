"""Models by their name on the hub, from a server on this machine that speaks as the hub does."""

import hashlib
import json
import re
import shutil
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError, InputError, OutputError
from latent_resonance.models.text_to_image.folder import read_index
from latent_resonance.models.text_to_image.hub import fetch_model, models_folder, wanted_files
from latent_resonance.models.text_to_image.known_models import KNOWN, hub_name
from latent_resonance.models.text_to_image.open import open_model

pytest.importorskip("diffusers", reason="needs the extra 'diffusion'")
pytestmark = pytest.mark.filterwarnings("ignore")
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tiny_pipelines import save_stable

        made = save_stable(tmp_path_factory.mktemp("served") / "tiny", "turbo")
    # What repositories have besides, and what nobody needs.
    (made / "README.md").write_text("a model")
    (made / "run.py").write_text("raise SystemExit")
    (made / "tiny.safetensors").write_bytes(b"all in one")
    (made / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x02.")
    (made / "unet" / "diffusion_pytorch_model.non_ema.safetensors").write_bytes(b"more")
    (made / "unet" / "model.py").write_text("raise SystemExit")
    return made


@pytest.fixture
def hub(folder, tmp_path, monkeypatch):
    made = Hub(folder)
    monkeypatch.setenv("HF_ENDPOINT", made.url)
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path / "cache"))
    yield made
    made.server.shutdown()
    made.server.server_close()


def kept() -> list[str]:
    """What could be taken for a model."""
    return sorted(one.name for one in models_folder().glob("[!.]*"))


def test_a_name_is_fetched_once_and_then_needs_no_network(hub, folder, monkeypatch) -> None:
    seen = []
    model = open_model(NAME, on_fetch=lambda *at: seen.append(at))
    noise = np.random.default_rng(0).standard_normal(model.noise_shape).astype(np.float32)
    first = model.paint(noise, "red", steps=1, guidance=1.0)
    model.close()
    assert model.name == NAME
    assert seen[-1][0] == seen[-1][1] > 1000
    assert kept() == ["someone--tiny@main"]
    files = [one for one in (models_folder() / kept()[0]).rglob("*") if one.is_file()]
    assert {one.suffix for one in files} <= {".json", ".txt", ".safetensors"}
    assert not any("non_ema" in one.name or one.name == "tiny.safetensors" for one in files)
    asked = len(hub.asked)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    again = open_model(NAME)
    assert np.array_equal(first, again.paint(noise, "red", steps=1, guidance=1.0))
    again.close()
    assert len(hub.asked) == asked
    local = open_model(str(folder))
    assert np.array_equal(first, local.paint(noise, "red", steps=1, guidance=1.0))
    local.close()


def test_a_download_that_breaks_off_is_no_model_and_goes_on(hub, folder, monkeypatch) -> None:
    monkeypatch.setattr("latent_resonance.models.text_to_image.resumed_get._PAUSE_SECONDS", 0)
    hub.cut = "unet/diffusion_pytorch_model.safetensors"
    with pytest.raises(
        InputError, match="'someone/tiny' cannot be fetched now: the server says 503"
    ):
        fetch_model(NAME)
    assert kept() == []
    with pytest.raises(InputError, match="resonance models fetch someone/tiny"):
        open_model(NAME, fetch=False)
    hub.cut, hub.ranges[:] = "", []
    made = fetch_model(NAME)
    assert not [one.name for one in models_folder().iterdir() if one.suffix == ".partial"]
    half = (folder / "unet/diffusion_pytorch_model.safetensors").stat().st_size // 2
    assert hub.ranges == [("unet/diffusion_pytorch_model.safetensors", f"bytes={half}-")]
    assert kept() == [made.name]
    whole = made / "unet/diffusion_pytorch_model.safetensors"
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
    (hub.folder / "unet/diffusion_pytorch_model.safetensors").unlink()
    (hub.folder / "unet/diffusion_pytorch_model.non_ema.safetensors").unlink()
    with pytest.raises(InputError, match="'unet' only as a pickle"):
        fetch_model(NAME)
    assert not any(path.endswith((".bin", ".safetensors")) for path in hub.asked)


def test_weights_of_half_the_size_are_preferred_and_parts_are_kept_together() -> None:
    index = read_index(
        json.dumps(
            {
                "_class_name": "StableDiffusionPipeline",
                **{
                    name: ["diffusers", kind]
                    for name, kind in (
                        ("unet", "UNet2DConditionModel"),
                        ("scheduler", "PNDMScheduler"),
                        ("tokenizer", "CLIPTokenizer"),
                    )
                },
            }
        ),
        "it",
    )
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


def test_a_device_that_is_not_there_is_refused(folder) -> None:
    import torch

    gone = "mps" if torch.cuda.is_available() else "cuda"
    with pytest.raises(DeviceError, match=f"no device '{gone}'"):
        open_model(str(folder), gone)
