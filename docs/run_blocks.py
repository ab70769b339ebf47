"""Runs the commands and the Python of the docs, page by page, each page in a folder of its own.

    python docs/run_blocks.py --data ../shared/data --page 'start-*' --checkpoint network.pkl

The folder holds what the pages name: a clip of a face, a song, voices, sounds, recipes, bundles of
the reader's own, taken from ``--data``, and what the program keeps for a user. Commands run as they
stand; ``play`` plays a second to a silent stage; a whole recipe is written to NAME.toml and shown.
What needs a device, a network, hours or another program is not run, and counted.
Not part of CI, which parses every block (`blocks.py`): this takes two hours of a core.
"""

import argparse
import fnmatch
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

import soundfile
from blocks import ROOT, Block, Command, commands, pages, read_blocks

_NOT_RUN = {
    "opens the studio": r"^resonance( studio.*)?$",
    "a network": r"data nsynth|data scrape|models fetch|--download|sd-turbo|-scraper ",
    "hours": r"^resonance train (?!.*(--dry-run|mood_map))|make texture (?!.*--effort draft)|"
    r"models encoder|models tower|resonance evaluate|resonance benchmark|"
    r"python benchmarks|make_canvas",
    "what takes hours": r"theirs.resonance (--data sounds|--query)|\bruns/",
    "a device": r"play .*(--midi|--microphone|--camera|--calibrate|--keyboard|--sense microphone|"
    r"--sense midi|--stage midi)|play \w+ --sense face$|play bridges/ableton/|"
    r"^resonance play (face|notes|vision|voice)(?!.*--(input|osc))",
}
_PICTURES = ("vision", "moods", "import", "autolume", "spout", "vj-set", "pictures", "shaders")
# What the program says of a device that this machine lacks.
_NO_DEVICE = re.compile(r"the (camera|sound input|sound card) .*will not open|nothing to play with")
# Commands that the docs show because they are refused.
_REFUSED = ("resonance models import rave.ts",)


