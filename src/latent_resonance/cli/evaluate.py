"""``resonance evaluate``: how good a model is, as a page with pictures."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import (
    Within,
    cluster_option,
    output_options,
    progress_bar,
    show_result,
)
from latent_resonance.contracts.errors import InputError

# Named here too, so that --help loads nothing; a test holds them equal.
_CHAPTERS = (
    "sounds",
    "pitch",
    "kinds",
    "classes",
    "distribution",
    "copies",
    "reconstruction",
    "queries",
    "controls",
    "training",
)


class _ByWhat(click.Command):
    """What is no bundle has a judge and flags of its own, under its word."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        if args[:1] != ["voice"]:
            return super().make_context(info_name, args, parent, **extra)
        from latent_resonance.cli.evaluate_voice import evaluate_voice

        return evaluate_voice.make_context(f"{info_name} voice", args[1:], parent, **extra)


@click.command(cls=_ByWhat)
@click.argument("bundle")
@click.option("--data", type=Path, multiple=True, help="Folder of real sounds; may be repeated.")
@click.option("--output", type=Path, help="Folder for the report; evaluation-NAME if not given.")
@click.option(
    "--count", type=click.IntRange(min=2), default=500, show_default=True, help="Sounds to make."
)
@click.option(
    "--truncation",
    type=Within(min=0, max=2),
    default=1.0,
    show_default=True,
    help="Below 1: places drawn towards the mean.",
)
@click.option("--label", default="", help="Column that names kinds: family, label, instrument.")
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN=VALUE,...",
    help="Only sounds with one of these values in their manifest; may be repeated.",
)
@click.option("--compare", multiple=True, help="Bundle of another latent size; may be repeated.")
@click.option("--run", type=Path, help="Folder of the training run, for its curves.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(_CHAPTERS),
    help="Chapter to write; may be repeated; all if not given.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that measure chapters side by side.",
)
@cluster_option
@output_options
def evaluate(
    bundle: str,
    data: tuple[Path, ...],
    output: Path | None,
    count: int,
    truncation: float,
    label: str,
    keep: tuple[str, ...],
    compare: tuple[str, ...],
    run: Path | None,
    only: tuple[str, ...],
    seed: int,
    workers: int,
    cluster: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure BUNDLE (a name or a path) and write report.md, metrics.json and pictures.

    \b
    resonance evaluate notes --data recordings/notes --output report
    resonance evaluate voice --data recordings/voices --output report
    """  # noqa: D301 - click's mark for lines that stay
    # Here, so that --help loads no engine.
    from latent_resonance.evaluation.run import Request
    from latent_resonance.evaluation.run import evaluate as measure

    request = Request(
        bundle=bundle,
        data=data,
        count=count,
        seed=seed,
        truncation=truncation,
        label=label,
        keep=_parse_keep(keep),
        compare=compare,
        run=run,
        only=only,
    )
    folder = output or Path(f"evaluation-{Path(bundle).stem}")
    with progress_bar(f"evaluate {Path(bundle).stem}, per cent", as_json or quiet) as show:
        made = measure(
            request,
            folder,
            lambda text, share: show(100 * share, 100),
            workers=workers,
            cluster=cluster,
        )
    show_result(made, _lines(made), as_json, quiet)


def _parse_keep(settings: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for setting in settings:
        column, equals, values = setting.partition("=")
        if not equals or not column or not values:
            raise InputError(f"--keep {setting}: write it as COLUMN=VALUE,VALUE")
        found.setdefault(column.strip(), []).extend(value.strip() for value in values.split(","))
    return found


_TOLD: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("pitch: the estimator is sure of", ("pitch", "sure_share"), "%"),
    ("pitch: of these within 20 cents", ("pitch", "within_20_cents_share"), "%"),
    ("recognised as what was asked", ("kinds", "recognised_share"), "%"),
    ("the judge itself, on unseen real sounds", ("kinds", "judge_accuracy_on_unseen_real"), "%"),
    ("families of sound: the judge on clips that it did not see",
     ("classes", "family", "unseen", "judge_right"), "%"),
    ("the same after encoder and generator", ("classes", "family", "unseen", "rebuilt_right"), "%"),
    ("Frechet distance to held-out sounds", ("distribution", "held_out", "frechet_generated"), ""),
    ("the same for real sounds", ("distribution", "held_out", "frechet_real"), ""),
    ("the same for notes asked for as recordings are",
     ("distribution", "held_out_asked_alike", "frechet_generated"), ""),
    ("nearer to training than 1 % of real ones",
     ("copies", "generated_nearer_than_first_percentile_share"), "%"),
    ("better than principal components by", ("reconstruction", "better_than_components_db"), "dB"),
    ("queries whose variations are nearer than random sounds",
     ("queries", "all", "nearer_share"), "%"),
)  # fmt: skip


def _lines(made: dict[str, Any]) -> list[str]:
    lines = [made["report"], *(f"left out: {reason}" for reason in made["refused"].values())]
    for text, path, unit in _TOLD:
        value: Any = made
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            shown = f"{100 * value:.1f} %" if unit == "%" else f"{value:.3g} {unit}".strip()
            lines.append(f"{text}: {shown}")
    return lines
