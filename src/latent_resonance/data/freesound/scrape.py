"""Search, download, note down; again and again until there is enough."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.data.freesound.listing import (
    Entry,
    append,
    read_journal,
    write_listings,
)
from latent_resonance.data.freesound.query import Query
from latent_resonance.data.freesound.sound import (
    Sound,
    file_name,
    licence_name,
    one_line,
    original_suffix,
    parse_sound,
)
from latent_resonance.data.prepare.work import file_sha256
from latent_resonance.data.web.client import Client, WebError
from latent_resonance.data.web.download import Wanted, download

APPLY = "https://freesound.org/apiv2/apply"
PREVIEWS = {"mp3": ("preview-hq-mp3", ".mp3"), "ogg": ("preview-hq-ogg", ".ogg")}
_MOST_SECRET = 4096
_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens the API; never shown, written or sent to another server.

    Attributes:
        token: the API key; searches and previews.
        oauth: an access token of OAuth2; originals, and all else too.
    """

    token: str = field(default="", repr=False)
    oauth: str = field(default="", repr=False)

    def search_headers(self) -> dict[str, str]:
        """HTTP headers of a search: the token, else OAuth."""
        return {"Authorization": f"Token {self.token}"} if self.token else self.original_headers()

    def original_headers(self) -> dict[str, str]:
        """HTTP headers of the download of an original: OAuth."""
        return {"Authorization": f"Bearer {self.oauth}"}


@dataclass(frozen=True, slots=True)
class How:
    """How sounds are downloaded.

    Attributes:
        count: sounds that are wanted, those that are here among them.
        label: their class in manifest.csv; the query's text when empty.
        originals: as they were uploaded, not as previews.
        preview: ``mp3`` (about 128 kbit/s) or ``ogg`` (about 192).
        most_bytes: of one sound.
    """

    count: int = 50
    label: str = ""
    originals: bool = False
    preview: str = "mp3"
    most_bytes: int = 200 << 20

    @property
    def quality(self) -> str:
        """What is downloaded: ``original``, or the kind of preview."""
        return "original" if self.originals else f"preview-{self.preview}"


@dataclass(frozen=True, slots=True)
class Scraped:
    """What a run did: files that came, files that were here, results looked at, and
    what was left out and why, by id.
    """

    downloaded: int
    kept: int
    megabytes: float
    looked_at: int
    skipped: Mapping[str, str]