def main() -> int:
    """Exit codes: 0 all that was run did what it says, 1 not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--page", default="*", help="such as 'from-*', 'docs/models/*'")
    parser.add_argument("--checkpoint", type=Path, help="a StyleGAN pickle of pictures, for *.pkl")
    parser.add_argument("--sound-checkpoint", type=Path, help="a grey one, 256 rows, for sounds")
    parser.add_argument(
        "--seconds", type=float, default=300, help="the longest that a block may take"
    )
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    for page in pages():
        path = page.relative_to(ROOT).with_suffix("").as_posix()
        if not any(fnmatch.fnmatch(one, given.page) for one in (page.stem, path)):
            continue
        with tempfile.TemporaryDirectory(prefix="docs-") as name:
            folder = Path(name) / "reader"
            sounds = page.stem.endswith(("facial-acoustics", "audio-stylegan", "import"))
            pickle = given.sound_checkpoint if sounds else given.checkpoint
            _material(folder, page.stem, given.data, pickle)
            unmade: set[str] = set()
            for block in read_blocks(page):
                kinds = []
                for line, outcome, seconds in _run_block(block, folder, given.seconds, unmade):
                    kind = outcome.partition(":")[0]
                    kinds.append(kind)
                    print(
                        f"{kind:18} {seconds:6.1f} s  {block.page}:{block.line}  {line}", flush=True
                    )
                    if kind == "FAILED":
                        print(f"    {outcome}", flush=True)
                counts.update(kinds)
                blocks.update([_of_block(kinds)] if kinds else [])
    for what, found in (("lines", counts), ("blocks", blocks)):
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(found.items()))
        print(f"{found.total()} {what}: {told}")
    return 1 if counts["FAILED"] else 0


def _of_block(kinds: list[str]) -> str:
    """What became of a block, from what became of its lines."""
    ran = [kind in {"ran", "shortened"} for kind in kinds]
    if "FAILED" in kinds:
        return "FAILED"
    if not any(ran):
        return kinds[0]
    return "ran" if all(ran) else "ran in part"


def _run_block(
    block: Block, folder: Path, most: float, unmade: set[str]
) -> list[tuple[str, str, float]]:
    """Each line, what became of it, and seconds; ``unmade`` gets files that it would have made."""
    started = time.monotonic()
    if block.kind == "python":
        words = [sys.executable, "-c", block.text]
        network = "sd-turbo" in block.text
        outcome = "a network" if network else _process(words, folder, most, refused=False)
        return [("python", outcome, time.monotonic() - started)]
    if block.kind == "toml":
        return _show_recipe(block.text, folder, most)
    found = []
    for command in commands(block) if block.kind == "commands" else ():
        started = time.monotonic()
        if any(word in unmade and not (folder / word).exists() for word in command.words):
            outcome = "what takes hours"
        else:
            outcome = _run_command(command, folder, most)
        if outcome in {"a network", "hours", "what takes hours", "too long"}:
            named = dict(itertools.pairwise(command.words)).get("--output", "")
            unmade |= {named} - {""} if Path(named).suffix != ".resonance" else set()
        found.append((command.text, outcome, time.monotonic() - started))
    return found


def _show_recipe(text: str, folder: Path, most: float) -> list[tuple[str, str, float]]:
    """Write a whole recipe for the commands below it, and show it; other tables are no line.

    One that listens to a file is shown by nothing but the commands, which name the file.
    """
    table = tomllib.loads(text)
    if not {"name", "sense"} <= set(table):
        return []
    for chain in (table, *table.get("chain", ())):
        _stand_in(str(chain.get("bundle", "")), folder)
    path = folder / f"{table['name']}.toml"
    path.write_text(text, encoding="utf-8")
    if table["sense"] == {"part": "audio_file"}:
        return []
    started = time.monotonic()
    outcome = _process(_start(["resonance", "show", path.name]), folder, most, refused=False)
    return [(f"recipe {path.name}", outcome, time.monotonic() - started)]


def _run_command(command: Command, folder: Path, most: float) -> str:
    text = " ".join(command.words)
    if not command.ours or command.words[1:3] in {("-m", "pip"), ("-m", "pytest")}:
        return "another program"
    outline = {"NAME", "FILE", ".."}
    if any(word in outline or word.startswith("/shared/") for word in command.words):
        return "an outline"
    for why, pattern in _NOT_RUN.items():
        if re.search(pattern, text):
            return why
    if ".pkl" in text and not (folder / "network.pkl").exists():
        return "no checkpoint"
    words = list(command.words)
    shortened = words[:2] == ["resonance", "play"]
    if shortened:
        words = _silenced(words)
    for before, word in itertools.pairwise(words):
        if before != "--output":
            _stand_in(word, folder)
    into = folder / command.into if command.into else None
    outcome = _process(_start(words), folder, most, into, refused=text in _REFUSED)
    if shortened and _NO_DEVICE.search(outcome):
        return "a device"
    return "shortened" if shortened and outcome == "ran" else outcome


def _stand_in(word: str, folder: Path) -> None:
    """Make a bundle or recipe of the reader's own that a page names and no line has made."""
    kind = Path(word).suffix
    if kind in {".resonance", ".toml"} and "/" not in word and not (folder / word).exists():
        # What was imported before is the nearer: two of one kind can be mixed.
        names = ("theirs", "a-picture" if "picture" in word else "any", "any")
        like = next(path for name in names if (path := folder / f"{name}{kind}").exists())
        shutil.copy(like, folder / word)


def _start(words: list[str]) -> list[str]:
    module = "latent_resonance"
    if words[0].startswith("python"):
        return [sys.executable, *words[1:]]
    if words[0] == "latent-resonance-dataset":
        module = "latent_resonance.dataset"
    return [sys.executable, "-m", module, *words[1:]]


