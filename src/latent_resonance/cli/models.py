"""``resonance models``: what can be played."""

import click

from latent_resonance.bundles.describe import check, describe
from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.cli.shared_options import output_options, show_result


@click.group()
def models() -> None:
    """List, show and check model bundles."""


@models.command("list")
@output_options
def list_models(as_json: bool, quiet: bool) -> None:
    """The bundles that a name reaches: embedded ones and your own."""
    found = {name: str(path) for name, path in list_bundles().items()}
    show_result(
        {"bundles": found}, [f"{name:16} {path}" for name, path in found.items()], as_json, quiet
    )


@models.command()
@click.argument("bundle")
@output_options
def show(bundle: str, as_json: bool, quiet: bool) -> None:
    """What BUNDLE (a name or a path) is: its sizes, controls, data and licences."""
    facts = describe(open_bundle(bundle))
    show_result(facts, _lines(facts), as_json, quiet)


@models.command("check")
@click.argument("bundle")
@output_options
def check_model(bundle: str, as_json: bool, quiet: bool) -> None:
    """Whether BUNDLE is whole and safe to play; exit code 1 if not."""
    facts = check(bundle)
    show_result(facts, [f"{bundle}: good ({facts['members']} members)"], as_json, quiet)


def _lines(facts: dict[str, object], indent: str = "") -> list[str]:
    lines: list[str] = []
    for key, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{indent}{key}:")
            for item in value:
                lines.append(f"{indent}  - " + "; ".join(f"{k}: {v}" for k, v in item.items() if v))
        elif isinstance(value, list):
            lines.append(f"{indent}{key}: {', '.join(map(str, value))}")
        else:
            lines.append(f"{indent}{key}: {value}")
    return lines
