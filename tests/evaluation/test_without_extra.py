"""What a base install says when it is asked to evaluate."""

import subprocess
import sys
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.evaluation.run import Request, evaluate


def test_help_loads_neither_engines_nor_libraries() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from latent_resonance.cli.main import cli\n"
        "done = CliRunner().invoke(cli, ['evaluate', '--help'])\n"
        "assert done.exit_code == 0 and '--compare' in done.output, done.output\n"
        "heavy = {'matplotlib', 'torch', 'openvino', 'scipy', 'PIL', 'sklearn', 'librosa'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("module", "name"),
    [("librosa", "librosa"), ("matplotlib", "matplotlib"), ("sklearn", "scikit-learn")],
)
def test_without_a_library_it_is_one_line_and_at_once(
    module: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    wanted = rf"evaluation needs {name}: pip install 'latent-resonance\[evaluate\]'"
    with pytest.raises(MissingPartError, match=wanted):
        evaluate(Request("drone", count=10_000_000), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
