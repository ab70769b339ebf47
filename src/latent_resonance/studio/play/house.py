"""What all connections share."""

from concurrent.futures import Executor
from dataclasses import dataclass

from latent_resonance.studio.play.table import Table
from latent_resonance.studio.store.sessions import Sessions
from latent_resonance.studio.store.takes import Takes


@dataclass(frozen=True, slots=True)
class House:
    """What connections share: seats, memory, and the threads that render."""

    table: Table
    sessions: Sessions
    takes: Takes
    threads: Executor
