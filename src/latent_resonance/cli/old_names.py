"""The prototype's commands, under their old names and with their old flags."""

import os
import sys

_DATASET_FLAGS = {"--sr": "--sample-rate", "--n-mels": "--bands", "--hop-length": "--hop"}
_SCRAPER_FLAGS = {
    "--num-results": "--count",
    "--min-duration": "--min-seconds",
    "--max-duration": "--max-seconds",
    "--format": "--preview",
}


def dataset() -> None:
    """Entry point ``latent-resonance-dataset``: ``resonance data prepare``."""
    _run(prepare_words(sys.argv[1:]))


def scraper() -> None:
    """Entry point ``latent-resonance-scraper``: ``resonance data scrape``."""
    words, key = scrape_words(sys.argv[1:])
    key = key or os.environ.get("FREESOUND_API_KEY")
    if key:
        os.environ.setdefault("FREESOUND_TOKEN", key)
    _run(words)


def prepare_words(given: list[str]) -> list[str]:
    """``IN OUT --sr ..`` as today's command line: mel bands and pictures, as it was."""
    folders, flags = _split(given, _DATASET_FLAGS)
    if len(folders) != 2:
        return ["data", "prepare", *given]
    made = ["--output", folders[1], "--codec", "mel", "--format", "png"]
    return ["data", "prepare", folders[0], *made, *flags]


def scrape_words(given: list[str]) -> tuple[list[str], str | None]:
    """``QUERY OUT --num-results ..`` as today's command line, and the key of ``--api-key``."""
    places, flags = _split(given, _SCRAPER_FLAGS)
    if len(places) != 2:
        return ["data", "scrape", *given], None
    key = None
    if "--api-key" in flags:
        at = flags.index("--api-key")
        key = flags[at + 1] if at + 1 < len(flags) else None
        del flags[at : at + 2]
    preview = [] if "--preview" in flags else ["--preview", "ogg"]
    return ["data", "scrape", "--query", places[0], "--output", places[1], *preview, *flags], key


def _split(given: list[str], names: dict[str, str]) -> tuple[list[str], list[str]]:
    """Words that stand alone, and flags by their new names; the old commands had no switches."""
    alone: list[str] = []
    flags: list[str] = []
    plain = [part for word in given for part in _parts(word)]
    switches = {"--help", "-h", "--json", "--quiet"}
    while plain:
        word = plain.pop(0)
        if word in switches:
            flags.append(word)
        elif word.startswith("--"):
            flags += [names.get(word, word), *plain[:1]]
            del plain[:1]
        else:
            alone.append(word)
    return alone, flags


def _parts(word: str) -> list[str]:
    """``--sr=22050`` is two words."""
    return list(word.split("=", 1)) if word.startswith("--") and "=" in word else [word]


def _run(words: list[str]) -> None:
    from latent_resonance.cli.main import main

    sys.argv[1:] = words
    main()
