"""Real models' traps, each on a tiny random pipeline of the same layout or its export."""

import gc
import json
import os
import shutil
import subprocess
import sys
import warnings
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest
from local_hub import NAME, Hub

from latent_resonance.contracts.errors import (
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
)
from latent_resonance.models.text_to_image.open import open_model

pytest.importorskip("diffusers", reason="needs the extra 'diffusion'")
pytestmark = pytest.mark.filterwarnings("ignore")
# By OpenVINO, where the extra 'genai' is there.
EXPORTS = ["export", "turbo export"] if find_spec("openvino_genai") else []
SHAPE = (4, 8, 8)
NOISE = np.random.default_rng(0).standard_normal(SHAPE).astype(np.float32)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tiny_pipelines import SAMPLERS, save_distilled, save_ldm, save_stable, save_xl

        root = tmp_path_factory.mktemp("models")
        made = {name: save_stable(root / name, name) for name in SAMPLERS}
        others = {"ldm": save_ldm, "distilled": save_distilled, "xl": save_xl}
        made |= {name: save(root / name) for name, save in others.items()}
        if EXPORTS:
            from tiny_exports import save_export

            made["export"] = save_export(made["plain"], root / "export")
            # Other samplers are another file beside the same networks.
            made["turbo export"] = shutil.copytree(made["export"], root / "turbo export")
            SAMPLERS["turbo"]().save_pretrained(made["turbo export"] / "scheduler")
        return made


@pytest.fixture(scope="module")
def models(folders):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {name: open_model(str(folder)) for name, folder in folders.items()}
    yield found
    # Each that is closed looks through all objects there are: half a second for those of PyTorch.
    gc.freeze()
    for model in found.values():
        model.close()
    gc.unfreeze()


KINDS = pytest.mark.parametrize(
    "kind", ["plain", "turbo", "lcm", "ldm", "distilled", "xl", *EXPORTS]
)


def paint(model, prompt="red", noise=NOISE, steps=2, guidance=1.0, on_step=None):
    return model.paint(noise, prompt, steps=steps, guidance=guidance, on_step=on_step)


@KINDS
def test_same_noise_and_prompt_give_the_same_bytes_and_others_do_not(models, kind):
    model = models[kind]
    assert model.noise_shape == SHAPE
    assert model.picture_size == (64, 64)
    first = paint(model)
    assert first.dtype == np.uint8
    assert first.shape == (64, 64, 3)
    assert np.array_equal(first, paint(model))
    assert not np.array_equal(first, paint(model, noise=-NOISE))


@KINDS
def test_the_prompt_counts_even_when_guidance_0_is_asked_for(models, kind):
    one, other = (paint(models[kind], words, guidance=0.0) for words in ("red", "zebra"))
    assert not np.array_equal(one, other)
    assert np.array_equal(one, paint(models[kind], "red", guidance=1.0))


@KINDS
def test_cancelled_within_a_step_and_usable_afterwards(models, kind):
    model, seen = models[kind], []
    before = paint(model, steps=3)

    def stop(done, of):
        seen.append((done, of))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paint(model, steps=3, on_step=stop)
    assert seen == [(1, 3)]
    told = []
    assert np.array_equal(before, paint(model, steps=3, on_step=lambda *at: told.append(at)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (NOISE[:, :4], "4x8x8, not 4x4x8"),
        (NOISE[None], "not 1x4x8x8"),
        (np.where(np.arange(8) == 3, np.nan, NOISE), "NaN"),
        (NOISE * 40, "deviation"),
        (NOISE * 0, "deviation"),
    ],
)
@KINDS
def test_noise_that_models_would_take_without_a_word_is_refused_first(models, kind, noise, said):
    with pytest.raises(InputError, match=said):
        paint(models[kind], noise=noise, on_step=lambda *_: pytest.fail("it painted"))


@pytest.mark.parametrize("asked", [{"steps": 0}, {"steps": 1001}, {"guidance": float("nan")}])
def test_steps_and_guidance_out_of_range_are_refused(models, asked):
    with pytest.raises(InputError):
        paint(models["plain"], **asked)


