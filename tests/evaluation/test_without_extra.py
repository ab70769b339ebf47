"""What a base install says when it is asked to evaluate."""

import subprocess
import sys
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.evaluation.run import Request, evaluate


def test_help_loads_neither_engines_nor_matplotlib() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from latent_resonance.cli.main import cli\n"
        "done = CliRunner().invoke(cli, ['evaluate', '--help'])\n"
        "assert done.exit_code == 0 and '--compare' in done.output, done.output\n"
        "heavy = {'matplotlib', 'torch', 'openvino', 'scipy', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_it_is_one_line_and_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    wanted = r"evaluation needs matplotlib: pip install 'latent-resonance\[evaluate\]'"
    with pytest.raises(MissingPartError, match=wanted):
        evaluate(Request("drone", count=10_000_000), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
