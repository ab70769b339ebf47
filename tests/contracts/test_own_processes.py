"""Processes of this program import nothing that lies in the working folder."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.files import is_being_written
from latent_resonance.engine.stale_files import clean


@pytest.mark.parametrize("module", ["av", "numpy", "signal"])
def test_a_strangers_module_in_the_working_folder_is_not_run(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text('open("run", "w").write("x")\nraise ImportError\n')
    song = tmp_path / "song.wav"
    noise = np.random.default_rng(0).standard_normal(8000)
    soundfile.write(song, 0.1 * noise, 16_000)
    code = (
        "import sys; from pathlib import Path; "
        "from latent_resonance.data.decode import decode_mono; "
        "print(len(decode_mono(Path(sys.argv[1]), 16_000).samples))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, song],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "8000", done.stderr
    assert not (tmp_path / "run").exists()


def test_with_no_terminal_to_write_to_a_sound_is_rendered(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.close(2); sys.stderr = None; sys.argv = sys.argv[1:]; "
        "from latent_resonance.cli.main import main; main()"
    )
    words = ("resonance", "render", "texture", "--seconds", "0.3", "--output", "a.wav")
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert soundfile.info(tmp_path / "a.wav").duration == pytest.approx(0.3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be asked who still runs")
@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_partial_file_of_no_process_is_stale(tmp_path: Path, number: str) -> None:
    path = tmp_path / f".a.bin.{number}.partial"
    path.write_bytes(b"half")
    assert not is_being_written(path)
    then = time.time() - 3600
    os.utime(path, (then, then))
    assert [one.path for one in clean([tmp_path])] == [path]
