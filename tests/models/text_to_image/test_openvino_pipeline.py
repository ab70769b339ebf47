"""Exports for OpenVINO: the same pictures as by diffusers, and the same manners."""

import json
import shutil
import subprocess
import sys
import warnings

import numpy as np
import pytest

from latent_resonance.contracts.errors import (
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
)
from latent_resonance.models.text_to_image.open import open_model

pytest.importorskip("diffusers", reason="needs the extra 'diffusion' to make a tiny export")
pytest.importorskip("openvino_genai", reason="needs the extra 'genai'")
pytestmark = pytest.mark.filterwarnings("ignore")
NOISE = np.random.default_rng(0).standard_normal((4, 8, 8)).astype(np.float32)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tiny_exports import save_export
        from tiny_pipelines import SAMPLERS, save_stable

        root = tmp_path_factory.mktemp("exports")
        plain = save_stable(root / "plain", "plain")
        export = save_export(plain, root / "export")
        # Other samplers are another file beside the same networks.
        turbo = shutil.copytree(export, root / "turbo")
        SAMPLERS["turbo"]().save_pretrained(turbo / "scheduler")
    return {"plain": plain, "export": export, "turbo": turbo}


@pytest.fixture(scope="module")
def models(folders):
    found = {name: open_model(str(folder)) for name, folder in folders.items()}
    yield found
    for model in found.values():
        model.close()
        model.close()
    with pytest.raises(InputError, match="closed"):
        paint(found["export"])


def paint(model, prompt="red", noise=NOISE, steps=2, guidance=1.0, on_step=None):
    return model.paint(noise, prompt, steps=steps, guidance=guidance, on_step=on_step)


@pytest.mark.parametrize(
    ("prompt", "steps", "guidance"), [("red", 1, 1.0), ("zebra", 3, 6.0), ("abcd " * 30, 2, 1.0)]
)
def test_the_picture_is_that_of_diffusers(models, prompt, steps, guidance) -> None:
    by_torch, by_openvino = (
        paint(models[name], prompt, steps=steps, guidance=guidance) for name in ("plain", "export")
    )
    assert by_openvino.shape == (64, 64, 3)
    assert by_openvino.dtype == np.uint8
    assert by_torch.std() > 10
    assert np.abs(by_torch.astype(int) - by_openvino).max() <= 2
    assert models["plain"].read(prompt) == models["export"].read(prompt)


@pytest.mark.parametrize("kind", ["export", "turbo"])
def test_same_noise_and_prompt_give_the_same_bytes_and_others_do_not(models, kind) -> None:
    model = models[kind]
    first = paint(model)
    assert np.array_equal(first, paint(model))
    assert not np.array_equal(first, paint(model, noise=-NOISE))
    assert not np.array_equal(first, paint(model, "zebra"))
    assert np.array_equal(first, paint(model, guidance=0.0))


def test_cancelled_within_a_step_and_usable_afterwards(models) -> None:
    model, seen = models["export"], []
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
    [(NOISE[:, :4], "not 4x4x8"), (NOISE * np.nan, "NaN"), (NOISE * 40, "deviation")],
)
def test_noise_that_it_would_take_without_a_word_is_refused_first(models, noise, said) -> None:
    with pytest.raises(InputError, match=said):
        paint(models["export"], noise=noise)


def test_what_cannot_be_opened_is_one_line(folders, tmp_path, monkeypatch) -> None:
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


def test_it_paints_without_pytorch(folders) -> None:
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
