"""The take of one page: goes on while its player is exchanged, and is kept at its end."""

from contextlib import suppress

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.studio.play.session_player import SessionPlayer
from latent_resonance.studio.store.ids import new_id
from latent_resonance.studio.store.takes import Takes
from latent_resonance.studio.take_files import TakeFile
from latent_resonance.studio.take_pictures import PictureRecorder
from latent_resonance.studio.wire import SAMPLE_RATE, TakeNow


class TakeRecorder:
    """Begins and ends takes.

    Args:
        session: whose takes they are.
        takes: where they are kept.
    """

    def __init__(self, session: str, takes: Takes) -> None:
        self._session, self._takes = session, takes
        self._id = ""
        self._name = ""
        self._played: list[str] = []
        self._pictures: PictureRecorder | None = None

    @property
    def on(self) -> bool:
        """Whether a take was begun and not ended."""
        return bool(self._id)

    def begin(self, player: SessionPlayer, name: str) -> None:
        """Add all that is pulled from now on; without a name it is called after its instruments.

        Raises:
            OutputError: the file cannot be written.
        """
        made = new_id()
        self._takes.begin(made, player.patch)
        player.record(TakeFile(self._takes.path(made), SAMPLE_RATE))
        self._id, self._name, self._played = made, name.strip(), [player.patch.instrument]
        self._pictures = player.record_pictures()

    def follow(self, player: SessionPlayer) -> None:
        """Another player plays on."""
        if player.patch.instrument not in self._played:
            self._played.append(player.patch.instrument)

    def end(self, player: SessionPlayer) -> TakeNow | None:
        """Keep the take with what is set at its end; None where there was none.

        Raises:
            ResonanceError: it cannot be written.
        """
        take, self._id = self._id, ""
        file = player.end_take()
        if file is None or not take:
            return None
        pictures, self._pictures = self._pictures, None
        player.end_pictures()
        file.finish(player.patch)
        if pictures is not None:
            with suppress(ResonanceError):  # the sound is kept without them
                pictures.keep(self._takes.pictures(take))
        name = self._name or ", ".join(self._played)
        self._takes.add(take, self._session, name, file.seconds, player.patch)
        return TakeNow(recording=False, seconds=file.seconds, take=take)
