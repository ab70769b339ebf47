"""A report: chapters as one Markdown page with pictures, and metrics.json beside it."""

import json
import math
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.files import partial_path

PAGE, METRICS = "report.md", "metrics.json"
OF_MODEL, OF_VOICES = "The model", "Voices as noise"
"""How titles of pages begin."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One question and its answer.

    Attributes:
        name: key in metrics.json.
        title: heading.
        metrics: plain numbers and texts; numbers that are not finite become null.
        table: rows of text, the first the heading.
        notes: paragraphs below the table, in Markdown.
        pictures: file name in the report's folder to caption.
    """

    name: str
    title: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    table: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def whole_folder(output: Path) -> Iterator[Path]:
    """A folder to write into whose files move to ``output`` when all went well.

    Files of an earlier report are replaced, the page last, or removed; others in ``output`` stay.

    Raises:
        OutputError: it cannot be written, or holds a page or figures that are none of a report.
    """
    for name in (PAGE, METRICS):
        if (output / name).exists() and not _is_ours(output / name):
            raise OutputError(f"{output} holds another {name}: choose another folder")
    partial = partial_path(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir()
        yield partial
        output.mkdir(exist_ok=True)
        before = _pictures_of(output / PAGE)
        made = sorted(partial.iterdir(), key=lambda path: path.name == PAGE)
        for path in made:
            os.replace(path, output / path.name)  # noqa: PTH105 - replaces files of the last run
        for name in before - {path.name for path in made}:
            (output / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether a page or figures are of an earlier report, by how they begin."""
    try:
        start = path.read_text(encoding="utf-8")[:200]
    except (OSError, UnicodeError):
        return False
    if path.name == PAGE:
        return start.startswith(tuple(f"# {title}" for title in (OF_MODEL, OF_VOICES)))
    return start.lstrip("{ \n").startswith(('"bundle": ', '"clips": '))


def _pictures_of(page: Path) -> set[str]:
    """Names of the pictures that a report shows, all of them beside it."""
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return set()
    return set(re.findall(r"!\[[^\]\n]*\]\(([\w.-]+\.png)\)", text))


def write_page(folder: Path, title: str, facts: Sequence[str], chapters: Sequence[Chapter]) -> None:
    """``report.md`` in ``folder``, where the pictures are already."""
    lines = [f"# {title}", "", *[f"- {fact}" for fact in facts], ""]
    for chapter in chapters:
        lines += [f"## {chapter.title}", ""]
        if chapter.table:
            lines += [markdown_table(chapter.table), ""]
        for note in chapter.notes:
            lines += [note, ""]
        for name, caption in chapter.pictures.items():
            lines += [f"![{caption}]({name})", ""]
    (folder / PAGE).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> None:
    """``metrics.json`` in ``folder``."""
    text = json.dumps(plain(metrics), indent=1, allow_nan=False)
    (folder / METRICS).write_text(text + "\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """Numbers rounded to six digits, those that are not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, bool | str | int) or value is None:
        return value
    number = float(value)
    return float(f"{number:.6g}") if math.isfinite(number) else None


def percent(share: float) -> str:
    """``0.953`` as ``95.3 %``."""
    return f"{100 * share:.1f} %"


def markdown_table(table: Sequence[Sequence[str]]) -> str:
    """Rows of text, the first the heading, as Markdown."""
    heading, *rows = table
    return "\n".join([_row(heading), _row(["---"] * len(heading)), *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
