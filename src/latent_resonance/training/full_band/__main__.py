"""``python -m latent_resonance.training.full_band DATA``: fits, measures on a third held back.

DATA holds ``fullband/notes`` and ``fullband/textures`` with their manifests, and the twins at
16 kHz in ``notes`` and ``textures``. The figures are of recordings that the fit has not seen; what
is written with ``--output`` is then fitted to all of them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.sound.full_band.fitted import Doubles, Fitted
from latent_resonance.training.full_band.fit import fit, table
from latent_resonance.training.full_band.heard import heard, law_to_be_heard
from latent_resonance.training.full_band.neighbours import Window, fit_neighbours, played, twins
from latent_resonance.training.full_band.recordings import HIGH_HZ, as_played, read_recordings


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--output", type=Path, help="The package's sound/full_band/fitted.json.")
@click.option("--bundle", default="notes", show_default=True, help="Of notes, as it plays them.")
@click.option(
    "--textures", default="texture", show_default=True, help="The bundle of other sounds."
)
@click.option("--without-held-back", is_flag=True, help="Write the fit that the figures are of.")
def main(
    data: Path, output: Path | None, bundle: str, textures: str, without_held_back: bool
) -> None:
    """Fit to the recordings in DATA, tell the errors, write."""
    recordings, opened = list(read_recordings(data)), open_bundle(bundle)
    sounds = [one for one in recordings if one.note is None]
    notes = [one for one in recordings if one.note is not None]
    whole = sounds + list(as_played(recordings, opened))
    as_twins, as_textures = list(twins(sounds)), list(played(sounds, open_bundle(textures)))

    def fitted_to(held_back: bool) -> Fitted:
        some, recorded = (
            [one for one in group if held_back or not one.held_back] for group in (whole, notes)
        )
        windows = [w for w in as_twins + as_textures if held_back or not w.of.held_back]
        first = fit(some, recorded)
        first = replace(first, neighbours=fit_neighbours(first, windows))
        return law_to_be_heard(first, recorded, opened)

    known = fitted_to(False)
    _tell("other sounds", _errors(known, as_twins))
    _tell("other sounds as they are played", _errors(known, as_textures))
    unseen = heard(known, [one for one in notes if one.held_back], opened)
    _tell("notes as they are heard", [(one.group, told - one.whole) for one, _, told in unseen])
    if output:
        made = known if without_held_back else fitted_to(True)
        text = json.dumps(table(made), separators=(",", ":"))
        output.write_text(text + "\n", encoding="utf-8")


def _errors(known: Fitted, windows: Iterable[Window]) -> list[tuple[str, Doubles]]:
    """Of energies ``[bands]``, dB, by group, of those that were held back."""
    return [(w.of.group, w.told(known) - w.of.whole) for w in windows if w.of.held_back]


def _tell(title: str, errors: Sequence[tuple[str, Doubles]]) -> None:
    """Errors above 8 kHz, dB, of recordings that were held back, by group."""
    above = np.array([error[1:-1] for _, error in errors])
    groups = np.array([group for group, _ in errors])
    click.echo(f"{title}: {len(errors)} held back")
    click.echo("  from Hz " + "".join(f"{hz:8.0f}" for hz in HIGH_HZ[1:-2]))
    click.echo("  mean |e|" + "".join(f"{v:8.1f}" for v in np.nanmean(np.abs(above), axis=0)))
    click.echo("  mean e  " + "".join(f"{v:8.1f}" for v in np.nanmean(above, axis=0)))
    click.echo(f"  all: {np.nanmean(np.abs(above)):.2f} dB")
    for name in sorted(set(groups)):
        own = above[groups == name]
        size, bias = np.nanmean(np.abs(own)), np.nanmean(own)
        click.echo(f"  {name:20s} {len(own):3d}  |e| {size:5.1f}  e {bias:5.1f}")


if __name__ == "__main__":
    main()
