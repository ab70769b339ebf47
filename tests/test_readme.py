"""The README's Python runs as it stands there."""

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[1] / "README.md"


@pytest.mark.parametrize(
    "code", re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
)
def test_readme_code_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert {path.suffix for path in tmp_path.iterdir()} == {".wav", ".flac"}


def test_readme_names_files_that_exist() -> None:
    text = README.read_text("utf-8")
    links = re.findall(r"\]\(((?!https?:)[^)]+)\)", text) + re.findall(r"`(docs/[^`]+)`", text)
    assert links
    for link in links:
        assert (README.parent / link).exists(), link