def read_secret(name: str, path: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """A token from a file, else from an environment variable; empty when there is none.

    Raises:
        InputError: the file cannot be read, or holds no token. The message holds none either.
    """
    where = f"the variable {name}"
    text = environment.get(name, "")
    if path is not None:
        where = str(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read a token from {path}") from error
    token = text.strip()
    if path is not None and not token:
        raise InputError(f"{where} holds no token")
    if not (token.isascii() and token.isprintable()) or " " in token or len(token) > _MOST_SECRET:
        raise InputError(f"{where} holds no token: one word is expected")
    return token


def scrape(
    client: Client,
    secrets: Secrets,
    query: Query,
    output: Path,
    how: How,
    on_progress: Callable[[float, float], None] | None = None,
) -> Scraped:
    """Download the first ``how.count`` sounds that a search finds; those that are here stay.

    However it ends, manifest.csv and ATTRIBUTION.md list what is here.

    Raises:
        InputError: no token.
        WebError: refused or not to be reached.
        OutputError: ``output`` cannot be written.
    """
    if how.originals and not secrets.oauth:
        raise InputError("originals need an OAuth2 access token in FREESOUND_OAUTH_TOKEN")
    if not (secrets.token or secrets.oauth):
        raise InputError(f"freesound needs a token in FREESOUND_TOKEN: get one at {APPLY}")
    try:
        output.mkdir(parents=True, exist_ok=True)
        run = _Run(client, secrets, query, output, how)
        try:
            for sound in _search(client, secrets, query):
                run.take(sound)
                if on_progress:
                    on_progress(run.have, how.count)
                if run.have >= how.count:
                    break
        finally:
            write_listings(output, run.entries.values())
    except OSError as error:
        raise OutputError(f"cannot write to {output}: {error.strerror}") from error
    except WebError as error:
        raise _explained(error) from error
    return Scraped(run.downloaded, run.kept, round(run.bytes / 1e6, 3), run.seen, run.skipped)


class _Run:
    """One scrape: what is here, what came, what was left out."""

    def __init__(
        self, client: Client, secrets: Secrets, query: Query, output: Path, how: How
    ) -> None:
        self.entries = read_journal(output)
        self.kept = self.downloaded = self.bytes = self.seen = 0
        self.skipped: dict[str, str] = {}
        self._client = client
        self._secrets = secrets
        self._query = query
        self._output = output
        self._how = how

    @property
    def have(self) -> int:
        """Sounds of this search that are here."""
        return self.kept + self.downloaded

    def take(self, sound: Sound) -> None:
        """Download a sound, unless it is here or not wanted."""
        self.seen += 1
        here = self.entries.get(sound.id)
        if here is not None and here.quality == self._how.quality:
            self.kept += 1
            return
        wanted = self._wanted(sound) if self._query.wants(sound) else "is not what was asked for"
        if isinstance(wanted, str):
            self.skipped[str(sound.id)] = wanted
            return
        try:
            self.bytes += download(self._client, wanted)
        except WebError as error:
            if error.status in {401, 429}:
                raise
            self.skipped[str(sound.id)] = str(error)
            return
        entry = _entry(sound, wanted.path, self._query, self._how)
        append(self._output, entry)
        if here is not None and here.file != entry.file:
            (self._output / here.file).unlink(missing_ok=True)
        self.entries[sound.id] = entry
        self.downloaded += 1

    def _wanted(self, sound: Sound) -> Wanted | str:
        """The download of a sound, or why there is none."""
        most = self._how.most_bytes
        if self._how.originals:
            suffix = original_suffix(sound)
            if suffix is None:
                return f"is of type '{one_line(sound.type)[:20]}'"
            url = f"{self._client.home}/apiv2/sounds/{sound.id}/download/"
            path = self._output / file_name(sound, suffix)
            return Wanted(url, path, most, sound.filesize, self._secrets.original_headers())
        key, suffix = PREVIEWS[self._how.preview]
        url = sound.previews.get(key, "")
        if not self._client.may_visit(url):
            return f"has its {key} elsewhere" if url else f"has no {key}"
        return Wanted(url, self._output / file_name(sound, suffix), most)


def _search(client: Client, secrets: Secrets, query: Query) -> Iterator[Sound]:
    """All results, page by page; pages shift while one looks, so none is given twice."""
    given: set[int] = set()
    resource = "search/"
    for page in range(1, _MOST_PAGES + 1):
        try:
            answer = _page(client, secrets, query, page, resource)
        except WebError as error:
            if error.status != 404:
                raise
            if page > 1:  # the page after the last
                return
            resource = "search/text/"  # its name until November 2025
            answer = _page(client, secrets, query, page, resource)
        results = answer.get("results")
        if not isinstance(results, list):
            raise WebError(f"{client.home} answers a search without results")
        for result in results:
            sound = parse_sound(result)
            if sound is not None and sound.id not in given:
                given.add(sound.id)
                yield sound
        # The link itself is not followed: it may name http, or another host.
        if not results or not answer.get("next"):
            return


def _page(
    client: Client, secrets: Secrets, query: Query, page: int, resource: str
) -> dict[str, object]:
    url = f"{client.home}/apiv2/{resource}?{query.search(page)}"
    return client.get_json(url, secrets.search_headers())


def _entry(sound: Sound, path: Path, query: Query, how: How) -> Entry:
    return Entry(
        file=path.name,
        label=how.label or one_line(query.text),
        duration_s=round(sound.duration, 3),
        source_path=f"https://freesound.org/s/{sound.id}/",
        licence=licence_name(sound.license),
        licence_url=one_line(sound.license),
        attribution=one_line(sound.username),
        freesound_id=sound.id,
        title=one_line(sound.name),
        tags=" ".join(one_line(tag) for tag in sound.tags),
        query=one_line(query.text),
        quality=how.quality,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
    )


def _explained(error: WebError) -> WebError:
    if error.status == 401:
        which = (
            "the OAuth2 token is refused or older than a day"
            if "/download/" in str(error)
            else f"the token is refused: get one at {APPLY}"
        )
        return WebError(f"{which} ({error})", error.status)
    return error
