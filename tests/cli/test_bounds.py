"""Options beyond reason are refused in a line, before any work."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from latent_resonance.cli.main import cli


@pytest.mark.parametrize(
    "command",
    [
        ["render", "face", "--input", "a.csv", "--output", "a.wav", "--seconds", "1e300"],
        ["render", "face", "--input", "a.csv", "--output", "a.wav", "--seconds", "inf"],
        ["render", "face", "--input", "a.csv", "--output", "a.wav", "--seconds", "-1"],
        ["render", "face", "--input", "a.csv", "--output", "a.wav", "--seconds", "nan"],
        ["play", "face", "--input", "a.csv", "--seconds", "nan"],
        ["play", "face", "--input", "a.csv", "--buffer-ms", "nan"],
        ["play", "face", "--input", "a.csv", "--buffer-ms", "1e9"],
        ["play", "face", "--input", "a.csv", "--buffer-ms", "-5"],
        ["models", "moods", "fields", "--prompt", "red", "--truncation", "nan"],
        ["evaluate", "texture", "--truncation", "nan"],
        ["data", "synthesize", "--output", "out", "--count", "99999999999999"],
        ["data", "synthesize", "--output", "out", "--count", "9" * 5_000],
    ],
)
def test_numbers_beyond_reason_are_refused(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
