"""A place as a shader file: it compiles, says what is live, and is refused for other models."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from latent_resonance.bundles.find import open_bundle
from latent_resonance.cli.main import cli
from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.contracts.members import FOLD
from latent_resonance.engine.shader_file import export_shader
from latent_resonance.models.engines.member import Member
from latent_resonance.networks.fields.layout import slot
from latent_resonance.networks.fields.shading.files import FORMATS, MOST_NUMBERS
from latent_resonance.networks.fields.shading.live import INPUTS, LINEAR

BUNDLE = "fields"
# What an ISF host puts before the text.
ISF_HOST = "uniform vec2 RENDERSIZE;\nuniform float TIME;\nvarying vec2 isf_FragNormCoord;\n"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("shaders")
    bundle = open_bundle(BUNDLE)
    made = {}
    for kind in FORMATS:
        told = export_shader(bundle, kind, folder / kind, place="ember")
        assert told["numbers"] <= MOST_NUMBERS
        made[kind] = Path(told["file"]).read_text("utf-8")
    return made


def test_isf_offers_every_input_at_rest(texts: dict[str, str]) -> None:
    head = json.loads(texts["isf"].removeprefix("/*").partition("*/")[0])
    inputs = {one["NAME"]: one for one in head["INPUTS"]}
    assert len(inputs) == len(INPUTS) >= 11
    for name, one in inputs.items():
        assert one["MIN"] <= one["DEFAULT"] <= one["MAX"]
        assert one["DEFAULT"] == 0 or name == "speed"


@pytest.mark.parametrize("version", ["", "100", "120", "130", "330", "450", "300 es"])
def test_glsl_compiles(texts: dict[str, str], version: str, tmp_path: Path) -> None:
    compiles(texts["glsl"], version, tmp_path)


@pytest.mark.parametrize("version", ["100", "120"])
def test_isf_compiles_behind_what_hosts_declare(
    texts: dict[str, str], version: str, tmp_path: Path
) -> None:
    precision = "precision highp float;\n" if version == "100" else ""
    declared = "".join(f"uniform float {one.name};\n" for one in INPUTS)
    compiles(precision + ISF_HOST + declared + texts["isf"], version, tmp_path)


def test_a_title_stays_within_its_line(tmp_path: Path) -> None:
    bundle = open_bundle(BUNDLE)
    odd = "*/ </script>\n#error"
    places = {odd: bundle.space.places["ember"]}
    named = replace(bundle, space=replace(bundle.space, places=places))
    for kind in FORMATS:
        text = Path(export_shader(named, kind, tmp_path / kind, place=odd)["file"]).read_text()
        assert odd not in text
        assert "#error" not in text
    compiles((tmp_path / "glsl").read_text(), "330", tmp_path)


def compiles(text: str, version: str, folder: Path) -> None:
    compiler = shutil.which("glslangValidator")
    if not compiler:
        pytest.skip("no glslangValidator (Debian: glslang-tools)")
    file = folder / "place.frag"
    file.write_text((f"#version {version}\n" if version else "") + text, "utf-8")
    done = subprocess.run([compiler, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_linear_is_linear() -> None:
    bundle = open_bundle(BUNDLE)
    fold = Member(bundle, FOLD)
    w = bundle.space.place("ocean")

    def step(name: str, size: float) -> np.ndarray:
        further = w.copy()
        further[slot(name)] += size
        return fold.run(w=further) - fold.run(w=w)

    for name in LINEAR:
        np.testing.assert_allclose(step(name, 0.25), 0.25 * step(name, 1.0), atol=2e-5)


def test_the_same_place_gives_the_same_file_and_another_seed_another(tmp_path: Path) -> None:
    bundle = open_bundle(BUNDLE)
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    for path, seed in ((one, 1), (same, 1), (other, 2)):
        export_shader(bundle, "glsl", path, seed=seed)
    assert one.read_bytes() == same.read_bytes() != other.read_bytes()


def test_what_cannot_be_exported_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    bundle, path = open_bundle(BUNDLE), tmp_path / "a.fs"
    with pytest.raises(InputError, match="no coordinate network"):
        export_shader(open_bundle("drone"), "isf", path, seed=1)
    with pytest.raises(UnknownNameError):
        export_shader(bundle, "isf", path, place="nowhere")
    with pytest.raises(InputError, match="one place"):
        export_shader(bundle, "isf", path, place="ember", seed=1)
    with pytest.raises(OutputError):
        export_shader(bundle, "isf", tmp_path / "no" / "a.fs", seed=1)
    assert list(tmp_path.iterdir()) == []
    path.write_text("another's")
    with pytest.raises(OutputError, match="exists already: remove it or choose another name"):
        export_shader(bundle, "isf", path, seed=1)
    assert path.read_text() == "another's"


@pytest.mark.parametrize(
    "words", [["--place", "ember"], ["--format", "isf", "--opset", "18"], ["--format", "hlsl"]]
)
def test_the_command_refuses_flags_of_the_other_kind(words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out"
    done = CliRunner().invoke(cli, ["models", "export", BUNDLE, "--output", str(path), *words])
    assert done.exit_code != 0
    assert not path.exists()
