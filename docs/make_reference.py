"""Writes the pages of reference from the program itself, or checks that they are as it would write.

``python docs/make_reference.py`` writes ``reference-commands.md``, ``reference-parts.md``,
``reference-http.md`` and ``reference-websocket.md``; with ``--check`` it fails when one is stale.
"""

import argparse
import enum
import inspect
import json
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from generated import refresh
from pydantic.fields import FieldInfo

from latent_resonance.cli.main import cli
from latent_resonance.cli.part_options import flag_of, part_options
from latent_resonance.cli.recipe_command import RecipeCommand
from latent_resonance.cli.shared_options import Once
from latent_resonance.contracts.registry import ROOMS, list_parts
from latent_resonance.engine.recipe import list_recipes, load_recipe, recipe_folder
from latent_resonance.studio.openapi import openapi_document
from latent_resonance.studio.protocol import wire_document

DOCS = Path(__file__).parent
_MADE = "Made from the program by `python docs/make_reference.py`."
_ROOM_TITLES = {
    "sense": "Sensors",
    "navigate": "Navigators",
    "models": "Models",
    "render": "Renderers",
    "stage": "Stages",
}
# Parameters of flags that only say how a result is shown; every command has them.
_EVERYWHERE = {"--json", "--quiet", "--help"}


def pages() -> dict[str, str]:
    """File name to content; the same on every machine."""
    return {
        "reference-commands.md": commands_page(),
        "reference-parts.md": parts_page(),
        "reference-http.md": http_page(),
        "reference-websocket.md": websocket_page(),
    }


def commands_page() -> str:
    """Every command with its arguments and flags."""
    lines = [
        "# Commands",
        "",
        _MADE,
        "`resonance COMMAND --help` says the same in a terminal.",
        "",
        "Every command with a result takes `--json` (one JSON object on stdout) and `--quiet`.",
        "Exit codes: 0 done, 1 could not (one line on stderr), 2 wrong usage. `play`, `render` and",
        "`show` also take the options of their recipe's navigator and renderer as flags, which",
        "[the page of parts](reference-parts.md) lists; what else a recipe adds stands below them.",
        "",
    ]
    for path, command in all_commands():
        words = " ".join(_argument(p) for p in command.params if isinstance(p, click.Argument))
        lines += [f"## {path}", "", _help(command.help or command.short_help or ""), ""]
        if isinstance(command, click.Group):
            names = command.list_commands(click.Context(command))
            lines += [f"Commands: {', '.join(f'`{name}`' for name in names)}.", ""]
            continue
        lines += [f"    {path} {words}".rstrip() + " [OPTIONS]", ""]
        lines += _flag_table([p for p in command.params if isinstance(p, click.Option)])
        if isinstance(command, RecipeCommand):
            lines += _sections(path, command)
    return _joined(lines)


def _sections(path: str, command: RecipeCommand) -> list[str]:
    """What the recipes that ship add beside the options of their parts."""
    known = {opt for param in command.params for opt in param.opts}
    lines = []
    for name, file in list_recipes().items():
        if file.parent != recipe_folder():
            continue
        recipe = load_recipe(name)
        for title, options in command.more(recipe).items():
            if title in part_options(recipe):
                continue
            lines += [f"### {path} {name}: {title[0].lower()}{title[1:]}", ""]
            lines += _flag_table([option for option in options if not known & set(option.opts)])
    return lines


def _flag_table(options: list[click.Option]) -> list[str]:
    rows = [_flag_row(option) for option in options]
    shown = [row for row in rows if row and not _EVERYWHERE & set(row[0].split("`"))]
    return _table(("flag", "takes", "what", "default"), shown)


def parts_page() -> str:
    """Every part with its options."""
    lines = [
        "# Parts and their options",
        "",
        _MADE,
        "A recipe names a part and sets its options ([recipes](recipes.md)); on the command line",
        "most options of its navigator and renderer are flags; where there is none, a recipe alone",
        "sets the option.",
        "",
    ]
    for room in ROOMS:
        lines += [f"## {_ROOM_TITLES[room]}", ""]
        for name, entry in list_parts(room).items():
            if entry.origin != "latent-resonance":
                continue
            module = entry.load()
            lines += [f"### {name}", "", _text((module.__doc__ or "").partition("\n")[0]), ""]
            fields: dict[str, FieldInfo] = module.Options.model_fields
            rows = [_option_row(key, field) for key, field in fields.items()]
            head = ("option", "takes", "what", "default")
            if room in ("navigate", "render"):
                flags = [_flag_of_option(key, field) for key, field in fields.items()]
                head = (*head, "flag")
                rows = [(*row, flag) for row, flag in zip(rows, flags, strict=True)]
            lines += _table(head, rows) or ["No options.", ""]
    return _joined(lines)


