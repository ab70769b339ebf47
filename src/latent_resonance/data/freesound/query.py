"""What is looked for, in the words of the API: text, and a filter in Solr's syntax.

Source: https://freesound.org/docs/api/resources_apiv2.html, "Search".
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.freesound.sound import (
    FIELDS,
    LICENCE_FILTERS,
    Sound,
    licence_kind,
    one_line,
)

PAGE_SIZE = 150  # the API's own bound
SORTS = (
    "score", "duration_desc", "duration_asc", "created_desc", "created_asc",
    "downloads_desc", "downloads_asc", "rating_desc", "rating_asc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """A search.

    Attributes:
        text: words; ``-word`` excludes, ``"two words"`` belong together; empty finds all.
        licences: of ``cc0``, ``by``, ``by-nc``.
        tags: each of them is needed.
        shortest_seconds: of a sound.
        longest_seconds: of a sound; None without bound.
        sort: one of ``SORTS``.
    """

    text: str
    licences: tuple[str, ...] = ("cc0", "by")
    tags: tuple[str, ...] = ()
    shortest_seconds: float = 0.0
    longest_seconds: float | None = None
    sort: str = "score"

    def __post_init__(self) -> None:
        """Raises InputError for what the API would not understand."""
        for licence in self.licences:
            if licence not in LICENCE_FILTERS:
                raise InputError(
                    f"no licence is called '{licence}'; there is: {', '.join(LICENCE_FILTERS)}"
                )
        if not self.licences:
            raise InputError("at least one licence is needed")
        if self.sort not in SORTS:
            raise InputError(f"cannot sort by '{self.sort}'; there is: {', '.join(SORTS)}")
        longest = self.longest_seconds
        if self.shortest_seconds < 0 or (longest is not None and longest < self.shortest_seconds):
            raise InputError("the longest duration must be at least the shortest, from 0 on")

    def search(self, page: int, page_size: int = PAGE_SIZE) -> str:
        """The query part of a search's address."""
        return urlencode(
            {
                "query": one_line(self.text),
                "filter": self.filter(),
                "sort": self.sort,
                "fields": FIELDS,
                "page": page,
                "page_size": page_size,
            }
        )

    def filter(self) -> str:
        """The filter: licences, duration, tags."""
        names = [name for licence in self.licences for name in LICENCE_FILTERS[licence]]
        parts = [f"license:({' OR '.join(map(_phrase, names))})"]
        if self.shortest_seconds > 0 or self.longest_seconds is not None:
            top = "*" if self.longest_seconds is None else f"{self.longest_seconds:g}"
            parts.append(f"duration:[{self.shortest_seconds:g} TO {top}]")
        parts += [f"tag:{_phrase(tag)}" for tag in self.tags]
        return " ".join(parts)

    def wants(self, sound: Sound) -> bool:
        """Whether a result is what was asked for; licences above all are not left to the server."""
        return (
            licence_kind(sound.license) in self.licences
            and sound.duration >= self.shortest_seconds - 0.01
            and (self.longest_seconds is None or sound.duration <= self.longest_seconds + 0.01)
        )


def _phrase(text: str) -> str:
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
