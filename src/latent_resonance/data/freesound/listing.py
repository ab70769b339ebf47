"""What was downloaded: a journal as it happens, from it manifest.csv and ATTRIBUTION.md."""

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from latent_resonance.contracts.files import write_text
from latent_resonance.data.freesound.sound import one_line

JOURNAL, MANIFEST, ATTRIBUTION = "downloads.jsonl", "manifest.csv", "ATTRIBUTION.md"


class Entry(BaseModel):
    """One sound that is here: a line of the journal, a row of manifest.csv."""

    file: str
    label: str
    duration_s: float
    source_repo: str = "freesound.org"
    source_path: str
    licence: str
    licence_url: str
    attribution: str
    freesound_id: int
    title: str
    tags: str
    query: str
    quality: str
    bytes: int
    sha256: str


def read_journal(folder: Path) -> dict[int, Entry]:
    """The sounds that are here and whole, by id; the last word on each counts."""
    entries: dict[int, Entry] = {}
    try:
        lines = (folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    for line in lines:
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError:  # a line cut off as it was written
            continue
        entries[entry.freesound_id] = entry
    return {key: entry for key, entry in entries.items() if _is_here(folder, entry)}


def _is_here(folder: Path, entry: Entry) -> bool:
    # A journal is a file like any other: what it names must lie in the folder.
    path = folder / entry.file
    plain = Path(entry.file).name == entry.file
    return plain and path.is_file() and path.stat().st_size == entry.bytes


def append(folder: Path, entry: Entry) -> None:
    """Add a line to the journal, after a line that may have been cut off."""
    path = folder / JOURNAL
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(json.dumps(entry.model_dump()).encode() + b"\n")


def write_listings(folder: Path, entries: Iterable[Entry]) -> None:
    """Write manifest.csv and ATTRIBUTION.md, each whole or not at all."""
    rows = sorted(entries, key=lambda entry: entry.freesound_id)
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(Entry.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(entry.model_dump() for entry in rows)
    for name, text in ((MANIFEST, table.getvalue()), (ATTRIBUTION, _attribution(rows))):
        write_text(folder / name, text)


def _attribution(entries: list[Entry]) -> str:
    lines = [
        "# Attribution",
        "",
        f"{len(entries)} sounds from [freesound.org](https://freesound.org), each under the",
        "licence that its author chose. CC-BY asks for this list wherever the sounds, or what is",
        "made of them, are published; CC-BY-NC forbids commercial use besides.",
        "",
    ]
    for licence in sorted({entry.licence for entry in entries}):
        under = [entry for entry in entries if entry.licence == licence]
        lines += [f"## {_plain(licence)}", "", *(_line(entry) for entry in under), ""]
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    licence = _plain(entry.licence)
    if re.fullmatch(r"https?://creativecommons\.org/[a-z0-9./+-]*", entry.licence_url):
        licence = f"[{licence}]({entry.licence_url})"
    return (
        f'- "{_plain(entry.title)}" by {_plain(entry.attribution)}, '
        f"<https://freesound.org/s/{entry.freesound_id}/>, {licence}: {_plain(entry.file)}"
    )


def _plain(text: str) -> str:
    """Titles are what their authors typed: none of it is Markdown or HTML here."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~&])", r"\\\1", one_line(text))
