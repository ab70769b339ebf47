"""The playing socket."""

from fastapi import APIRouter, WebSocket

from latent_resonance.studio.play.connection import Connection
from latent_resonance.studio.play.context import PlayContext
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.studio import Studio

router = APIRouter()


@router.websocket("/api/sessions/{session}/play")
async def play(websocket: WebSocket, session: Uuid) -> None:
    """Sound by credits; see docs/studio-protocol.md."""
    studio: Studio = websocket.app.state.studio
    context = PlayContext(
        studio.players, studio.sessions, studio.takes, studio.uploads, studio.threads
    )
    await Connection(websocket, session, context).serve()
