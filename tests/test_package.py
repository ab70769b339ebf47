"""``import latent_resonance as lr`` gives the functions that it names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import latent_resonance as lr


def test_render_stays_a_function_when_the_room_of_that_name_is_imported() -> None:
    from latent_resonance.render import frames

    assert frames.Part
    assert callable(lr.render)
    assert lr.render.__module__ == "latent_resonance.engine.instrument"


def test_what_is_loaded_on_first_use_is_shown_before() -> None:
    shown = 'import latent_resonance as lr; print(*dir(lr), "numpy" in __import__("sys").modules)'
    told = subprocess.check_output([sys.executable, "-c", shown], text=True)
    assert told.split() == [*sorted(lr.__all__), "False"]


_TYPED = '''"""A script as the docs write it, typed."""

from pathlib import Path

import numpy as np

import latent_resonance as lr
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Controls


class Tide(Sensor):
    controls = (ControlRange("height", 0, 1), ControlRange("flow", -1, 1))
    quick = True

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        return Controls(now_seconds, {"height": 0.5, "flow": 0.0})


with lr.load(Path("mine.toml")) as texture:
    texture.generate(w=np.zeros(131)).save("a.wav")
    texture.sound(seed=7, brightness=2.0).save("a.opus", loudness=-16, fade_out=0.5)
    texture.generate(start=Path("a.wav"), query="b.wav", seconds=3, rate=44_100)
    pixels = texture.picture(3, picture_zoom=2).pixels
clip: lr.Clip = lr.render(
    Path("mine.toml"), sense=Tide(), map={"mouth": "height"}, set={"yaw": 1}, output=Path("a.wav")
)
lr.play("face", bundle=Path("my.resonance"), stage="silent", seconds=1)
'''


def test_a_typed_script_is_accepted_by_strict_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    script = tmp_path / "typed.py"
    script.write_text(_TYPED)
    source = str(Path(__file__).parent.parent / "src")
    flags = "--strict --follow-imports=silent --config-file= --cache-dir=cache"
    told = subprocess.run(
        [sys.executable, "-m", "mypy", *flags.split(), script.name],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