def _silenced(words: list[str]) -> list[str]:
    kept = []
    while words:
        word = words.pop(0)
        if word in {"--stage", "--seconds", "--output"}:
            words.pop(0)
        else:
            kept.append(word)
    return [*kept, "--stage", "silent", "--seconds", "1"]


def _process(
    words: list[str], folder: Path, most: float, into: Path | None = None, *, refused: bool
) -> str:
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=os.environ | {f"XDG_{kind}_HOME": f"{folder}/own" for kind in ("DATA", "CONFIG")},
            capture_output=True,
            text=True,
            timeout=most,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "too long"
    if into:
        into.write_text(done.stdout)
    if (done.returncode == 1) if refused else (done.returncode == 0):
        return "ran"
    return f"FAILED: {done.returncode}: {' '.join(done.stderr.split())[-300:]}"


def _material(folder: Path, page: str, data: Path, checkpoint: Path | None) -> None:
    """What the pages name."""
    package = ROOT / "src" / "latent_resonance"
    folder.mkdir()
    (folder.parent / "shared").mkdir()
    (folder.parent / "shared/data").symlink_to(data.resolve())
    for name in ("recipes", "bridges", "benchmarks", "docs"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(data / "faces" / "grid_sbia1a.mpg", folder / "clip.mp4")
    song, rate = soundfile.read(data / "music" / "vibe_ace.ogg", stop=4 * 44_100)
    soundfile.write(folder / "song.flac", song, rate)
    shutil.copy(package / "engine/performances/notes.mid", folder / "song.mid")
    shutil.copy(package / "engine/performances/face.csv", folder / "take.csv")
    voices = sorted((data / "voice").rglob("speech__*.flac"))[:4]
    textures = sorted((data / "textures").glob("*.flac"))[:10]
    for name, source in (
        ("me", voices[0]),
        ("anna-1", voices[1]),
        ("anna-2", voices[1]),
        ("clip", voices[2]),
    ):
        _as_wav(source, folder / f"{name}.wav")
    for name in ("one", "door"):
        _as_wav(textures[0], folder / f"{name}.wav")
    _gather(folder / "voices", voices)
    _gather(folder / "sounds", textures)
    _gather(folder / "raw_audio", textures[:3])
    _gather(folder / "pictures", sorted((data / "images").glob("*.jpg"))[:8])
    named = [path.name for path in sorted((folder / "pictures").iterdir())]
    (folder / "pictures/manifest.csv").write_text(
        "\n".join(["file,label", *(f"{name},art" for name in named)]) + "\n"
    )
    _gather(folder / "music", [data / f"music/{name}.ogg" for name in ("vibe_ace", "lofi_cue")])
    _gather(folder / "clips", [data / "faces" / "grid_sbia1a.mpg"])
    _gather(folder / "songs", [folder / "song.mid"])
    for name in ("notes", "recordings", "selected"):
        (folder / name).symlink_to(data / "notes")
    pictures = any(word in page for word in _PICTURES)
    bundle = "fields" if pictures else "texture"
    for name, like in (("any", bundle), ("a-picture", "fields")):
        shutil.copy(package / f"bundles/defaults/{like}.resonance", folder / f"{name}.resonance")
    for name, recipe in (("any", "face"), ("my-pictures", "vision"), ("pictures", "vision")):
        shutil.copy(ROOT / f"recipes/{recipe}.toml", folder / f"{name}.toml")
    if checkpoint:
        for name in ("network", "network-snapshot", "network-snapshot-025000", "rain"):
            shutil.copy(checkpoint, folder / f"{name}.pkl")
    (folder / "rave.ts").write_bytes(b"PK\x03\x04 TorchScript")


def _gather(folder: Path, files: list[Path]) -> None:
    folder.mkdir()
    for path in files:
        shutil.copy(path, folder)


def _as_wav(source: Path, target: Path) -> None:
    samples, rate = soundfile.read(source)
    soundfile.write(target, samples, rate)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(ROOT / "src"))
    sys.exit(main())