def http_page() -> str:
    """Every route of the studio."""
    document = openapi_document()
    schemas: dict[str, Any] = document["components"]["schemas"]
    lines = [
        "# The studio's HTTP API",
        "",
        _MADE,
        "[The protocol](studio-protocol.md) says how to enter and what the words mean.",
        "",
        "| request | what | body | answer |",
        "| --- | --- | --- | --- |",
    ]
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            asked = [one["name"] for one in route.get("parameters", []) if one["in"] == "query"]
            query = f"?{'&'.join(asked)}" if asked else ""
            body = _content(route.get("requestBody", {}))
            good = next(c for c in route["responses"] if c.startswith("2"))
            answer = f"{good} {_content(route['responses'][good])}".strip()
            what = _cell(route.get("summary", ""))
            lines.append(f"| `{method.upper()} {path}{query}` | {what} | {body} | {answer} |")
    lines += ["", "## Objects", ""]
    lines += _schemas(schemas)
    return _joined(lines)


def websocket_page() -> str:
    """Every message of the playing WebSocket."""
    document = wire_document()
    schemas: dict[str, Any] = document["schemas"]
    lines = [
        "# The playing WebSocket",
        "",
        _MADE,
        "[The protocol](studio-protocol.md) says how it is used.",
        "",
    ]
    lines += _table(
        ("constant", "value"), [(f"`{k}`", str(v)) for k, v in document["constants"].items()]
    )
    lines += _table(
        ("close code", "why"), [(str(v), f"`{k}`") for k, v in document["close_codes"].items()]
    )
    unions = {
        "FromPage": "What the page sends",
        "ToPage": "What the server sends",
    }
    told: set[str] = set(unions)
    for union, title in unions.items():
        lines += [f"## {title}", ""]
        names = [one["$ref"].rpartition("/")[2] for one in schemas[union]["anyOf"]]
        told |= set(names)
        lines += _schemas({name: schemas[name] for name in names})
    lines += ["## Binary frames", ""]
    lines += [f"A header of {document['header_bytes']} bytes, little-endian, then the payload.", ""]
    for frame in document["frames"]:
        lines += [f"### {frame['name']}", ""]
        lines += [f"Tag {frame['tag']}; payload `{frame['payload']}`: {frame['layout']}.", ""]
        rows = [
            (f"`{f['name']}`", str(f["offset"]), f"`{f['kind']}`", f["meaning"])
            for f in frame["fields"]
        ]
        lines += _table(("field", "at byte", "struct", "what"), rows)
    lines += ["## What they hold", ""]
    lines += _schemas({name: one for name, one in schemas.items() if name not in told})
    return _joined(lines)


