"""The folder in which a bundle is being made: what is done, of what, and at what speed."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import write_text

_NOTES = "make.json"


class Work:
    """Steps by name, each with a digest of all that it depends on.

    A step is taken for done when its output is there and was made of the same. What an earlier
    run left of other sounds or options is removed before a step begins.

    Args:
        folder: made when missing.

    Raises:
        OutputError: it cannot be made, or holds other things.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            strange = [one for one in folder.iterdir() if not one.name.startswith(".")]
            if strange and not (folder / _NOTES).exists():
                raise OutputError(f"{folder} holds other things: give another --output")
        except OSError as error:
            raise OutputError(f"cannot make {folder}: {error.strerror}") from error
        self._notes = self._read()
        self._write()

    def begin(self, step: str, made_of: str, *leftovers: Path) -> None:
        """From now on the step is made of this; what was made of something else goes."""
        if self._notes["begun"].get(step) != made_of:
            for path in leftovers:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            self._notes["begun"][step] = made_of
            self._write()

    def begun(self, step: str) -> str:
        """What the step was begun with; empty when it was not."""
        return str(self._notes["begun"].get(step, ""))

    def is_done(self, step: str, made_of: str, output: Path) -> bool:
        """Whether ``output`` is what the step would make."""
        return bool(self._notes["done"].get(step) == f"{made_of} {file_digest(output)}")

    def done(self, step: str, made_of: str, output: Path) -> None:
        """The output of the step is whole."""
        self._notes["done"][step] = f"{made_of} {file_digest(output)}"
        self._write()

    @property
    def seconds(self) -> dict[str, float]:
        """What steps take in all, as it was measured; empty when it was not yet."""
        return dict(self._notes["seconds"])

    def keep_seconds(self, made_of: str, seconds: dict[str, float]) -> None:
        """Measured once is enough."""
        self._notes["measured"], self._notes["seconds"] = made_of, seconds
        self._write()

    def add_seconds(self, step: str, seconds: float) -> None:
        """What could be measured only now."""
        self._notes["seconds"][step] = seconds
        self._write()

    def knows_seconds(self, made_of: str) -> bool:
        """Whether they were measured for the same."""
        return bool(self._notes["measured"] == made_of)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One run at a time.

        Raises:
            OutputError: another one is at work.
        """
        try:
            import fcntl
        except ImportError:  # Windows: two runs at once do the same work twice
            yield
            return
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise OutputError(f"another run is at work in {self.folder}") from error
            yield

    def _read(self) -> dict[str, Any]:
        notes: dict[str, Any] = {"begun": {}, "done": {}, "seconds": {}, "measured": ""}
        try:
            found = json.loads((self.folder / _NOTES).read_text(encoding="utf-8"))
            fits = all(type(found[name]) is type(value) for name, value in notes.items())
        except (OSError, ValueError, KeyError, TypeError):
            return notes
        return dict(found) if fits else notes

    def _write(self) -> None:
        write_text(self.folder / _NOTES, json.dumps(self._notes, indent=2) + "\n")


def digest(*parts: object) -> str:
    """Of all that something is made of."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def file_digest(path: Path) -> str:
    """Of a file's content; empty where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
