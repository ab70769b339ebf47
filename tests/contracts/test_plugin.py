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
        "import numpy as np\n"
        "from latent_resonance.contracts.registry import find_part\n"
        "from latent_resonance.contracts.values import AudioBlock, Spec\n"
        "entry = find_part('stage', 'peak_meter')\n"
        "part = entry.make({}); part.prepare(Spec())\n"
        "part.play(AudioBlock(np.full((8, 1), -0.5, np.float32), 16000))\n"
        "print(entry.origin, part.peak)\n"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["example-resonance-stage", "0.5"]
