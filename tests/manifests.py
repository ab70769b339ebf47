"""Manifests of folders of clips, as tests write them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_manifest(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """``manifest.csv`` with the columns of the first row; gives the folder."""
    with (folder / "manifest.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return folder
