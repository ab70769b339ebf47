"""``resonance devices``: what is plugged in."""

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.engine.inspect_machine import list_devices
from latent_resonance.engine.inspect_painters import list_painters


@click.command()
@output_options
def devices(as_json: bool, quiet: bool) -> None:
    """List sound cards, microphones, cameras, MIDI ports, engines, and what paints from words."""
    found = {**list_devices(), "text to image": list_painters()}
    lines = []
    for kind, names in found.items():
        lines.append(f"{kind}:")
        lines += [f"  {name}" for name in names] or ["  none"]
    show_result(found, lines, as_json, quiet)
