"""The studio's possessions: one of each, handed to the routes."""

from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.bundles.find import open_bundle
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.navigate.moods.search import Effort
from latent_resonance.studio.jobs.runner import JobRunner
from latent_resonance.studio.latest_opened import LatestOpened
from latent_resonance.studio.pictures.shelf import PictureShelf
from latent_resonance.studio.play.instrument import (
    Instrument,
    choose_engine,
    list_instruments,
    recipe_instruments,
)
from latent_resonance.studio.play.player_pool import PlayerPool
from latent_resonance.studio.room.sessions import RoomSessions
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.jobs import JobTable
from latent_resonance.studio.store.presets import Presets
from latent_resonance.studio.store.searches import Searches
from latent_resonance.studio.store.sessions import Sessions, SessionStore
from latent_resonance.studio.store.settings import SettingsTable, Usage
from latent_resonance.studio.store.takes import Takes
from latent_resonance.studio.store.uploads import Uploads
from latent_resonance.studio.store.voice_takes import VoiceTakes
from latent_resonance.studio.voice_painter import VoicePainter

# More would only wait for one another.
_RENDER_THREADS = 8
# Less than for moods that are added to a bundle: somebody waits, and something plays.
_MOOD_EFFORT = Effort(candidates=512, rounds=16)

DATABASE = "studio.sqlite"
"""Name of the file that a studio's folder keeps all but sounds and pictures in."""


def studio_folder() -> Path:
    """Where the studio keeps what it remembers; it need not exist."""
    from platformdirs import user_data_path

    return user_data_path("latent-resonance", appauthor=False) / "studio"


@dataclass(slots=True)
class Studio:
    """Opens what it needs in ``folder``; closing it ends the sound and the jobs.

    Args:
        folder: for the database and the player's files.
        others: instruments beside the recipes, by name.
        local: whether only this machine reaches it; only then may pages name its folders.
        room: the sessions that it shares with other replicas, where it is one.
    """

    folder: Path
    others: Mapping[str, Instrument] = field(default_factory=dict)
    local: bool = True
    room: RoomSessions | None = None
    database: Database = field(init=False)
    sessions: SessionStore = field(init=False)
    presets: Presets = field(init=False)
    takes: Takes = field(init=False)
    uploads: Uploads = field(init=False)
    voice_takes: VoiceTakes = field(init=False)
    voice_painter: VoicePainter = field(init=False)
    settings: SettingsTable = field(init=False)
    usage: Usage = field(init=False)
    searches: Searches = field(init=False)
    explorers: LatestOpened[Explorer] = field(init=False)
    moods: LatestOpened[MoodFinder] = field(init=False)
    jobs: JobRunner = field(init=False)
    players: PlayerPool = field(init=False)
    threads: Executor = field(init=False)
    pictures: PictureShelf = field(init=False)
    _closed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Raises OutputError where the folder cannot be used."""
        self.database = Database(self.folder / DATABASE)
        self.sessions = self.room or Sessions(self.database)
        self.presets = Presets(self.database)
        self.takes = Takes(self.database, self.folder / "takes")
        self.takes.recover()
        self.uploads = Uploads(self.database, self.folder / "uploads")
        self.voice_takes = VoiceTakes(self.database, self.folder / "voice-takes")
        self.voice_takes.recover()
        self.voice_painter = VoicePainter(self.voice_takes)
        self.settings = SettingsTable(self.database)
        self.usage = Usage(self.database)
        self.searches = Searches(self.database)
        self.explorers = LatestOpened(self._explorer)
        self.moods = LatestOpened(
            lambda bundle: MoodFinder(open_bundle(bundle), effort=_MOOD_EFFORT)
        )
        self.jobs = JobRunner(JobTable(self.database), self.folder / "jobs")
        self.players = PlayerPool(lambda: {**recipe_instruments(), **self.others}, self.settings)
        self.threads = ThreadPoolExecutor(_RENDER_THREADS, thread_name_prefix="render")
        self.pictures = PictureShelf(self.folder / "pictures")

    def instruments(self) -> dict[str, Instrument]:
        """By name, as they are now: recipes come and go in the user's folder."""
        return {**list_instruments(), **self.others}

    def load_cards(self) -> None:
        """Read what the first page would wait for."""
        for instrument in self.instruments().values():
            instrument.card()

    def engine(self) -> PartChoice | None:
        """What plays models, as the settings say; None leaves it to the recipe."""
        settings = self.settings.get()
        return choose_engine(settings.engine, settings.device)

    def _explorer(self, bundle: str) -> Explorer:
        return Explorer(bundle, self.engine(), self.settings.get().threads)

    def close(self) -> None:
        """End the jobs, close all players and the database; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self.jobs.close()
        self.voice_painter.close()
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.pictures.close()
        self.players.close()
        self.explorers.close()
        self.moods.close()
        if self.room is not None:
            self.room.close()
        self.database.close()
