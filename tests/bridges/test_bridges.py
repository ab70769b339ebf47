"""The bridges' files: recipes assemble, what they send arrives, patches name what is there."""

import json
import re
import runpy
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.registry import find_part
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup

BRIDGES = Path(__file__).resolve().parents[2] / "bridges"
RECIPES = sorted(BRIDGES.glob("*/*.toml"))
SLIDERS = ("brightness", "rate", "impact", "size", "roughness")
TO_RESONANCE, FROM_RESONANCE = 9000, 8338


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_bridge_names_what_is_there(path: Path) -> None:
    recipe = load_recipe(str(path))
    senses = [find_part("sense", one.part).make(one.options) for one in recipe.sense]
    sensed = {control.name for sensor in senses for control in sensor.controls}
    chain = recipe.chain[0]
    find_part("navigate", chain.navigate.part).make(chain.navigate.options)
    find_part("render", chain.render.part).make(chain.render.options)
    for stage in chain.stage:
        made = find_part("stage", stage.part).make(stage.options)
        for name in ("addresses", "controllers"):
            assert set(getattr(made.options, name, {})) <= sensed
    mapped = set(tomllib.loads(path.read_text("utf-8")).get("map", {}))
    if mapped:
        # What is mapped has to be sensed and listened to, else it is refused here.
        with assemble(recipe, Setup(threads=1), rehearsal=True) as performance:
            assert mapped <= {line["control"] for line in performance.chain.mapping.table()}


def test_resolumes_links_move_the_texture(tmp_path: Path) -> None:
    recipe = load_recipe(str(BRIDGES / "resolume/texture.toml"))

    def played(*messages: str) -> np.ndarray:
        take = tmp_path / f"{len(list(tmp_path.iterdir()))}.osc"
        take.write_text("".join(f"0.0 {message}\n" for message in messages) + "0.5\n")
        with assemble(recipe, sense_file(recipe, Setup(threads=1), take)) as performance:
            (made,) = count(performance, 0.5, ring_out=False)
        return made.samples

    # Another layer's opacity is not that of layer 1.
    still = played("/composition/layers/2/video/opacity 0.0")
    bright = played("/composition/dashboard/link1 1.0")
    hidden = played("/composition/layers/1/video/opacity 0.0")
    assert abs(still - bright).max() > 0.01
    half = len(still) // 2
    assert abs(still[half:]).max() > 0.01
    assert abs(hidden[half:]).max() < 0.1 * abs(still[half:]).max()


def test_patches_send_the_textures_sliders_and_take_what_the_stage_sends() -> None:
    pd = (BRIDGES / "pd/resonance.pd").read_text("utf-8")
    assert set(re.findall(r"oscformat (\w+)", pd)) == {*SLIDERS, "note"}
    assert f"connect 127.0.0.1 {TO_RESONANCE}" in pd
    assert f"netreceive -u -b {FROM_RESONANCE}" in pd
    patch = json.loads((BRIDGES / "max/resonance.maxpat").read_text("utf-8"))["patcher"]
    texts = [box["box"].get("text", "") for box in patch["boxes"]]
    sent = {text.removeprefix("prepend /") for text in texts if text.startswith("prepend ")}
    assert sent == {*SLIDERS, "note"}
    assert f"udpsend 127.0.0.1 {TO_RESONANCE}" in texts
    assert f"udpreceive {FROM_RESONANCE}" in texts
    assert set(SLIDERS) <= set(open_bundle("texture").space.directions)


@pytest.mark.parametrize("file", ["pd/resonance.pd", "max/resonance.maxpat"])
def test_cords_of_a_patch_go_from_object_to_object(file: str) -> None:
    text = (BRIDGES / file).read_text("utf-8")
    if file.endswith(".pd"):
        objects = len(re.findall(r"^#X (?!connect)", text, re.MULTILINE))
        cords = re.findall(r"#X connect (\d+) \d+ (\d+)", text)
        assert max(int(end) for cord in cords for end in cord) < objects
    else:
        patch = json.loads(text)["patcher"]
        boxes = {box["box"]["id"]: box["box"] for box in patch["boxes"]}
        for line in patch["lines"]:
            (start, outlet), (end, inlet) = line["patchline"].values()
            assert outlet < boxes[start]["numoutlets"]
            assert inlet < boxes[end]["numinlets"]


@pytest.mark.parametrize("names", [("const{}name", "const{}value"), ("name{}", "value{}")])
def test_the_script_for_touchdesigner_builds_both_ends(names: tuple[str, str]) -> None:
    build = runpy.run_path(str(BRIDGES / "touchdesigner/resonance.py"))["build"]
    parameters = {form.format(n): None for form in names for n in range(len(SLIDERS))}
    made = {}

    def create(kind: str, name: str) -> SimpleNamespace:
        def connect(other: SimpleNamespace) -> None:
            made[name].source = other

        par = SimpleNamespace(**parameters if kind == "constantCHOP" else {})
        made[name] = SimpleNamespace(par=par, inputConnectors=[SimpleNamespace(connect=connect)])
        return made[name]

    kinds = {kind: kind for kind in ("constantCHOP", "oscoutCHOP", "oscinCHOP", "ndiinTOP")}
    sliders, out, heard, pictures = build(SimpleNamespace(create=create), kinds)
    assert [getattr(sliders.par, names[0].format(n)) for n in range(5)] == list(SLIDERS)
    assert out.source is sliders
    assert (out.par.netaddress, out.par.port) == ("127.0.0.1", TO_RESONANCE)
    assert heard.par.port == FROM_RESONANCE
    recipe = tomllib.loads((BRIDGES / "touchdesigner/vision.toml").read_text("utf-8"))
    assert pictures.par.name in [stage.get("name") for stage in recipe["stage"]]