def all_commands(
    command: click.Command = cli, path: str = "resonance"
) -> Iterator[tuple[str, click.Command]]:
    """Each command with its words, groups before what is in them."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from all_commands(found, f"{path} {name}")


def _argument(parameter: click.Argument) -> str:
    name = parameter.metavar or (parameter.name or "").upper()
    name += "..." if parameter.nargs != 1 else ""
    return name if parameter.required else f"[{name}]"


def _flag_row(option: click.Option) -> tuple[str, str, str, str] | None:
    if option.hidden:
        return None
    names = "`, `".join((*option.opts, *option.secondary_opts))
    default = option.default
    plain = isinstance(default, str | int | float) and not isinstance(default, bool | enum.Enum)
    shown = f"`{default}`" if option.show_default and plain else ""
    takes = "" if option.is_flag else _takes(option)
    text = option.help or ""
    # Some write their default into the text, as it is none of click's.
    told = re.search(r"\s*\[default: ([^\]]+)\]\s*", text)
    if told:
        text, shown = text.replace(told[0], " "), f"`{told[1]}`"
    needed = "required" if option.required else shown
    more = (
        " Repeatable."
        if option.multiple and not isinstance(option, Once) and "epeat" not in text
        else ""
    )
    return f"`{names}`", takes, _cell(text) + more, needed


def _takes(option: click.Option) -> str:
    kind = option.type
    if option.metavar:
        return f"`{_cell(option.metavar)}`"
    if isinstance(kind, click.Choice):
        return ", ".join(f"`{c.value if isinstance(c, enum.Enum) else c}`" for c in kind.choices)
    if isinstance(kind, click.IntRange | click.FloatRange):
        low = f"> {kind.min}" if kind.min_open else f">= {kind.min}"
        high = f"< {kind.max}" if kind.max_open else f"<= {kind.max}"
        bounds = [
            *([low] if kind.min is not None else []),
            *([high] if kind.max is not None else []),
        ]
        return (
            f"{'int' if isinstance(kind, click.IntRange) else 'float'} {', '.join(bounds)}".strip()
        )
    names = {click.INT: "int", click.FLOAT: "float", click.STRING: "text", click.BOOL: "bool"}
    if isinstance(kind, click.Tuple):
        return " ".join(one.name for one in kind.types)
    if isinstance(kind, click.Path) or kind.name in {"path", "file", "directory", "filename"}:
        return "path"
    return names.get(kind, {"integer": "int"}.get(kind.name, kind.name).lower())


def _option_row(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    bounds = []
    for one in field.metadata:
        for attribute, sign in (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<")):
            if hasattr(one, attribute):
                bounds.append(f"{sign} {getattr(one, attribute):g}")
    takes = " ".join(_annotation(field.annotation).split())
    default = "required" if field.is_required() else _default(field)
    return (
        f"`{name}`",
        f"{takes} {', '.join(bounds)}".strip(),
        _cell(field.description or ""),
        default,
    )


def _flag_of_option(name: str, field: FieldInfo) -> str:
    flag = flag_of(name, field)
    return f"`{flag}`" if flag else ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", [], {}, ()):
        return ""
    return f"`{value.as_posix() if isinstance(value, Path) else value}`"


def _annotation(annotation: Any) -> str:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_annotation(one) for one in inner if one is not type(None))
    if origin is typing.Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin in (list, tuple):
        return f"list of {_annotation(inner[0])}"
    if origin is dict:
        return f"table of {_annotation(inner[1])}"
    words = {str: "text", Path: "path"}
    return words.get(annotation, annotation.__name__)


def _content(part: dict[str, Any]) -> str:
    found = []
    for kind, one in part.get("content", {}).items():
        schema = one.get("schema", {})
        found.append(_kind(schema) if kind == "application/json" and schema else f"`{kind}`")
    return ", ".join(found)


def _schemas(schemas: dict[str, Any]) -> list[str]:
    lines = []
    for name, schema in schemas.items():
        lines += [f"### {name}", ""]
        if "description" in schema:
            lines += [_text(schema["description"]), ""]
        if "properties" not in schema:
            lines += [f"{_kind(schema)}.", ""]
            continue
        required = set(schema.get("required", ()))
        rows = [
            (
                f"`{key}`",
                _kind(one),
                _cell(one.get("description", "")),
                "yes" if key in required else "",
            )
            for key, one in schema["properties"].items()
        ]
        lines += _table(("field", "is", "what", "needed"), rows)
    return lines


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{json.dumps(one)}`" for one in values)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_kind(one) for one in schema[several])
    kind = schema.get("type", "anything")
    inner = schema.get({"array": "items", "object": "additionalProperties"}.get(kind, ""))
    if isinstance(inner, dict):
        return f"{'list' if kind == 'array' else 'table'} of {_kind(inner)}"
    bounds = [
        f"{sign} {int(schema[key]) if kind == 'integer' else schema[key]}"
        for key, sign in (
            ("minimum", ">="),
            ("exclusiveMinimum", ">"),
            ("maximum", "<="),
            ("exclusiveMaximum", "<"),
        )
        if key in schema
    ]
    return f"{kind} {', '.join(bounds)}".strip()


def _table(head: tuple[str, ...], rows: list[Any]) -> list[str]:
    if not rows:
        return []
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' for _ in head)} |",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]


def _cell(text: str) -> str:
    return " ".join(_text(text).split()).replace("|", "\\|")


def _text(text: str) -> str:
    """A docstring as Markdown: single backticks, no hard line ends, no HTML."""
    plain = re.sub(r"``(.+?)``", r"`\1`", text)
    parts = re.split(r"\n\s*\n", plain.strip())
    return "\n\n".join(" ".join(part.split()).replace("<", "&lt;") for part in parts)


def _help(text: str) -> str:
    """A command's help; what click is told not to wrap is code."""
    parts = re.split(r"\n\s*\n", inspect.cleandoc(text.partition("\f")[0]))
    return "\n\n".join(
        textwrap.indent(part.removeprefix("\b\n"), "    ") if part.startswith("\b") else _text(part)
        for part in parts
    )


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 written or as it should be, 1 stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    parser.add_argument("--output", type=Path, default=DOCS)
    given = parser.parse_args(arguments)
    texts = {given.output / name: text for name, text in pages().items()}
    return refresh(texts, "python docs/make_reference.py", check=given.check)


if __name__ == "__main__":
    sys.exit(main())
