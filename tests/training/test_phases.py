"""Noise, structure, usable: from the curve to a line for the person who waits."""

import csv
from pathlib import Path

import pytest
import torch

from latent_resonance.training.phases import phase_of, stop_hint
from latent_resonance.training.run_folder import RunFolder
from latent_resonance.training.sharpness import phases


def rows(*parts: tuple[int, float, float]) -> list[dict[str, str]]:
    """(how many, structure, sharpness)."""
    made: list[dict[str, str]] = []
    for count, structure, sharpness in parts:
        for _ in range(count):
            row = {
                "kimg": str(len(made)),
                "structure": str(structure),
                "sharpness": str(sharpness),
            }
            made.append(row)
            row["phase"] = phase_of(made)
    return made


def test_phases_come_one_after_the_other() -> None:
    curve = rows((20, 0.1, 3.0), (20, 0.7, 2.5), (20, 0.8, 1.2))
    named = [row["phase"] for row in curve]
    assert named[0] == "noise"
    assert named[35] == "structure"
    assert named[-1] == "usable"
    assert named == sorted(named, key=["noise", "structure", "usable"].index)


def test_noise_as_sharp_as_sound_is_still_noise() -> None:
    assert phase_of(rows((20, 0.1, 1.0))) == "noise"
    assert phase_of([]) == "noise"


def test_the_hint_tells_since_when_and_whether_to_go_on() -> None:
    curve = rows((20, 0.1, 3.0), (20, 0.7, 2.5), (20, 0.8, 1.2))
    told = stop_hint(curve)
    assert told[0].startswith("phase: usable (structure 0.80, sharpness 1.20")
    assert told[1].startswith("structure since 2")
    assert told[2].startswith("usable since ")
    assert len(told) == 3
    # Usable for long and no longer coming closer: say so.
    tired = stop_hint(rows((20, 0.1, 3.0), (20, 0.9, 1.0), (60, 0.8, 1.3)))
    assert "closest to real at" in tired[-1]
    assert stop_hint([{"kimg": "1", "loss": "2"}]) == []


def test_the_curve_has_the_phase_and_keeps_it_over_a_resume(tmp_path: Path) -> None:
    with RunFolder(tmp_path) as run:
        for step in range(1, 21):
            run.add(step, {"kimg": step / 10, "structure": 0.9, "sharpness": 1.1})
    with RunFolder(tmp_path, step=10) as run:
        run.add(11, {"kimg": 1.1, "structure": 0.9, "sharpness": 1.1, "extra": 1.0})
    with (tmp_path / "progress.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["step"] for row in found] == [str(step) for step in range(1, 12)]
    assert found[-1]["phase"] == "usable"
    assert [row["extra"] for row in found][-2:] == ["", "1"]


def test_real_pictures_beside_real_ones_have_arrived() -> None:
    """Lines in a room of their own: others of the kind are near 1, noise is not."""
    generator = torch.Generator().manual_seed(0)

    def lines(count: int) -> torch.Tensor:
        made = torch.full((count, 1, 64, 64), -1.0)
        for picture in made:
            pitch = int(torch.randint(5, 9, (), generator=generator))
            picture[0, pitch:48:pitch] = 0.5
        return made

    same = phases(lines(64), lines(64))
    assert same["structure"] > 0.7
    assert same["sharpness"] == pytest.approx(1, abs=0.1)
    noise = phases(torch.rand(64, 1, 64, 64, generator=generator) * 2 - 1, lines(64))
    assert noise["structure"] < 0.3
    blurred = torch.nn.functional.avg_pool2d(lines(64), (9, 1), 1, (4, 0))
    assert phases(blurred, lines(64))["sharpness"] < 0.5
