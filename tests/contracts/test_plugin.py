"""A third party's stage, installed for real into an environment of its own."""

import subprocess
import sys
import venv
from pathlib import Path

import latent_resonance

PLUGIN = Path(__file__).parent / "plugin"


def test_an_installed_plugin_joins_its_room(tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=sys.platform != "win32")
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # What this test runs on stays visible there; only the plug-in is installed anew.
    here = [str(Path(latent_resonance.__file__).parents[1]), *filter(None, sys.path)]
    (Path(site) / "outside.pth").write_text("\n".join(here))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--no-deps",
            "--no-build-isolation",
            "--quiet",
            "--disable-pip-version-check",
            str(PLUGIN),
        ],
        check=True,
        timeout=120,
    )
    code = (
        "from latent_resonance.contracts.registry import find_part, list_parts\n"
        "from latent_resonance.engine.perform import play_live\n"
        "from latent_resonance.engine.setup import Setup\n"
        "from latent_resonance.engine.recipe import PartChoice\n"
        "entry = find_part('stage', 'peak_meter')\n"
        "made = entry.load().Part\n"
        "kept, prepare = [], made.prepare\n"
        "made.prepare = lambda self, spec: (kept.append(self), prepare(self, spec))[1]\n"
        "hands = PartChoice(part='sliders', options={'values': {'mouth': 0.5}})\n"
        "meter = PartChoice(part='peak_meter')\n"
        "play_live('face', setup=Setup(senses=(hands,)), stages=[meter], seconds=0.5)\n"
        "print(entry.origin, 'peak_meter' in list_parts('stage'), kept[0].peak > 0.01)\n"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["example-resonance-stage", "True", "True"], done.stderr
