"""The picture of docs/shaders.md: an exported shader, each input moved, drawn in Chromium.

Needs a Chromium: CHROMIUM, or /usr/bin/chromium. Look at the picture before it is kept.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from latent_resonance.bundles.find import open_bundle
from latent_resonance.engine.shader_file import export_shader
from latent_resonance.networks.fields.shading.live import INPUTS

PICTURES = Path(__file__).resolve().parent / "pictures"
TILE, LABEL, ACROSS = 192, 22, 6
# What shows each input at its best; the others go to their upper end.
SHOWN = {"zoom": 1, "spin": 0.25, "dx": 0.6, "dy": 0.6, "flow": 0.4, "hue": 0.5}
WITH = {"points": {"symmetry": 2}}  # a kaleidoscope must be there to have points
DRAW = """
<style>html, body {{ overflow: visible }}</style>
<script>
const tiles = {tiles};
const sheet = document.createElement("canvas");
sheet.width = {width};
sheet.height = {height};
sheet.style.cssText = "position: absolute; inset: 0; width: {width}px; height: {height}px";
document.body.append(sheet);
const flat = sheet.getContext("2d");
flat.font = "14px sans-serif";
canvas.width = canvas.height = {tile};
gl.viewport(0, 0, {tile}, {tile});
gl.uniform2f(gl.getUniformLocation(program, "resolution"), {tile}, {tile});
flat.fillRect(0, 0, {width}, {height});
tiles.forEach(([label, values], n) => {{
  for (const each in usual) set(each, values[each] ?? 0);
  set("time", 0);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  const [x, y] = [(n % {across}) * {tile}, Math.floor(n / {across}) * ({tile} + {label})];
  flat.drawImage(canvas, x, y + {label});
  flat.fillStyle = "#ddd";
  flat.fillText(label, x + 6, y + 16);
}});
</script>
"""


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--place", default="neon")
    place = given.parse_args().place
    tiles: list[list[object]] = [["at rest", {}]]
    for one in INPUTS:
        if one.name != "speed":
            values = {one.name: SHOWN.get(one.name, one.high), **WITH.get(one.name, {})}
            tiles.append([", ".join(f"{name} {value:g}" for name, value in values.items()), values])
    rows = -(-len(tiles) // ACROSS)
    width, height = ACROSS * TILE, rows * (TILE + LABEL)
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        export_shader(open_bundle("fields"), "html", page, place=place)
        draw = DRAW.format(
            tiles=json.dumps(tiles),
            width=width,
            height=height,
            tile=TILE,
            label=LABEL,
            across=ACROSS,
        )
        text = page.read_text("utf-8").replace(
            "requestAnimationFrame(paint);\n</script>", "</script>"
        )
        page.write_text(text + draw, "utf-8")
        subprocess.run(
            [
                os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                "--headless=new",
                "--no-sandbox",
                "--enable-unsafe-swiftshader",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--window-size={width},{height + 200}",
                f"--screenshot={shot}",
                page.as_uri(),
            ],
            check=True,
        )
        kept = Image.open(shot).convert("RGB").crop((0, 0, width, height))
        kept.save(PICTURES / "shader-inputs.webp", quality=82, method=6)


if __name__ == "__main__":
    main()
