"""Pages that a script makes of the program: written where they changed, or told to be stale."""

import sys
from collections.abc import Mapping
from pathlib import Path

from latent_resonance.contracts.files import partial_path


def refresh(texts: Mapping[Path, str], command: str, *, check: bool) -> int:
    """Write files whose text is another than it should be.

    Args:
        texts: file to what should be in it.
        command: that makes them, for the message.
        check: write none, and say which are stale.

    Returns:
        The exit code: 1 where ``check`` found a stale one.
    """
    stale = []
    for path, text in texts.items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if not check:
            partial = partial_path(path)
            partial.write_text(text, encoding="utf-8", newline="\n")
            partial.replace(path)
    if check and stale:
        sys.stderr.write(f"{', '.join(stale)} stale: run {command}\n")
        return 1
    return 0
