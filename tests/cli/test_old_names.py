"""The prototype's commands lead to today's."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

from latent_resonance.cli.old_names import prepare_words, scrape_words


def test_old_flags_become_todays() -> None:
    given = ["in", "out", "--sr", "22050", "--n-mels=512", "--hop-length", "512", "--n-fft", "2048"]
    assert prepare_words(given) == [
        *("data", "prepare", "in", "--output", "out", "--codec", "mel", "--format", "png"),
        *("--sample-rate", "22050", "--bands", "512", "--hop", "512", "--n-fft", "2048"),
    ]
    words, key = scrape_words(["rain", "out", "--api-key", "K", "--num-results", "9"])
    assert key == "K"
    assert words == [
        *("data", "scrape", "--query", "rain", "--output", "out"),
        *("--preview", "ogg", "--count", "9"),
    ]


def test_todays_flags_stay_as_they_are() -> None:
    given = ["in", "--output", "out", "--label", "kind", "--quiet"]
    assert prepare_words(given) == ["data", "prepare", *given]
    assert scrape_words(["--query", "a b", "--output", "out"])[0][2:4] == ["--query", "a b"]


def test_the_module_makes_pictures(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    noise = 0.1 * np.random.default_rng(0).standard_normal(22_050)
    soundfile.write(tmp_path / "in/noise.wav", noise, 22_050)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "latent_resonance.dataset",
            "in",
            "out",
            "--n-mels",
            "64",
            "--quiet",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out/pictures").rglob("*.png"))
