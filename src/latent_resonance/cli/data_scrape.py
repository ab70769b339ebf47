"""``resonance data scrape``: sounds from freesound.org."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import (
    Within,
    output_options,
    progress_bar,
    show_result,
)

_MOST_LINES = 12


@click.command("scrape")
@click.option("--query", "text", required=True, help='Words; -word excludes; "" finds all.')
@click.option("--output", type=Path, required=True, help="Folder for the sounds.")
@click.option("--count", type=click.IntRange(min=1), default=50, show_default=True, help="Sounds.")
@click.option(
    "--licence",
    "licences",
    multiple=True,
    default=("cc0", "by"),
    show_default=True,
    help="cc0, by or by-nc; may be repeated.",
)
@click.option("--tag", "tags", multiple=True, help="Needed; may be repeated.")
@click.option(
    "--min-seconds", type=Within(min=0), default=0.0, show_default=True, help="Shortest sound."
)
@click.option("--max-seconds", type=Within(min=0), help="Longest sound.")
@click.option("--sort", default="score", show_default=True, help="As the API has it.")
@click.option("--label", help="Of all these sounds in manifest.csv; the query if not given.")
@click.option("--originals", is_flag=True, help="As uploaded; needs FREESOUND_OAUTH_TOKEN.")
@click.option(
    "--preview", type=click.Choice(["mp3", "ogg"]), default="mp3", show_default=True, help="Kind."
)
@click.option("--max-megabytes", default=200, show_default=True, help="Of one sound.")
@click.option("--token-file", type=Path, help="Holds the API key, in place of FREESOUND_TOKEN.")
@click.option("--oauth-file", type=Path, help="Holds the token, in place of FREESOUND_OAUTH_TOKEN.")
@click.option(
    "--per-minute",
    type=Within(min=0.1, max=60),
    default=50.0,
    show_default=True,
    help="Requests at most; the API allows 60.",
)
@click.option("--server", default="https://freesound.org", show_default=True, help="Whose API.")
@output_options
def scrape_command(
    text: str,
    output: Path,
    count: int,
    licences: tuple[str, ...],
    tags: tuple[str, ...],
    min_seconds: float,
    max_seconds: float | None,
    sort: str,
    label: str | None,
    originals: bool,
    preview: str,
    max_megabytes: int,
    token_file: Path | None,
    oauth_file: Path | None,
    per_minute: float,
    server: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Download sounds that freesound.org finds, with manifest.csv and ATTRIBUTION.md.

    The API key is taken from the environment variable FREESOUND_TOKEN; get one at
    https://freesound.org/apiv2/apply. What is here is not downloaded again.
    """
    from latent_resonance.data.freesound.query import Query
    from latent_resonance.data.freesound.scrape import How, Secrets, read_secret, scrape
    from latent_resonance.data.web.client import Client, Manners

    query = Query(text, licences, tags, min_seconds, max_seconds, sort)
    secrets = Secrets(
        read_secret("FREESOUND_TOKEN", token_file),
        read_secret("FREESOUND_OAUTH_TOKEN", oauth_file),
    )
    with progress_bar("scrape", as_json or quiet) as show:
        done = scrape(
            Client(server, Manners(per_minute)),
            secrets,
            query,
            output,
            How(count, label or "", originals, preview, max_megabytes << 20),
            show,
        )
    lines = [
        f"{output}: {done.downloaded} downloaded ({done.megabytes:.1f} MB), {done.kept} were here"
    ]
    if done.downloaded + done.kept < count:
        lines.append(f"the search found no more than {done.looked_at}")
    told = list(done.skipped.items())
    lines += [f"skipped, {sound}: {why}" for sound, why in told[:_MOST_LINES]]
    if len(told) > _MOST_LINES:
        lines.append(f"and {len(told) - _MOST_LINES} more")
    result: dict[str, Any] = {
        "folder": str(output),
        "downloaded": done.downloaded,
        "kept": done.kept,
        "megabytes": done.megabytes,
        "looked_at": done.looked_at,
        "skipped": dict(done.skipped),
    }
    show_result(result, lines, as_json, quiet)
