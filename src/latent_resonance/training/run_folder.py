"""What a run leaves behind: a curve in progress.csv, TensorBoard scalars, pictures and sounds."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.training.phases import PHASES, phase_of

CURVE = "progress.csv"


def read_curve(folder: Path) -> list[dict[str, str]]:
    """The rows of a run's curve so far; none when there is none."""
    path = folder / CURVE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class RunFolder(Closing):
    """The files of one run beside its checkpoint.

    Args:
        path: the folder; made when missing.
        writes: False for all processes but the first.
        step: resume here: rows of the curve after it are dropped.
    """

    def __init__(self, path: Path, *, writes: bool = True, step: int = 0) -> None:
        self.path = path
        self._writes = writes
        self._board: Any = None
        self._rows: list[dict[str, str]] = []
        if not writes:
            return
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {path}: {error.strerror}") from error
        if step:
            self._rows = [row for row in read_curve(path) if int(row["step"]) <= step]
        try:
            from torch.utils.tensorboard import SummaryWriter

            self._board = SummaryWriter(str(path / "tensorboard"), purge_step=step or None)
        except ImportError:
            self._board = None

    def add(self, step: int, values: dict[str, float]) -> None:
        """One row of the curve; columns may be added later."""
        if not self._writes:
            return
        row = {"step": str(step), **{k: f"{v:.6g}" for k, v in values.items()}}
        self._rows.append(row)
        if "sharpness" in values:
            reached = phase_of(self._rows)
            row["phase"] = reached
            values = {**values, "phase": PHASES.index(reached)}
        columns = list(dict.fromkeys(key for row in self._rows for key in row))
        with (
            whole_output(self.path / CURVE) as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            table = csv.DictWriter(file, columns, restval="")
            table.writeheader()
            table.writerows(self._rows)
        if self._board:
            for name, value in values.items():
                self._board.add_scalar(name, value, step)

    def note(self, name: str, lines: list[str]) -> None:
        """Lines for a reader, in ``NAME.txt``."""
        if self._writes:
            (self.path / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def picture(self, step: int, pictures: np.ndarray, *, spectrogram: bool) -> None:
        """A grid: ``[n, channels, h, w]`` in -1..1; spectrograms with low tones at the bottom."""
        if not self._writes:
            return
        from PIL import Image

        shown = pictures[:, :, ::-1] if spectrogram else pictures
        across = max(1, round(len(shown) ** 0.5 * 1.4))
        rows = [shown[i : i + across] for i in range(0, len(shown), across)]
        if len(rows) > 1 and len(rows[-1]) < across:
            rows.pop()
        grid = np.concatenate([np.concatenate(list(row), 2) for row in rows], 1)
        values = ((grid.clip(-1, 1) + 1) * 127.5).astype(np.uint8)
        image = Image.fromarray(values[0] if len(values) == 1 else values.transpose(1, 2, 0))
        image.save(self.path / f"samples-{step:07d}.png")

    def sound(self, step: int, samples: np.ndarray, sample_rate: int) -> None:
        """A preview, float32 ``[samples]``."""
        if self._writes:
            import soundfile

            peak = max(1e-9, float(np.abs(samples).max()))
            soundfile.write(
                self.path / f"samples-{step:07d}.flac", 0.5 * samples / peak, sample_rate
            )

    def close(self) -> None:
        """Write what is buffered."""
        if self._board:
            self._board.close()
