"""``resonance evaluate voice``: is the noise of voices Gaussian, and does it tell them apart?"""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result


@click.command("voice")
@click.option("--data", type=Path, required=True, help="Folder of voices with a manifest.csv.")
@click.option(
    "--output", type=Path, default=Path("evaluation-voice"), show_default=True, help="A folder."
)
@click.option("--statistics", type=Path, help="Other ones than those that are shipped.")
@click.option("--speaker", default="speaker", show_default=True, help="Column of the manifest.")
@click.option("--pictures", is_flag=True, help="Judge pictures too, by the bundle.")
@click.option(
    "--bundle",
    default="voice",
    show_default=True,
    help="With --pictures: a bundle that paints from words, or a text-to-image model.",
)
@click.option(
    "--device", default="cpu", show_default=True, help="Of a text-to-image model: cpu, cuda, mps."
)
@click.option(
    "--prompts",
    type=click.IntRange(8, 1024),
    default=64,
    show_default=True,
    help="With --pictures: of each kind.",
)
@click.option("--seed", default=0, show_default=True, help="Of everything random.")
@output_options
def evaluate_voice(
    data: Path,
    output: Path,
    statistics: Path | None,
    speaker: str,
    pictures: bool,
    bundle: str,
    device: str,
    prompts: int,
    seed: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Judge the noise of voices on recordings and write report.md and metrics.json.

    With --pictures: whether a recording that is made again gives the same picture, and whether
    pictures show what their prompts ask for.
    """
    from latent_resonance.evaluation.voices.run import VoiceRequest, evaluate_voices

    request = VoiceRequest(
        data,
        statistics,
        speaker,
        seed,
        pictures=bundle if pictures else None,
        device=device,
        prompts=prompts,
    )
    with progress_bar("evaluate voice", as_json or quiet) as show:
        made = evaluate_voices(request, output, show)
    lines = [made["report"], *(f"left out: {reason}" for reason in made["refused"].values())]
    for mode, found in made["modes"].items():
        even, again = found["gaussianity"], found["takes"]["recorded again"]
        lines.append(
            f"{mode}: std {even['std']:.2f}, kurtosis {even['kurtosis']:.2f}, "
            f"recorded again {again['cosine']:.2f}, nearest {100 * again['nearest']:.0f} %, "
            f"strangers {again['strangers']:+.2f} +- {again['strangers_deviation']:.2f}"
        )
        speakers, half = found["speakers"], found["halves"]
        if speakers["asked"]:
            lines.append(f"  speaker top-1: {speakers['top1']:.2f} of {speakers['asked']} clips")
        lines.append(
            f"  speaker top-1 by halves of a clip: {half['nearest']:.2f} of all, "
            f"{half['of_ten']:.2f} of ten people"
        )
    for mode, found in made.get("pictures", {}).get("identity", {}).items():
        lines.append(
            f"pictures, {mode}: recorded again {found['again']:.1f}, strangers "
            f"{found['strangers']:.1f} grey levels, ratio {found['ratio']:.2f}"
        )
    asked = made.get("pictures", {}).get("adherence", {})
    for kind, found in {**asked, **asked.get("voices", {})}.items():
        if isinstance(found, dict) and "colour" in found:
            shares = ", ".join(f"{name} {share:.2f}" for name, share in found.items())
            lines.append(f"shown as asked, {kind}: {shares}")
    if asked:
        lines.append(f"swapped colours each at their place: {asked['swapped']:.2f}")
    show_result(made, lines, as_json, quiet)