def test_lcm_has_fewer_steps(models):
    assert (models["lcm"].steps, models["lcm"].guidance) == (4, 1.0)
    assert (models["distilled"].steps, models["distilled"].guidance) == (4, 8.5)
    with pytest.raises(InputError, match="1 to 50 steps"):
        paint(models["lcm"], steps=51)


def test_noise_is_scaled_to_the_sampler_once(models, monkeypatch):
    pipeline = models["turbo"]._pipeline
    starts = []
    plain = pipeline.scheduler.scale_model_input

    def watch(sample, timestep):
        starts.append(sample.clone())
        return plain(sample, timestep)

    monkeypatch.setattr(pipeline.scheduler, "scale_model_input", watch)
    paint(models["turbo"], steps=1)
    assert float(pipeline.scheduler.init_noise_sigma) > 5
    assert np.allclose(starts[0], NOISE * float(pipeline.scheduler.init_noise_sigma), rtol=1e-5)


def test_words_are_read_up_to_the_longest_prompt(models):
    long = " ".join(["abcd"] * 30)
    for kind in ("plain", "ldm"):
        found = models[kind].read(long)
        assert len(found.understood) == 19
        assert len(found.cut) == 11
        assert models[kind].read("red circle").cut == ()
        assert models[kind].read("").understood == ()
    assert models["ldm"].read("red 赤").unknown == ("赤",)


def test_nan_from_damaged_weights_is_told(folders, monkeypatch):
    model = open_model(str(folders["plain"]))
    with __import__("torch").no_grad():
        model._pipeline.unet.conv_out.weight.fill_(float("nan"))
    with pytest.raises(BundleError, match="NaN"):
        paint(model)
    model.close()
    model.close()
    with pytest.raises(InputError, match="closed"):
        paint(model)


class _Bomb:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (self.mark,)


@pytest.mark.parametrize("network", ["unet", "text_encoder", "vae"])
def test_pickled_weights_are_refused_and_not_read(folders, tmp_path, network):
    import torch

    folder, mark = tmp_path / "model", tmp_path / "ran"
    shutil.copytree(folders["plain"], folder)
    for tensors in (folder / network).glob("*.safetensors"):
        tensors.unlink()
    name = "pytorch_model.bin" if network == "text_encoder" else "diffusion_pytorch_model.bin"
    torch.save(_Bomb(str(mark)), folder / network / name)
    with pytest.raises(InputError, match=f"'{network}' only as a pickle"):
        open_model(str(folder))
    assert not mark.exists()


def test_code_beside_the_weights_is_not_run(folders, tmp_path):
    folder, mark = tmp_path / "model", tmp_path / "ran"
    shutil.copytree(folders["plain"], folder)
    (folder / "unet" / "diffusers.py").write_text(f"import os; os.mkdir({str(mark)!r})")
    with pytest.raises(BundleError):
        open_model(str(folder))
    assert not mark.exists()


