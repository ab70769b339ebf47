"""The code blocks of the docs, what each is, and whether its commands would be understood.

``read_blocks`` finds them; ``check`` parses one against the real command line without running it.
"""

import ast
import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from latent_resonance.cli.main import cli
from latent_resonance.cli.old_names import prepare_words, scrape_words

ROOT = Path(__file__).resolve().parents[1]
# What the docs call a recipe of the reader's own; any recipe that ships has the flags they show.
_THEIRS = "face"
_OURS = {"resonance", "latent-resonance-dataset", "latent-resonance-scraper"}
_OTHERS = {
    *("cd", "export", "just", "npm", "pip", "python", "python3", "taskset", "torchrun", "uv"),
    *("unzip", "for", "done", "docker", "ray", "sudo"),
}
_TEXT = re.compile(r"^(```|~~~)(\w*)[^\n]*\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block: ``kind`` is commands, python, toml, json, javascript or listing."""

    page: str
    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Command:
    """One command of a block: its words, after the environment that is set before them.

    ``into`` is the file that it is written into, empty if none.
    """

    words: tuple[str, ...]
    text: str
    into: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is this project's command line."""
        return self.words[0] in _OURS or self.words[1:2] == ("-m",)


def pages() -> list[Path]:
    """All pages with blocks, without decisions, which tell of their day, and what is generated."""
    found = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs/models").glob("*.md")]
    made = [
        path for path in found if path.name.startswith("reference-") and "python" not in path.name
    ]
    return sorted([*(set(found) - set(made)), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def read_blocks(path: Path) -> Iterator[Block]:
    """The blocks of a page, in its order."""
    page = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _TEXT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append((line, match[2], match[3]))
    plain = _TEXT.sub(lambda match: re.sub(r"[^\n]+", "", match[0]), text)
    found += [(line, "", block) for line, block in _indented(plain)]
    for line, language, block in sorted(found):
        yield Block(page, line, language or _kind(block), block)


def _indented(text: str) -> Iterator[tuple[int, str]]:
    """Blocks by four spaces that follow an empty line; those inside lists are their paragraphs."""
    lines = [*text.split("\n"), "end"]
    start, block, before, in_list = 0, [], "", False
    for number, line in enumerate(lines, 1):
        inside = line.startswith("    ") or (block and not line.strip())
        if inside and (block or (not before.strip() and not in_list and line.strip())):
            start = start or number
            block.append(line[4:])
        elif block:
            yield start, "\n".join(block).strip("\n") + "\n"
            start, block = 0, []
        if line.strip() and not line.startswith(" "):
            in_list = bool(re.match(r"([-*+]|\d+\.) ", line))
        if line.startswith("::: "):  # options of the reference
            in_list = True
        before = "" if in_list else line


def _kind(block: str) -> str:
    first = block.split(None, 1)[0]
    if first in _OURS | _OTHERS:
        return "commands"
    if first in {"from", "import"}:
        return "python"
    return "listing"


def commands(block: Block) -> list[Command]:
    """The commands of a block, without comments and pipes.

    Raises:
        ValueError: a line is no command that is known.
    """
    lines = re.sub(r"\\\n\s*", " ", block.text).splitlines()
    found = []
    for line in lines:
        for part in re.split(r"\s(?:&&|\|\||\||;)\s|;\s", _without_comment(line)):
            words = shlex.split(re.sub(r"(^|\s)2?>\s*\S+", " ", part))
            if words and words[0] in {"do", "then"}:
                words = words[1:]
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            # A second column, set off by spaces, says what the command does.
            if words:
                into = re.search(r"(?:^|\s)>\s*(\S+)", part)
                found.append(Command(tuple(words), part.strip(), into[1] if into else ""))
    for command in found:
        if command.words[0] not in _OURS | _OTHERS | {
            "bash",
            "ruff",
            "mypy",
            "lint-imports",
            "pytest",
            "or:",
        }:
            raise ValueError(f"{block.page}:{block.line}: no command is '{command.text}'")
    return found


def _without_comment(line: str) -> str:
    quoted = ""
    for at, mark in enumerate(line):
        if quoted:
            quoted = "" if mark == quoted else quoted
        elif mark in "'\"":
            quoted = mark
        elif mark == "#" and (at == 0 or line[at - 1] == " "):
            return line[:at]
    # Or a remark that is set off by three spaces and has no comment's mark.
    return (
        re.split(r"\s{3,}(?=[a-z])", line, maxsplit=1)[0] if line.startswith("resonance") else line
    )


def check(block: Block) -> None:
    """Whether a block would be understood; runs nothing of it.

    Raises:
        ValueError: it would not be; says where and why.
    """
    where = f"{block.page}:{block.line}"
    try:
        if block.kind == "commands":
            for command in commands(block):
                _check_command(command)
        elif block.kind == "python":
            _check_python(block.text)
        elif block.kind == "toml":
            tomllib.loads(block.text)
        elif block.kind == "json":
            text = block.text.strip()
            json.loads(text if text.startswith(("{", "[")) else f"{{{text}}}")
    except (click.ClickException, SyntaxError, ImportError, KeyError, ValueError, OSError) as error:
        told = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise ValueError(f"{where}: {told}") from error


def mentions(path: Path) -> Iterator[str]:
    """Commands of this project within the sentences and tables of a page."""
    plain = _TEXT.sub("", path.read_text(encoding="utf-8"))
    for match in re.finditer(r"`(resonance [^`]+)`", plain):
        text = " ".join(match[1].split())
        if not re.search(r"--(help|version)\b", text):
            yield text


def check_mention(text: str) -> None:
    """Whether a command in a sentence would be understood; it may leave out what it must have.

    Raises:
        ValueError: it has an option, a value or a command that there is not.
    """
    try:
        parse(shlex.split(text)[1:])
    except (click.MissingParameter, click.BadOptionUsage, click.exceptions.NoArgsIsHelpError):
        pass
    except click.ClickException as error:
        raise ValueError(f"{text}: {error.format_message()}") from error


def _check_command(command: Command) -> None:
    words = list(command.words)
    if words[0] == "sudo":
        words = words[1:]
    while words[0] in {"taskset", "torchrun"}:  # what stands before another command
        words = (
            words[3:] if words[0] == "taskset" else ["resonance", *words[words.index("train") :]]
        )
    first, rest = words[0], words[1:]
    if first == "resonance":
        parse(rest)
    elif first == "latent-resonance-dataset":
        parse(prepare_words(rest))
    elif first == "latent-resonance-scraper":
        parse(scrape_words(rest)[0])
    elif first.startswith("python"):
        _check_script(rest)
    elif first in {"docker", "npm", "pip", "uv"}:
        {"docker": _check_docker, "npm": _check_npm}.get(first, _check_extras)(rest)


def _check_npm(words: list[str]) -> None:
    scripts = json.loads((ROOT / "web/package.json").read_text("utf-8"))["scripts"]
    if words[0] == "run" and words[1] not in scripts:
        raise ValueError(f"npm has no script {words[1]}")


def _check_docker(words: list[str]) -> None:
    image = next((n for n, word in enumerate(words) if word.startswith("latent-resonance:")), None)
    if words[0] == "run" and image is not None:
        parse(words[image + 1 :])
    if "--target" in words and f" AS {words[words.index('--target') + 1]}" not in (
        ROOT / "Dockerfile"
    ).read_text("utf-8"):
        raise ValueError("the Dockerfile has no such target")


def _check_script(words: list[str]) -> None:
    if words[0] != "-m":
        if not (ROOT / words[0]).is_file():
            raise ValueError(f"there is no script {words[0]}")
    elif words[1] == "latent_resonance.dataset":
        parse(prepare_words(words[2:]))
    elif words[1].startswith("latent_resonance") and importlib.util.find_spec(words[1]) is None:
        raise ValueError(f"there is no module {words[1]}")
    else:
        _check_extras(words)


def _check_extras(words: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for word in words:
        named = re.fullmatch(r"(?:latent-resonance|\.)\[(.+)\]", word)
        for extra in named[1].split(",") if named else ():
            if extra not in project["optional-dependencies"]:
                raise ValueError(f"there is no extra {extra}")


def parse(words: list[str]) -> click.Context:
    """What click makes of a command line, before anything of it is run.

    Files that are named need not be there: a recipe of the reader's own stands for one that ships.

    Raises:
        click.ClickException: an option, a value or a command that there is not.
    """
    context = click.Context(cli, info_name="resonance")
    command: click.Command = cli
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name, found, rest = command.resolve_command(context, rest)
        command, context = found, click.Context(found, info_name=name, parent=context)
    rest = [_THEIRS if word.endswith(".toml") and "/" not in word else word for word in rest]
    exists = click.Path.convert
    click.Path.convert = lambda _self, value, _parameter, _context: value
    try:
        if rest and isinstance(command, click.Group):
            return command.make_context(command.name, rest, parent=context.parent)
        return command.make_context(
            command.name, [word for word in rest if word != ".."], parent=context.parent
        )
    finally:
        click.Path.convert = exists


def _check_python(text: str) -> None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("latent_resonance"):
            module = importlib.import_module(str(node.module))
            for name in node.names:
                if not hasattr(module, name.name) and (
                    importlib.util.find_spec(f"{node.module}.{name.name}") is None
                ):
                    raise ImportError(f"{node.module} has no {name.name}")
