"""Commands as they are typed, in this process."""

import json
from pathlib import Path

from own_cache import own_cache

from latent_resonance.cli.main import main


class Typed:
    """Commands in this process, in a folder and a home of their own."""

    def __init__(self, folder: Path, monkeypatch, capsys) -> None:
        self.folder, self.patch, self.capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)
        # What is kept to be quicker the next time is nobody's output.
        own_cache(folder.parent / "kept", monkeypatch)
        for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            monkeypatch.setenv(name, str(folder / "home"))

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self.patch.setattr("sys.argv", ["resonance", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return (code, *self.capsys.readouterr())

    def json(self, *arguments: object) -> dict[str, object]:
        code, out, err = self(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    def refused(self, says: str, *arguments: object) -> None:
        before = sorted(self.folder.rglob("*"))
        code, out, err = self(*arguments)
        assert code == 1, err
        assert out == ""
        lines = err.strip().splitlines()
        assert len(lines) == 1, err
        assert lines[0].startswith("resonance: ")
        assert says in lines[0]
        assert sorted(self.folder.rglob("*")) == before
