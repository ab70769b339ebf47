"""What all connections share."""

from concurrent.futures import Executor
from dataclasses import dataclass

from latent_resonance.studio.play.player_pool import PlayerPool
from latent_resonance.studio.store.sessions import SessionStore
from latent_resonance.studio.store.takes import Takes
from latent_resonance.studio.store.uploads import Uploads


@dataclass(frozen=True, slots=True)
class PlayContext:
    """Players, memory, and the threads that render; ``records``: whether takes may be made."""

    players: PlayerPool
    sessions: SessionStore
    takes: Takes
    uploads: Uploads
    threads: Executor
    records: bool = True
