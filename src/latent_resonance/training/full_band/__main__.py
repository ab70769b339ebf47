"""``python -m latent_resonance.training.full_band DATA``: fits, measures on a third held back.

DATA holds ``fullband/notes`` and ``fullband/textures`` with their manifests, and the twins at
16 kHz in ``notes`` and ``textures``. The figures are of recordings that the fit has not seen; what
is written with ``--output`` is then fitted to all of them.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.sound.full_band.fitted import Fitted
from latent_resonance.training.full_band.fit import energies, fit, table
from latent_resonance.training.full_band.law import LOST_DB
from latent_resonance.training.full_band.recordings import (
    HIGH_HZ,
    Recording,
    as_played,
    read_recordings,
)


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--output", type=Path, help="The package's sound/full_band/fitted.json.")
@click.option("--bundle", default="notes", show_default=True, help="Of notes, as it plays them.")
@click.option("--without-held-back", is_flag=True, help="Write the fit that the figures are of.")
def main(data: Path, output: Path | None, bundle: str, without_held_back: bool) -> None:
    """Fit to the recordings in DATA, tell the errors, write."""
    recordings = list(read_recordings(data))
    played = list(as_played(recordings, open_bundle(bundle)))
    sounds = [one for one in recordings if one.note is None]
    whole = sounds + played
    notes = [one for one in recordings if one.note is not None]
    known = fit(
        [one for one in whole if not one.held_back], [one for one in notes if not one.held_back]
    )
    for title, group in (("notes, by their law", notes), ("other sounds", sounds)):
        _tell(title, known, [one for one in group if one.held_back])
    if output:
        made = known if without_held_back else fit(whole, notes)
        text = json.dumps(table(made), separators=(",", ":"))
        output.write_text(text + "\n", encoding="utf-8")


def _tell(title: str, known: Fitted, group: Sequence[Recording]) -> None:
    """Errors of the energies above 8 kHz, dB, of recordings that were held back."""
    errors = np.full((len(group), len(HIGH_HZ) - 1), np.nan)
    for row, one in enumerate(group):
        if one.note is not None and known.law is not None:
            error = known.law.levels(one.note) - LOST_DB - one.whole
        else:
            error = energies(known.levels(one.low, None), one.low) - energies(one.high, one.low)
        errors[row, one.usable] = error[one.usable]
    above = errors[:, 1:-1]
    click.echo(f"{title}: {len(group)} held back")
    click.echo("  from Hz " + "".join(f"{hz:8.0f}" for hz in HIGH_HZ[1:-2]))
    click.echo("  mean |e|" + "".join(f"{v:8.1f}" for v in np.nanmean(np.abs(above), axis=0)))
    click.echo("  mean e  " + "".join(f"{v:8.1f}" for v in np.nanmean(above, axis=0)))
    click.echo(f"  all: {np.nanmean(np.abs(above)):.2f} dB")
    for name in sorted({one.group for one in group}):
        own = above[[one.group == name for one in group]]
        size, bias = np.nanmean(np.abs(own)), np.nanmean(own)
        click.echo(f"  {name:20s} {len(own):3d}  |e| {size:5.1f}  e {bias:5.1f}")


if __name__ == "__main__":
    main()
