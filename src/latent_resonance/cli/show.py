"""``resonance show``: what a recipe joins."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.preset_option import preset_option, take_preset
from latent_resonance.cli.shared_options import (
    chain_options,
    input_option,
    make_setup,
    output_options,
    show_result,
)
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.fitting import find_recipe
from latent_resonance.engine.movement import spell_short
from latent_resonance.engine.performance import Chain
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.sense.midi_files.latest import PLAIN


@click.command()
@click.argument("recipe")
@input_option("What would be sensed: video, MIDI, music, .csv.")
@chain_options
@preset_option
@output_options
def show(recipe: str, source: Path | None, as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Show how RECIPE joins what is sensed to what is listened to, in one table a chain.

    \b
    resonance show face
    resonance show texture --sense face --map brightness=mouth
    resonance show texture --input song.flac
    resonance show vision --preset "night drive"
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.studio.named_presets import presets_of

    base = find_recipe(recipe)
    known = take_preset(base, chosen, source)
    setup = make_setup(chosen)
    if source is not None:
        setup = sense_file(known, setup, source)
    with assemble(known, setup, rehearsal=True) as performance:
        chains = [
            {
                "name": chain.name,
                "bundle": chain.bundle.name,
                "gives": str(chain.gives),
                "map": chain.mapping.table(),
                "moves": [
                    {"control": name, **spell_short(movement)}
                    for name, movement in chain.motion.moves.items()
                ],
                "sensed_but_unused": _unused(chain),
                "listened_but_unmapped": [
                    c.name for c in chain.listened if c.name not in chain.mapping.lines
                ],
                "held": dict(chain.held),
            }
            for chain in performance.chains
        ]
    presets = {name: one.line for name, one in presets_of(base.name).items()}
    lines = [line for chain in chains for line in _lines(chain)]
    if presets:
        lines += ["presets:", *(f"  {name}: {line}" for name, line in presets.items())]
    told = {"recipe": recipe, "chains": chains, "presets": presets}
    show_result(told, lines, as_json, quiet)


def _unused(chain: Chain) -> list[str]:
    """What is sensed and does nothing; keys play notes without a map."""
    used = set(chain.motion.sources)
    if chain.navigator.plays_notes:
        used |= {control.name for control in PLAIN}
    return [name for name in chain.mapping.unused if name not in used]


def _lines(chain: dict[str, Any]) -> list[str]:
    lines = [f"{chain['name']}: {chain['gives']} of the bundle '{chain['bundle']}'"]
    for row in chain["map"]:
        each = [
            f"{source} {low:g}..{high:g}"
            for source, (low, high) in zip(row["from"], row["in"], strict=True)
        ]
        largest = row["mode"] == "max" and len(each) > 1
        spans = f"the largest of {', '.join(each)}" if largest else " + ".join(each)
        gate = f", from {100 * row['gate']:g} % on" if row["gate"] else ""
        smooth = f", {row['smooth_seconds']:g} s" if row["smooth_seconds"] else ""
        end = "" if row["curve"] == "as it is" else f" {row['low']:g}..{row['high']:g}"
        curve = {"scale": row["scale"], "steps": f"{row['steps']} steps"}
        bent = curve.get(row["curve"], row["curve"])
        lines.append(f"  {row['control']}{end}  <-  {spans}  ({bent}{gate}{smooth}{_kept(row)})")
    lines += [f"  {row['control']}  <-  {_movement(row)}" for row in chain["moves"]]
    lines += [f"  {name}  =  {value:g}" for name, value in chain["held"].items()]
    for key, words in (
        ("sensed_but_unused", "sensed but unused"),
        ("listened_but_unmapped", "listened to but not mapped"),
    ):
        if chain[key]:
            lines.append(f"  {words}: {', '.join(chain[key])}")
    return lines


def _kept(row: dict[str, Any]) -> str:
    """Where a line leads beyond what its control can be."""
    low, high = row["within"]
    ends = (row["low"], row["high"])
    return f", kept within {low:g}..{high:g}" if min(ends) < low or max(ends) > high else ""


def _movement(row: dict[str, Any]) -> str:
    """Such as ``moves with sine, 8 beats, depth 0.28``."""
    what = row.get("lfo") or row.get("from") or "a path by hand"
    length = next((f", {row[unit]:g} {unit}" for unit in ("beats", "seconds") if unit in row), "")
    return f"moves with {what}{length}, depth {row['depth']:g}"