def test_a_folder_names_no_module_that_is_imported(folders, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(folders["plain"], folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["unet"] = ["antigravity", "Popen"]
    (folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(BundleError, match="antigravity"):
        open_model(str(folder))


def test_what_is_missing_is_told(folders, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(InputError, match="the hub cannot be reached"):
        open_model("nobody/nothing")
    with pytest.raises(InputError, match=r"model_index\.json"):
        open_model(str(tmp_path))
    folder = tmp_path / "model"
    shutil.copytree(folders["plain"], folder)
    (folder / "vae" / "config.json").unlink()
    with pytest.raises(InputError, match=r"vae/config\.json"):
        open_model(str(folder))


def test_a_folder_without_a_word_of_a_safety_checker_loads(folders, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(folders["plain"], folder)
    index = json.loads((folder / "model_index.json").read_text())
    for name in ("safety_checker", "feature_extractor", "image_encoder"):
        index.pop(name, None)
    (folder / "model_index.json").write_text(json.dumps(index))
    model = open_model(str(folder), size=(64, 128))
    assert model.noise_shape == (4, 8, 16)
    assert paint(model, noise=np.concatenate([NOISE, -NOISE], 2), steps=1).shape == (64, 128, 3)


def test_by_its_name_on_the_hub_and_then_without_a_network(folders, tmp_path, monkeypatch):
    monkeypatch.setenv("RESONANCE_CACHE_DIR", str(tmp_path))
    with Hub(folders["turbo"]) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        model = open_model(NAME)
    first = paint(model)
    assert model.name == NAME
    again, local = open_model(NAME), open_model(str(folders["turbo"]))
    assert np.array_equal(first, paint(again))
    assert np.array_equal(first, paint(local))


def test_a_device_that_is_not_there_is_refused(folders):
    gone = "mps" if __import__("torch").cuda.is_available() else "cuda"
    with pytest.raises(DeviceError, match=f"no device '{gone}'"):
        open_model(str(folders["plain"]), gone)


NEEDS_EXPORTS = pytest.mark.skipif(not EXPORTS, reason="needs the extra 'genai'")


@NEEDS_EXPORTS
@pytest.mark.parametrize(
    ("prompt", "steps", "guidance"), [("red", 1, 1.0), ("zebra", 3, 6.0), ("abcd " * 30, 2, 1.0)]
)
def test_an_export_paints_the_picture_of_diffusers(models, prompt, steps, guidance) -> None:
    by_torch, by_openvino = (
        paint(models[name], prompt, steps=steps, guidance=guidance) for name in ("plain", "export")
    )
    assert by_openvino.shape == (64, 64, 3)
    assert by_openvino.dtype == np.uint8
    assert by_torch.std() > 10
    assert np.abs(by_torch.astype(int) - by_openvino).max() <= 2
    assert models["plain"].read(prompt) == models["export"].read(prompt)


@NEEDS_EXPORTS
def test_nan_on_the_way_is_told(models, monkeypatch) -> None:
    model = models["export"]
    latents = SimpleNamespace(data=np.full(SHAPE, np.nan))

    def generate(prompt, *, callback, **_):
        assert callback(0, 2, latents), "it is to stop"

    monkeypatch.setattr(model, "_pipeline", SimpleNamespace(generate=generate))
    with pytest.raises(BundleError, match="NaN"):
        paint(model)


@NEEDS_EXPORTS
def test_an_export_that_cannot_be_opened_is_one_line(folders, tmp_path, monkeypatch) -> None:
    with pytest.raises(DeviceError, match="'cpu', not on 'cuda'"):
        open_model(str(folders["export"]), "cuda")
    damaged = shutil.copytree(folders["export"], tmp_path / "damaged")
    (damaged / "vae_decoder" / "openvino_model.bin").write_bytes(b"")
    with pytest.raises(BundleError, match="cannot be loaded") as caught:
        open_model(str(damaged))
    assert "\n" not in str(caught.value)
    (damaged / "tokenizer" / "openvino_tokenizer.xml").unlink()
    with pytest.raises(InputError, match=r"no tokenizer/openvino_tokenizer\.xml"):
        open_model(str(damaged))
    index = json.loads((damaged / "model_index.json").read_text())
    (damaged / "model_index.json").write_text(
        json.dumps(index | {"_class_name": "LDMTextToImagePipeline"})
    )
    with pytest.raises(InputError, match="LDM"):
        open_model(str(damaged))
    monkeypatch.setitem(sys.modules, "openvino_genai", None)
    with pytest.raises(MissingPartError, match=r"latent-resonance\[genai\]"):
        open_model(str(folders["export"]))


@NEEDS_EXPORTS
def test_an_export_paints_without_pytorch(folders) -> None:
    code = (
        "import sys\n"
        "for name in ('torch', 'diffusers', 'transformers', 'openvino_telemetry'):\n"
        "    sys.modules[name] = None\n"
        "import numpy as np\n"
        "from latent_resonance.models.text_to_image.open import open_model\n"
        f"model = open_model({str(folders['export'])!r}, size=(64, 128))\n"
        "noise = np.random.default_rng(0).standard_normal(model.noise_shape).astype(np.float32)\n"
        "made = model.paint(noise, 'red', steps=1, guidance=1.0)\n"
        "assert made.shape == (64, 128, 3) and made.std() > 1, made.shape\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
