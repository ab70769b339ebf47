"""``resonance benchmark``: figures beside a baseline, from one run."""

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.contracts.errors import InputError, MissingPartError, UnknownNameError
from latent_resonance.models.engines.installed import ENGINES, how_to_install, installed_engines


@click.command()
@click.argument("names", nargs=-1)
@click.option("--data", type=Path, help="Folder with music, voice, notes, textures.")
@click.option("--engine", "engines", multiple=True, help="Only this engine (models); repeatable.")
@output_options
def benchmark(
    names: tuple[str, ...], data: Path | None, engines: tuple[str, ...], as_json: bool, quiet: bool
) -> None:
    """Measure NAMES (all when none is given); needs a checkout, where benchmarks/ lies."""
    folder = Path(__file__).resolve().parents[3] / "benchmarks"
    known = {path.stem: path for path in sorted(folder.glob("*.py")) if _can_be_asked(path)}
    if not known:
        raise InputError("benchmarks are not part of the installed package: run from a checkout")
    for engine in engines:
        if engine not in ENGINES:
            raise UnknownNameError("engine", engine, ENGINES)
        if engine not in installed_engines():
            raise MissingPartError(how_to_install(engine))
    results = {}
    lines: list[str] = []
    for name in names or known:
        if name not in known:
            raise UnknownNameError("benchmark", name, known)
        module = _load(known[name])
        try:
            results[name] = _measure(module, name, data, engines)
        except (InputError, MissingPartError) as error:
            if names:
                raise
            lines.append(f"{name}: left out, {error}")
            continue
        lines += [f"{name}:", *module.lines(results[name])]
    show_result(results, lines, as_json, quiet)


def _can_be_asked(path: Path) -> bool:
    """Whether it has what is called here; others are scripts with flags of their own."""
    text = path.read_text(encoding="utf-8")
    return "\ndef run(" in text and "\ndef lines(" in text


def _measure(module: ModuleType, name: str, data: Path | None, engines: tuple[str, ...]) -> Any:
    takes = inspect.signature(module.run).parameters
    if data is None and next(iter(takes.values())).default is inspect.Parameter.empty:
        raise InputError(f"the benchmark {name} needs recordings: give --data")
    return module.run(data, **({"engines": engines} if "engines" in takes else {}))


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
