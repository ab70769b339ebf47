"""Rounding the speaker encoder: steps that fit, and a wheel that is another one."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.training.voices.speaker_encoder import main, steps_of


def test_what_matters_gets_small_steps_and_every_number_fits() -> None:
    random = np.random.default_rng(0)
    weight = random.standard_normal((12, 9)).astype(np.float32)
    weight[3, 4] = 80.0
    squares = np.outer(10.0 ** -np.arange(12), np.ones(9)) * random.uniform(0.5, 2, (12, 9))
    rows, columns = steps_of(weight, squares, 0.1)
    assert np.abs(np.rint(weight / (rows * columns))).max() <= 127
    np.testing.assert_array_equal(rows, rows.astype(np.float16))
    assert rows[0] < 0.5 * rows[1] < 0.2 * rows[2]
    # What an error of half a step does is about the same where it matters.
    harm = np.sqrt(squares.mean(axis=1)) * rows[:, 0]
    assert harm[1] == pytest.approx(harm[0], rel=0.25)


def test_another_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.whl").write_bytes(b"PK")
    for name, says in (("a.whl", "wrong sha256"), ("none.whl", "cannot read")):
        given = [str(tmp_path / name), "--data", str(tmp_path), "--output", str(tmp_path / "out")]
        assert main(given) == 1
        assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
