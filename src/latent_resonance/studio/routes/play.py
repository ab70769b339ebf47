"""The playing socket."""

from fastapi import APIRouter, WebSocket

from latent_resonance.studio.play.connection import Connection
from latent_resonance.studio.play.context import PlayContext
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.studio import Studio

router = APIRouter()


@router.websocket("/api/sessions/{session}/play")
async def play(websocket: WebSocket, session: Uuid, as_frames: bool = False) -> None:
    """Sound by credits; see docs/studio-protocol.md.

    ``as_frames``: pictures are drawn here even where the page could draw them.
    """
    studio: Studio = websocket.app.state.studio
    context = PlayContext(
        studio.players,
        studio.sessions,
        studio.takes,
        studio.uploads,
        studio.threads,
        records=studio.room is None,
    )
    await Connection(websocket, session, context, as_frames=as_frames).serve()
